"""What reconciling finds becomes items to review, and an answer that is given there reaches the next plan."""

import csv
from pathlib import Path

import pytest

from sync.checks.kinds import KINDS as CHECKED
from sync.jobs.plan import decide_tables
from sync.jobs.reconcile import reconcile
from sync.jobs.review import explained, item, root_causes, work_list
from sync.jobs.review_acts import Target, Whose, settle, undo
from sync.jobs.review_filter import Filter
from sync.jobs.review_rules import Ruling
from sync.jobs.review_together import selection, settle_many
from sync.jobs.service import Job, Service, running
from sync.pretend.everybody import write_everybody
from sync.reconcile.kinds import KINDS as RECONCILED
from sync.reconcile.settling import CHOICES, choices_for
from sync.store import Database, lines_of_plan
from sync.store.review_states import ReviewState
from sync.tables import read_folder
from tests.services import done, lay_exports, planned, service
from tests.support import enforced_configuration, lines_of, write_tables
from tests.world_of_demo import AS_OF

ANNA = Whose("anna")


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Service:
    """The people of the demo, pulled, read back, planned and reconciled."""
    made = tmp_path / "made"
    made.mkdir()
    write_everybody(made)
    tables = {path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in made.iterdir()}
    lay_exports(tmp_path, tables)
    opened = service(database, tmp_path, configuration=enforced_configuration())
    for name in ("pull", "readback"):
        done(opened, name)
    planned(opened, AS_OF)
    reconciled(opened)
    return opened


def reconciled(own: Service) -> Job:
    with running(own, "reconcile") as job:
        reconcile(own, job)
    return job


def first_with(own: Service, reason: str) -> str:
    return work_list(own, Filter(reason=frozenset({reason}))).rows[0].item_id


def answer(own: Service, item_id: str, ruling: Ruling) -> None:
    settle(own, Target(item_id, item(own, item_id).seen), ruling=ruling, whose=ANNA)


def line_now(own: Service, line_id: str | None) -> dict[str, str | None]:
    plan = planned(own, AS_OF).plan
    return lines_of_plan(own.db, plan.id, line_ids=[line_id or ""]).to_dicts()[0]


def test_every_mismatch_is_an_item_and_a_flagged_line_is_one_once(own: Service) -> None:
    with running(own, "reconcile") as job:
        decided, found = reconcile(own, job)

    page = work_list(own, Filter())
    flagged = set(decided.lines.filter(decided.lines["decision"] == "flag")["line_id"])
    at_risk = set(found.filter(found["kind"] == "money-at-risk")["line_id"])
    assert page.total == len(found) + len(flagged - at_risk)
    assert {kind: n for kind, n in page.facets["kind"].items() if kind != "flag"} == job.counts["mismatches"]
    assert job.counts["open"] == len(found)


def test_every_item_can_be_shown_and_its_cause_said(own: Service) -> None:
    every = [row for number in range(1, work_list(own, Filter()).pages + 1)
             for row in work_list(own, Filter(), number).rows]  # fmt: skip

    for row in every:
        told = item(own, row.item_id)
        assert told.words.endswith(".")
        assert told.choices
        assert told.cause is not None
        assert told.cause.sentence.endswith(".")

    assert len({row.item_id for row in every}) == work_list(own, Filter()).total


def test_one_cause_says_how_many_it_clears(own: Service) -> None:
    causes = root_causes(own, Filter(), limit=1000)

    assert sum(one.every for one in causes) == work_list(own, Filter()).total
    for one in causes:
        listed = work_list(own, Filter(cause=frozenset({one.cause})))
        assert listed.total == one.every
        assert str(one.alone) in one.sentence


def test_an_explanation_of_an_item_is_that_of_the_whole_database(own: Service) -> None:
    item_id = first_with(own, "choose-ims-type")

    told = explained(own, item_id)

    assert "choose-ims-type" in str(told)


def test_reconciling_counts_what_is_settled_and_needs_nobody_when_all_is(own: Service) -> None:
    before = reconciled(own)
    for severity, decision in (("claim", "evidence-elsewhere"), ("data", "corrected-in-itrac"),
                               ("money", "corrected-in-itrac")):  # fmt: skip
        given = Filter(severity=frozenset({severity}))
        ruling = Ruling(decision=decision, reason="seen", note="kept in the folder")
        settle_many(own, given, selection(own, given), ruling=ruling, whose=ANNA)

    after = reconciled(own)

    assert before.needs_a_person
    assert not after.needs_a_person
    assert after.counts["mismatches"] == before.counts["mismatches"]
    assert after.counts["settled"] + after.counts["open"] == before.counts["open"]


def test_the_type_that_was_chosen_is_planned_and_its_undo_takes_it_back(own: Service) -> None:
    item_id = first_with(own, "choose-ims-type")
    told = item(own, item_id)
    before = line_now(own, told.row.line_id)
    answer(own, item_id, Ruling(decision="type", reason="the receipt says so", answer=told.types[0]))

    chosen = line_now(own, told.row.line_id)
    undo(own, Target(item_id, item(own, item_id).seen), whose=ANNA)
    after = line_now(own, told.row.line_id)

    assert chosen["entry_name"] == told.types[0]
    assert "choose-ims-type" not in (chosen["reasons"] or "")
    assert after == before


def test_an_answer_outlives_the_next_pull_of_the_exports(own: Service) -> None:
    item_id = first_with(own, "choose-ims-type")
    told = item(own, item_id)
    answer(own, item_id, Ruling(decision="type", reason="the receipt says so", answer=told.types[0]))

    other = {"line_id": "payment:none", "answer": "same", "answered_by": "bela", "answered_on": "2026-04-01"}
    write_tables(own.settings.itrac.folder, {"choices": [other]})

    done(own, "pull")

    assert line_now(own, told.row.line_id)["entry_name"] == told.types[0]


def test_deciding_about_the_exports_with_the_answers_gives_the_plan(own: Service, tmp_path: Path) -> None:
    item_id = first_with(own, "choose-ims-type")
    told = item(own, item_id)
    answer(own, item_id, Ruling(decision="type", reason="the receipt says so", answer=told.types[0]))
    plan = planned(own, AS_OF).plan

    stamp = own.now().isoformat().replace("+00:00", "Z")
    given = {"line_id": told.row.line_id or "", "answer": told.types[0], "answered_by": "anna", "answered_on": stamp}
    write_tables(tmp_path / "made", {"choices": [given]})
    worked = decide_tables(own, read_folder(tmp_path / "made", {}), AS_OF)

    assert lines_of(worked).equals(lines_of_plan(own.db, plan.id))


def test_an_answered_item_is_gone_after_the_next_reconciliation(own: Service) -> None:
    item_id = first_with(own, "possibly-in-ims")
    answer(own, item_id, Ruling(decision="different", reason="another payment"))

    reconciled(own)

    assert item(own, item_id).row.state in {ReviewState.GONE, ReviewState.REOPENED}


def test_every_kind_has_decisions_and_every_decision_is_in_words() -> None:
    for check in (*RECONCILED, *CHECKED):
        assert choices_for(check.kind, check.severity, set())

    assert all(choice.words.endswith(".") for choice in CHOICES.values())
