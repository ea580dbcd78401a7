"""Give signs of life for a run while it lives, and give up those that gave none."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sync.errors import AskedToStop, StoreError
from sync.jobs.ending import Ending
from sync.store import ASKED, Database, beat, lose_runs

BEAT_EVERY = timedelta(seconds=15)
RUN_LEASE = timedelta(minutes=3)
"""After so long without a sign of life a run counts as lost; far longer than the longest write keeps one waiting."""


@contextmanager
def beating(db: Database, run_id: int, now: Callable[[], datetime]) -> Iterator[None]:
    """Give signs of life for a run, from a thread of its own, until the block ends."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(db, run_id, now), kwargs={"over": over}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(db: Database, run_id: int, now: Callable[[], datetime], *, over: threading.Event) -> None:
    while not over.wait(BEAT_EVERY.total_seconds()):
        try:
            alive = beat(db, run_id, now())
        except StoreError:  # the database is busy or away; the lease is long enough for many beats
            continue
        if not alive:  # its senders and its next part read so themselves
            return


def take_stock(db: Database, ending: Ending, now: datetime) -> dict[int, str]:
    """Give a sign of life for the open runs of this process, then give up the silent runs of others.

    Returns the jobs of those by their ids.

    Raises AskedToStop where one of its own counts as lost: others may have taken over, so that it stops.
    """
    for run_id in ending.open_runs:
        if not beat(db, run_id, now):
            raise AskedToStop(f"{ASKED}: run {run_id} counts as lost, since it gave no sign of life")
    return lose_runs(db, now, RUN_LEASE)
