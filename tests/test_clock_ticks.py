"""Each due time is done once, by whoever takes it; what was missed is caught up once, with the newest."""

from datetime import timedelta

import pytest

from sync.store import (
    Database,
    Ended,
    NewRun,
    RunState,
    TickState,
    attach,
    begin_run,
    begin_schedule,
    end_run,
    end_tick,
    lose_runs,
    take,
    take_again,
    ticks,
)
from tests.schedules import Kept, local, schedule
from tests.store_rows import LEASE, NOW, minutes


def states(db: Database) -> dict[str, str]:
    return {f"{tick.due_at:%H:%M}": tick.state for tick in ticks(db, 100)}


def test_the_first_start_of_all_catches_up_nothing(database: Database) -> None:
    kept = Kept(database, schedule())

    assert kept.at("2026-04-20T10:00") == kept.at("2026-04-20T17:59") == []
    assert kept.at("2026-04-20T18:00") == ["run 2026-04-20 18:00"]
    assert kept.at("2026-04-20T18:00") == []


def test_what_was_due_while_no_scheduler_ran_is_caught_up_once_and_the_older_ones_are_seen_as_skipped(
    database: Database,
) -> None:
    Kept(database, schedule()).at("2026-04-20T10:00")
    restarted = Kept(database, schedule(), name="restarted")

    did = restarted.at("2026-05-11T12:00")

    assert did == ["run 2026-05-11 05:30"]
    assert restarted.at("2026-05-11T12:01") == []
    told = [tick.state for tick in ticks(database, 100)]
    assert (told.count(TickState.ENDED), told.count(TickState.SKIPPED), told.count(TickState.FIRST_SEEN)) == (1, 41, 1)


def test_two_schedulers_do_each_due_time_once(database: Database) -> None:
    both = [Kept(database, schedule(), name=name) for name in ("first", "second")]
    for hour in range(24 * 8):
        for kept in both if hour % 2 else reversed(both):
            kept.every(timedelta(hours=1), local("2026-04-20T00:30") + timedelta(hours=hour),
                       local("2026-04-20T00:30") + timedelta(hours=hour))  # fmt: skip

    did = [one for kept in both for one in kept.did]

    assert len(did) == len(set(did)) == 16
    assert all(kept.did for kept in both)


def test_a_scheduler_whose_clock_is_behind_does_nothing_again(database: Database) -> None:
    ahead, behind = Kept(database, schedule()), Kept(database, schedule(), name="behind")
    ahead.at("2026-04-20T05:00")
    ahead.at("2026-04-20T18:00")

    assert behind.at("2026-04-20T05:30") == []


@pytest.mark.parametrize("at", ["01:00", "02:59"])
def test_nothing_begins_in_the_night_not_even_what_was_missed(at: str, database: Database) -> None:
    kept = Kept(database, schedule())
    kept.at("2026-04-20T10:00")

    assert kept.at(f"2026-04-21T{at}") == []
    assert kept.at("2026-04-21T03:00") == ["run 2026-04-20 18:00"]


def test_nothing_that_sends_begins_in_the_quiet_hours_and_the_rest_does(database: Database) -> None:
    rows = [{"job": job, "days": "every day", "at": ["18:00"]} for job in ("run", "push", "pull")]
    kept = Kept(database, schedule(*rows, quiet_from="20:00", quiet_to="05:00"))
    kept.at("2026-04-20T10:00")

    assert kept.at("2026-04-20T21:00") == ["pull 2026-04-20 18:00"]
    assert kept.at("2026-04-21T05:00") == ["run 2026-04-20 18:00", "push 2026-04-20 18:00"]


def test_a_job_that_is_new_in_the_schedule_catches_up_nothing(database: Database) -> None:
    Kept(database, schedule()).at("2026-04-20T10:00")
    more = [{"job": job, "days": "every day", "at": ["05:30"]} for job in ("run", "reconcile")]

    assert Kept(database, schedule(*more)).at("2026-04-22T10:00") == ["run 2026-04-22 05:30"]


def test_the_next_look_is_at_the_next_due_time_or_soon(database: Database) -> None:
    keeper = Kept(database, schedule()).timekeeper
    now = local("2026-04-20T17:59:30")

    assert keeper.wakes_at(now, timedelta(minutes=1)) == local("2026-04-20T18:00")
    assert keeper.wakes_at(local("2026-04-20T12:00"), timedelta(minutes=1)) == local("2026-04-20T12:01")


def test_on_days_of_daylight_saving_nothing_is_done_twice_and_nothing_is_missed(database: Database) -> None:
    kept = Kept(database, schedule({"job": "run", "days": "every day", "at": ["00:30", "03:00", "05:30"]}))
    kept.at("2026-03-07T06:00")

    spring = kept.every(timedelta(minutes=10), local("2026-03-07T06:00"), local("2026-03-09T00:00"))
    kept.at("2026-10-31T06:00")
    autumn = kept.every(timedelta(minutes=10), local("2026-10-31T06:00"), local("2026-11-02T00:00"))

    assert spring == [f"run 2026-03-08 {at}" for at in ("00:30", "03:00", "05:30")]
    assert autumn == [f"run 2026-11-01 {at}" for at in ("00:30", "03:00", "05:30")]


def begun(db: Database, at: float = 0) -> int:
    return begin_run(db, NewRun(job="run", actor="scheduler", versions={}), minutes(at))


def taken(db: Database, at: float = 0, by: str = "first") -> int:
    """Take a tick that is due then and begin its run; return the run."""
    tick = take(db, "run", [minutes(at)], by=by, now=minutes(at))
    assert tick is not None
    run_id = begun(db, at)
    attach(db, tick, run_id)
    return run_id


def test_a_tick_whose_taker_died_is_caught_up_once_more_and_then_given_up(database: Database) -> None:
    begin_schedule(database, "run", minutes(-1))
    taken(database)

    early = take_again(database, "run", by="second", now=minutes(5), lease=LEASE)
    lose_runs(database, minutes(5), LEASE)
    again = take_again(database, "run", by="second", now=minutes(5), lease=LEASE)
    assert again is not None
    attach(database, again, begun(database, 5))
    lose_runs(database, minutes(15), LEASE)
    third = take_again(database, "run", by="third", now=minutes(15), lease=LEASE)

    assert (early, again.tries, again.taken_by, third) == (None, 2, "second", None)
    assert states(database)["15:00"] == TickState.GIVEN_UP


def test_a_tick_whose_taker_died_before_its_run_began_is_caught_up_when_its_lease_is_over(database: Database) -> None:
    begin_schedule(database, "run", minutes(-1))
    take(database, "run", [NOW], by="first", now=NOW)

    assert take_again(database, "run", by="second", now=minutes(2), lease=LEASE) is None
    assert take_again(database, "run", by="second", now=minutes(2.1), lease=LEASE) is not None
    assert take_again(database, "run", by="third", now=minutes(2.1), lease=LEASE) is None


@pytest.mark.parametrize(
    ("state", "outcome", "again"),
    [
        (RunState.DONE, None, False), (RunState.FAILED, "no answer", False), (RunState.NEEDS_A_PERSON, None, False),
        (RunState.STOPPED, "the brake", False), (RunState.STOPPED, None, False),
        (RunState.STOPPED, "asked to stop", True), (RunState.LOST, None, True),
    ],
)  # fmt: skip
def test_only_a_run_that_was_lost_or_asked_to_stop_is_caught_up(
    state: RunState, outcome: str | None, again: bool, database: Database
) -> None:
    begin_schedule(database, "run", minutes(-1))
    end_run(database, taken(database), Ended(state, {}, outcome), now=minutes(1))

    found = take_again(database, "run", by="second", now=minutes(2), lease=LEASE)

    assert (found is not None) == again
    assert states(database)["15:00"] == (TickState.TAKEN if again else TickState.ENDED)


def test_a_newer_tick_takes_the_place_of_one_whose_taker_died(database: Database) -> None:
    begin_schedule(database, "run", minutes(-1))
    taken(database)
    end_run(database, taken(database, 60), Ended(RunState.DONE, {}), now=minutes(61))
    lose_runs(database, minutes(70), LEASE)

    assert take_again(database, "run", by="second", now=minutes(70), lease=LEASE) is None
    assert states(database) == {
        "14:59": TickState.FIRST_SEEN, "15:00": TickState.ENDED, "16:00": TickState.ENDED
    } | {"15:00": TickState.GIVEN_UP}  # fmt: skip


def test_whoever_lost_a_tick_does_not_end_it(database: Database) -> None:
    begin_schedule(database, "run", minutes(-1))
    first = take(database, "run", [NOW], by="first", now=NOW)
    take_again(database, "run", by="second", now=minutes(5), lease=LEASE)
    assert first is not None

    end_tick(database, first, minutes(6))

    assert states(database)["15:00"] == TickState.TAKEN
