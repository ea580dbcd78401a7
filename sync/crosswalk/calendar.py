"""Lay out per program and service when which component holds, with the gaps, overlaps and ends; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sync.crosswalk.files import Row
from sync.model import fold


@dataclass(frozen=True, slots=True)
class Dated:
    """Carry the rows of one service of a program, in the order of their days, and what is odd about these.

    gaps      first and last day of each stretch between two rows on which none holds
    overlaps  pairs of rows that both hold on some day
    ends      the day after which no row holds any more; None where one is open
    begins    the first day on which any holds; None where one is open at its start
    """

    program: str
    control: str
    service: str
    rows: tuple[Row, ...]
    gaps: tuple[tuple[date, date], ...]
    overlaps: tuple[tuple[Row, Row], ...]
    begins: date | None
    ends: date | None

    def holding(self, day: date) -> list[Row]:
        """Return the rows in force on a day."""
        return [row for row in self.rows if row.holds_on(day)]

    @property
    def is_odd(self) -> bool:
        """Tell whether there is anything to look at: a gap, an overlap or an end."""
        return bool(self.gaps or self.overlaps or self.ends)


def calendar(rows: Iterable[Row]) -> dict[str, list[Dated]]:
    """Return by program, as it is first written, its services; labels are compared as written, aliases left aside."""
    written: dict[str, str] = {}
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row.table == "services":
            program = fold(row["program"])
            written.setdefault(program, row["program"])
            groups.setdefault((program, fold(row["control"]), fold(row["service"])), []).append(row)
    found: dict[str, list[Dated]] = {written[program]: [] for program in sorted(written)}
    for key in sorted(groups):
        found[written[key[0]]].append(_dated(groups[key]))
    return found


def _dated(rows: list[Row]) -> Dated:
    ordered = sorted(rows, key=lambda row: (row.first or date.min, row.last or date.max))
    begins = ordered[0].first
    ends = None if any(row.last is None for row in ordered) else max(row.last for row in ordered if row.last)
    overlaps = tuple(
        (row, other) for place, row in enumerate(ordered) for other in ordered[place + 1 :] if row.overlaps(other)
    )
    first = ordered[0]
    names = (first["program"], first["control"], first["service"])
    return Dated(*names, tuple(ordered), tuple(_gaps(ordered)), overlaps, begins, ends)


def _gaps(ordered: list[Row]) -> Iterable[tuple[date, date]]:
    """Yield the stretches of days between rows that none of them covers."""
    reached = [max(row.last or date.max for row in ordered[: place + 1]) for place in range(len(ordered))]
    for last, (_, row) in zip(reached, pairwise(ordered), strict=False):
        if row.first and last < row.first - timedelta(days=1):
            yield last + timedelta(days=1), row.first - timedelta(days=1)
