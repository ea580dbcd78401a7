"""Jobs are due at local times of day: also on the days on which the clocks change, from 2015 to 2048."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from sync.jobs.due import due_between, is_night, last_day, last_workday, next_due, night_ends
from sync.settings import ScheduledJob
from tests.schedules import PORTLAND, local, schedule

DAY = timedelta(days=1)
YEARS = range(2015, 2049)


def first_sunday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + DAY * ((6 - first.weekday()) % 7)


def changes(year: int) -> tuple[date, date]:
    """Return when daylight saving begins and ends: the second Sunday of March and the first of November."""
    return first_sunday(year, 3) + 7 * DAY, first_sunday(year, 11)


def days_around_changes() -> Iterator[date]:
    for year in YEARS:
        for change in changes(year):
            yield from (change - DAY, change, change + DAY)


def one_year() -> Iterator[date]:
    return (date(2026, 1, 1) + DAY * number for number in range(365))


def row(days: str | list[str] = "every day", *at: str) -> ScheduledJob:
    return ScheduledJob.model_validate({"job": "run", "days": days, "at": at or ["00:59", "03:00", "05:30", "18:00"]})


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PORTLAND)


def dues_on(day: date, rows: ScheduledJob) -> list[datetime]:
    """Return what is due from one local midnight until right before the next."""
    return due_between(
        [rows], midnight(day) - timedelta(seconds=1), midnight(day + DAY) - timedelta(1e-6), zone=PORTLAND
    )


def test_the_clocks_change_on_the_days_that_are_tested() -> None:
    for year in YEARS:
        spring, autumn = changes(year)
        hours = [(midnight(day + DAY).astimezone(UTC) - midnight(day).astimezone(UTC)) / timedelta(hours=1)
                 for day in (spring, autumn)]  # fmt: skip

        assert hours == [23, 25], year


@pytest.mark.parametrize("days", [list(days_around_changes()), list(one_year())], ids=["changing", "a year"])
def test_every_time_of_the_schedule_is_due_once_a_day_as_the_clock_on_the_wall_shows_it(days: list[date]) -> None:
    for day in days:
        dues = dues_on(day, row())

        assert [due.astimezone(PORTLAND).replace(tzinfo=None) for due in dues] == [
            datetime.combine(day, time.fromisoformat(at)) for at in ("00:59", "03:00", "05:30", "18:00")
        ]
        assert all(due.tzinfo is UTC for due in dues)


def test_the_next_due_time_follows_the_last_through_all_the_years_and_none_is_left_out() -> None:
    rows, now, found = [row("every day", "05:30")], local("2015-01-01T00:00"), []

    while now < local("2048-12-31T05:30"):
        following = next_due(rows, now, zone=PORTLAND)
        assert following is not None
        found.append(following.astimezone(PORTLAND))
        now = following

    assert [due.date() for due in found] == [date(2015, 1, 1) + DAY * number for number in range(len(found))]
    assert {due.time() for due in found} == {time(5, 30)}
    assert found[-1].date() == date(2048, 12, 31)


def test_the_first_of_november_2026_is_a_first_of_the_month_and_has_one_run_at_each_time() -> None:
    dues = dues_on(date(2026, 11, 1), row("every day", "00:30", "05:30"))

    assert [due.isoformat() for due in dues] == ["2026-11-01T07:30:00+00:00", "2026-11-01T13:30:00+00:00"]


def test_days_are_told_by_their_names() -> None:
    week = [date(2026, 4, 20) + DAY * number for number in range(7)]

    assert [len(dues_on(day, row("weekdays", "05:30"))) for day in week] == [1, 1, 1, 1, 1, 0, 0]
    assert [len(dues_on(day, row(["mon", "sat"], "05:30"))) for day in week] == [1, 0, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("month", "expected"), [("2026-05", "2026-05-29"), ("2026-02", "2026-02-27"), ("2026-12", "2026-12-31"),
                            ("2026-01", "2026-01-30"), ("2028-02", "2028-02-29")],
)  # fmt: skip
def test_the_last_workday_of_a_month_is_no_weekend(month: str, expected: str) -> None:
    first = date.fromisoformat(f"{month}-01")
    days = [first + DAY * number for number in range(last_day(first).day)]

    assert last_workday(first).isoformat() == expected
    assert [day for day in days if dues_on(day, row("last workday of the month", "16:00"))] == [last_workday(first)]


def test_a_due_time_counts_at_its_instant_and_not_after_it() -> None:
    rows, due = [row("every day", "05:30")], local("2026-04-20T05:30")

    assert due_between(rows, due - timedelta(microseconds=1), due, zone=PORTLAND) == [due]
    assert due_between(rows, due, due + timedelta(hours=1), zone=PORTLAND) == []
    assert next_due(rows, due, zone=PORTLAND) == local("2026-04-21T05:30")


def test_the_night_lasts_from_one_to_three() -> None:
    asked = ("00:59", "01:00", "02:59", "03:00")

    assert [is_night(local(f"2026-04-20T{at}"), PORTLAND) for at in asked] == [False, True, True, False]
    assert night_ends(local("2026-04-20T01:30"), PORTLAND) == local("2026-04-20T03:00")


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([{"job": "dance", "at": ["05:00"]}], "job"),
        ([{"job": "run", "at": ["01:00"]}], "between 01:00 and 03:00"),
        ([{"job": "run", "at": ["02:59"]}], "between 01:00 and 03:00"),
        ([{"job": "run", "at": []}], "at least 1 item"),
        ([{"job": "run", "at": ["5 o'clock"]}], "no time"),
        ([{"job": "run", "at": ["05:30:10"]}], "to the minute"),
        ([{"job": "run", "days": [], "at": ["05:30"]}], "no day is named"),
        ([{"job": "run", "days": "sundays", "at": ["05:30"]}], "days"),
        ([{"job": "run", "at": ["05:30", "05:30"]}], "stands twice"),
        ([{"job": "run", "at": ["05:30"]}, {"job": "run", "days": ["fri"], "at": ["05:30"]}], "stands twice for fri"),
        ([{"job": "run", "at": ["05:30"]}, {"job": "run", "days": "last workday of the month", "at": ["05:30"]}],
         "stands twice"),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_kept_is_refused(rows: list[dict[str, object]], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        schedule(*rows)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"quiet_from": "20:00"}, "need quiet_from and quiet_to"),
        ({"quiet_from": "20:00", "quiet_to": "20:00"}, "need quiet_from and quiet_to"),
        ({"quiet_from": "17:00", "quiet_to": "05:00"}, "run at 18:00 lies in the quiet hours"),
        ({"push_approval": "nobody"}, "push_approval"),
    ],
)
def test_quiet_hours_and_approval_are_checked(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        schedule(**given)


def test_the_same_time_on_other_days_is_no_repetition() -> None:
    rows = schedule({"job": "run", "days": ["mon"], "at": ["05:30"]}, {"job": "run", "days": ["tue"], "at": ["05:30"]})

    assert len(rows.job) == 2


def test_quiet_hours_may_reach_over_midnight() -> None:
    quiet = schedule(quiet_from="20:00", quiet_to="05:00")

    asked = (time(19, 59), time(20), time(0), time(4, 59), time(5))
    assert [quiet.is_quiet(at) for at in asked] == [False, True, True, True, False]


def test_the_rows_may_come_from_the_environment() -> None:
    read = schedule(job='[{"job": "pull", "days": ["sun"], "at": ["04:00"]}]')

    assert [(one.job, one.at) for one in read.job] == [("pull", (time(4),))]
