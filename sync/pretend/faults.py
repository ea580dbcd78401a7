"""Hand out what can go wrong with a call, from a script or by a seed, so that every mishap can be had again."""

import hashlib
import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Door(StrEnum):
    """Which calls a fault is for."""

    WRITE = "write"
    LIST = "list"
    SIGN_IN = "sign-in"


class Act(StrEnum):
    """How an answer goes wrong."""

    STATUS = "another status"
    REDIRECT = "a redirect to another path"
    WAIT_SECONDS = "a status with Retry-After in seconds"
    WAIT_DATE = "a status with Retry-After as a date"
    RESET = "the connection is reset"
    SILENCE = "no answer comes"
    CUT_SHORT = "the body ends early"
    DRIP = "the body drips"
    DRIP_HEADERS = "the headers drip"
    LARGE = "the body does not end"
    BOMB = "the body is small, and huge when unpacked"
    NOT_JSON = "the body is a page for people"
    OTHER_STATUS = "the right body under another status"
    OTHER_PERSON = "the entry of another person"
    OTHER_NAME = "an entry of another name"
    OTHER_DATE = "an entry of another date"
    NO_ENTRY_ID = "an entry without id"
    REPEATED_PAGE = "the first page again"
    MISSED_ROW = "a row is missing"
    TOTAL_CHANGED = "another total"
    CURSOR_LOOP = "the cursor leads back to the same page"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; `after` where the system did what was asked before it went wrong."""

    act: Act
    status: int = 0
    after: bool = False

    @property
    def name(self) -> str:
        """Return how tests and prints call it."""
        words = [self.act.name.lower().replace("_", "-"), *([str(self.status)] if self.status else [])]
        return "-".join([*words, "after" if self.after else "before"])


def _both(act: Act, status: int = 0) -> tuple[Fault, Fault]:
    return Fault(act, status), Fault(act, status, after=True)


_AFTER_ALONE = (
    Act.CUT_SHORT, Act.DRIP, Act.DRIP_HEADERS, Act.LARGE, Act.BOMB, Act.OTHER_PERSON, Act.OTHER_NAME,
    Act.OTHER_DATE, Act.NO_ENTRY_ID,
)  # fmt: skip
WRITE_FAULTS: tuple[Fault, ...] = (
    *(fault for status in (500, 502, 503, 504, 418) for fault in _both(Act.STATUS, status)),
    *(fault for act in (Act.RESET, Act.SILENCE, Act.NOT_JSON) for fault in _both(act)),
    *(Fault(act, after=True) for act in _AFTER_ALONE),
    *(Fault(Act.STATUS, status) for status in (400, 401, 403, 404, 422)),
    *(Fault(Act.REDIRECT, status) for status in (301, 302, 307, 308)),
    Fault(Act.WAIT_SECONDS, 429),
    Fault(Act.WAIT_DATE, 429),
    *_both(Act.WAIT_SECONDS, 503),
    Fault(Act.STATUS, 409, after=True),
    Fault(Act.OTHER_STATUS, 200, after=True),
)
LIST_FAULTS: tuple[Fault, ...] = (
    Fault(Act.REPEATED_PAGE, after=True), Fault(Act.MISSED_ROW, after=True), Fault(Act.TOTAL_CHANGED, after=True),
    Fault(Act.CURSOR_LOOP, after=True), Fault(Act.CUT_SHORT, after=True), Fault(Act.RESET), Fault(Act.SILENCE),
    Fault(Act.DRIP, after=True), Fault(Act.STATUS, 500), Fault(Act.STATUS, 503), Fault(Act.WAIT_SECONDS, 429),
)  # fmt: skip


class Faults(Protocol):
    """Decide which fault a call meets."""

    def draw(self, door: Door, key: str, /) -> Fault | None:
        """Return the fault of this call; None if it goes well. `key` tells calls of one door apart."""


class Script:
    """Hand out faults in the order written down, then none."""

    def __init__(
        self,
        writes: Iterable[Fault | None] = (),
        lists: Iterable[Fault | None] = (),
        sign_ins: Iterable[Fault | None] = (),
    ) -> None:
        self._left = {Door.WRITE: deque(writes), Door.LIST: deque(lists), Door.SIGN_IN: deque(sign_ins)}
        self._lock = threading.Lock()

    def draw(self, door: Door, _key: str, /) -> Fault | None:
        """Return the next one."""
        with self._lock:
            return self._left[door].popleft() if self._left[door] else None


class Seeded:
    """Draw a share of the calls at one door by seed.

    What a call meets depends on the seed, its key and how often it came, so threads do not change it.
    """

    def __init__(self, seed: int, share: float, *, door: Door = Door.WRITE, among: Sequence[Fault] = WRITE_FAULTS):
        self._seed, self._share, self._door, self._among = seed, share, door, among
        self._came: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw(self, door: Door, key: str, /) -> Fault | None:
        """Return the fault of this call, if it is one of the share."""
        if door is not self._door:
            return None
        with self._lock:
            self._came[key] += 1
            turn = self._came[key]
        drawn = hashlib.sha256(f"{self._seed}:{turn}:{key}".encode()).digest()
        if int.from_bytes(drawn[:8]) >= self._share * 2**64:
            return None
        return self._among[int.from_bytes(drawn[8:16]) % len(self._among)]
