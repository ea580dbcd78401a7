"""Purge what was kept as long as the settings say, so that it is in no file of the database any more."""

from datetime import datetime
from typing import NamedTuple

from sync.jobs.service import Job, Service
from sync.settings import Kept
from sync.store import KINDS, Act, to_purge, wipe
from sync.store import purge as take_away


class Gone(NamedTuple):
    """Say of one kind how much of it goes, what was needed last before when, and why it was kept so long."""

    kind: str
    words: str
    rows: int
    before: datetime
    kept: Kept


def would_go(service: Service) -> list[Gone]:
    """Return what a purge would take away now; nothing is changed."""
    before = _limits(service)
    return _told(service, to_purge(service.db, before))


def purge(service: Service, job: Job) -> list[Gone]:
    """Take away what was kept long enough, then write the file anew without its bytes.

    Doing it again does no harm: also where the second part could not be done because others were reading.
    """
    now = service.now()
    service.tell("purging", 0, 2)
    counts = take_away(service.db, _limits(service), Act(service.actor, "purged", "database", {}), now=now)
    job.counts |= {"purged": counts}
    service.tell("writing the database anew", 1, 2)
    wipe(service.db)
    return _told(service, counts)


def _limits(service: Service) -> dict[str, datetime]:
    return {name: months_before(service.now(), _kept(service, name).months) for name in KINDS}


def _kept(service: Service, name: str) -> Kept:
    kept: Kept = getattr(service.settings.retention, name)
    return kept


def _told(service: Service, counts: dict[str, int]) -> list[Gone]:
    limits = _limits(service)
    return [Gone(name, KINDS[name].words, counts[name], limits[name], _kept(service, name)) for name in counts]


def months_before(now: datetime, months: int) -> datetime:
    """Return the same time so many months earlier, on a day that every month has."""
    month = now.year * 12 + now.month - 1 - months
    return now.replace(year=month // 12, month=month % 12 + 1, day=min(now.day, 28))
