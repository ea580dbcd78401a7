"""Find whose lines may be decided otherwise although no row of theirs changed, and who refers to a line."""

from collections.abc import Collection

import polars as pl
from sqlalchemy import or_, select, text

from sync.model import Decision
from sync.store.bulk import in_parts, select_frame
from sync.store.database import Database
from sync.store.plan_lines import within
from sync.store.schema import CONTESTED, PLAN_LINE, PULLED_ROW
from sync.store.snapshots import standing

_LINE = PLAN_LINE.c
_ROW = PULLED_ROW.c
_CONTESTED = pl.Schema(dict.fromkeys(("table_name", "row_id", "owner"), pl.String))
_REFERRING = pl.Schema(dict.fromkeys(("table_name", "row_id", "owner", "refers_to"), pl.String))


def unsettled_customers(db: Database, plan_id: int, *, after: str, trainings: bool) -> set[str]:
    """Return the customers of a plan for whom the passing of time counts; blank for lines without a customer.

    after      the day the plan was decided for: lines of later days, and undated ones, count
    trainings  count trainings too, which have a line for each month that has begun
    """
    # What is flagged may wait for time as well: its other reasons change with the month.
    waits = [_LINE.decision.in_([Decision.HOLD, Decision.FLAG]), _LINE.date > after, _LINE.date.is_(None)]
    if trainings:
        lasts = _LINE.control.is_(None) | _LINE.control.not_in(["Services", "Follow-Up"])
        waits.append((_LINE.source_kind == "services") & lasts)
    query = select(_LINE.customer_id).where(within(PLAN_LINE, plan_id), or_(*waits)).distinct()
    with db.read() as conn:
        return {customer or "" for customer in conn.scalars(query)}


def rows_referring(db: Database, table: str, names: Collection[str]) -> pl.DataFrame:
    """Return which rows of a table name one of these now: row_id, owner, refers_to."""
    # The table is picked afterwards: asked for it, SQLite takes the index of the tables and looks at all of its rows.
    query = select(*(_ROW[name] for name in _REFERRING)).where(_ROW.gone_pull.is_(None))
    with db.read() as conn:
        parts = [select_frame(conn, query.where(_ROW.refers_to.in_(part)), _REFERRING) for part in in_parts(names)]
    found = pl.concat([pl.DataFrame(schema=_REFERRING), *parts])
    return found.filter(pl.col("table_name") == table).drop("table_name")


def references_of(db: Database, table: str, owners: Collection[str], *, seqs: Collection[int | None]) -> set[str]:
    """Return what rows of these owners name, as they stood after any of these pulls (None: now)."""
    query = select(_ROW.refers_to).where(_ROW.table_name == table, or_(*(standing(seq) for seq in seqs))).distinct()
    with db.read() as conn:
        named = {name for part in in_parts(owners) for name in conn.scalars(query.where(_ROW.owner.in_(part)))}
    return named - {None}


def contested_rows(db: Database) -> pl.DataFrame:
    """Return the rows that stand now and bear an id that stands under another owner too: table_name, row_id, owner."""
    # They are few, and found by an index of their own: all at once, and in the words of the index.
    query = select(*(_ROW[name] for name in _CONTESTED)).where(text(CONTESTED))
    with db.read() as conn:
        return select_frame(conn, query, _CONTESTED)
