"""Purge what was kept long enough, and let nothing of it be found in the file afterwards.

What deciding, pushing and reconciling need stays: rows that stand, rows that the newest plan and unsettled lines were
decided from, the newest plan, every line of the ledger with its state and entry, what confirms it, the audit trail.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Delete, Table, Update, and_, func, or_, select, text

from sync.errors import StoreUnavailable
from sync.store.audit import Act, record
from sync.store.database import Database, alone
from sync.store.engines import POSTGRESQL
from sync.store.keying_schema import KEYING_CLAIM, KEYING_EVENT
from sync.store.months_schema import MONTH_CLOSE
from sync.store.purged import Purged, purged_through, set_purged
from sync.store.run_requests_schema import RUN_REQUEST
from sync.store.schema import ATTEMPT, CUSTOMER_BLOCK, LEDGER, PLAN, PLAN_LINE, PULL, PULLED_ROW, RUN
from sync.store.states import State

_LEDGER = LEDGER.c
_RUNS_THAT_STAY = 200  # the brake looks at so many
_SETTLED = (State.CONFIRMED, State.WITHDRAWN)
_TOUCHED = (PULLED_ROW, PLAN_LINE, CUSTOMER_BLOCK, LEDGER, ATTEMPT, KEYING_CLAIM, KEYING_EVENT, RUN, RUN_REQUEST,
            MONTH_CLOSE)  # fmt: skip


class Kind(NamedTuple):
    """One kind of what is purged: how it is found and changed, and what it is in words."""

    words: str
    parts: Callable[[Connection, datetime], list["Part"]]


class Part(NamedTuple):
    """One table and which rows of it go, or lose cells."""

    table: Table
    which: ColumnElement[bool]
    blank: Mapping[str, object] | None = None

    @property
    def statement(self) -> Delete | Update:
        """Return what does it."""
        if self.blank is None:
            return self.table.delete().where(self.which)
        return self.table.update().where(self.which).values(**self.blank)


def _pulled_rows(conn: Connection, before: datetime) -> list[Part]:
    return [Part(PULLED_ROW, PULLED_ROW.c.gone_pull <= _last_pull(conn, before))]


def _plans(conn: Connection, before: datetime) -> list[Part]:
    last = _last_plan(conn, before)
    return [Part(table, table.c.last_plan <= last) for table in (PLAN_LINE, CUSTOMER_BLOCK)]


def _confirmed(before: datetime) -> ColumnElement[bool]:
    return and_(_LEDGER.state == State.CONFIRMED, _LEDGER.changed_at < before)


def _bodies(_: Connection, before: datetime) -> list[Part]:
    return [Part(LEDGER, and_(_confirmed(before), func.length(_LEDGER.body) > 0), {"body": b""})]


def _attempts(_: Connection, before: datetime) -> list[Part]:
    lines = select(_LEDGER.line_id).where(_confirmed(before))
    return [Part(ATTEMPT, ATTEMPT.c.line_id.in_(lines))]


def _words(_: Connection, before: datetime) -> list[Part]:
    settled = and_(_LEDGER.state.in_(_SETTLED), _LEDGER.changed_at < before)
    lines = select(_LEDGER.line_id).where(settled)
    return [
        Part(LEDGER, and_(settled, _LEDGER.words.is_not(None)), {"words": None}),
        Part(ATTEMPT, and_(ATTEMPT.c.line_id.in_(lines), ATTEMPT.c.words.is_not(None)), {"words": None}),
    ]


def _keying(_: Connection, before: datetime) -> list[Part]:
    claims = select(KEYING_CLAIM.c.id).where(KEYING_CLAIM.c.closed_at < before)
    return [
        Part(KEYING_EVENT, KEYING_EVENT.c.claim_id.in_(claims)),
        Part(KEYING_CLAIM, KEYING_CLAIM.c.closed_at < before),
    ]


def _runs(conn: Connection, before: datetime) -> list[Part]:
    first = _first_run_that_stays(conn, before)
    return [
        Part(PULL, PULL.c.run_id < first, {"run_id": None}),
        Part(PLAN, PLAN.c.run_id < first, {"run_id": None}),
        Part(RUN_REQUEST, or_(RUN_REQUEST.c.run_id < first, and_(_never_ran(), RUN_REQUEST.c.asked_at < before))),
        Part(RUN, RUN.c.id < first),
    ]


def _never_ran() -> ColumnElement[bool]:
    """Tell of a request for a run whether it became none, and will not."""
    taken = or_(RUN_REQUEST.c.taken_at.is_not(None), RUN_REQUEST.c.taken_back_at.is_not(None))
    return and_(RUN_REQUEST.c.run_id.is_(None), taken)


def _months(_: Connection, before: datetime) -> list[Part]:
    signed = MONTH_CLOSE.c
    return [Part(MONTH_CLOSE, and_(signed.at < before, func.length(signed.block) > 0), {"block": b""})]


KINDS: Mapping[str, Kind] = {
    "pulled_rows": Kind("versions of rows that no longer stand", _pulled_rows),
    "plans": Kind("lines of plans that a newer one has taken the place of", _plans),
    "bodies": Kind("what was sent for confirmed lines", _bodies),
    "attempts": Kind("tries at confirmed lines", _attempts),
    "words": Kind("what was said of settled lines", _words),
    "keying": Kind("who keyed what", _keying),
    "months": Kind("lines of signed months", _months),
    "runs": Kind("runs", _runs),
}


def to_purge(db: Database, before: Mapping[str, datetime]) -> dict[str, int]:
    """Count by kind what would go; nothing is changed.

    before  by kind the instant before which it must have been needed last
    """
    with db.read() as conn:
        return {name: _count(conn, KINDS[name].parts(conn, limit)) for name, limit in before.items()}


def purge(db: Database, before: Mapping[str, datetime], act: Act, *, now: datetime) -> dict[str, int]:
    """Purge all of it in one transaction, and write down how far back; `wipe` is to follow."""
    with db.write() as conn:
        for table in (PULL, PLAN, LEDGER):
            alone(conn, table)
        parts = {name: KINDS[name].parts(conn, limit) for name, limit in before.items()}
        counts = {name: _count(conn, own) for name, own in parts.items()}
        known = purged_through(conn)
        plan = max(known.plan, _last_plan(conn, before["plans"])) if "plans" in before else known.plan
        pull = max(known.pull, _last_pull(conn, before["pulled_rows"])) if "pulled_rows" in before else known.pull
        for part in (part for own in parts.values() for part in own):
            conn.execute(part.statement)
        set_purged(conn, Purged(plan, pull))
        record(conn, act._replace(facts={**act.facts, **counts}), now)
    return counts


def wipe(db: Database) -> None:
    """Write the tables anew without what was deleted, so that its bytes are in no file of the database.

    SQLite overwrites what it deletes, but copies of pages may lie between rows and in the log: the file is written
    anew and the log emptied. PostgreSQL writes the tables anew; its own log keeps older bytes until it is recycled.
    Raises StoreUnavailable where another run keeps the log in use.
    """
    with db.maintain() as conn:
        if conn.dialect.name == POSTGRESQL:
            _write_tables_anew(conn)
        else:
            _empty_log(conn)
            conn.execute(text("VACUUM"))
            _empty_log(conn)


def _write_tables_anew(conn: Connection) -> None:
    for table in _TOUCHED:
        conn.execute(text(f"VACUUM (FULL, ANALYZE) {table.name}"))


def _empty_log(conn: Connection) -> None:
    busy = conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise StoreUnavailable(
            "it was purged, but another run still reads the older pages of the file",
            "Stop every other ims-sync, then run `ims-sync purge` again: until then the values can be found there.",
        )


def _count(conn: Connection, parts: list[Part]) -> int:
    return sum(
        conn.execute(select(func.count()).select_from(part.table).where(part.which)).scalar_one()
        for part in parts
        if part.table not in {PULL, PLAN}
    )


def _last_plan(conn: Connection, before: datetime) -> int:
    """Return the newest plan that may lose its lines; never one that bears lines that may still be settled."""
    newest = conn.scalar(select(func.max(PLAN.c.id))) or 0
    stays = conn.scalar(select(func.min(PLAN.c.id)).where(PLAN.c.created_at >= before))
    needed = conn.scalar(select(func.min(_LEDGER.plan_id)).where(_unsettled()))
    return min(one for one in (newest, stays, needed) if one is not None) - 1


def _last_pull(conn: Connection, before: datetime) -> int:
    """Return the newest pull before which rows that went may go.

    The newest plan has to know what changed since its pull, and unsettled lines what stood when they were planned.
    """
    newest = conn.scalar(select(PLAN.c.pull_seq).order_by(PLAN.c.id.desc()).limit(1)) or 0
    old = conn.scalar(select(func.max(PULL.c.seq)).where(PULL.c.at < before)) or 0
    plans = select(_LEDGER.plan_id).where(_unsettled())
    needed = conn.scalar(select(func.min(PLAN.c.pull_seq)).where(PLAN.c.id.in_(plans)))
    return min(one for one in (newest, old, needed) if one is not None)


def _unsettled() -> ColumnElement[bool]:
    return _LEDGER.state.not_in(_SETTLED)


def _first_run_that_stays(conn: Connection, before: datetime) -> int:
    """Return the run before which all go: old ones, but for the newest, and for those whose children stay."""
    recent = select(RUN.c.id).order_by(RUN.c.id.desc()).limit(_RUNS_THAT_STAY).subquery()
    young = conn.scalar(select(func.min(RUN.c.id)).where(or_(RUN.c.started_at >= before, RUN.c.state == "running")))
    starts = (conn.scalar(select(func.min(recent.c.id))), young)
    first: int = min((one for one in starts if one is not None), default=0)
    while (parent := conn.scalar(select(func.min(RUN.c.parent_id)).where(RUN.c.id >= first))) and parent < first:
        first = parent
    return first
