"""Keep what was decided: plans with what they were decided from, their digest and their approval."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Connection, Select, select

from sync.errors import StoreError, WrongCall
from sync.model import LINE_COLUMNS
from sync.store.blocks import blocks_of, in_order
from sync.store.database import Database, alone
from sync.store.digests import Kept, Others, standing_with
from sync.store.plan_lines import Replacement, replace
from sync.store.schema import PLAN
from sync.store.shares import add_shares


class Figures(NamedTuple):
    """Carry what is counted of a plan, as JSON has it: its lines, and for later plans the shares of its labels."""

    counts: Mapping[str, Any]
    shares: Mapping[str, Any]


Counting = Callable[[pl.DataFrame | None, pl.DataFrame], Figures]
"""Count a plan, given the lines that went of the one before and those that came; without the former, all came."""


def _nothing_counted(_went: pl.DataFrame | None, _came: pl.DataFrame) -> Figures:
    return Figures({}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """Say what a plan was decided from, so that it can be decided again, and how it is counted."""

    as_of: str
    crosswalk_hash: str
    crosswalk_version: str
    settings: Mapping[str, Any]
    pull_seq: int | None = None
    run_id: int | None = None
    figures: Counting = _nothing_counted


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """Carry what is known of a plan; `lines` is how many it has."""

    id: int
    digest: str
    as_of: str
    pull_seq: int | None
    crosswalk_hash: str
    crosswalk_version: str
    settings: Mapping[str, Any]
    created_at: datetime
    run_id: int | None
    lines: int
    counts: Mapping[str, Any]
    approved_at: datetime | None
    approved_by: str | None
    approved_reason: str | None
    superseded_by: int | None


class Decisions(NamedTuple):
    """Carry what was decided, and about whom.

    lines      text, blank = null, columns as LINE_COLUMNS, in any order
    customers  those whose lines these are (blank for lines without one); the lines of all others stay. None: these
               are the lines of everybody
    kept       what `kept_blocks` reads meanwhile; read again where it is of another plan than the newest
    """

    lines: pl.DataFrame
    customers: Collection[str] | None = None
    kept: Future[Kept] | None = None


def store_plan(db: Database, plan: NewPlan, decided: Decisions, *, now: datetime) -> StoredPlan:
    """Store a plan, as a whole or not at all; the newest plan before it is superseded.

    A customer whose lines are the same, byte for byte, is not written again. A plan that is the same as the newest
    one keeps its approval, for what was approved are the bytes.
    """
    customers = decided.customers
    lines = in_order(decided.lines.select(LINE_COLUMNS))
    blocks = blocks_of(lines)
    if customers is not None and not set(blocks["customer_id"]) <= set(customers):
        raise StoreError("a plan has lines of a customer who was not decided about")
    with db.write() as conn, ThreadPoolExecutor(1, thread_name_prefix="digest") as beside:
        alone(conn, PLAN)
        before = _plan(conn, _NEWEST)
        others = None if before is None or customers is None else Others(before.id, set(customers), decided.kept)
        stands = beside.submit(standing_with, db, blocks, others)
        plan_id = _begin(conn, plan, now)
        last_plan = before.id if before else None
        new = Replacement(lines, blocks, others.without if others else None)
        went, came = replace(conn, new, plan_id=plan_id, last_plan=last_plan)
        figures = plan.figures(went, came) if others else plan.figures(None, lines)
        return _finish(conn, plan_id, before, sealed=_Sealed(*stands.result(), figures))


def approve(db: Database, digest: str, actor: str, *, now: datetime, reason: str | None = None) -> StoredPlan:
    """Write down who approved a plan and why, once; WrongCall where none has the digest, or a newer one stands."""
    with db.write() as conn:
        plan = _with_digest(conn, digest)
        if plan is None:
            raise WrongCall("no plan has this digest", "`ims-sync plan` prints the digest of the newest plan.")
        if plan.superseded_by is not None:
            raise WrongCall("a newer plan has taken the place of this one", "Look at the newest plan and approve that.")
        unapproved = PLAN.update().where(PLAN.c.id == plan.id, PLAN.c.approved_at.is_(None))
        conn.execute(unapproved.values(approved_at=now, approved_by=actor, approved_reason=reason))
        return _one(conn, plan.id)


def plan_of(db: Database, digest: str) -> StoredPlan | None:
    """Return the newest plan with a digest."""
    with db.read() as conn:
        return _with_digest(conn, digest)


def newest_plan(db: Database) -> StoredPlan | None:
    """Return the plan that stands."""
    with db.read() as conn:
        return newest_of(conn)


def newest_of(conn: Connection) -> StoredPlan | None:
    """Return the plan that stands, within a transaction."""
    return _plan(conn, _NEWEST)


_COLUMNS = select(*(PLAN.c[name] for name in StoredPlan.__slots__))
_NEWEST = _COLUMNS.order_by(PLAN.c.id.desc()).limit(1)


def _plan(conn: Connection, query: Select[Any]) -> StoredPlan | None:
    row = conn.execute(query).first()
    return StoredPlan(**row._mapping) if row else None


def _with_digest(conn: Connection, digest: str) -> StoredPlan | None:
    return _plan(conn, _NEWEST.where(PLAN.c.digest == digest))


def _one(conn: Connection, plan_id: int) -> StoredPlan:
    return StoredPlan(**conn.execute(_COLUMNS.where(PLAN.c.id == plan_id)).one()._mapping)


def _begin(conn: Connection, plan: NewPlan, now: datetime) -> int:
    statement = PLAN.insert().values(
        digest="", as_of=plan.as_of, pull_seq=plan.pull_seq, crosswalk_hash=plan.crosswalk_hash,
        crosswalk_version=plan.crosswalk_version, settings=dict(plan.settings), created_at=now,
        run_id=plan.run_id, lines=0, counts={},
    )  # fmt: skip
    plan_id: int = conn.execute(statement.returning(PLAN.c.id)).scalar_one()
    return plan_id


class _Sealed(NamedTuple):
    digest: str
    lines: int
    figures: Figures


def _finish(conn: Connection, plan_id: int, before: StoredPlan | None, *, sealed: _Sealed) -> StoredPlan:
    """Seal the plan with the digest of all lines that stand now; take over the approval of the same bytes."""
    values: dict[str, Any] = {"digest": sealed.digest, "lines": sealed.lines, "counts": dict(sealed.figures.counts)}
    if before and before.digest == sealed.digest:
        values |= {name: getattr(before, name) for name in ("approved_at", "approved_by", "approved_reason")}
    conn.execute(PLAN.update().where(PLAN.c.id == plan_id).values(**values))
    add_shares(conn, plan_id, sealed.figures.shares)
    if before:
        conn.execute(PLAN.update().where(PLAN.c.id == before.id).values(superseded_by=plan_id))
    return _one(conn, plan_id)
