"""Remember what was worked out last for as long as what it rests on stays: going over all rows takes time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sync.crosswalk.texts import Files, hash_of
from sync.jobs.crosswalk_contracts import Contracts, contracts
from sync.jobs.crosswalk_drafts import newest_or_refuse
from sync.jobs.crosswalk_impact import Impact, impact, impact_of_setting
from sync.jobs.crosswalk_labels import Labels, seen_labels, with_drafts
from sync.jobs.crosswalk_proposed import Proposal, proposals
from sync.jobs.crosswalk_use import Use, use
from sync.jobs.service import Service
from sync.store import newest_plan
from sync.store.months import newest_words

T = TypeVar("T")
_IMPACTS, _COUNTS = 4, 12


class _RestsOn(NamedTuple):
    """Name everything that an answer follows from: the published files, what is asked, rows, day, signed months."""

    published: str
    asked: Hashable
    plan: int
    words: tuple[int, int]


@dataclass(slots=True)
class _Remembered:
    """Remember a few answers; whoever asks for the same meanwhile waits for the first."""

    most: int
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: OrderedDict[_RestsOn, Any] = field(default_factory=OrderedDict)

    def answer(self, service: Service, asked: Hashable, work_out: Callable[[], T]) -> T:
        """Return what was worked out before, or work it out; before the first plan nothing is remembered."""
        with self._lock:
            plan = newest_plan(service.db)
            if plan is None:
                return work_out()
            rests_on = _RestsOn(newest_or_refuse(service).hash, asked, plan.id, newest_words(service.db))
            if rests_on not in self._known:
                self._known[rests_on] = work_out()
            self._known.move_to_end(rests_on)
            while len(self._known) > self.most:
                self._known.popitem(last=False)
            found: T = self._known[rests_on]
            return found


@dataclass(slots=True)
class Impacts:
    """Remember what other files or another setting would change."""

    _known: _Remembered = field(default_factory=lambda: _Remembered(_IMPACTS))

    def of_files(self, service: Service, files: Files) -> Impact:
        """Return what other files would change."""
        return self._known.answer(service, hash_of(files), lambda: impact(service, files))

    def of_setting(self, service: Service, setting: str) -> Impact:
        """Return what another reading of a setting, given as NAME=VALUE, would change."""
        return self._known.answer(service, setting, lambda: impact_of_setting(service, setting))


@dataclass(slots=True)
class Counts:
    """Remember what our own rows say of the crosswalk: what pages count over all rows."""

    _known: _Remembered = field(default_factory=lambda: _Remembered(_COUNTS))

    def labels(self, service: Service, work_out: int) -> Labels:
        """Return the labels that nothing knows, with the drafts as they are now."""
        found = self._known.answer(service, ("labels", work_out), lambda: seen_labels(service, work_out=work_out))
        return with_drafts(service, found)

    def use(self, service: Service, months: int) -> Use:
        """Return the use of every row."""
        return self._known.answer(service, ("use", months), lambda: use(service, months))

    def proposals(self, service: Service) -> list[Proposal]:
        """Return what was answered again and again."""
        return self._known.answer(service, "proposals", lambda: proposals(service))

    def contracts(self, service: Service, on: date | None, *, flags: bool) -> Contracts:
        """Return the contracts of a day."""
        return self._known.answer(service, ("contracts", on, flags), lambda: contracts(service, on=on, flags=flags))
