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
from sync.store import Database, Tick, begin_schedule, last_dues, left_open, take, take_again

RULE = (
    "A due time that was missed is caught up once, with the newest one; older ones are skipped. "
    "Nothing is begun between 01:00 and 03:00."
)
_SENDING = (Scheduled.RUN, Scheduled.PUSH)
Do = Callable[[Tick], None]
Look = Callable[[datetime], None]


def _looks_at_nothing(_now: datetime) -> None:
    """Look at nothing but the schedule."""


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Keep the schedule of one database.

    name   who takes a due time, as it is shown; another one for each process
    do     does what is due; it does not raise
    look   is told of each step
    asked  does what people asked for, where a run may begin now
    """

    db: Database
    schedule: Schedule
    zone: ZoneInfo
    name: str
    do: Do
    look: Look = _looks_at_nothing
    asked: Look = _looks_at_nothing

    def step(self, now: datetime) -> list[Tick]:
        """Do everything that is due, and what another took and left open; return what was taken.

        Doing it twice does nothing the second time.
        """
        done = last_dues(self.db)
        taken = [self._taken(job, rows, now, done=done.get(job)) for job, rows in self._free(now)]
        left = left_open(self.db, now, RUN_LEASE)
        taken += [self._taken_again(job, now) for job, _ in self._free(now) if job in left]
        self.look(now)
        if not self._holds_back(Scheduled.RUN, now):
            self.asked(now)
        return [tick for tick in taken if tick]

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

    def _free(self, now: datetime) -> list[tuple[Scheduled, tuple[ScheduledJob, ...]]]:
        """Return the jobs that may begin now, with their rows."""
        return [(job, rows) for job, rows in rows_by_job(self.schedule).items() if not self._holds_back(job, now)]

    def _taken(
        self, job: Scheduled, rows: tuple[ScheduledJob, ...], now: datetime, *, done: datetime | None
    ) -> Tick | None:
        """Take and do what is due of a job since its schedule was last kept."""
        if done is None:
            begin_schedule(self.db, job, now)
            return None
        dues = due_between(rows, done, now, zone=self.zone)
        return self._done(take(self.db, job, dues, by=self.name, now=now)) if dues else None

    def _taken_again(self, job: Scheduled, now: datetime) -> Tick | None:
        return self._done(take_again(self.db, job, by=self.name, now=now, lease=RUN_LEASE))

    def _done(self, tick: Tick | None) -> Tick | None:
        if tick:
            self.do(tick)
        return tick
