"""Keep alerts: one open one for each cause and subject, how often it was raised, and what was told of it where."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from sync.store.database import Database, alone
from sync.store.schema import ALERT

_ALERT = ALERT.c


@dataclass(frozen=True, slots=True)
class NewAlert:
    """Say what is wrong with what; `facts` are ids and figures, never what a person's record says."""

    cause: str
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """Carry what is known of one alert.

    count     how often it was raised
    told_at   when anything was told of it, wherever
    told      by channel: what was told there last, and what went wrong in telling
    finished  nothing is left to tell of it
    """

    id: int
    cause: str
    subject: str
    facts: Mapping[str, Any]
    first_at: datetime
    last_at: datetime
    count: int
    closed_at: datetime | None
    told_at: datetime | None
    told: Mapping[str, Any]
    finished: bool


def count_alerts(db: Database, new: Iterable[NewAlert], now: datetime) -> None:
    """Open each alert, or count one more where one of its cause and subject is open."""
    with db.write() as conn:
        alone(conn, ALERT)
        for one in new:
            _count(conn, one, now)


def _count(conn: Connection, new: NewAlert, now: datetime) -> None:
    known = ALERT.update().where(_ALERT.cause == new.cause, _ALERT.subject == new.subject, _ALERT.closed_at.is_(None))
    again = known.values(count=_ALERT.count + 1, last_at=now, facts=dict(new.facts), finished=False)
    if conn.execute(again).rowcount:
        return
    first = {"first_at": now, "last_at": now, "count": 1, "told": {}, "finished": False}
    row = {"cause": new.cause, "subject": new.subject, "facts": dict(new.facts), **first}
    conn.execute(ALERT.insert().values(**row))


def close_alerts(db: Database, causes: Collection[str], subject: str, *, now: datetime) -> int:
    """Close the open alerts of some causes about a subject; return how many were open."""
    known = ALERT.update().where(_ALERT.cause.in_(causes), _ALERT.subject == subject, _ALERT.closed_at.is_(None))
    with db.read() as conn:
        if not _any_open(conn, causes, subject):
            return 0
    with db.write() as conn:
        return conn.execute(known.values(closed_at=now, finished=False)).rowcount


def _any_open(conn: Connection, causes: Collection[str], subject: str) -> bool:
    """Spare the only writer of SQLite a turn where there is nothing to close, as there mostly is."""
    query = select(_ALERT.id).where(_ALERT.cause.in_(causes), _ALERT.subject == subject, _ALERT.closed_at.is_(None))
    return conn.scalar(query.limit(1)) is not None


def alerts_to_tell(db: Database) -> list[Alert]:
    """Return the alerts of which something may be left to tell, the oldest first."""
    return _alerts(db, ~_ALERT.finished)


def open_alerts(db: Database) -> list[Alert]:
    """Return the alerts that are not over, the oldest first."""
    return _alerts(db, _ALERT.closed_at.is_(None))


def all_alerts(db: Database, limit: int) -> list[Alert]:
    """Return the newest alerts, open or over, the oldest of them first."""
    query = select(_ALERT.id).order_by(_ALERT.id.desc()).limit(limit)
    return _alerts(db, _ALERT.id.in_(query.scalar_subquery()))


def write_told(
    db: Database, told: Mapping[int, Mapping[str, Any]], finished: Collection[int], *, now: datetime
) -> None:
    """Write down what was told of alerts by now, by channel, and of which nothing is left to tell."""
    if not told and not finished:
        return
    with db.write() as conn:
        for alert_id, channels in told.items():
            mine = ALERT.update().where(_ALERT.id == alert_id)
            conn.execute(mine.values(told=dict(channels), told_at=now))
        for alert_id in finished:
            _finish(conn, alert_id)


def _finish(conn: Connection, alert_id: int) -> None:
    conn.execute(ALERT.update().where(_ALERT.id == alert_id).values(finished=True))


def open_alerts_by_cause(db: Database) -> dict[str, int]:
    """Count the open alerts of each cause that has any."""
    query = select(_ALERT.cause, func.count()).where(_ALERT.closed_at.is_(None)).group_by(_ALERT.cause)
    with db.read() as conn:
        return {row[0]: row[1] for row in conn.execute(query)}


def _alerts(db: Database, which: Any) -> list[Alert]:
    query = select(*(_ALERT[name] for name in Alert.__slots__)).where(which).order_by(_ALERT.id)
    with db.read() as conn:
        return [Alert(**row._mapping) for row in conn.execute(query)]
