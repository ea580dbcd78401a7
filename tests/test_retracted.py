"""What was entered and later called off in I-Trac is a claim without evidence; the ledger remembers it."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sync.jobs.decide_files import decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.pretend.person import Act, Person, entry, payment, service, without, write
from sync.reconcile import LEDGER
from tests.support import CONFIG

AS_OF = date(2026, 4, 20)
SERVICE = ("service:DEMO-01-SER1", "services", "DEMO-01-SER1", "DEMO-01-IMS1")
PAYMENT = ("payment:DEMO-01-PAY1", "payments", "DEMO-01-PAY1", "DEMO-01-IMS1")


def _retracted(folder: Path, known: list[tuple[str, str, str, str]], *acts: Act) -> list[dict[str, str | None]]:
    person = Person(1)
    for act in acts:
        act(person)
    write([person], folder)
    decided = decide_folder(folder, read_configuration(CONFIG), AS_OF, tell=lambda step, done, total: None)
    ledger = pl.DataFrame(known, schema=LEDGER, orient="row")
    found = all_mismatches(decided.worked, decided.lines, ledger)
    return found.filter(pl.col("kind") == "retracted-after-entry").to_dicts()


@pytest.mark.parametrize("status", ["Cancelled", "Not Completed"])
def test_a_service_called_off_after_it_was_entered_is_named(status: str, tmp_path: Path) -> None:
    found = _retracted(tmp_path, [SERVICE], service("2026-04-07", status=status), entry("2026-04-07"))

    assert [row["mismatch_id"] for row in found] == ["retracted-after-entry:service:DEMO-01-SER1:DEMO-01-IMS1"]
    assert (found[0]["severity"], found[0]["field"]) == ("claim", "status")
    assert (found[0]["itrac_value"], found[0]["ims_value"]) == (status, "Job Search Training")
    assert found[0]["program"] is None


def test_a_service_that_is_gone_leaves_a_blank_status(tmp_path: Path) -> None:
    found = _retracted(tmp_path, [SERVICE], service("2026-04-07"), without("services"), entry("2026-04-07"))

    assert [(row["line_id"], row["itrac_value"]) for row in found] == [("service:DEMO-01-SER1", None)]


def test_a_payment_called_off_after_it_was_entered_is_named(tmp_path: Path) -> None:
    there = entry("2026-04-08", kind="support", name="Child Care", amount="120.00")

    found = _retracted(tmp_path, [PAYMENT], payment("2026-04-08", status="Void"), there)

    assert [(row["line_id"], row["itrac_value"]) for row in found] == [("payment:DEMO-01-PAY1", "Void")]


def test_nothing_is_said_where_another_service_carries_the_entry(tmp_path: Path) -> None:
    two = [service("2026-04-07", status="Cancelled"), service("2026-04-09")]

    assert _retracted(tmp_path, [SERVICE], *two, entry("2026-04-07")) == []


def test_nothing_is_said_of_a_service_that_still_stands(tmp_path: Path) -> None:
    assert _retracted(tmp_path, [SERVICE], service("2026-04-07"), entry("2026-04-07")) == []


def test_nothing_is_said_once_the_entry_is_taken_out(tmp_path: Path) -> None:
    assert _retracted(tmp_path, [SERVICE], service("2026-04-07", status="Cancelled")) == []


def test_nothing_is_said_of_what_was_never_known(tmp_path: Path) -> None:
    assert _retracted(tmp_path, [], service("2026-04-07", status="Cancelled"), entry("2026-04-07")) == []
