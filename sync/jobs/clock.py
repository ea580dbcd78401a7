"""Keep the time: wake at the next due time, and every while for what others left; all else is the timekeeper's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from sync.errors import SyncError
from sync.jobs.ending import Ending
from sync.jobs.ticking import Timekeeper

LOOK_EVERY = timedelta(minutes=1)
# A look that is late is done all the same: what is due then is the database's to say.
_NEVER_LEFT_OUT: Final = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


def keep_time(timekeeper: Timekeeper, ending: Ending, *, now: Callable[[], datetime], tell: Callable[..., Any]) -> None:
    """Step at every due time until the end is asked for; what is under way then ends or is parked first."""
    # One thread: what is due at once is done one after the other. The store is in memory, for the database decides.
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=UTC)

    def look() -> None:
        try:
            timekeeper.step(now())
        except SyncError as wrong:  # the database is away or busy: the next look tries again
            tell(f"the schedule could not be kept, it is tried again: {wrong.what}", 0, 0)
        finally:
            look_at(timekeeper.wakes_at(now(), LOOK_EVERY))

    def look_at(instant: datetime) -> None:
        scheduler.add_job(look, "date", run_date=instant, **_NEVER_LEFT_OUT)

    look_at(now())
    scheduler.start()
    try:
        ending.wait()
    finally:
        scheduler.shutdown()
