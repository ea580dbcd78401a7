"""The scheduler pushes within the brake's limits, or what a person approved; it reminds before a month ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.errors import WrongCall
from sync.jobs.approval import approve
from sync.jobs.months import Asked
from sync.jobs.reminders import remind, tell_reminders
from sync.jobs.run import scheduled_run
from sync.jobs.scheduled import of_the_scheduler
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.pretend.person import service
from sync.settings import Schedule
from sync.store import Database, newest_plan, runs
from tests.months import signed
from tests.services import edges
from tests.world_of_demo import TWO_EQUAL, World, world


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[World]:
    with world(database, tmp_path) as one:
        one.lay(TWO_EQUAL)
        yield one


def under(made: World, **given: object) -> Service:
    """Return the service as the scheduler uses it, under a schedule."""
    settings = made.service.settings.model_copy(update={"schedule": Schedule.model_validate(given)})
    return of_the_scheduler(replace(made.service, settings=settings, outer=edges(made.clock)))


def scheduled(made: World, **given: object) -> Job:
    chosen = under(made, **given)
    with running(chosen, "run") as job:
        scheduled_run(chosen, job, waiting=Waiting(made.clock.sleep))
    return job


def standing(db: Database) -> str:
    plan = newest_plan(db)
    assert plan is not None
    return plan.digest


def test_under_the_policy_person_a_plan_waits_and_the_run_says_for_what(made: World, database: Database) -> None:
    made.plan()

    job = scheduled(made)

    assert made.writes() == 0
    newest = next(run for run in runs(database, 10) if run.job == "run")
    assert (newest.state, newest.actor) == ("needs-a-person", "the scheduler")
    assert newest.outcome == job.waits_for
    assert f"plan {standing(database)} waits for approval" in str(newest.outcome)
    assert f"ims-sync approve --digest {standing(database)}" in str(newest.outcome)
    assert "reconcile" in job.counts


def test_the_next_scheduled_run_pushes_what_a_person_approved_before_anything_else(
    made: World, database: Database
) -> None:
    made.plan()
    scheduled(made)
    approve(made.service, standing(database), "looked at the six lines")

    job = scheduled(made)

    assert (made.writes(), job.waits_for) == (6, None)
    parts = [run.job for run in reversed(runs(database, 20)) if run.parent_id == job.run_id]
    assert parts[:2] == ["push", "pull"]


def test_after_it_nothing_waits_until_something_new_is_to_be_sent(made: World, database: Database) -> None:
    made.plan()
    scheduled(made)
    approve(made.service, standing(database), "looked at")
    scheduled(made)

    quiet = scheduled(made)
    made.lay(TWO_EQUAL, [service("2026-04-09")])
    made.plan()
    waits = scheduled(made)

    assert quiet.waits_for is None
    assert "4 lines to send" in str(waits.waits_for)
    assert made.writes() == 6


def test_the_reason_and_the_person_are_kept_with_the_plan_and_in_the_trail(made: World, database: Database) -> None:
    digest = made.plan()

    approve(made.service, digest, "looked at")

    plan = newest_plan(database)
    assert plan is not None
    assert (plan.approved_by, plan.approved_reason, plan.approved_at) == ("tester", "looked at", made.clock.at)


def test_what_is_no_plan_cannot_be_approved(made: World) -> None:
    made.plan()

    with pytest.raises(WrongCall, match="no plan has this digest"):
        approve(made.service, "00", "looked at")


def test_under_the_policy_automatic_the_first_push_of_all_waits_since_nothing_is_usual_yet(made: World) -> None:
    made.plan()

    job = scheduled(made, push_approval="automatic")

    assert made.writes() == 0
    assert "waits for approval" in str(job.waits_for)


def test_under_the_policy_automatic_what_is_usual_goes_by_itself(made: World, database: Database) -> None:
    made.push(made.plan())
    made.lay(TWO_EQUAL, [service("2026-04-09")])
    made.plan()

    job = scheduled(made, push_approval="automatic")

    assert (made.writes(), job.waits_for) == (10, None)


def test_under_the_policy_automatic_the_brake_stops_what_is_not_usual(made: World) -> None:
    made.push(made.plan())
    made.lay(*[TWO_EQUAL] * 12)
    made.plan()

    with pytest.raises(Exception, match="usual are 6"):
        scheduled(made, push_approval="automatic")

    assert made.writes() == 6


def test_in_the_quiet_hours_the_scheduler_sends_nothing_and_a_person_may(made: World, database: Database) -> None:
    digest = made.plan()
    approve(made.service, digest, "looked at")
    quiet = {"quiet_from": "09:00", "quiet_to": "11:00", "job": []}  # the clock stands at 10:00

    scheduled(made, **quiet)
    silent = made.writes()
    made.push(digest)

    assert silent == 0
    stopped = [run.outcome for run in runs(database, 20) if run.state == "stopped"]
    assert stopped == ["quiet hours from 09:00 to 11:00"] * len(stopped)
    assert stopped
    assert made.writes() == 6


@pytest.mark.parametrize(
    ("at", "count"),
    [("2026-04-25T20:00", 0), ("2026-04-26T20:00", 1), ("2026-05-01T06:59", 1), ("2026-05-01T07:00", 0)],
)
def test_before_a_month_ends_it_reminds_of_what_is_not_entered(at: str, count: int, made: World) -> None:
    made.plan()
    made.clock.at = datetime.fromisoformat(at).replace(tzinfo=UTC)

    found = remind(made.service)

    assert len(found) == count
    for one in found:
        assert (one.month, one.open, one.held) == ("2026-04", 3, 0)
        assert one.what == "2026-04 ends on 2026-04-30: 3 lines are still to be entered, 0 are held"
        assert "can't invoice for payment unless entered in iMatchSkills" in one.source


def test_a_month_that_is_entered_needs_no_reminder(made: World) -> None:
    made.push(made.plan())
    made.clock.at = datetime(2026, 4, 30, 20, tzinfo=UTC)

    assert remind(made.service) == []


def test_a_month_that_somebody_signed_needs_no_reminder(made: World) -> None:
    made.plan()
    made.clock.at = datetime(2026, 4, 30, 20, tzinfo=UTC)
    before = remind(made.service)

    signed(made.service, Asked("IRCO", "2026-04"))

    assert len(before) == 1
    assert remind(made.service) == []


def test_a_reminder_is_told_and_its_run_needs_a_person(made: World) -> None:
    made.plan()
    made.clock.at = datetime(2026, 4, 30, 20, tzinfo=UTC)
    told: list[str] = []

    speaking = replace(made.service, tell=lambda text, _done, _total: told.append(text))
    with running(speaking, "remind") as job:
        tell_reminders(speaking, job)

    assert told == [job.waits_for]
    assert job.counts == {"reminders": 1, "open": 3}
