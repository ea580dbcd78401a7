"""Say when jobs are due: local times of day on named days, as instants; pure, nothing here asks a clock."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sync.settings import NIGHT_FROM, NIGHT_TO, Days, Schedule, Scheduled, ScheduledJob, Weekday

_DAY = timedelta(days=1)
# No row waits longer than a month for its next due time.
_LOOKED_AHEAD = 62
_FRIDAY = 4


def due_between(rows: Iterable[ScheduledJob], after: datetime, until: datetime, *, zone: ZoneInfo) -> list[datetime]:
    """Return the instants at which a job is due after one instant and until another, which counts; in order.

    rows  the rows of one job
    """
    first, last = after.astimezone(zone).date(), until.astimezone(zone).date()
    days = (first + _DAY * number for number in range((last - first).days + 1))
    dues = set(chain.from_iterable(_on(rows, day, zone) for day in days))
    return sorted(due for due in dues if after < due <= until)


def next_due(rows: Iterable[ScheduledJob], after: datetime, *, zone: ZoneInfo) -> datetime | None:
    """Return when a job is due next; None where none of its rows is due any more."""
    first = after.astimezone(zone).date()
    for number in range(_LOOKED_AHEAD):
        if dues := [due for due in _on(rows, first + _DAY * number, zone) if due > after]:
            return min(dues)
    return None


def rows_by_job(schedule: Schedule) -> dict[Scheduled, tuple[ScheduledJob, ...]]:
    """Return the rows of each job, in the order in which the jobs first stand in the schedule."""
    return {job: tuple(row for row in schedule.job if row.job is job) for job in (row.job for row in schedule.job)}


def is_night(now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether nothing may be begun now."""
    return NIGHT_FROM <= now.astimezone(zone).time() < NIGHT_TO


def night_ends(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when something may be begun again."""
    return _instant(now.astimezone(zone).date(), NIGHT_TO, zone)


def _on(rows: Iterable[ScheduledJob], day: date, zone: ZoneInfo) -> Iterator[datetime]:
    return (_instant(day, one, zone) for row in rows if _is_on(row, day) for one in row.at)


def _instant(day: date, local: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, local, zone).astimezone(UTC)


def _is_on(row: ScheduledJob, day: date) -> bool:
    if row.days is Days.EVERY_DAY:
        return True
    if row.days is Days.WEEKDAYS:
        return day.weekday() <= _FRIDAY
    if row.days is Days.LAST_WORKDAY:
        return day == last_workday(day)
    return list(Weekday)[day.weekday()] in row.days


def last_day(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY


def last_workday(day: date) -> date:
    """Return the last day of a day's month that is no Saturday and no Sunday."""
    last = last_day(day)
    return last - _DAY * max(0, last.weekday() - _FRIDAY)
