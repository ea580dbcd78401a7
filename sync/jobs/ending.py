"""Let the jobs of this process know that its end was asked for, and which of its runs are open."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sync.errors import AskedToStop
from sync.store import ASKED

_NAP_S = 0.05


class Ending:
    """Hold whether the end was asked for; every job of a process shares one."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._open: list[int] = []

    @property
    def why(self) -> str | None:
        """Say why nothing more may be begun or sent; None while it may."""
        return ASKED if self._asked.is_set() else None

    @property
    def open_runs(self) -> list[int]:
        """Return the runs of this process that did not end yet, the outermost first."""
        return list(self._open)

    def ask(self) -> None:
        """Let nothing more begin and no sender send; whoever sleeps wakes."""
        self._asked.set()

    def check(self) -> None:
        """Raise AskedToStop where the end was asked for."""
        if self.why:
            raise AskedToStop(self.why)

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds, or soon once the end is asked for."""
        if self._asked.wait(seconds):
            time.sleep(min(seconds, _NAP_S))  # whoever asks again and again shall not spin

    def wait(self) -> None:
        """Return once the end is asked for."""
        self._asked.wait()

    @contextmanager
    def during(self, run_id: int) -> Iterator[None]:
        """Count a run as open until the block ends."""
        self._open.append(run_id)
        try:
            yield
        finally:
            self._open.remove(run_id)
