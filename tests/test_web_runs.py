"""The pages about runs: the plan beside what is usual, the schedule, and what ran."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.store import (
    Database,
    Ended,
    NewRun,
    RunState,
    attach,
    begin_run,
    begin_schedule,
    end_run,
    end_tick,
    lines_of_plan,
    newest_plan,
    offer,
    take,
)
from sync.store.accounts import Role
from sync.store.binding import note_scheduler
from tests.store_rows import offered
from tests.web import Pages, app_over, pages_over, with_people


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested in the store."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return with_people(pages_over(database, tmp_path), tmp_path)


def words(text: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def pushed(pages: Pages, new: int) -> None:
    """Let there be a push that offered so many new entries."""
    now = pages.clock.at
    run = begin_run(pages.service.db, NewRun(job="push", actor="tester", versions={}), now)
    end_run(pages.service.db, run, Ended(RunState.DONE, {"offered": {"new": new}}), now=now)


def test_the_plan_stands_beside_what_is_usual_and_the_limit_of_the_brake(pages: Pages) -> None:
    pushed(pages, 8)

    shown = words(pages.signed_in(Role.OPERATIONS).get("/runs").text)

    new = re.search(r"It has (\d+) new entries; a push usually has 8, and the brake stops one with more than 58", shown)
    assert new is not None
    assert f"New entries of this plan {new[1]} Usual: the median of the last pushes 8" in shown
    assert "Far more than usual" not in shown


def test_before_the_first_push_nothing_is_usual(pages: Pages) -> None:
    shown = words(pages.signed_in(Role.OPERATIONS).get("/runs").text)

    assert "Nothing was pushed before, so nothing is usual yet" in shown
    assert "The brake stops a push with more than no limit yet" in shown


def test_a_plan_beyond_the_brake_is_warned_of(pages: Pages) -> None:
    narrow = pages.service.settings.brake.model_copy(update={"share": 0, "count": 0})
    made = replace(pages.service, settings=pages.service.settings.model_copy(update={"brake": narrow}))
    tight = Pages(app_over(made), made, pages.clock)
    pushed(tight, 1)

    assert "Far more than usual" in tight.signed_in(Role.REVIEWER).get("/runs").text


def test_what_was_offered_meanwhile_is_not_new_any_more(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)
    before = person.get("/runs").text

    with_people_offered(pages)

    assert "It has 0 new entries" not in before
    assert "It has 0 new entries" in person.get("/runs").text


def with_people_offered(pages: Pages) -> None:
    """Offer every line that the plan enters."""
    db = pages.service.db
    plan = newest_plan(db)
    assert plan is not None
    ids = lines_of_plan(db, plan.id, decisions=["enter"])["line_id"].to_list()
    with db.write() as conn:
        offer(conn, offered(*({"line_id": one} for one in ids)), plan_id=plan.id, now=pages.clock.at)


def test_the_schedule_says_when_what_is_due_and_what_came_of_the_last_time(pages: Pages) -> None:
    db, now = pages.service.db, pages.clock.at
    begin_schedule(db, "run", now - timedelta(days=2))
    tick = take(db, "run", [now - timedelta(hours=4)], by="first", now=now)
    assert tick is not None
    run = begin_run(db, NewRun(job="run", actor="the scheduler", versions={}), now)
    attach(db, tick, run)
    end_run(db, run, Ended(RunState.DONE, {}), now=now)
    end_tick(db, tick, now)

    shown = words(pages.signed_in(Role.REVIEWER).get("/runs").text)

    assert f"run weekdays 05:30, 18:00 2026-04-20 18:00 2026-04-20 06:00 Run {run}: done" in shown
    assert "remind weekdays 08:00 2026-04-21 08:00 never no scheduler has kept it yet" in shown
    assert "There are no quiet hours" in shown
    assert "A person approves each plan" in shown


def test_what_ran_has_a_page_of_its_own_that_the_others_lead_to(pages: Pages) -> None:
    person = pages.signed_in(Role.ADMIN)

    first = person.get("/runs").text
    history = person.get("/runs/history").text

    assert 'href="/runs/history"' in first
    assert '<th scope="col">How it ended</th>' not in first
    assert re.search(r'href="/runs/history" aria-current="page"', history)
    assert "plan done tester" in words(history)


def test_pictures_say_in_words_and_in_a_table_what_they_show(pages: Pages) -> None:
    plan = newest_plan(pages.service.db)
    assert plan is not None
    with_people_offered(pages)

    page = pages.signed_in(Role.ADMIN).get("/runs/pictures").text

    pictures = re.findall(r'<svg class="picture"[^>]* role="img" aria-labelledby="(\w+)-title \1-told">', page)
    assert pictures == ["days", "reasons", "ages"][: len(pictures)] or pictures == ["days", "ages"]
    assert page.count("<table") == len(pictures)
    assert all(f'id="{name}-{part}"' in page for name in pictures for part in ("title", "told"))
    for reason, lines in plan.counts["by_reason"].items():
        assert f'<th scope="row">{reason}</th>' in page
        assert f'<td class="number">{lines}</td>' in page


def test_operations_ask_for_a_run_see_that_it_waits_and_take_it_back(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)

    asked = person.post("/runs/asked", "/runs", month="2026-03", because="late  rows")
    waiting = words(person.get("/runs").text)
    back = person.post("/runs/asked/take-back", "/runs", request="1")

    assert (asked.location, back.location) == ("/runs#start", "/runs#start")
    assert "2026-03 2026-04-20 10:00 DEMO-OPERATIONS late rows Waits: no scheduler has ever looked" in waiting
    assert "Taken back by DEMO-OPERATIONS at 2026-04-20 10:00" in words(person.get("/runs").text)


def test_a_run_that_cannot_be_asked_for_is_said_so_with_what_was_written(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)

    answer = person.post("/runs/asked", "/runs", month="2026-05", because="too early")
    nameless = person.post("/runs/asked", "/runs", month="2026-03", because=" ")
    odd = [person.post("/runs/asked/take-back", "/runs", request=number) for number in ("", "x", "7", "9" * 30)]

    assert (answer.status_code, nameless.status_code) == (409, 409)
    assert 'role="alert"' in answer.text
    assert 'value="too early"' in answer.text
    assert [one.status_code for one in odd] == [409] * 4


def test_a_wait_says_since_when_no_scheduler_has_looked(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)
    note_scheduler(pages.service.db, pages.clock.at - timedelta(hours=2))

    person.post("/runs/asked", "/runs", month="2026-03", because="late rows")

    assert "Waits: no scheduler has looked since 2026-04-20 08:00" in words(person.get("/runs").text)


def test_who_is_not_of_operations_sees_what_was_asked_and_cannot_ask(pages: Pages) -> None:
    pages.signed_in(Role.OPERATIONS).post("/runs/asked", "/runs", month="2026-03", because="late rows")

    shown = pages.signed_in(Role.REVIEWER).get("/runs").text

    assert "late rows" in shown
    assert "Ask for this run" not in shown
    assert "Take back" not in shown


def test_the_board_of_connections_says_by_text_what_ended_well_and_what_failed(pages: Pages) -> None:
    now = pages.clock.at
    run = begin_run(pages.service.db, NewRun(job="readback", actor="tester", versions={}), now)
    end_run(pages.service.db, run, Ended(RunState.FAILED, {}), now=now)

    shown = words(pages.signed_in(Role.ADMIN).get("/runs/connections").text)

    assert "I-Trac 1 ended well, 0 failed" in shown
    assert "iMatchSkills 1 ended well, 1 failed" in shown
    assert "1 1 failed – –" in shown
    assert "Not every single call is kept" in shown
