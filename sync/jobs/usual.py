"""Compare the newest plan with what is usual, and remember it for as long as nothing of it changes."""

import threading
from dataclasses import dataclass, field
from typing import NamedTuple

from sync.jobs.brake import Compared, compared, limit_of, usual_now
from sync.jobs.service import Service
from sync.store import StoredPlan, counts
from sync.store.months import newest_words


class _Seen(NamedTuple):
    """Name everything that the new entries of a plan follow from."""

    plan: int
    offered: int
    words: tuple[int, int]


@dataclass(slots=True)
class Remembered:
    """Remember the last comparison: reading every line of a plan for each view of a page would take too long."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _of: _Seen | None = None
    _found: Compared | None = None

    def compared(self, service: Service, plan: StoredPlan) -> Compared:
        """Compare the new entries of a plan with those of the last pushes; what is usual is always asked anew."""
        with self._lock:
            seen = _Seen(plan.id, sum(counts(service.db).values()), newest_words(service.db))
            if self._found is None or self._of != seen:
                self._of, self._found = seen, compared(service, plan)
            return self._found._replace(usual=usual_now(service))


def limit(service: Service, seen: Compared) -> int | None:
    """Return how many new entries the brake lets through; None where nothing is usual yet, and all are."""
    return None if seen.usual is None else limit_of(service, seen.usual)
