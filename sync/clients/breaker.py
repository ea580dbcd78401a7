"""Stop calling a system that gives no answer, and try it again after a while."""

import threading

from sync.clients.target import Edges, Limits


class Breaker:
    """Open after so many calls in a row without an answer; a status, whichever, is an answer.

    While it is open one call in each `breaker_s` is let through as a trial; its answer closes the breaker. A
    trial that never reports back is followed by the next one.
    """

    def __init__(self, edges: Edges, limits: Limits) -> None:
        self._edges, self._limits = edges, limits
        self._lock = threading.Lock()
        self._lost = 0
        self._next_trial = float("-inf")

    def admits(self) -> bool:
        """Tell whether a call may be made now; the caller reports what became of it."""
        with self._lock:
            now = self._edges.monotonic()
            if not self._open():
                return True
            if now < self._next_trial:
                return False
            self._next_trial = now + self._limits.breaker_s
            return True

    def lost(self) -> None:
        """Report a call that got no answer."""
        with self._lock:
            self._lost += 1
            if self._open():
                self._next_trial = self._edges.monotonic() + self._limits.breaker_s

    def answered(self) -> None:
        """Report a call that got an answer, whichever."""
        with self._lock:
            self._lost = 0

    def left(self) -> float:
        """Return the seconds until the next trial; 0 if calls may be made."""
        with self._lock:
            return max(0.0, self._next_trial - self._edges.monotonic()) if self._open() else 0.0

    def _open(self) -> bool:
        return self._lost >= self._limits.breaker_after
