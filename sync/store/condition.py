"""Tell how long lines have been waiting, and when something was last done."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from sync.store.database import Database
from sync.store.schema import AUDIT, LEDGER
from sync.store.states import State

_LEDGER = LEDGER.c


class Queue(NamedTuple):
    """Say how many lines stand in a state, and since when the oldest of them does."""

    lines: int
    oldest: datetime | None


def queues(db: Database) -> dict[State, Queue]:
    """Count the lines in each state, and say since when the oldest stands there; one to do, since it was offered."""
    oldest = (func.min(_LEDGER.changed_at), func.min(_LEDGER.offered_at))
    query = select(_LEDGER.state, func.count(), *oldest).group_by(_LEDGER.state)
    with db.read() as conn:
        found = {State(row[0]): row for row in conn.execute(query)}
    told = {state: Queue(row[1], row[3] if state is State.TO_DO else row[2]) for state, row in found.items()}
    return {state: told.get(state, Queue(0, None)) for state in State}


def last_done(db: Database, act: str, subject: str) -> datetime | None:
    """Return when the audit trail last tells of an act."""
    query = select(func.max(AUDIT.c.at)).where(AUDIT.c.act == act, AUDIT.c.subject == subject)
    with db.read() as conn:
        at: datetime | None = conn.scalar(query)
    return at
