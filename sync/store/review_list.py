"""Ask for what people review: a page of it, the counts beside it, its root causes, one item with its history."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import ColumnElement, Connection, Row, func, literal, select, true, tuple_

from sync.store.bulk import in_parts, select_frame
from sync.store.database import Database
from sync.store.findings import FACETS, MARK
from sync.store.review_schema import REVIEW_EVENT, REVIEW_FACTS, REVIEW_ITEM
from sync.store.review_states import ReviewAct, ReviewEvent, ReviewState, Stand, state_column, state_of

_ITEM, _EVENT = REVIEW_ITEM.c, REVIEW_EVENT.c
_ORDER: tuple[ColumnElement[Any], ...] = (_ITEM.rank, _ITEM.less_cents, _ITEM.first_seen_at, _ITEM.item_id)
_STAND = ["act", "changed", "act_until"]
_GROUPS = pl.Schema(
    {"facets": pl.String(), "act": pl.String(), "changed": pl.Boolean(), "act_until": pl.String(),
     "assigned": pl.String(), "count": pl.Int64()}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say which items are wanted; None or nothing named = all.

    equal   by column (a facet, `cause`, `customer_id`, `assigned`, `item_id`) the values that are wanted; blank =
            without one
    states  the states; those that are gone are never among a list that does not name them
    before  only items first seen before
    places  the providers that the person may see, as compared; items without a provider are then left out
    """

    today: str
    states: frozenset[str]
    equal: Mapping[str, frozenset[str]]
    before: datetime | None = None
    places: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """Carry one item as the list shows it."""

    item_id: str
    kind: str
    reason: str
    severity: str
    customer_id: str | None
    job_seeker_id: str | None
    program: str | None
    provider: str | None
    month: str | None
    line_id: str | None
    entry_id: str | None
    cents: int | None
    cause: str
    only_one: bool
    place: str
    fingerprint: str
    first_seen_at: datetime
    last_seen_at: datetime | None
    gone_at: datetime | None
    act_fingerprint: str | None
    act_until: str | None
    assigned: str | None
    last_event: int
    state: ReviewState


class CauseCount(NamedTuple):
    """Count the items of one root cause: all, those without another objection, and their money."""

    cause: str
    every: int
    alone: int
    cents: int


class Selected(NamedTuple):
    """Stand for the items that a filter selects: how many, and a hash of their ids and versions."""

    number: int
    hash: str


def counts_by_facet(db: Database, wanted: Wanted) -> pl.DataFrame:
    """Return, for each set of facets (those of the list, `state`, `assigned`), how many items have it, as `count`.

    Every state but gone; facets that are wanted are not looked at, so that each can be counted without itself.
    """
    apart = {name: values for name, values in wanted.equal.items() if name not in {*FACETS, "assigned"}}
    # Grouped by what the index holds, in its order: so neither database has to sort or to look at the rows.
    groups = (_ITEM.facets, _ITEM.act, _ITEM.changed, _ITEM.act_until, _ITEM.assigned)
    number = func.count().label("count")
    inner = select(*groups, number).where(_ITEM.gone_at.is_(None), *_conditions(apart, wanted)).group_by(*groups)
    with db.read() as conn:
        found = select_frame(conn, inner, _GROUPS)
    facets = pl.col("facets").str.split_exact(MARK, len(FACETS) - 1).struct.rename_fields(list(FACETS))
    found = found.join(_states(found, wanted.today), on=_STAND, nulls_equal=True)
    return found.with_columns(facets, pl.col("assigned").fill_null("")).unnest("facets").drop(_STAND)


def _states(found: pl.DataFrame, today: str) -> pl.DataFrame:
    """Return the state of each different stand; groups have few of them."""
    stands = found.select(_STAND).unique()
    told = [
        str(state_of(Stand(act, "then" if changed else "now", until, None), "now", today, gone=False))
        for act, changed, until in stands.iter_rows()
    ]
    return stands.with_columns(pl.Series("state", told, pl.String))


def rows_of_page(db: Database, wanted: Wanted, *, offset: int, limit: int, total: int | None = None) -> list[ReviewRow]:
    """Return a part of the wanted items: the gravest first, of these the most money, of these the oldest.

    total  how many are wanted, if that is known: what lies in the second half is then counted from the end
    """
    skip, take, order = offset, limit, _ORDER
    if total is not None and offset > total // 2:
        skip, take = max(0, total - offset - limit), max(0, min(limit, total - offset))
        order = tuple(column.desc() for column in _ORDER)
    ids = select(_ITEM.item_id).where(*_where(wanted)).order_by(*order).offset(skip).limit(take)
    with db.read() as conn:
        named = list(conn.scalars(ids))
        return _rows(conn, select(*_columns(wanted.today)).where(_ITEM.item_id.in_(named)).order_by(*_ORDER))


def row_after(db: Database, wanted: Wanted, item_id: str) -> ReviewRow | None:
    """Return which of the wanted items follows one in the order of the pages, whether that one is wanted or not."""
    with db.read() as conn:
        place = conn.execute(select(*_ORDER).where(_ITEM.item_id == item_id)).one()
        here = tuple_(*(literal(cell, column.type) for cell, column in zip(place, _ORDER, strict=True)))
        query = select(*_columns(wanted.today)).where(*_where(wanted), tuple_(*_ORDER) > here)
        return next(iter(_rows(conn, query.order_by(*_ORDER).limit(1))), None)


def number_gone(db: Database, wanted: Wanted) -> int:
    """Return how many of the wanted items are gone; none where that state is not wanted."""
    if ReviewState.GONE not in wanted.states:
        return 0
    query = select(func.count()).where(_ITEM.gone_at.is_not(None), *_conditions(wanted.equal, wanted))
    with db.read() as conn:
        return conn.execute(query).scalar_one()


def causes_of(db: Database, wanted: Wanted, limit: int) -> list[CauseCount]:
    """Return the root causes of the wanted items, those first that clear the most."""
    alone = func.count().filter(_ITEM.only_one)
    query = (
        select(_ITEM.cause, func.count(), alone, func.coalesce(func.sum(_ITEM.cents), 0))
        .where(*_where(wanted))
        .group_by(_ITEM.cause)
        .order_by(alone.desc(), func.count().desc(), _ITEM.cause)
        .limit(limit)
    )
    with db.read() as conn:
        return [CauseCount(cause, every, only, int(cents)) for cause, every, only, cents in conn.execute(query)]


def selected(conn: Connection, wanted: Wanted) -> tuple[Selected, list[ReviewRow]]:
    """Return every wanted item, and what stands for all of them as they are now."""
    rows = _rows(conn, select(*_columns(wanted.today)).where(*_where(wanted)).order_by(_ITEM.item_id))
    seen = "\n".join(f"{row.item_id}{MARK}{row.last_event}{MARK}{row.fingerprint}" for row in rows)
    return Selected(len(rows), sha256(seen.encode()).hexdigest()), rows


def items_named(conn: Connection, ids: Collection[str], today: str) -> list[ReviewRow]:
    """Return the items with these ids, gone ones too."""
    query = select(*_columns(today)).order_by(_ITEM.item_id)
    return [row for part in in_parts(sorted(ids)) for row in _rows(conn, query.where(_ITEM.item_id.in_(part)))]


def item_of_line(conn: Connection, line_id: str) -> str | None:
    """Return the item that a line has, where it has one alone that is not gone."""
    found = list(conn.scalars(select(_ITEM.item_id).where(_ITEM.line_id == line_id, _ITEM.gone_at.is_(None)).limit(2)))
    return found[0] if len(found) == 1 else None


def numbers_by_rank(db: Database, wanted: Wanted) -> dict[int, int]:
    """Count the wanted items by how grave they are, 0 the gravest; one index has it all for who may see everything."""
    query = (
        select(_ITEM.rank, func.count().label("number"))
        .where(*_where(wanted))
        .group_by(_ITEM.rank)
        .order_by(_ITEM.rank)
    )
    with db.read() as conn:
        return {row.rank: row.number for row in conn.execute(query)}


def facts_of_items(conn: Connection, rows: Sequence[ReviewRow]) -> dict[str, dict[str, str | None]]:
    """Return by id the facts of many items as they are now; of one whose facts are not known, none."""
    facts, versions = REVIEW_FACTS.c, {row.item_id: row.fingerprint for row in rows}
    found: dict[str, dict[str, str | None]] = {item_id: {} for item_id in versions}
    for ids in in_parts(versions):
        query = select(facts.item_id, facts.fingerprint, facts.facts).where(facts.item_id.in_(ids))
        told = conn.execute(query)
        found |= {item_id: json.loads(text) for item_id, mark, text in told if versions[item_id] == mark}
    return found


def facts_of_item(conn: Connection, item_id: str, fingerprint: str) -> dict[str, str | None]:
    """Return the facts of an item in one version; none where they are not known."""
    facts = REVIEW_FACTS.c
    told = conn.scalar(select(facts.facts).where(facts.item_id == item_id, facts.fingerprint == fingerprint))
    return json.loads(told) if told else {}


def events_of(conn: Connection, ids: Collection[str]) -> list[ReviewEvent]:
    """Return everything that people did about some items, in order."""
    query = select(*(_EVENT[name] for name in ReviewEvent.__slots__))
    parts = (conn.execute(query.where(_EVENT.item_id.in_(part))) for part in in_parts(ids))
    return sorted((event_from(row) for found in parts for row in found), key=lambda event: event.id)


def event_from(row: Row[*tuple[Any, ...]]) -> ReviewEvent:
    """Return an event as read; other columns may stand beside its own."""
    cells = {name: row._mapping[name] for name in ReviewEvent.__slots__}
    return ReviewEvent(**{**cells, "act": ReviewAct(row.act)})


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    gone = ReviewState.GONE in wanted.states
    there = true() if gone else _ITEM.gone_at.is_(None)
    states = [state_column(wanted.today, there=not gone).in_(sorted(wanted.states))] if wanted.states else []
    return [there, *states, *_conditions(wanted.equal, wanted)]


def _conditions(equal: Mapping[str, frozenset[str]], wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        (_ITEM.item_id if name == "item_id" else func.coalesce(_ITEM[name], "")).in_(sorted(values))
        for name, values in equal.items()
        if values
    ]
    if wanted.before is not None:
        found.append(_ITEM.first_seen_at < wanted.before)
    if wanted.places is not None:
        found.append(_ITEM.place.in_(sorted(wanted.places - {""})))
    return found


def _columns(today: str) -> list[ColumnElement[Any]]:
    own = [name for name in ReviewRow.__slots__ if name != "state"]
    return [*(_ITEM[name] for name in own), state_column(today).label("state")]


def _rows(conn: Connection, query: Any) -> list[ReviewRow]:
    found: Sequence[Row[Any]] = conn.execute(query).all()
    return [ReviewRow(**{**row._mapping, "state": ReviewState(row.state)}) for row in found]
