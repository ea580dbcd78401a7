"""`status` says whether all is well, and in each trouble what is wrong and what to do; it never breaks itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.cli.status import screen
from sync.cli.status import status as command
from sync.jobs.looked_at import Problem
from sync.jobs.stop import stop
from sync.store import (
    Database,
    Ended,
    Lease,
    NewRun,
    Outcome,
    RunState,
    State,
    begin,
    begin_run,
    begin_schedule,
    claim,
    end_run,
    finish,
    lose_runs,
    set_reconcile_first,
)
from tests.places import NOW, Place, placed
from tests.schedules import local
from tests.services import service
from tests.store_rows import LEASE, offer_lines


@pytest.fixture
def place(ready_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with placed(ready_file, tmp_path, monkeypatch) as one:
        yield one


def ran(db: Database, job: str, ended: Ended, *, at: datetime = NOW, parent: int | None = None) -> int:
    run_id = begin_run(db, NewRun(job=job, actor="tester", versions={}, parent_id=parent), at - timedelta(minutes=5))
    end_run(db, run_id, ended, now=at)
    return run_id


def line_in(db: Database, state: State, *, at: datetime = NOW) -> None:
    """Let a line stand so in the ledger."""
    offer_lines(db, {"line_id": "service:S1"}, now=at)
    if state is State.TO_DO:
        return
    claim(db, "sender", 1, lease=Lease(at, LEASE))
    number = begin(db, "service:S1", "sender", now=at)
    finish(db, "service:S1", number, outcome=Outcome(state=state, meaning="any"), now=at)


def test_where_all_is_well_it_says_so(place: Place) -> None:
    ran(place.db, "pull", Ended(RunState.DONE, {}))

    found = place.look()

    assert (found.ok, found.exit_code, found.problems) == (True, 0, [])
    assert (found.database_whole, found.audit_whole, found.target_reachable) == (True, True, None)
    jobs = {job.name: (job.last_good, job.next_due) for job in found.jobs}
    assert jobs["pull"] == (NOW, None)
    assert jobs["run"] == (None, local("2026-04-20T18:00"))


@pytest.mark.parametrize(
    ("state", "age", "words"),
    [
        (State.UNCLEAR, 0, "1 lines are unclear"),
        (State.REFUSED, 0, "1 lines were refused"),
        (State.FLAGGED, 0, "1 lines are flagged"),
        (State.TO_DO, 8 * 24, "1 lines wait too long to be entered"),
        (State.WRITTEN, 8 * 24, "1 lines were written, but not read back for long"),
        (State.TO_DO, 1, None),
        (State.WRITTEN, 1, None),
    ],
)
def test_lines_that_need_somebody_are_counted_with_their_age(
    state: State, age: int, words: str | None, place: Place
) -> None:
    at = NOW - timedelta(hours=age)
    line_in(place.db, state, at=at)

    found = place.look()

    assert [(problem.what, problem.since) for problem in found.problems] == ([(words, at)] if words else [])
    assert found.exit_code == bool(words)


@pytest.mark.parametrize(
    ("ended", "told", "code"),
    [
        (Ended(RunState.FAILED, {}, "no answer"), "pull is failed, run 2: no answer", 1),
        (Ended(RunState.STOPPED, {}, "the brake"), "pull is stopped, run 2: the brake", 5),
        (Ended(RunState.STOPPED, {}, "asked to stop"), None, 0),
        (Ended(RunState.STOPPED, {}, "the target is a person: key"), None, 0),
        (Ended(RunState.NEEDS_A_PERSON, {}), "the pull from I-Trac was incomplete", 1),
    ],
)
def test_a_job_that_ended_badly_is_named_until_it_ends_well(
    ended: Ended, told: str | None, code: int, place: Place
) -> None:
    ran(place.db, "pull", Ended(RunState.DONE, {}), at=NOW - timedelta(hours=1))
    ran(place.db, "pull", ended)

    found = place.look()
    ran(place.db, "pull", Ended(RunState.DONE, {}))

    assert ([problem.what for problem in found.problems], found.exit_code) == ([told] if told else [], code)
    assert place.whats() == []


def test_of_a_run_whose_part_failed_the_part_alone_is_named(place: Place) -> None:
    parent = begin_run(place.db, NewRun(job="run", actor="tester", versions={}), NOW)
    ran(place.db, "push", Ended(RunState.FAILED, {}, "no answer"), parent=parent)
    end_run(place.db, parent, Ended(RunState.FAILED, {}, "no answer"), now=NOW)

    assert place.whats() == ["push is failed, run 2: no answer"]


def test_a_run_that_gave_no_sign_of_life_is_lost(place: Place) -> None:
    begin_run(place.db, NewRun(job="push", actor="tester", versions={}), NOW - timedelta(hours=1))

    assert place.whats() == ["push is lost, run 1"]


def test_grave_mismatches_need_a_person(place: Place) -> None:
    ran(place.db, "reconcile", Ended(RunState.NEEDS_A_PERSON, {"grave": 3}))

    assert place.whats() == ["3 mismatches need a person"]


def test_the_stop_switch_and_a_restored_backup_are_named(place: Place, tmp_path: Path) -> None:
    stop(service(place.db, tmp_path), "a wrong crosswalk")
    with place.db.write() as conn:
        set_reconcile_first(conn, first=True)

    found = place.look()

    assert [problem.what.partition(",")[0] for problem in found.problems] == [
        "pushing is stopped: a wrong crosswalk", "the database was restored from a backup",
    ]  # fmt: skip
    assert found.problems[0].since is not None
    assert found.exit_code == 5


def test_a_due_time_that_no_scheduler_began_is_named_but_not_where_none_ever_kept_the_schedule(place: Place) -> None:
    before = place.whats(now=local("2026-04-20T19:00"))
    begin_schedule(place.db, "run", NOW)

    late = place.look(now=local("2026-04-20T18:16")).problems

    assert before == []
    assert place.whats(now=local("2026-04-20T18:14")) == []
    assert [(one.what, one.since) for one in late] == [
        ("run was due and no scheduler began it", local("2026-04-20T18:00"))
    ]


def test_an_entry_of_the_trail_that_was_changed_is_named(place: Place, tmp_path: Path) -> None:
    for why in ("first", "second"):
        stop(service(place.db, tmp_path), why)
    with place.db.write() as conn:
        conn.exec_driver_sql("DELETE FROM installation")
        conn.exec_driver_sql("UPDATE audit SET actor = 'nobody' WHERE seq = 1")

    found = place.look()

    assert [problem.what for problem in found.problems] == ["the audit trail is not whole from entry 1 on"]
    assert (found.audit_whole, found.database_whole) == (False, True)


def test_the_document_has_what_is_fixed(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    lose_runs(place.db, NOW, LEASE)
    code = command(config=place.config, database=place.url, json=True)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert code == 0
    assert set(told) >= {
        "ok", "problems", "jobs", "unclear", "target_reachable", "database_whole", "audit_whole",
        "crosswalk_published",
    }  # fmt: skip
    assert (told["ok"], told["unclear"], told["crosswalk_published"]) == (True, 0, True)
    assert set(told["jobs"][0]) >= {"name", "last_good", "next_due"}


def test_everything_fits_on_one_screen_however_much_is_wrong(place: Place) -> None:
    found = place.look(now=datetime(2026, 4, 20, 17, tzinfo=UTC))
    found.problems = [
        Problem(f"trouble {number}: {'word ' * 30}", NOW, "Do this, and then that, and look again.")
        for number in range(30)
    ]

    shown = screen(found)

    assert len(shown) <= 24
    assert max(map(len, shown)) < 80
    assert shown[0].startswith("30 things are not well:")
    assert "more: ims-sync status --json" in shown[-1]
