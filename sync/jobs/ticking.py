"""Keep the schedule: take what is due, do it as a run, and catch up once what was missed.

The database decides who takes a due time, so that any number of schedulers may keep the same schedule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sync.jobs.due import due_between, is_night, next_due, rows_by_job
from sync.jobs.heartbeat import RUN_LEASE
from sync.settings import Schedule, Scheduled, ScheduledJob
from sync.store import Database, Tick, begin_schedule, last_due, take, take_again

RULE = (
    "A due time that was missed is caught up once, with the newest one; older ones are skipped. "
    "Nothing is begun between 01:00 and 03:00."
)
_SENDING = (Scheduled.RUN, Scheduled.PUSH)
Do = Callable[[Tick], None]


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Keep the schedule of one database.

    name  who takes a due time, as it is shown; another one for each process
    do    does what is due; it does not raise
    """

    db: Database
    schedule: Schedule
    zone: ZoneInfo
    name: str
    do: Do

    def step(self, now: datetime) -> list[Tick]:
        """Do everything that is due; return what was taken. Doing it twice does nothing the second time."""
        taken = []
        for job, rows in rows_by_job(self.schedule).items():
            tick = None if self._holds_back(job, now) else self._take(job, rows, now)
            if tick:
                self.do(tick)
                taken.append(tick)
        return taken

    def next_dues(self, now: datetime) -> Mapping[Scheduled, datetime | None]:
        """Return when each job is due next."""
        return {job: next_due(rows, now, zone=self.zone) for job, rows in rows_by_job(self.schedule).items()}

    def wakes_at(self, now: datetime, at_most: timedelta) -> datetime:
        """Return when to step next: at the next due time, and no later than after a while, for what others left."""
        return min([now + at_most, *(due for due in self.next_dues(now).values() if due)])

    def _holds_back(self, job: Scheduled, now: datetime) -> bool:
        """Tell whether a job may not begin now, however long it has been due."""
        quiet = job in _SENDING and self.schedule.is_quiet(now.astimezone(self.zone).time())
        return quiet or is_night(now, self.zone)

    def _take(self, job: Scheduled, rows: tuple[ScheduledJob, ...], now: datetime) -> Tick | None:
        """Take what is due of a job, or what another took and did not end."""
        done = last_due(self.db, job)
        if done is None:
            begin_schedule(self.db, job, now)
            return None
        if dues := due_between(rows, done, now, zone=self.zone):
            return take(self.db, job, dues, by=self.name, now=now)
        return take_again(self.db, job, by=self.name, now=now, lease=RUN_LEASE)
