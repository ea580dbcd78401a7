"""Tell how the rows of two crosswalks differ: added, removed, or another answer for the same key."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sync.crosswalk.check import KEYS
from sync.crosswalk.files import COLUMNS, Row
from sync.model import fold

_Cells = dict[str, str]


class RowChange(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RowDifference:
    """Carry one row that differs.

    then, now  its cells before and after; None where there is no such row
    """

    table: str
    change: RowChange
    then: _Cells | None
    now: _Cells | None

    @property
    def cells(self) -> dict[str, tuple[str, str]]:
        """Return the cells that a changed row has otherwise: before and after."""
        if self.then is None or self.now is None:
            return {}
        return {name: (self.then[name], self.now[name]) for name in self.then if self.then[name] != self.now[name]}

    @property
    def sentence(self) -> str:
        """Say in words what differs."""
        if self.cells:
            what = "; ".join(f"{name} was {_quoted(old)}, is {_quoted(new)}" for name, (old, new) in self.cells.items())
            return f"{self.table}: {_named(self.table, self.then or {})}: {what}"
        row = self.now or self.then or {}
        told = ", ".join(f"{name} {row[name]}" for name in COLUMNS[self.table] if row[name] and name not in _key(self))
        return f"{self.table}: {self.change}: {_named(self.table, row)}" + (f" ({told})" if told else "")


def differing_rows(then: Iterable[Row], now: Iterable[Row]) -> list[RowDifference]:
    """Return the rows that differ, table by table, by key; rows of one key are paired in the order of their days."""
    old, new = _by_key(then), _by_key(now)
    found = []
    for table, key in sorted({*old, *new}, key=_order):
        gone, come = _less(old[table, key], new[table, key]), _less(new[table, key], old[table, key])
        pairs = min(len(gone), len(come))
        found += [RowDifference(table, RowChange.CHANGED, gone[at], come[at]) for at in range(pairs)]
        found += [RowDifference(table, RowChange.REMOVED, one, None) for one in gone[pairs:]]
        found += [RowDifference(table, RowChange.ADDED, None, one) for one in come[pairs:]]
    return found


def _order(place: tuple[str, tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    return list(COLUMNS).index(place[0]), place[1]


def _by_key(rows: Iterable[Row]) -> defaultdict[tuple[str, tuple[str, ...]], list[_Cells]]:
    found: defaultdict[tuple[str, tuple[str, ...]], list[_Cells]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: str(row.first or "")):
        found[row.table, tuple(fold(row[column]) for column in KEYS[row.table])].append(row.cells)
    return found


def _less(rows: list[_Cells], others: list[_Cells]) -> list[_Cells]:
    """Return the rows without those that stand the same among the others, each as often as there."""
    there = Counter(tuple(sorted(row.items())) for row in others)
    left = []
    for row in rows:
        cells = tuple(sorted(row.items()))
        there[cells] -= 1
        if there[cells] < 0:
            left.append(row)
    return left


def _key(one: RowDifference) -> tuple[str, ...]:
    return KEYS[one.table]


def _named(table: str, row: _Cells) -> str:
    return ", ".join(row[column] for column in KEYS[table] if row[column])


def _quoted(cell: str) -> str:
    return f"“{cell}”" if cell else "blank"
