"""Read the ledger: single lines, those that are unclear, how many stand how, and what was tried and confirmed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from sync.store.bulk import in_parts
from sync.store.database import Database
from sync.store.schema import ATTEMPT, LEDGER
from sync.store.states import State

_LEDGER = LEDGER.c


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Carry what the ledger knows of one line."""

    line_id: str
    plan_id: int
    state: State
    customer_id: str | None
    job_seeker_id: str
    provider: str
    kind: str
    name: str
    month: str
    date: str
    amount: str | None
    funder_selection: str | None
    depends_on: str | None
    body: bytes
    entry_id: str | None
    words: str | None
    tries: int
    offered_at: datetime
    changed_at: datetime
    next_try_at: datetime | None
    lease_owner: str | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Say what came of an attempt: the state that follows, and what was seen of the answer."""

    state: State
    meaning: str
    status: int | None = None
    entry_id: str | None = None
    words: str | None = None
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Carry what is known of one try; without `ended_at` no outcome was ever written down."""

    line_id: str
    number: int
    started_at: datetime
    ended_at: datetime | None
    meaning: str | None
    status: int | None
    entry_id: str | None
    words: str | None


def counts(db: Database) -> dict[State, int]:
    """Count the lines in each state; a state without lines counts nought."""
    query = select(_LEDGER.state, func.count()).group_by(_LEDGER.state)
    with db.read() as conn:
        found = {row[0]: row[1] for row in conn.execute(query)}
    return {state: found.get(state, 0) for state in State}


def unclear(db: Database) -> list[LedgerLine]:
    """Return the lines of which nobody knows whether they were written, the longest so first."""
    query = select(LEDGER).where(_LEDGER.state == State.UNCLEAR).order_by(_LEDGER.changed_at, _LEDGER.line_id)
    with db.read() as conn:
        return lines_of(conn, query)


def ledger_lines(db: Database, line_ids: Collection[str]) -> dict[str, LedgerLine]:
    """Return what the ledger knows of lines, by their ids."""
    with db.read() as conn:
        parts = [lines_of(conn, select(LEDGER).where(_LEDGER.line_id.in_(part))) for part in in_parts(line_ids)]
    return {line.line_id: line for part in parts for line in part}


def attempts(db: Database, line_id: str) -> list[Attempt]:
    """Return every try at one line, the first first."""
    query = select(*(ATTEMPT.c[name] for name in Attempt.__slots__))
    with db.read() as conn:
        found = conn.execute(query.where(ATTEMPT.c.line_id == line_id).order_by(ATTEMPT.c.number))
        return [Attempt(**row._mapping) for row in found]


def lines_of(conn: Connection, query: Select[Any]) -> list[LedgerLine]:
    """Return the ledger's rows that a query over all its columns finds."""
    return lines_in(conn.execute(query).mappings())


def lines_in(rows: Iterable[Mapping[Any, Any]]) -> list[LedgerLine]:
    """Return lines from rows with all columns of the ledger."""
    names = LedgerLine.__slots__
    return [LedgerLine(**{**{name: row[name] for name in names}, "state": State(row["state"])}) for row in rows]
