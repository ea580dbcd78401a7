"""Every line says why: in words, with its source, on facts that stand in the files, and what would change it."""

import csv
import dataclasses
import json
import subprocess
from datetime import date
from pathlib import Path

import pytest

from sync.explain import Basis, Explanation, Fact, explain_line
from sync.explain.grounds import GATES, GROUNDS, MONTH, SCOPE
from sync.jobs.decide_files import Decided, decide_folder, read_configuration
from sync.model import Reason
from sync.pretend.person import (
    Act,
    Person,
    changed,
    payment,
    row_of,
    service,
    write,
)
from sync.pretend.stories import AS_OF, STORIES, people
from sync.tables.cells import read_date, read_money
from tests.commands import run_command_for_text
from tests.support import CONFIG, enforced_configuration


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people")
    write(people(), made)
    return made


def _decided(folder: Path) -> Decided:
    return decide_folder(folder, enforced_configuration(), AS_OF, tell=lambda step, done, total: None)


def _basis(folder: Path) -> Basis:
    decided = _decided(folder)
    return Basis(decided.tables, decided.worked, decided.lines)


@pytest.fixture(scope="module")
def explained(folder: Path) -> list[Explanation]:
    basis = _basis(folder)
    told = [explain_line(basis, line_id) for line_id in basis.lines["line_id"]]
    return [one for one in told if one is not None]


def _of_one(tmp_path: Path, line: str, *acts: Act) -> Explanation:
    """Explain a line of one person; the line is named without the person's own prefix."""
    person = Person(1)
    for act in acts:
        act(person)
    write([person], tmp_path)
    kind, _, row = line.partition(":")
    told = explain_line(_basis(tmp_path), f"{kind}:DEMO-01-{row}")
    assert told is not None
    return told


def test_every_reason_has_its_grounds() -> None:
    assert set(GROUNDS) == set(Reason)
    assert len(GROUNDS) == len(SCOPE) + len(GATES) + len(MONTH)


def test_every_line_of_the_demo_is_explained_in_one_sentence(explained: list[Explanation]) -> None:
    assert len(explained) > 300
    for told in explained:
        assert told.sentence.endswith(".")
        assert (told.line["reasons"] or "") == ";".join(finding.reason for finding in told.findings)
        assert not told.findings or told.findings[0].decision == told.line["decision"]


def test_every_reason_is_explained_with_words_source_facts_and_what_would_change_it(
    explained: list[Explanation],
) -> None:
    seen = set()
    for finding in (finding for told in explained for finding in told.findings):
        seen.add(finding.reason)
        assert finding.words.endswith("."), finding.reason
        assert "Guide" in finding.source or "agreed" in finding.source
        assert finding.facts, finding.reason
        assert finding.would_change.endswith("."), finding.reason
        assert "{" not in finding.would_change
        assert "(no " not in finding.would_change or finding.reason in {"row-unreadable", "date-missing"}, finding

    assert seen == set(Reason)


def _as_read(text: str) -> set[str | None]:
    day = read_date(text)
    return {text or None, None if day is None else day.isoformat(), read_money(text), text.removesuffix(" term")}


def test_every_fact_is_the_cell_that_stands_in_the_file(explained: list[Explanation], folder: Path) -> None:
    files = {path.name: list(csv.reader(path.read_text("utf-8").splitlines())) for path in folder.iterdir()}
    facts = {fact for told in explained for finding in told.findings for fact in finding.facts if fact.line}

    checked = 0
    for fact in facts:
        if fact.file not in files or fact.line is None:
            continue
        rows = files[fact.file]
        text = rows[fact.line - 1][rows[0].index(fact.field)] if fact.field in rows[0] else ""
        assert fact.value in _as_read(text) | ({None} if fact.value is None else set()), fact
        assert fact.id in rows[fact.line - 1]
        checked += 1
    assert checked > 200


def test_no_explanation_names_a_person_or_a_vendor(explained: list[Explanation]) -> None:
    told = json.dumps([dataclasses.asdict(one.findings[0]) for one in explained if one.findings])

    for private in ("Testperson", "Number 1", "Testvendor", "Testworks"):
        assert private not in told


def test_a_finding_names_what_was_there_instead(tmp_path: Path) -> None:
    told = _of_one(
        tmp_path, "service:SER1", service("2026-04-07"), changed("assessments", {}, completed_on="2026-04-09")
    )

    late = next(finding for finding in told.findings if finding.reason == Reason.ASSESSMENT_LATE)
    assert Fact("assessments", "DEMO-01-ASS1", "completed_on", "2026-04-09", "assessments.csv", 2) in late.facts
    assert late.would_change == "An assessment by IRCO on or before 2026-04-07."


def test_two_versions_of_a_row_are_shown_where_they_differ(explained: list[Explanation]) -> None:
    tied = next(told for told in explained if told.findings and told.findings[0].reason == Reason.VERSIONS_TIE)

    assert {fact.field for fact in tied.findings[0].facts} == {"status"}
    assert {fact.value for fact in tied.findings[0].facts} == {"Completed", "Cancelled"}


def test_a_service_to_enter_names_its_crosswalk_row_and_what_comes_first(tmp_path: Path) -> None:
    told = _of_one(tmp_path, "service:SER1", service("2026-04-07"))

    assert told.findings == ()
    assert told.line["decision"] == "enter"
    assert [row["service"] for row in told.crosswalk_rows] == ["Career Coaching"]
    assert told.crosswalk_rows[0]["component"] == told.line["entry_name"] == "Job Search Training"
    assert told.line["depends_on"] == "plan:DEMO-01-GOA2"


def test_a_payment_of_several_types_shows_all_their_rows_until_one_is_chosen(tmp_path: Path) -> None:
    told = _of_one(
        tmp_path, "payment:PAY1", service("2026-04-07"), payment("2026-04-08", payment_type="Transportation")
    )

    types = [row["ims_type"] for row in told.crosswalk_rows]
    assert types == ["Bus Pass", "Gas Voucher", "Other-Ride Share"]


EARLY = [service("2026-04-07"), payment("2026-04-03")]


def test_a_held_or_flagged_service_that_could_carry_a_payment_is_named(tmp_path: Path) -> None:
    told = _of_one(tmp_path, "payment:PAY1", *EARLY, service("2026-04-02", status="Started"))

    assert [(rescue.line_id, rescue.decision) for rescue in told.could_rescue] == [("service:DEMO-01-SER2", "flag")]
    assert told.could_rescue[0].why == "The status is not one that this control allows."


def test_a_service_of_another_program_is_named(tmp_path: Path) -> None:
    told = _of_one(tmp_path, "payment:PAY1", *EARLY, service("2026-04-02", program="Housing Works"))

    assert [rescue.program for rescue in told.could_rescue] == ["Housing Works"]


def test_a_service_in_the_career_boost_record_alone_is_named(tmp_path: Path) -> None:
    told = _of_one(tmp_path, "payment:PAY1", *EARLY, service("2026-04-02", program="Career Boost"))

    assert [rescue.line_id for rescue in told.could_rescue] == ["service:DEMO-01-SER2"]
    assert "no qualifying program has its original" in told.could_rescue[0].why


@pytest.mark.parametrize(
    "cells",
    [
        {"program": "Keys to Progress"},
        {"status": "Cancelled"},
        {"program": "Career Boost", "copied_from": "DEMO-01-SER1"},
    ],
    ids=["a record of Keys to Progress", "a service that did not take place", "a copy of a service"],
)
def test_what_cannot_carry_a_payment_is_not_named(cells: dict[str, str], tmp_path: Path) -> None:
    told = _of_one(tmp_path, "payment:PAY1", *EARLY, service("2026-04-02", **cells))

    assert told.could_rescue == ()


def test_a_service_after_the_payment_cannot_carry_it(tmp_path: Path) -> None:
    told = _of_one(tmp_path, "payment:PAY1", *EARLY, service("2026-04-04", status="Started"))

    assert told.could_rescue == ()


def test_a_type_is_suggested_by_the_words_written_about_the_payment(tmp_path: Path) -> None:
    bus = payment("2026-04-08", payment_type="Transportation", justification="monthly BUS fare to class")

    told = _of_one(tmp_path, "payment:PAY1", service("2026-04-07"), bus)

    assert told.suggestion is not None
    assert told.suggestion.type == "Bus Pass"
    assert "bus" in told.suggestion.ground
    assert told.line["decision"] == "flag"


def test_a_type_is_suggested_by_what_was_answered_for_the_same_vendor(tmp_path: Path) -> None:
    rides = [
        payment(f"2026-04-{day}", payment_type="Transportation", paid_to="Testwheels, Inc.") for day in ("08", "09")
    ]
    told_before = row_of(
        "choices", line_id="payment:DEMO-01-PAY1", answer="Gas Voucher", answered_by="DEMO-S1", answered_on="2026-04-10"
    )

    told = _of_one(tmp_path, "payment:PAY2", service("2026-04-07"), *rides, told_before)

    assert told.suggestion is not None
    assert told.suggestion.type == "Gas Voucher"
    assert "1 other payment to the same vendor" in told.suggestion.ground
    assert "Testwheels" not in told.suggestion.ground


def test_nothing_is_suggested_where_two_types_are_named(tmp_path: Path) -> None:
    both = payment("2026-04-08", payment_type="Transportation", justification="bus pass and gas")

    told = _of_one(tmp_path, "payment:PAY1", service("2026-04-07"), both)

    assert told.suggestion is None


def _run(folder: Path, asked: str, *more: str) -> subprocess.CompletedProcess[str]:
    return run_command_for_text("explain", asked, "--input", folder, "--as-of", AS_OF.isoformat(), *more)


def test_the_document_has_the_keys_that_the_contract_fixes(folder: Path) -> None:
    number = next(n for n, story in enumerate(STORIES, start=1) if story.shows == Reason.PAYMENT_BEFORE_FIRST_SERVICE)

    done = _run(folder, f"payment:DEMO-{number}-PAY1", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert set(told) >= {"line", "decision", "sentence", "findings", "crosswalk_row", "standing", "depends_on"}
    assert set(told["findings"][0]) >= {"reason", "decision", "words", "source", "facts", "would_change"}
    assert set(told["findings"][0]["facts"][0]) >= {"table", "id", "field", "value"}
    assert told["crosswalk_row"]["ims_type"] == "Child Care"
    assert told["crosswalk_version"]


def test_the_page_says_why_on_what_and_what_would_change_it(folder: Path) -> None:
    number = next(n for n, story in enumerate(STORIES, start=1) if story.shows == Reason.PAYMENT_BEFORE_FIRST_SERVICE)

    done = _run(folder, f"payment:DEMO-{number}-PAY1")

    for text in ("needs a person", "payment_date = 2026-04-02", "payments.csv, line", "Career Boost Data Entry Guide",
                 "What would change it: A service of 2026-04 dated on or before 2026-04-02"):  # fmt: skip
        assert text in done.stdout


def test_a_line_that_needs_nobody_leaves_with_0(folder: Path) -> None:
    assert _run(folder, "orientation:DEMO-01-ASS1").returncode == 0


def test_an_id_that_nothing_bears_names_the_nearest(folder: Path) -> None:
    done = _run(folder, "payment:DEMO-53-PAX1")

    assert done.returncode == 2
    assert "payment:DEMO-53-PAY1" in done.stderr


def test_a_day_long_gone_can_be_explained_too(folder: Path) -> None:
    decided = decide_folder(folder, read_configuration(CONFIG), date(2020, 1, 1), tell=lambda step, done, total: None)
    basis = Basis(decided.tables, decided.worked, decided.lines)

    assert all(explain_line(basis, line_id) for line_id in basis.lines["line_id"])
