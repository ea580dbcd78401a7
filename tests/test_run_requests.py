"""A run that somebody asks for on a page is done once, by whoever looks first, and can be taken back until then."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import AskedToStop, WrongCall
from sync.jobs.asked_runs import ask, asked, run_next_asked, take_back
from sync.jobs.scheduled import Doer, of_the_scheduler
from sync.jobs.ticking import Timekeeper
from sync.store import Database, RunState, newest_plan, runs
from sync.store.run_requests import put_back_request, run_requests, take_request
from tests.schedules import PORTLAND, local, schedule
from tests.services import edges, service
from tests.store_rows import NOW, rows_in
from tests.world_of_demo import TWO_EQUAL, World, world


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[World]:
    with world(database, tmp_path) as one:
        one.lay(TWO_EQUAL)
        yield one


def test_what_was_asked_first_is_taken_first_and_each_once(database: Database, tmp_path: Path) -> None:
    here = service(database, tmp_path)
    for month in ("2026-03", "2026-02"):
        ask(here, month, "late rows")

    taken = [take_request(database, by="first", now=NOW) for _ in range(3)]

    assert [one.month if one else None for one in taken] == ["2026-03", "2026-02", None]


def test_two_schedulers_that_look_at_once_never_take_one_twice(database: Database, tmp_path: Path) -> None:
    here = service(database, tmp_path)
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    for month in months:
        ask(here, month, "late rows")
    took: list[str] = []
    ready = threading.Barrier(4)

    def look(name: str) -> None:
        ready.wait()
        while one := take_request(database, by=name, now=NOW):
            took.append(one.month)

    lookers = [threading.Thread(target=look, args=(f"looker {number}",)) for number in range(4)]
    for one in lookers:
        one.start()
    for one in lookers:
        one.join()

    assert sorted(took) == months


def test_a_month_waits_once_however_often_it_is_asked_for(database: Database, tmp_path: Path) -> None:
    here = service(database, tmp_path)
    ask(here, "2026-03", "late rows")

    with pytest.raises(WrongCall, match="asked for already"):
        ask(here, "2026-03", "again")
    take_request(database, by="first", now=NOW)
    ask(here, "2026-03", "more rows came")

    assert [one.waits for one in run_requests(database, 9)] == [True, False]


def test_it_is_taken_back_until_it_is_taken(database: Database, tmp_path: Path) -> None:
    here = service(database, tmp_path)
    first = ask(here, "2026-03", "late rows")
    take_back(here, first.id)
    second = ask(here, "2026-03", "after all")
    took = take_request(database, by="first", now=NOW)

    for gone in (first, second):
        with pytest.raises(WrongCall, match="does not wait any more"):
            take_back(here, gone.id)

    assert took is not None
    assert took.id == second.id
    acts = [(row["actor"], row["act"]) for row in rows_in(database, "audit")]
    assert acts == [("tester", "run asked"), ("tester", "run taken back"), ("tester", "run asked")]


@pytest.mark.parametrize("month", ["", "2026-13", "2026-4", "2026-05", "april", "2026-04-01"])
def test_what_is_no_month_that_has_begun_is_refused(month: str, database: Database, tmp_path: Path) -> None:
    with pytest.raises(WrongCall, match="no month that has begun"):
        ask(service(database, tmp_path), month, "late rows")

    assert run_requests(database, 9) == []


def test_one_that_was_put_back_waits_again_unless_its_month_was_asked_for_anew(
    database: Database, tmp_path: Path
) -> None:
    here = service(database, tmp_path)
    one, other = (ask(here, month, "late rows") for month in ("2026-02", "2026-03"))
    for _ in range(2):
        take_request(database, by="first", now=NOW)
    ask(here, "2026-03", "again")

    for request in (one, other):
        put_back_request(database, request.id)

    assert [(request.month, request.waits) for request in run_requests(database, 9)] == [
        ("2026-03", True), ("2026-03", False), ("2026-02", True),
    ]  # fmt: skip


def keeper(made: World, **given: str) -> Timekeeper:
    """Return a scheduler with nothing scheduled for now."""
    chosen = schedule({"job": "remind", "days": "every day", "at": ["12:00"]}, **given)
    settings = made.service.settings.model_copy(update={"schedule": chosen})
    here = replace(made.service, settings=settings, outer=edges(made.clock))
    doer = Doer(of_the_scheduler(here), lambda same: same, "first")
    return Timekeeper(made.service.db, chosen, PORTLAND, "first", doer.do, doer.look, doer.do_asked)


def test_the_scheduler_does_it_for_its_month_and_pushes_nothing_that_nobody_approved(
    made: World, database: Database
) -> None:
    made.plan()
    ask(made.service, "2026-04", "late rows")

    keeper(made).step(made.clock.at)
    keeper(made).step(made.clock.at + timedelta(minutes=1))

    plan = newest_plan(database)
    whole = [run for run in runs(database, 20) if run.job == "run"]
    assert plan is not None
    assert plan.settings["months"] == ["2026-04"]
    assert made.writes() == 0
    assert [(run.state, run.actor) for run in whole] == [(RunState.NEEDS_A_PERSON, "the scheduler")]
    shown = asked(made.service)
    assert shown.requests[0].run_id == whole[0].id
    assert shown.looked_at == made.clock.at + timedelta(minutes=1)


@pytest.mark.parametrize("at", ["2026-04-20T01:30", "2026-04-20T21:00"])
def test_in_the_night_and_in_the_quiet_hours_it_waits(at: str, made: World, database: Database) -> None:
    ask(made.service, "2026-04", "late rows")

    keeper(made, quiet_from="20:00", quiet_to="05:00").step(local(at))

    assert run_requests(database, 1)[0].waits
    assert asked(made.service).looked_at == local(at)


def test_where_no_scheduler_runs_the_command_does_it_in_the_name_of_who_runs_it(
    made: World, database: Database
) -> None:
    ask(made.service, "2026-04", "late rows")

    job = run_next_asked(replace(made.service, outer=edges(made.clock)), by="tester")

    assert job is not None
    assert run_requests(database, 1)[0].run_id == job.run_id
    assert run_next_asked(made.service, by="tester") is None


def test_one_that_is_asked_to_stop_before_it_begins_waits_for_the_next_look(made: World, database: Database) -> None:
    ask(made.service, "2026-04", "late rows")
    made.service.ending.ask()

    with pytest.raises(AskedToStop):
        run_next_asked(made.service, by="tester")

    assert run_requests(database, 1)[0].waits
