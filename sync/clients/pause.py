"""Let every sender wait together when the other system asks for it."""

import re
import threading
from datetime import UTC
from email.utils import parsedate_to_datetime

from sync.clients.target import Edges


class Pause:
    """Hold all calls that share it until a time; a later one may move it on, never back."""

    def __init__(self, edges: Edges) -> None:
        self._edges = edges
        self._lock = threading.Lock()
        self._until = float("-inf")

    def hold(self, seconds: float) -> None:
        """Let every caller wait for so long from now, at the least."""
        with self._lock:
            self._until = max(self._until, self._edges.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds still to wait; 0 if none."""
        with self._lock:
            return max(0.0, self._until - self._edges.monotonic())

    def wait(self) -> None:
        """Return once the pause is over."""
        while (left := self.left()) > 0:
            self._edges.sleep(left)


def seconds_of(retry_after: str | None, now: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date; None if it is absent or neither."""
    text = (retry_after or "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)
    except (ValueError, OverflowError):
        return None
