"""Count runs for the figures: how many ended how, and when each job last ended well."""

from datetime import datetime

from sqlalchemy import func, select

from sync.store.database import Database
from sync.store.schema import RUN


def runs_by_state(db: Database) -> dict[tuple[str, str], int]:
    """Count the runs of each job and state that have any."""
    query = select(RUN.c.job, RUN.c.state, func.count()).group_by(RUN.c.job, RUN.c.state)
    with db.read() as conn:
        return {(row[0], row[1]): row[2] for row in conn.execute(query)}


def last_ended(db: Database, states: tuple[str, ...]) -> dict[str, datetime]:
    """Return when each job last ended in one of the states."""
    newest = select(func.max(RUN.c.id)).where(RUN.c.state.in_(states)).group_by(RUN.c.job)
    query = select(RUN.c.job, RUN.c.ended_at).where(RUN.c.id.in_(newest))
    with db.read() as conn:
        return {row[0]: row[1] for row in conn.execute(query) if row[1] is not None}
