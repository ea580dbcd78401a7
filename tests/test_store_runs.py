"""Every run is remembered as it began and as it ended; one that falls silent counts as lost."""

from typing import Any

import pytest

from sync.errors import StoreError
from sync.store import Database, Ended, NewRun, RunState, beat, begin_run, end_run, lose_runs, runs
from tests.store_rows import LEASE, NOW, minutes

DONE = Ended(RunState.DONE, {"lines": 3})


def new_run(**values: Any) -> NewRun:
    return NewRun(**{"job": "pull", "actor": "scheduler", "versions": {"crosswalk": "c0ffee"}, **values})


def test_a_run_is_remembered_with_who_began_it_and_what_came_of_it(database: Database) -> None:
    run_id = begin_run(database, new_run(reason="the nightly run"), NOW)
    end_run(database, run_id, Ended(RunState.NEEDS_A_PERSON, {"flag": 2}, "two lines are flagged"), now=minutes(3))

    (run,) = runs(database, 10)

    assert (run.id, run.job, run.actor, run.reason) == (run_id, "pull", "scheduler", "the nightly run")
    assert (run.state, run.outcome, run.counts) == (RunState.NEEDS_A_PERSON, "two lines are flagged", {"flag": 2})
    assert (run.started_at, run.ended_at) == (NOW, minutes(3))
    assert run.versions == {"crosswalk": "c0ffee"}


def test_a_run_that_is_done_again_is_a_child_and_its_parent_stays_as_it_was(database: Database) -> None:
    parent = begin_run(database, new_run(actor="A. Admin"), NOW)
    end_run(database, parent, Ended(RunState.FAILED, {}), now=minutes(1))
    before = runs(database, 1)

    child = begin_run(database, new_run(actor="B. Admin", parent_id=parent), minutes(5))

    newest, older = runs(database, 10)
    assert (newest.id, newest.parent_id, newest.actor, newest.started_at) == (child, parent, "B. Admin", minutes(5))
    assert [older] == before


def test_the_newest_runs_come_first_and_no_more_than_asked_for(database: Database) -> None:
    ids = [begin_run(database, new_run(), minutes(n)) for n in range(4)]

    assert [run.id for run in runs(database, 2)] == [ids[3], ids[2]]


def test_a_run_without_a_sign_of_life_is_lost_and_one_that_beats_is_not(database: Database) -> None:
    silent, alive = begin_run(database, new_run(), NOW), begin_run(database, new_run(), NOW)
    ended = begin_run(database, new_run(), NOW)
    end_run(database, ended, DONE, now=NOW)
    beaten = beat(database, alive, minutes(2))

    lost = [list(lose_runs(database, minutes(number), LEASE)) for number in (2, 2.1, 2.2)]

    assert beaten
    assert lost == [[], [silent], []]
    assert {run.id: run.state for run in runs(database, 9)} == {
        silent: RunState.LOST, alive: RunState.RUNNING, ended: RunState.DONE,
    }  # fmt: skip


def test_a_lost_run_learns_it_at_its_next_beat_and_may_still_say_how_it_ended(database: Database) -> None:
    run_id = begin_run(database, new_run(), NOW)
    lose_runs(database, minutes(5), LEASE)

    beaten = beat(database, run_id, minutes(6))
    end_run(database, run_id, Ended(RunState.STOPPED, {}, "was lost"), now=minutes(7))

    assert not beaten
    assert runs(database, 1)[0].state is RunState.STOPPED


def test_a_run_ends_once(database: Database) -> None:
    run_id = begin_run(database, new_run(), NOW)
    end_run(database, run_id, DONE, now=minutes(1))

    with pytest.raises(StoreError, match=f"run {run_id} is not open"):
        end_run(database, run_id, Ended(RunState.FAILED, {}), now=minutes(2))

    assert runs(database, 1)[0].state is RunState.DONE


def test_an_instant_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StoreError):
        begin_run(database, new_run(), NOW.replace(tzinfo=None))

    assert runs(database, 1) == []
