"""Ask and move sets of the ledger's lines: by state, by entry, by what a newer plan no longer wants."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

import polars as pl
from sqlalchemy import Connection, func, select, text

from sync.store.bulk import in_parts
from sync.store.database import Database, alone
from sync.store.ledger import move
from sync.store.ledger_lines import LedgerLine, lines_of
from sync.store.plan_lines import within
from sync.store.schema import LEDGER, PLAN, PLAN_LINE
from sync.store.states import State

_LEDGER = LEDGER.c
UNSETTLED: Final = frozenset({State.WRITTEN, State.UNCLEAR, State.KEYED})
# Spelt out as the small index has it, for only so is it used.
_IS_UNSETTLED = text("ledger.state IN ('written', 'unclear', 'keyed')")
_ENTERED = {"line_id": pl.String(), "entry_id": pl.String(), "changed_at": pl.Datetime("us", "UTC")}


def lines_in_states(db: Database, states: Collection[State]) -> list[LedgerLine]:
    """Return the lines that stand so, in the order of their ids."""
    query = select(LEDGER).where(_LEDGER.state.in_(list(states))).order_by(_LEDGER.line_id)
    if UNSETTLED.issuperset(states):
        query = query.where(_IS_UNSETTLED)
    with db.read() as conn:
        return lines_of(conn, query)


def entries_of_others(db: Database, entry_ids: Collection[str], *, lines: Collection[str]) -> set[str]:
    """Return which of the entries are known to be those of other lines."""
    own, query = set(lines), select(_LEDGER.entry_id, _LEDGER.line_id)
    with db.read() as conn:
        parts = [conn.execute(query.where(_LEDGER.entry_id.in_(part))) for part in in_parts(entry_ids)]
        return {entry_id for part in parts for entry_id, line_id in part if line_id not in own}


def lines_of_entries(db: Database, entry_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return entry and line where the target or a read-back told which entry a line became."""
    known = _LEDGER.state.in_([State.WRITTEN, State.CONFIRMED])
    query = select(_LEDGER.entry_id, _LEDGER.line_id).where(known)
    with db.read() as conn:
        parts = [conn.execute(query.where(_LEDGER.entry_id.in_(part))) for part in in_parts(entry_ids)]
        return [(entry_id, line_id) for part in parts for entry_id, line_id in part]


def next_due(db: Database, now: datetime) -> timedelta | None:
    """Return how long until the next line that waits after a failed try may be sent; None if none waits."""
    query = select(func.min(_LEDGER.next_try_at)).where(_LEDGER.state == State.TO_DO, _LEDGER.next_try_at > now)
    with db.read() as conn:
        due: datetime | None = conn.scalar(query)
    return due - now if due else None


def release(db: Database, owner: str) -> None:
    """Give back every line that an owner holds and did not send."""
    held = LEDGER.update().where(_LEDGER.lease_owner == owner, _LEDGER.state == State.TO_DO)
    with db.write() as conn:
        conn.execute(held.values(lease_owner=None, lease_until=None))


def unmoved(conn: Connection, lines: Iterable[LedgerLine]) -> set[str]:
    """Return the ids of the lines that stand as they were read; they stay so until the transaction ends.

    Several pushes at once read the same place back: only one of them moves a line by what it saw.
    """
    alone(conn, LEDGER)
    read = {line.line_id: (line.state, line.changed_at) for line in lines}
    query = select(_LEDGER.line_id, _LEDGER.state, _LEDGER.changed_at).order_by(_LEDGER.line_id).with_for_update()
    parts = (conn.execute(query.where(_LEDGER.line_id.in_(part))) for part in in_parts(read))
    return {line_id for part in parts for line_id, *stands in part if tuple(stands) == read[line_id]}


def withdraw_others(conn: Connection, wanted: Iterable[str], *, now: datetime) -> int:
    """Withdraw every line that is to do and is not wanted any more; return how many."""
    to_do = set(conn.scalars(select(_LEDGER.line_id).where(_LEDGER.state == State.TO_DO)))
    unwanted = sorted(to_do - set(wanted))
    move(conn, unwanted, State.WITHDRAWN, now=now, words="the newest plan does not enter it")
    return len(unwanted)


def pull_of_plans(db: Database, plan_ids: Collection[int]) -> dict[int, int | None]:
    """Return for each plan the pull whose rows it was decided from."""
    query = select(PLAN.c.id, PLAN.c.pull_seq)
    with db.read() as conn:
        parts = [conn.execute(query.where(PLAN.c.id.in_(part))) for part in in_parts(plan_ids)]
        return {plan_id: seq for part in parts for plan_id, seq in part}


def places_of_plan(db: Database, plan_id: int) -> set[str]:
    """Return the providers of the lines of a plan, as they came."""
    query = select(PLAN_LINE.c.provider).where(within(PLAN_LINE, plan_id), PLAN_LINE.c.provider.is_not(None))
    with db.read() as conn:
        return set(conn.scalars(query.distinct()))


def entered(db: Database) -> pl.DataFrame:
    """Return the lines that were sent or keyed, or are confirmed: line_id, entry_id, changed_at."""
    states = [State.WRITTEN, State.CONFIRMED, State.KEYED]
    query = select(_LEDGER.line_id, _LEDGER.entry_id, _LEDGER.changed_at).where(_LEDGER.state.in_(states))
    with db.read() as conn:
        return pl.DataFrame([tuple(row) for row in conn.execute(query)], schema=_ENTERED, orient="row")
