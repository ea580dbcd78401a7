"""Turns raw rows into the rows that count: equal rows once, the newest version, no bad rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from . import cells, layout

Raw = dict[str, str]
Rejected = tuple[str, int, str]
Instant = tuple[datetime.datetime, Decimal]
OLDEST: Instant = (datetime.datetime.min.replace(tzinfo=datetime.UTC), Decimal(-1))


@dataclass(frozen=True)
class Row:
    """One distinct row. `texts` are its cells in the order of the table's columns."""

    table: str
    index: int
    texts: tuple[str, ...]
    tie: bool = False

    def __getitem__(self, column: str) -> str:
        return self.texts[layout.TABLES[self.table].columns.index(column)]

    def date(self, column: str) -> datetime.date | None:
        return cells.read_date(self[column])

    @property
    def bad(self) -> bool:
        """Whether a required cell is blank."""
        columns = layout.TABLES[self.table].columns
        required = layout.TABLES[self.table].required
        return any(
            layout.is_blank(self.table, column, text)
            for column, text in zip(columns, self.texts, strict=True)
            if column in required
        )

    @property
    def stamp(self) -> Instant:
        """The instant of the stamp; a blank stamp is the oldest."""
        column = layout.TABLES[self.table].stamp
        stamp = cells.read_stamp(self[column]) if column else None
        return stamp.instant if stamp else OLDEST

    @property
    def age(self) -> tuple[Instant, tuple[str, ...]]:
        """Sorts versions: by stamp, then by the cells' text."""
        return (self.stamp, self.texts)


def distinct_rows(table: str, raws: Iterable[Raw]) -> list[Row]:
    """Return the distinct rows of a table; rows equal in every canonical cell count once."""
    columns = [(name, layout.is_id(table, name)) for name in layout.TABLES[table].columns]
    found: dict[tuple[str, ...], Row] = {}
    for index, raw in enumerate(raws):
        texts = tuple(_text(raw.get(name, ""), trimmed) for name, trimmed in columns)
        found.setdefault(texts, Row(table, index, texts))
    return list(found.values())


def _text(cell: str, trimmed: bool) -> str:
    bare = cell.strip()
    return bare if trimmed or not bare else cell


def identity_of(row: Row) -> tuple[str, ...] | None:
    """Return the id of a row, or None where a part of it is blank or unreadable."""
    parts = []
    for column in layout.TABLES[row.table].identity:
        text = row[column]
        if layout.is_blank(row.table, column, text):
            return None
        parts.append(text if layout.is_id(row.table, column) else cells.fold(text))
    return tuple(parts)


def rows_with_id(rows: Iterable[Row], rejected: list[Rejected]) -> dict[tuple[str, ...], list[Row]]:
    """Group rows by id; reject those without one."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        identity = identity_of(row)
        if identity is None:
            rejected.append((row.table, row.index, "no-id"))
        else:
            groups.setdefault(identity, []).append(row)
    return groups


def used_rows(table: str, raws: Iterable[Raw], rejected: list[Rejected]) -> list[Row]:
    """Return the one row of each id that counts.

    Rows with a blank required cell stay in tables that make lines and are rejected in all others.
    """
    used = []
    for versions in rows_with_id(distinct_rows(table, raws), rejected).values():
        winner = newest(versions)
        rejected.extend((table, row.index, "superseded") for row in versions if row.index != winner.index)
        if winner.bad and table not in layout.MAKES_LINES:
            rejected.append((table, winner.index, "required-blank"))
        else:
            used.append(winner)
    return used


def newest(versions: list[Row]) -> Row:
    """Return the newest version; mark it where only its text decided."""
    if len(versions) == 1:
        return versions[0]
    winner = max(versions, key=lambda row: row.age)
    rivals = sum(1 for row in versions if row.stamp == winner.stamp)
    return Row(winner.table, winner.index, winner.texts, tie=rivals > 1)
