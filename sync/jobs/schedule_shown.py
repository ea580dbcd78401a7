"""Say of the schedule when what is due next, what was due last and what came of it, and who lets a push go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sync.jobs.due import next_due
from sync.jobs.service import Service
from sync.settings import Days, Schedule, ScheduledJob
from sync.store import Run, Tick, TickState, last_ticks, runs_with_ids

_HOW = {
    TickState.FIRST_SEEN: "nothing was due since the schedule began",
    TickState.SKIPPED: "was skipped: a newer one was done",
    TickState.TAKEN: "is under way",
    TickState.ENDED: "is over",
    TickState.GIVEN_UP: "was given up: the scheduler ended in it twice",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Carry one row of the schedule: its job, days and times in words, when it is due next, and the last tick of it.

    how  how the last due time of the job stands, in words; None before the schedule of the job began
    run  the run of that due time; None where there is none, or where it was purged
    """

    job: str
    days: str
    at: str
    next_at: datetime | None
    last_at: datetime | None
    how: str | None
    run: Run | None


@dataclass(frozen=True, slots=True)
class Shown:
    """Carry the schedule as it is shown; `quiet` is None where there are no quiet hours."""

    rows: tuple[Row, ...]
    quiet: str | None
    approval: str


def shown(service: Service) -> Shown:
    """Return the rows of the schedule in their order, with the quiet hours and who approves."""
    schedule, zone = service.settings.schedule, ZoneInfo(service.settings.service.time_zone)
    last = last_ticks(service.db)
    known = runs_with_ids(service.db, [tick.run_id for tick in last.values() if tick.run_id])
    rows = []
    for row in schedule.job:
        tick = last.get(row.job)
        run = known.get(tick.run_id) if tick and tick.run_id else None
        rows.append(_row(row, tick, run, next_at=next_due([row], service.now(), zone=zone)))
    return Shown(tuple(rows), _quiet(schedule), str(schedule.push_approval))


def _row(row: ScheduledJob, tick: Tick | None, run: Run | None, *, next_at: datetime | None) -> Row:
    last_at = tick.due_at if tick and tick.state is not TickState.FIRST_SEEN else None
    return Row(str(row.job), _days(row), _times(row.at), next_at, last_at, _HOW[tick.state] if tick else None, run)


def _days(row: ScheduledJob) -> str:
    return str(row.days) if isinstance(row.days, Days) else ", ".join(row.days)


def _times(at: Iterable[time]) -> str:
    return ", ".join(f"{one:%H:%M}" for one in sorted(at))


def _quiet(schedule: Schedule) -> str | None:
    if schedule.quiet_from is None or schedule.quiet_to is None:
        return None
    return f"{schedule.quiet_from:%H:%M} to {schedule.quiet_to:%H:%M}"
