"""Tells on `as_of` which record an I-Trac row belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from .crosswalk import CAREER_BOOST
from .facts import Facts
from .tables import Row

KEYS_TO_PROGRESS = "Keys to Progress"


class Keys:
    """Compares labels as the data-entry checks do: on `as_of`, in the program of the row."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def key(self, kind: str, row: Row) -> str:
        """Return the key of the cell that is named like the kind."""
        program = "" if kind == "program" else row["program"]
        return self.facts.crosswalk.key(kind, row[kind], self.facts.as_of, program)

    def is_one_of(self, kind: str, row: Row, names: Iterable[str]) -> bool:
        """Say whether a cell is one of the labels."""
        program = "" if kind == "program" else row["program"]
        key = self.facts.crosswalk.key
        return self.key(kind, row) in {key(kind, name, self.facts.as_of, program) for name in names}

    def record_of(self, row: Row) -> tuple[str, str, str]:
        """Return customer, program and provider."""
        return (row["customer_id"], self.key("program", row), self.key("provider", row))

    def outside_career_boost(self, table: str) -> list[Row]:
        """Return the rows of a table that are not of the Career Boost record."""
        rows = self.facts.rows[table]
        return [row for row in rows if not self.is_one_of("program", row, (CAREER_BOOST,))]

    def keys_to_progress(self, table: str) -> list[Row]:
        """Return the rows of a table that are of the Keys to Progress record."""
        rows = self.facts.rows[table]
        return [row for row in rows if self.is_one_of("program", row, (KEYS_TO_PROGRESS,))]
