"""Remember the last impacts for as long as what they rest on stays: deciding all months twice takes time."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.crosswalk.texts import Files, hash_of
from sync.jobs.crosswalk_drafts import newest_or_refuse
from sync.jobs.crosswalk_impact import Impact, impact, impact_of_setting
from sync.jobs.service import Service
from sync.store import newest_plan
from sync.store.months import newest_words

_KEPT = 4


class _RestsOn(NamedTuple):
    """Name everything that an impact follows from: the published files, what is wanted, rows, day, signed months."""

    published: str
    wanted: str
    plan: int | None
    today: Any
    words: tuple[int, int]


@dataclass(slots=True)
class Impacts:
    """Remember a few; whoever asks for the same meanwhile waits for the first."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: OrderedDict[_RestsOn, Impact] = field(default_factory=OrderedDict)

    def of_files(self, service: Service, files: Files) -> Impact:
        """Return what other files would change."""
        return self._remembered(service, hash_of(files), lambda: impact(service, files))

    def of_setting(self, service: Service, setting: str) -> Impact:
        """Return what another reading of a setting, given as NAME=VALUE, would change."""
        return self._remembered(service, setting, lambda: impact_of_setting(service, setting))

    def _remembered(self, service: Service, wanted: str, work_out: Callable[[], Impact]) -> Impact:
        with self._lock:
            rests_on = _rests_on(service, wanted)
            if rests_on not in self._known:
                self._known[rests_on] = work_out()
            self._known.move_to_end(rests_on)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return self._known[rests_on]


def _rests_on(service: Service, wanted: str) -> _RestsOn:
    plan = newest_plan(service.db)
    today = None if plan else service.today
    published = newest_or_refuse(service).hash
    return _RestsOn(published, wanted, plan.id if plan else None, today, newest_words(service.db))
