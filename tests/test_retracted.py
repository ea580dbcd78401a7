"""What was entered and later called off in I-Trac is a claim without evidence; the ledger remembers it."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from sync.jobs.decide_files import decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.pretend.person import Act, Person, entry, payment, row_of, service, without, write
from sync.reconcile import LEDGER
from tests.support import CONFIG

AS_OF = date(2026, 4, 20)
Known = tuple[str, str, str, str | None, datetime]
KEYED_AT = datetime(2026, 4, 9, 17, tzinfo=UTC)
SERVICE: Known = ("service:DEMO-01-SER1", "services", "DEMO-01-SER1", "DEMO-01-IMS1", KEYED_AT)
PAYMENT: Known = ("payment:DEMO-01-PAY1", "payments", "DEMO-01-PAY1", "DEMO-01-IMS1", KEYED_AT)


def _found(folder: Path, known: list[Known], *acts: Act, kind: str) -> list[dict[str, str | None]]:
    person = Person(1)
    for act in acts:
        act(person)
    write([person], folder)
    decided = decide_folder(folder, read_configuration(CONFIG), AS_OF, tell=lambda step, done, total: None)
    ledger = pl.DataFrame(known, schema=LEDGER, orient="row")
    found = all_mismatches(decided.worked, decided.lines, ledger)
    return found.filter(pl.col("kind") == kind).to_dicts()


def _retracted(folder: Path, known: list[Known], *acts: Act) -> list[dict[str, str | None]]:
    return _found(folder, known, *acts, kind="retracted-after-entry")


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


@pytest.mark.parametrize(
    ("taken_at", "missing"), [("2026-04-09T17:00:00Z", 1), ("2026-04-09T16:59:59Z", 0)], ids=["after", "before"]
)
def test_what_was_keyed_and_is_not_in_a_read_back_taken_after_it_is_missing_at_once(
    taken_at: str, missing: int, tmp_path: Path
) -> None:
    scope = row_of("ims_scopes", provider="IRCO", month="2026-04", complete="yes", row_count="0", taken_at=taken_at)
    keyed: Known = ("service:DEMO-01-SER1", "services", "DEMO-01-SER1", None, KEYED_AT)

    found = _found(tmp_path, [keyed], service("2026-04-07"), scope, kind="missing-in-ims")

    assert len(found) == missing
