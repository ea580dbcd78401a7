"""An auditor gets what was signed and some customers in full: the same seed gives the same bytes, names are masked."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from sync.errors import WrongCall
from sync.jobs.evidence import Sample, chosen_of, evidence
from sync.jobs.months import Asked
from sync.pretend.person import Act, payment, service
from sync.store import Database
from tests.months import APRIL, MARCH, PAID, laid, seen, signed_once
from tests.store_rows import plan_lines, rows_in
from tests.world_of_demo import World

NAME = "Number 1 Testperson"


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[World]:
    """A world whose March is entered and signed, with three customers in it."""
    with signed_once(database, tmp_path, PAID, APRIL, PAID, PAID) as opened:
        yield opened


def packed(made: World, size: int = 2, seed: str = "7", *, named: bool = False, asked: Asked = MARCH) -> bytes:
    out = io.BytesIO()
    evidence(made.service, asked, Sample(size, seed, named), out=out)
    return out.getvalue()


def files(pack: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_pack_holds_what_was_signed_and_its_hash_is_the_digest(made: World) -> None:
    found = files(packed(made))

    told = json.loads(found["manifest.json"])
    assert set(found) == {"manifest.json", "lines.csv", "entries.csv", "adjustments.csv", "checklist.csv", "said.csv",
                          "pages/001.html", "pages/002.html"}  # fmt: skip
    assert told["digest"] == told["files"]["lines.csv"] == seen(made.service).digest
    assert {name: sha256(text.encode()).hexdigest() for name, text in found.items() if name != "manifest.json"} == (
        told["files"]
    )
    assert (told["seed"], told["sampled"], told["named"], told["signed_by"]) == ("7", 2, False, "tester")
    assert len(rows(found["lines.csv"])) == 6
    assert [row["act"] for row in rows(found["said.csv"])] == ["declare", "sign"]


def test_every_entry_of_the_month_is_among_them_and_no_other(made: World) -> None:
    entries = rows(files(packed(made))["entries.csv"])

    assert sorted(row["kind"] for row in entries) == ["component"] * 3 + ["support"] * 3
    assert {row["date"][:7] for row in entries} == {"2026-03"}


def test_a_page_shows_assessment_plan_evidence_check_entry_and_payment(made: World) -> None:
    page = files(packed(made, 3))["pages/001.html"]

    for words in (
        "DEMO-01-ASS1", "DEMO-01-GOA1", "DEMO-01-SER1", "DEMO-01-PAY1", "eligible", "2026-03-02", "25.00",
        "Job Search Training", "read-back of", "2026-06-30",
    ):  # fmt: skip
        assert words in page, words
    assert "DEMO-03" not in page


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_customers(made: World) -> None:
    first = packed(made, 1)

    others = {files(packed(made, 1, str(seed)))["pages/001.html"] for seed in range(20)}

    assert packed(made, 1) == first
    assert len(others) == 3


def test_later_changes_are_among_the_adjustments_and_not_among_the_lines(made: World) -> None:
    before = files(packed(made))["lines.csv"]
    made.lay((*PAID, payment("2026-03-12", amount="7.00")), APRIL, PAID, PAID)
    made.plan()

    found = files(packed(made))

    assert found["lines.csv"] == before
    assert [(row["line_id"], row["change"], row["now_amount"]) for row in rows(found["adjustments.csv"])] == [
        ("payment:DEMO-01-PAY2", "new", "7.00")
    ]


def test_an_open_month_gives_evidence_of_how_it_is_now(made: World) -> None:
    found = files(packed(made, asked=Asked("IRCO", "2026-04")))

    assert json.loads(found["manifest.json"])["state"] == "open"
    assert "not signed" in found["pages/001.html"]


def test_names_are_masked_unless_somebody_asks_and_every_look_is_written_down(made: World) -> None:
    masked, named = files(packed(made, 3)), files(packed(made, 3, named=True))

    told = [row["facts"] for row in rows_in(made.service.db, "audit") if row["act"] == "evidence taken"]
    assert not any("Testperson" in text for text in masked.values())
    assert NAME in named["pages/001.html"]
    assert [(one["named"], one["customers"]) for one in told] == [
        (False, ["DEMO-C01", "DEMO-C03", "DEMO-C04"]), (True, ["DEMO-C01", "DEMO-C03", "DEMO-C04"]),
    ]  # fmt: skip


def test_who_has_a_record_of_keys_to_progress_is_never_named_and_nothing_of_it_is_shown(
    database: Database, tmp_path: Path
) -> None:
    def hidden(person: object) -> None:
        add = person.add  # type: ignore[attr-defined]
        add("enrollments", program="Keys to Progress", provider="IRCO", application_date="2026-01-05")

    people: tuple[Act, ...] = (*PAID, hidden, service("2026-03-20", program="Keys to Progress"))
    with laid(database, tmp_path, people) as made:
        page = files(packed(made, 1, named=True))["pages/001.html"]

    assert "Testperson" not in page
    assert "Keys to Progress" not in page.split("Enrollments")[1]


def test_what_spreadsheets_would_run_is_defused(database: Database, tmp_path: Path) -> None:
    with laid(database, tmp_path, PAID) as made:
        made.push(made.plan())
        made.plan()
        with made.service.db.write() as conn:
            conn.exec_driver_sql("UPDATE pulled_row SET content = replace(content, 'Child Care', '=1+1')")
        entries = rows(files(packed(made))["entries.csv"])

    assert {"'=1+1"} < {row["name"] for row in entries}


@pytest.mark.parametrize(("size", "seed"), [(-1, "7"), (201, "7"), (1, ""), (1, "x" * 41)])
def test_a_sample_that_cannot_be_is_refused(made: World, size: int, seed: str) -> None:
    with pytest.raises(WrongCall):
        packed(made, size, seed)


def test_who_is_sampled_does_not_depend_on_the_records_of_others() -> None:
    lines = [{"line_id": f"payment:{n}", "customer_id": f"C{n:03d}", "decision": "enter"} for n in range(100)]
    every = plan_lines(*lines)

    chosen = chosen_of(every, Sample(10, "seed"))

    assert len(chosen) == 10
    assert chosen_of(every.filter(every["customer_id"].is_in(chosen)), Sample(10, "seed")) == chosen
