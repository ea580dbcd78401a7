"""Write down what people decide about items: one act or many in one transaction, each only on what the person saw.

Acts are only ever added. What is in force is kept beside each item, so that a list need not read them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select

from sync.store.audit import Act, record
from sync.store.bulk import in_parts
from sync.store.database import alone
from sync.store.review_list import ReviewRow, event_from, events_of, items_named
from sync.store.review_schema import REVIEW_EVENT, REVIEW_ITEM
from sync.store.review_states import ReviewAct, ReviewEvent, Stand, stand_of

_ITEM, _EVENT = REVIEW_ITEM.c, REVIEW_EVENT.c


class Seen(NamedTuple):
    """Name the version of an item that a person saw: its last event, and its facts."""

    last_event: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.last_event}.{self.fingerprint}"

    @classmethod
    def read(cls, text: str) -> "Seen | None":
        """Read what a page or a command handed back; None where it is no version."""
        number, dot, fingerprint = text.partition(".")
        return cls(int(number), fingerprint) if dot and number.isascii() and number.isdigit() else None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Say what a person does; what does not belong to the act stays None. Fields as in ReviewEvent."""

    act: ReviewAct
    by: str
    decision: str | None = None
    answer: str | None = None
    reason: str | None = None
    note: str | None = None
    until: str | None = None
    assignee: str | None = None
    undoes: int | None = None
    together: str | None = None


def hold_reviews(conn: Connection) -> None:
    """Let nobody else decide about items until the transaction ends."""
    alone(conn, REVIEW_ITEM)


def seen_of(row: ReviewRow) -> Seen:
    """Return the version of an item as it is now."""
    return Seen(row.last_event, row.fingerprint)


def meanwhile(conn: Connection, item_id: str, after: int) -> list[ReviewEvent]:
    """Return what others did about an item after an event."""
    return [event for event in events_of(conn, [item_id]) if event.id > after]


def add_events(conn: Connection, rows: Sequence[ReviewRow], new: NewEvent, *, now: datetime) -> list[int]:
    """Add the same act to each of the items, and keep what is now in force; return the events' numbers.

    The caller holds `review_item` alone and has compared what the person saw.
    """
    given = [(row, replace(new)) for row in rows]
    return _add(conn, given, now)


def undo_events(
    conn: Connection, taken_back: Sequence[tuple[ReviewRow, ReviewEvent]], new: NewEvent, *, now: datetime
) -> list[int]:
    """Take an event of each of the items back, each by an event of its own."""
    given = [(row, replace(new, undoes=event.id)) for row, event in taken_back]
    return _add(conn, given, now)


def events_together(conn: Connection, together: str) -> list[ReviewEvent]:
    """Return the events of one bulk act."""
    query = select(*(_EVENT[name] for name in ReviewEvent.__slots__)).where(_EVENT.together == together)
    return [event_from(row) for row in conn.execute(query.order_by(_EVENT.id))]


def record_review(conn: Connection, event: NewEvent, subject: str, *, facts: Mapping[str, Any], now: datetime) -> None:
    """Write an act into the audit trail: ids and the names of decisions, never what a person wrote."""
    told = {"decision": event.decision, "until": event.until, "together": event.together, **facts}
    known = {name: fact for name, fact in told.items() if fact is not None}
    record(conn, Act(event.by, f"review {event.act}", subject, known), now)


def _add(conn: Connection, given: Sequence[tuple[ReviewRow, NewEvent]], now: datetime) -> list[int]:
    names = NewEvent.__slots__
    values = [
        {
            "item_id": row.item_id,
            "at": now,
            "fingerprint": row.fingerprint,
            **{name: getattr(new, name) for name in names},
        }
        for row, new in given
    ]
    if not values:
        return []
    numbers = list(conn.scalars(insert(REVIEW_EVENT).returning(_EVENT.id), values))
    _keep_stands(conn, {row.item_id: row for row, _ in given})
    return numbers


class _Kept(NamedTuple):
    """Carry what is kept beside an item; `own` = the act is on its facts as they are, whatever these are."""

    stand: Stand
    own: bool


def _keep_stands(conn: Connection, rows: Mapping[str, ReviewRow]) -> None:
    """Keep beside each item what is in force of its events; of many items most have the same."""
    alike: dict[_Kept, list[str]] = {}
    for ids in in_parts(rows):
        by_item: dict[str, list[ReviewEvent]] = {item_id: [] for item_id in ids}
        for event in events_of(conn, ids):
            by_item[event.item_id].append(event)
        for item_id, events in by_item.items():
            alike.setdefault(_kept(stand_of(events), rows[item_id]), []).append(item_id)
    for kept, ids in alike.items():
        change = REVIEW_ITEM.update().values(_columns(kept))
        for part in in_parts(ids):
            conn.execute(change.where(_ITEM.item_id.in_(part)))


def _kept(stand: Stand, row: ReviewRow) -> _Kept:
    own = stand.fingerprint == row.fingerprint
    return _Kept(stand._replace(fingerprint=None) if own else stand, own)


def _columns(kept: _Kept) -> dict[str, Any]:
    stand, last = kept.stand, select(func.max(_EVENT.id)).where(_EVENT.item_id == _ITEM.item_id)
    return {
        "act": stand.act, "act_fingerprint": _ITEM.fingerprint if kept.own else stand.fingerprint,
        "act_until": stand.until, "assigned": stand.assigned, "changed": bool(stand.act) and not kept.own,
        "last_event": last.scalar_subquery(),
    }  # fmt: skip


def named_once(conn: Connection, item_id: str, today: str) -> ReviewRow | None:
    """Return one item; None where none has the id."""
    return next(iter(items_named(conn, [item_id], today)), None)
