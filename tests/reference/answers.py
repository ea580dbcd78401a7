"""Staff answers: which answer counts for a line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from . import cells
from .tables import Raw, Rejected, Row, distinct_rows, rows_with_id

LISTS = (frozenset({"delivered", "not delivered"}), frozenset({"same", "different"}))


class Answers:
    """The answers by line, without those given after `as_of`."""

    def __init__(self, raws: Sequence[Raw], as_of: datetime.date, rejected: list[Rejected]) -> None:
        rows = [row for row in distinct_rows("choices", raws) if not _after(row, as_of)]
        self._rows = {key[0]: found for key, found in rows_with_id(rows, rejected).items()}
        for found in self._rows.values():
            _reject(found, rejected)

    def _newest(self, line_id: str, allowed: frozenset[str]) -> str:
        winner = _winner(self._rows.get(line_id, []), allowed)
        if winner is None or winner.bad:
            return ""
        return cells.fold(winner["answer"])

    def delivered(self, line_id: str) -> str:
        """Return `delivered`, `not delivered` or blank."""
        return self._newest(line_id, LISTS[0])

    def sameness(self, line_id: str) -> str:
        """Return `same`, `different` or blank."""
        return self._newest(line_id, LISTS[1])

    def picked(self, line_id: str, types: Sequence[str]) -> str:
        """Return which of the types in force was picked, as the crosswalk writes it, or blank."""
        if line_id not in self._rows:
            return ""
        by_key = {cells.fold(name): name for name in types}
        return by_key.get(self._newest(line_id, frozenset(by_key)), "")


def _after(row: Row, as_of: datetime.date) -> bool:
    stamp = cells.read_stamp(row["answered_on"])
    return stamp is not None and stamp.day > as_of


def _winner(rows: list[Row], allowed: frozenset[str]) -> Row | None:
    listed = [row for row in rows if cells.fold(row["answer"]) in allowed]
    return max(listed, key=lambda row: row.age, default=None)


def _reject(rows: list[Row], rejected: list[Rejected]) -> None:
    """Note what does not count in the two closed lists, and bad rows outside them."""
    for row in rows:
        answer = cells.fold(row["answer"])
        allowed = next((words for words in LISTS if answer in words), None)
        if allowed and row is not _winner(rows, allowed):
            rejected.append(("choices", row.index, "superseded"))
        elif row.bad:
            rejected.append(("choices", row.index, "required-blank"))
