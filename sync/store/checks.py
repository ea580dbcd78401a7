"""Check that a database is whole: its file or its indexes, and that the ledger agrees with the plans it came from."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from sync.store.database import Database
from sync.store.digests import digest_of_plan
from sync.store.engines import POSTGRESQL
from sync.store.plans import newest_plan
from sync.store.purged import purged_through
from sync.store.schema import ATTEMPT, CONFIRMATION, LEDGER, METADATA, PLAN
from sync.store.states import State

_LEDGER, _TRY = LEDGER.c, ATTEMPT.c
_NAMED = 5
_SENT = (State.INTENDED, State.WRITTEN)


def damage(db: Database, *, quick: bool = False) -> list[str]:
    """Say what of the database itself is not whole, in its own words for places; none where all is.

    quick  pages and their order alone, without the indexes and what refers to what
    PostgreSQL cannot check itself from within: that its indexes and constraints are in force, and that every row can be
    read, is what can be known here (its indexes entry by entry where the extension amcheck is there).
    """
    with db.read() as conn:
        if conn.dialect.name == POSTGRESQL:
            return _unfit_objects(conn) + ([] if quick else _unreadable(conn) + _amcheck(conn))
        checked = conn.exec_driver_sql("PRAGMA quick_check" if quick else "PRAGMA integrity_check").scalars().all()
        loose = [] if quick else conn.exec_driver_sql("PRAGMA foreign_key_check").all()
        wrong = [] if checked == ["ok"] else [f"{len(checked)} places in the file"]
        return wrong + [f"{row[0]}: row {row[1]} refers to nothing" for row in loose[:_NAMED]]


def _unfit_objects(conn: Connection) -> list[str]:
    """Name indexes and constraints that PostgreSQL does not hold to."""
    query = (
        "SELECT 'index ' || c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE NOT (i.indisvalid AND i.indisready) AND c.relnamespace = current_schema()::regnamespace "
        "UNION ALL SELECT 'constraint ' || conname FROM pg_constraint "
        "WHERE NOT convalidated AND connamespace = current_schema()::regnamespace"
    )
    return [str(name) for name in conn.exec_driver_sql(query).scalars()]


def _unreadable(conn: Connection) -> list[str]:
    """Read every row of every table, so that a page that cannot be read is met now; damage is raised as StoreError."""
    for table in METADATA.sorted_tables:
        conn.execute(select(func.count()).select_from(select(*table.columns).offset(0).subquery())).scalar()
    return []


def _amcheck(conn: Connection) -> list[str]:
    there = conn.exec_driver_sql("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'").scalar()
    if there:
        conn.exec_driver_sql(
            "SELECT bt_index_check(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' "
            "AND c.relnamespace = current_schema()::regnamespace"
        ).all()
    return []


def unapproved(db: Database) -> list[str]:
    """Name lines of the ledger whose plan is not there or was never approved."""
    plan = exists().where(PLAN.c.id == _LEDGER.plan_id, PLAN.c.approved_at.is_not(None))
    return _lines(db, ~plan)


def disagreeing_tries(db: Database) -> list[str]:
    """Name lines whose state does not follow from what is written down of their tries."""
    tried = select(func.count()).where(_TRY.line_id == _LEDGER.line_id).scalar_subquery()
    last = select(func.max(_TRY.number)).where(_TRY.line_id == _LEDGER.line_id).scalar_subquery()
    open_last = exists().where(_TRY.line_id == _LEDGER.line_id, _TRY.number == _LEDGER.tries, _TRY.ended_at.is_(None))
    # Of a confirmed line they may have been purged, with what was sent.
    purged = and_(_LEDGER.state == State.CONFIRMED, tried == 0)
    counted = or_(tried != _LEDGER.tries, func.coalesce(last, 0) != _LEDGER.tries)
    wrong = (
        and_(counted, ~purged),
        and_(_LEDGER.state == State.INTENDED, ~open_last),
        and_(_LEDGER.state == State.WRITTEN, open_last),
        and_(_LEDGER.state.in_(_SENT), _LEDGER.tries == 0),
    )
    return _lines(db, or_(*wrong))


def unshown(db: Database) -> list[str]:
    """Name lines that count as confirmed or keyed though nothing shows it."""
    shown = {
        how: exists().where(CONFIRMATION.c.line_id == _LEDGER.line_id, CONFIRMATION.c.how == how)
        for how in ("read-back", "person")
    }
    return _lines(
        db,
        or_(
            and_(_LEDGER.state == State.CONFIRMED, ~shown["read-back"]),
            and_(_LEDGER.state == State.KEYED, ~shown["person"]),
        ),
    )


def wrong_digest(db: Database) -> list[str]:
    """Name the newest plan if its lines do not give the digest that it bears."""
    plan = newest_plan(db)
    if plan is None or digest_of_plan(db, plan.id) == plan.digest:
        return []
    return [f"plan {plan.id}"]


def plans_in_ledger(db: Database) -> dict[int, list[str]]:
    """Return by plan the lines that were offered under it; plans whose lines were purged are left out."""
    query = select(_LEDGER.plan_id, _LEDGER.line_id).order_by(_LEDGER.plan_id, _LEDGER.line_id)
    found: dict[int, list[str]] = {}
    with db.read() as conn:
        gone = purged_through(conn).plan
        for plan_id, line_id in conn.execute(query.where(_LEDGER.plan_id > gone)):
            found.setdefault(plan_id, []).append(line_id)
    return found


def bodies_of(db: Database, line_ids: Iterable[str]) -> dict[str, bytes]:
    """Return what was to be sent for lines, by their ids; lines whose bytes were purged are left out."""
    query = select(_LEDGER.line_id, _LEDGER.body).where(_LEDGER.line_id.in_(list(line_ids)), _LEDGER.body != b"")
    with db.read() as conn:
        return {row.line_id: row.body for row in conn.execute(query)}


def differing(offered: pl.DataFrame, bodies: Mapping[str, bytes]) -> list[str]:
    """Name lines whose bytes are not those that their plan gives."""
    given: dict[str, Any] = dict(offered.select("line_id", "body").iter_rows())
    return [line_id for line_id, body in bodies.items() if given.get(line_id) != body]


def _lines(db: Database, which: ColumnElement[bool]) -> list[str]:
    query: Select[tuple[str]] = select(_LEDGER.line_id).where(which).order_by(_LEDGER.line_id)
    with db.read() as conn:
        return list(conn.scalars(query))
