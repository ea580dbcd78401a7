"""Keep the time: wake at the next due time, and every while for what others left; all else is the timekeeper's."""

import threading
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
    looking = threading.Lock()

    def look() -> None:
        with looking:
            if ending.why is None:
                _step(timekeeper, now(), tell)
        look_at(timekeeper.wakes_at(now(), LOOK_EVERY))

    def look_at(instant: datetime) -> None:
        scheduler.add_job(look, "date", run_date=instant, **_NEVER_LEFT_OUT)

    look_at(now())
    scheduler.start()
    try:
        ending.wait()
    finally:
        # Not by waiting in the scheduler's own shutdown: it holds what a look needs to name the next one.
        with looking:
            scheduler.shutdown(wait=False)


def _step(timekeeper: Timekeeper, now: datetime, tell: Callable[..., Any]) -> None:
    try:
        timekeeper.step(now)
    except SyncError as wrong:  # the database is away or busy: the next look tries again
        tell(f"the schedule could not be kept, it is tried again: {wrong.what}", 0, 0)
    except Exception as wrong:  # a fault of ours must not end the schedule; its words may hold the facts of a row
        tell(f"the schedule could not be kept, it is tried again: {type(wrong).__name__}", 0, 0)
