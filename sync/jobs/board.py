"""Say for each hour of the last days how the two systems could be reached, from what is kept of runs and tries."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sync.clients.meanings import Meaning
from sync.jobs.service import Service
from sync.store import RunState
from sync.store.pictured import attempts_by_hour, runs_by_hour

DAYS: Final = 7
HOURS: Final = range(24)
_READBACKS = ("readback", "readback after the push")
_ANSWERED = {Meaning.WRITTEN, Meaning.REFUSED, Meaning.FLAGGED, Meaning.CONFLICT, Meaning.FOREIGN}
_BAD = {RunState.FAILED, RunState.LOST}


class Slot(NamedTuple):
    """Count what ended well and what failed in an hour."""

    well: int
    failed: int


@dataclass(frozen=True, slots=True)
class Board:
    """Carry the hours of the last days for a system, the newest day first; `slots` has one of each hour, local."""

    system: str
    days: tuple[tuple[date, tuple[Slot, ...]], ...]

    @property
    def well(self) -> int:
        """Count all that ended well."""
        return sum(slot.well for _, slots in self.days for slot in slots)

    @property
    def failed(self) -> int:
        """Count all that failed."""
        return sum(slot.failed for _, slots in self.days for slot in slots)


class _Seen(NamedTuple):
    hour: datetime
    well: bool
    times: int


def boards(service: Service) -> list[Board]:
    """Return the board of each system; what is under way, or was stopped on purpose, counts as neither."""
    first = service.today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time.min, ZoneInfo(service.settings.service.time_zone))
    ims = [*_runs(service, _READBACKS, since), *_tries(service, since)]
    return [_board(service, "I-Trac", _runs(service, ["pull"], since)), _board(service, "iMatchSkills", ims)]


def _runs(service: Service, jobs: Iterable[str], since: datetime) -> Iterator[_Seen]:
    """Yield what is known of runs; a pull that needs a person did not bring everything."""
    for job, state, hour, count in runs_by_hour(service.db, list(jobs), since):
        whole = state == RunState.DONE or (state == RunState.NEEDS_A_PERSON and job != "pull")
        if whole or state in {*_BAD, RunState.NEEDS_A_PERSON}:
            yield _Seen(hour, whole, count)


def _tries(service: Service, since: datetime) -> Iterator[_Seen]:
    """Yield what is known of tries to enter a line; one that was refused was answered all the same."""
    for meaning, hour, count in attempts_by_hour(service.db, since):
        yield _Seen(hour, meaning in _ANSWERED, count)


def _board(service: Service, system: str, seen: Iterable[_Seen]) -> Board:
    zone = ZoneInfo(service.settings.service.time_zone)
    counted: Counter[tuple[date, int, bool]] = Counter()
    for one in seen:
        local = one.hour.astimezone(zone)
        counted[local.date(), local.hour, one.well] += one.times
    days = [service.today - timedelta(days=back) for back in range(DAYS)]
    slots = {
        day: tuple(Slot(counted[day, hour, True], counted[day, hour, False]) for hour in HOURS) for day in days
    }  # fmt: skip
    return Board(system, tuple(slots.items()))
