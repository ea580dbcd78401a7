"""Ask for what the pictures about runs show: entries by day, lines by reason, what waits by its age."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sync.jobs.service import Service
from sync.rules.book import words_of_reason
from sync.store import StoredPlan
from sync.store.pictured import entries_by_hour, reviews_by_age, unclear_by_age

DAYS = 30
_REASONS = 12
_WEEKS = (1, 2, 4, 8, 13)


class Day(NamedTuple):
    """Count what was sent, keyed and confirmed on a day of the service's time zone."""

    day: date
    sent: int
    keyed: int
    confirmed: int


class OfReason(NamedTuple):
    """Count the lines that have a reason, and say which part of all lines they are."""

    reason: str
    words: str
    lines: int
    share: float


class Aged(NamedTuple):
    """Count what waits for so long, in words."""

    age: str
    reviews: int
    unclear: int


def entries_by_day(service: Service) -> list[Day]:
    """Count the entries of each of the last days, today last."""
    zone = ZoneInfo(service.settings.service.time_zone)
    first = service.today - timedelta(days=DAYS - 1)
    found = entries_by_hour(service.db, datetime.combine(first, time.min, zone))
    of = {name: _by_day(hours, zone) for name, hours in found.items()}
    days = (first + timedelta(days=number) for number in range(DAYS))
    return [Day(day, *(of[name][day] for name in ("sent", "keyed", "confirmed"))) for day in days]


def _by_day(hours: dict[datetime, int], zone: ZoneInfo) -> Counter[date]:
    counted: Counter[date] = Counter()
    for hour, count in hours.items():
        counted[hour.astimezone(zone).date()] += count
    return counted


def by_reason(plan: StoredPlan) -> list[OfReason]:
    """Return the most frequent reasons of a plan; a line can have several."""
    counts = plan.counts.get("by_reason", {})
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_REASONS]
    return [OfReason(reason, words_of_reason(reason), lines, lines / plan.lines) for reason, lines in most]


def by_age(service: Service) -> list[Aged]:
    """Count the items to review and the unclear lines of all providers by how long they wait."""
    until = [service.now() - timedelta(weeks=weeks) for weeks in _WEEKS]
    reviews = reviews_by_age(service.db, until, service.today.isoformat())
    counted = zip(_ages(), reviews, unclear_by_age(service.db, until), strict=True)
    return [Aged(*one) for one in counted]


def _ages() -> list[str]:
    between = [f"{a} to {b} weeks" for a, b in pairwise(_WEEKS)]
    return [f"up to {_WEEKS[0]} week", *between, f"more than {_WEEKS[-1]} weeks"]
