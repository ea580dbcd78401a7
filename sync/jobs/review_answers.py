"""Let answers that were given in a review reach the rules, as rows of `choices` beside those of the exported file.

They are stored as a pull of their own, in the transaction of the act: the next plan then decides anew about exactly
these lines, and a plan can be decided again from what stood at its pull.
"""

from collections.abc import Iterable
from datetime import datetime

import polars as pl

from sync.jobs.kept_rows import KEY_MARK, rows_of_items
from sync.model import TABLES
from sync.reconcile.settling import CHOICES
from sync.store import REVIEW, Connection, NewPull, add_pull
from sync.store.review_list import ReviewRow, events_of
from sync.store.review_states import ReviewEvent, in_force

_CHOICES = TABLES["choices"]
# Of each of the three lists one answer counts, so that a line may need two of them.
_LISTS = {"type": "type", "same": "same", "different": "same", "delivered": "delivered", "not-delivered": "delivered"}


def keep_answers(conn: Connection, rows: Iterable[ReviewRow], *, now: datetime) -> None:
    """Store which answers are in force for the lines of these items, and take back those that no longer are."""
    lines = {row.item_id: row.line_id for row in rows if row.line_id}
    every = events_of(conn, lines)
    events = [event for event in every if event.answer is not None]
    if not events:
        return
    of_item: dict[str, list[ReviewEvent]] = {item_id: [] for item_id in lines}
    for event in every:
        of_item[event.item_id].append(event)
    stands = {event.id for own in of_item.values() for event in in_force(own)}
    newest = {(lines[event.item_id], _list_of(event)): event for event in events if event.id in stands}
    asked = {(lines[event.item_id], _list_of(event)) for event in events}
    gone = [_row_id(line, name) for line, name in asked - newest.keys()]
    pull = NewPull(source=REVIEW, at=now, complete=True, partial=True)
    add_pull(conn, pull, {_CHOICES.name: _rows(newest)}, tombstones={_CHOICES.name: gone})


def _list_of(event: ReviewEvent) -> str:
    return _LISTS[event.decision or ""]


def _row_id(line: str, name: str) -> str:
    return KEY_MARK.join((line, REVIEW, name))


def _rows(newest: dict[tuple[str, str], ReviewEvent]) -> pl.DataFrame:
    """Return the answers as rows that the store keeps; each list of a line has a row of its own."""
    items = [
        {"line_id": line, "answer": event.answer, "answered_by": event.by,
         "answered_on": event.at.isoformat().replace("+00:00", "Z"), "note": None}
        for (line, _), event in newest.items()
    ]  # fmt: skip
    rows = rows_of_items(items, _CHOICES, REVIEW)
    return rows.with_columns(pl.Series("row_id", [_row_id(*key) for key in newest], pl.String))


def answer_of(decision: str, named: str | None) -> str | None:
    """Return what a decision tells the rules: the type that was named, or its own word; None where it tells nothing."""
    told = CHOICES[decision].answer
    return (named or "") if told == "?" else told or None
