"""Tell where a program's or provider's lines are decided unlike in the past: what was filtered out for weeks unnoticed.

The test is plain. Counted are the lines of the open months: that of the day and the two before. A share is unlike the
past if it moved far enough to matter, and so far that chance alone gives it about once in ten thousand times (two
proportions, `z` of 4); the past is the median of earlier plans, so that a few odd ones do not count. Where all lines
are one decision the exact chance counts. Without a past only that all lines are `no-entry` or `flag` tells anything.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from statistics import median
from typing import Any, NamedTuple

import polars as pl

from sync.crosswalk import InForce
from sync.model import Decision
from sync.summary.figures import INVOICEABLE

LEAST_LINES = 20
"""Fewer lines tell nothing."""
# How far a share has to move to matter; who waits changes most by itself, as the checks of a month come in.
_MOVED: Mapping[str, float] = {Decision.NO_ENTRY: 0.15, Decision.FLAG: 0.15, Decision.HOLD: 0.4}
_LEAST_Z = 4.0
_LEAST_CHANCE = 1e-5
_OPEN_MONTHS, _KEPT_MONTHS = 3, 12


class Cell(NamedTuple):
    """Name what is counted together: a program's or provider's lines of a month and decision.

    label     as compared
    decision  `enter` for what stands in iMatchSkills already, too
    """

    of: str
    label: str
    month: str
    decision: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Carry the counts of a plan, and how its labels are written."""

    as_of: date
    counts: Mapping[Cell, int]
    written: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def moved(self, old: "Shares", fresh: "Shares") -> "Shares":
        """Return the counts of a later plan in which fresh lines take the place of old ones."""
        counts = Counter(self.counts)
        counts.subtract(old.counts)
        counts.update(fresh.counts)
        first = _month_before(fresh.as_of, _KEPT_MONTHS)
        kept = {cell: count for cell, count in counts.items() if count > 0 and cell.month >= first}
        return Shares(fresh.as_of, kept, {**self.written, **fresh.written})

    def open_months(self) -> dict[tuple[str, str], Counter[str]]:
        """Return by program or provider the counts by decision in the open months."""
        last, first = _month_before(self.as_of, 0), _month_before(self.as_of, _OPEN_MONTHS - 1)
        found: dict[tuple[str, str], Counter[str]] = {}
        for cell, count in self.counts.items():
            if first <= cell.month <= last:
                found.setdefault((cell.of, cell.label), Counter())[cell.decision] += count
        return found

    def as_document(self) -> dict[str, Any]:
        """Return the counts as they are kept."""
        return {
            "as_of": self.as_of.isoformat(), "counts": [[*cell, count] for cell, count in sorted(self.counts.items())],
            "written": [[*place, text] for place, text in sorted(self.written.items())],
        }  # fmt: skip


def shares_from(document: Mapping[str, Any]) -> Shares:
    """Return counts that were kept."""
    counts = {Cell(*cell): count for *cell, count in document["counts"]}
    written = {(of, label): text for of, label, text in document["written"]}
    return Shares(date.fromisoformat(document["as_of"]), counts, written)


def count_shares(lines: pl.DataFrame, force: InForce, as_of: date) -> Shares:
    """Count the lines of a plan by program and by provider, month and decision."""
    decided = pl.when(INVOICEABLE).then(pl.lit(str(Decision.ENTER))).otherwise(pl.col("decision")).alias("decided")
    counts: Counter[Cell] = Counter()
    written: dict[tuple[str, str], str] = {}
    for of in ("program", "provider"):
        rows = lines.drop_nulls([of, "month"]).group_by(of, "month", decided).len()
        for text, month, decision, count in sorted(rows.iter_rows()):
            label = force.canonical(of, text)
            counts[Cell(of, label, month, decision)] += count
            written.setdefault((of, label), " ".join(text.split()))
    nothing = Shares(as_of, {})
    return nothing.moved(nothing, Shares(as_of, counts, written))


@dataclass(frozen=True, slots=True)
class Unlike:
    """Say whose share of which decision is unlike the past; `share_then` is None where there is no past."""

    of: str
    label: str
    decision: str
    share_now: float
    lines_now: int
    share_then: float | None
    lines_then: int

    @property
    def subject(self) -> str:
        """Name what it is about."""
        return f"{self.of} {self.label}, {self.decision}"


def unlike_past(now: Shares, past: Sequence[Shares]) -> list[Unlike]:
    """Return every program and provider whose share of a decision is unlike that of earlier plans."""
    known = [one.open_months() for one in past]
    found = []
    for place, counts in sorted(now.open_months().items()):
        before = [one[place] for one in known if place in one and one[place].total() >= LEAST_LINES]
        if counts.total() >= LEAST_LINES:
            found += list(_unlike(place, counts, before, written=now.written.get(place, place[1])))
    return found


def _unlike(
    place: tuple[str, str], counts: Counter[str], before: list[Counter[str]], *, written: str
) -> Iterable[Unlike]:
    lines = counts.total()
    lines_then = round(median(one.total() for one in before)) if before else 0
    for decision, least in _MOVED.items():
        share = counts[decision] / lines
        then = median(one[decision] / one.total() for one in before) if before else None
        if _tells(share, lines, _Past(then, lines_then, least)):
            yield Unlike(place[0], written, str(decision), share, lines, then, lines_then)


class _Past(NamedTuple):
    share: float | None
    lines: int
    least_moved: float


def _tells(share: float, lines: int, past: _Past) -> bool:
    """Tell whether a share is unlike the past."""
    then = past.share
    if then is None:
        return share == 1 and past.least_moved < _MOVED[Decision.HOLD]
    if abs(share - then) < past.least_moved:
        return False
    if share == 1:
        return then**lines < _LEAST_CHANCE
    both = (share * lines + then * past.lines) / (lines + past.lines)
    return abs(share - then) >= _LEAST_Z * sqrt(both * (1 - both) * (1 / lines + 1 / past.lines))


def _month_before(day: date, months: int) -> str:
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
