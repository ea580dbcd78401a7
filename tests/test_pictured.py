"""Pictures show what the database holds: entries by local day, reasons by their lines, what waits by its age."""

import re
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.jobs.pictured import DAYS, Aged, Day, by_age, by_reason, entries_by_day
from sync.store import Confirmation, Database, Decisions, How, Outcome, State, confirm, finish, move, store_plan
from sync.store.findings import store_found
from sync.web.pictures import Bar, Frame, Series, bars, columns
from tests.services import Clock, service
from tests.store_rows import claim_and_begin, found_items, new_plan, offer_lines, plan_lines, read_back, with_counts

PORTLAND = ZoneInfo("America/Los_Angeles")


def counted(days: list[Day]) -> dict[str, tuple[int, int, int]]:
    return {day.day.isoformat(): day[1:] for day in days if any(day[1:])}


def test_an_entry_counts_on_the_local_day_on_which_it_was_sent_keyed_and_confirmed(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    late = clock.at - timedelta(hours=12)  # in Portland it is the evening of the day before
    offer_lines(database, *({"line_id": f"service:S{number}"} for number in range(3)), now=late)
    claim_and_begin(database, ["service:S0"], now=late)
    written = Outcome(state=State.WRITTEN, meaning="written", entry_id="E1")
    finish(database, "service:S0", 1, outcome=written, now=late)
    with database.write() as conn:
        confirm(conn, [Confirmation("service:S2", "E2", How.PERSON, "keyer", "2026-04-20", clock.at)], now=clock.at)
    read_back(database, "service:S0", now=clock.at)

    days = entries_by_day(service(database, tmp_path, clock=clock))

    assert len(days) == DAYS
    assert days[-1].day == date(2026, 4, 20)
    assert counted(days) == {"2026-04-19": (1, 0, 0), "2026-04-20": (0, 1, 1)}


def test_what_is_older_than_the_picture_is_not_counted(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    long_ago = clock.at - timedelta(days=DAYS + 1)
    offer_lines(database, {"line_id": "service:S1"}, now=long_ago)
    read_back(database, "service:S1", now=long_ago)

    assert counted(entries_by_day(service(database, tmp_path, clock=clock))) == {}


def test_what_waits_is_counted_by_weeks(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    old, older = clock.at - timedelta(weeks=1, hours=1), clock.at - timedelta(weeks=20)
    items = [{"item_id": "one"}, {"item_id": "two"}]
    store_found(database, found_items(*items), now=older)
    store_found(database, found_items(*items, {"item_id": "three"}), now=clock.at)
    offer_lines(database, {"line_id": "service:S1"}, now=old)
    with database.write() as conn:
        move(conn, ["service:S1"], State.UNCLEAR, now=old, words="not sure")

    found = by_age(service(database, tmp_path, clock=clock))

    assert found[0] == Aged("up to 1 week", 1, 0)
    assert found[1] == Aged("1 to 2 weeks", 0, 1)
    assert found[-1] == Aged("more than 13 weeks", 2, 0)
    assert sum(one.reviews + one.unclear for one in found) == 4


def test_the_most_frequent_reasons_come_first_with_their_share(database: Database) -> None:
    lines = plan_lines(*({"line_id": f"service:S{number}"} for number in range(4)))
    figures = with_counts(by_reason={"snap-unknown": 1, "assessment-missing": 3})
    plan = store_plan(database, new_plan(figures=figures), Decisions(lines), now=Clock().at)

    assert [(one.reason, one.lines, one.share) for one in by_reason(plan)] == [
        ("assessment-missing", 3, 0.75), ("snap-unknown", 1, 0.25),
    ]  # fmt: skip


def test_a_picture_holds_no_markup_of_what_it_is_told() -> None:
    frame = Frame("f", "<b>title</b>", "told & told")

    drawn = str(bars(frame, [Bar("<script>", 2, "2"), Bar("none", 0, "0")]))
    drawn += str(columns(frame, ["<i>", "z"], [Series("<u>", [0, 5])]))

    assert not re.search(r"<(b|script|i|u)>", drawn)
    assert "told &amp; told" in drawn
    assert "style=" not in drawn


def test_a_picture_of_nothing_is_drawn_without_columns() -> None:
    frame = Frame("f", "title", "told")

    assert "<rect" not in bars(frame, [])
    assert 'height="0.0"' in columns(frame, ["a"], [Series("none", [0])])
