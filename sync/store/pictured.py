"""Count what pictures show: entries by hour, what waits by its age.

Each is one aggregate. Sent and confirmed entries have no index of their times: every push would pay for it, and to look
at the whole table is quick enough for a picture.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Text, case, func, literal, select, text, type_coerce

from sync.store.database import Database
from sync.store.engines import POSTGRESQL
from sync.store.review_schema import REVIEW_ITEM
from sync.store.review_states import ReviewState, state_column
from sync.store.schema import ATTEMPT, CONFIRMATION, LEDGER, RUN

_OPEN = (ReviewState.OPEN, ReviewState.REOPENED)


class _Counted(NamedTuple):
    """Name a column of instants, and which rows count; SQLite takes an index of some rows only for their very words."""

    column: ColumnElement[Any]
    where: str


_ENTRIES: Final[Mapping[str, _Counted]] = {
    "sent": _Counted(ATTEMPT.c.started_at, "meaning = 'written'"),
    "keyed": _Counted(CONFIRMATION.c.seen_at, "how = 'person'"),
    "confirmed": _Counted(LEDGER.c.changed_at, "state = 'confirmed'"),
}


def entries_by_hour(db: Database, since: datetime) -> dict[str, dict[datetime, int]]:
    """Count by the hour in which it began what was sent, keyed and confirmed since an instant."""
    with db.read() as conn:
        return {name: _by_hour(conn, counted, since) for name, counted in _ENTRIES.items()}


def _by_hour(conn: Connection, counted: _Counted, since: datetime) -> dict[datetime, int]:
    hour = hour_of(conn, counted.column)
    query = select(hour, func.count()).where(text(counted.where), counted.column >= since).group_by(hour)
    return {instant_of(row[0]): row[1] for row in conn.execute(query)}


def runs_by_hour(db: Database, jobs: Collection[str], since: datetime) -> list[tuple[str, str, datetime, int]]:
    """Count the runs of these jobs by job, state and the hour in which they began."""
    with db.read() as conn:
        hour = hour_of(conn, RUN.c.started_at)
        groups = (RUN.c.job, RUN.c.state, hour)
        query = select(*groups, func.count()).where(RUN.c.job.in_(jobs), RUN.c.started_at >= since).group_by(*groups)
        return [(row[0], row[1], instant_of(row[2]), row[3]) for row in conn.execute(query)]


def attempts_by_hour(db: Database, since: datetime) -> list[tuple[str | None, datetime, int]]:
    """Count the tries to enter a line by what followed from the answer (None: none came) and the hour."""
    with db.read() as conn:
        hour = hour_of(conn, ATTEMPT.c.started_at)
        query = select(ATTEMPT.c.meaning, hour, func.count()).where(ATTEMPT.c.started_at >= since)
        found = conn.execute(query.group_by(ATTEMPT.c.meaning, hour))
        return [(row[0], instant_of(row[1]), row[2]) for row in found]


def hour_of(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the hour of an instant in UTC, as the same text in both databases."""
    if conn.dialect.name == POSTGRESQL:
        return func.to_char(func.timezone(text("'UTC'"), column), text("'YYYY-MM-DD\"T\"HH24'"))
    return func.substr(type_coerce(column, Text), text("1"), text("13"))


def instant_of(hour: str) -> datetime:
    """Return the instant at which an hour begins."""
    return datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC)


def reviews_by_age(db: Database, until: Sequence[datetime], today: str) -> list[int]:
    """Count the open items that were first seen after each instant and not after the one before; the rest come last.

    until  the newest first
    """
    wanted = (REVIEW_ITEM.c.gone_at.is_(None), state_column(today, there=True).in_([str(state) for state in _OPEN]))
    age = _age(REVIEW_ITEM.c.first_seen_at, until)
    return _counted(db, select(age, func.count()).where(*wanted).group_by(text("1")), len(until))


def unclear_by_age(db: Database, until: Sequence[datetime]) -> list[int]:
    """Count in the same way the lines that are unclear, by when they became so."""
    age = _age(LEDGER.c.changed_at, until)
    query = select(age, func.count()).select_from(LEDGER).where(text("state = 'unclear'")).group_by(text("1"))
    return _counted(db, query, len(until))


def _age(column: ColumnElement[Any], until: Sequence[datetime]) -> ColumnElement[int]:
    return case(*((column > instant, literal(place)) for place, instant in enumerate(until)), else_=len(until))


def _counted(db: Database, query: Select[int, int], last: int) -> list[int]:
    with db.read() as conn:
        found = {row[0]: row[1] for row in conn.execute(query)}
    return [found.get(place, 0) for place in range(last + 1)]
