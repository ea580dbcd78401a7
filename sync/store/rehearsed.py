"""Keep of a rehearsal's database how far its date is from the real one, and tie it to no target that could be real."""

from datetime import timedelta

from sqlalchemy import Connection, select

from sync.store.binding import bind
from sync.store.database import Database, alone
from sync.store.schema import INSTALLATION

_AHEAD = "rehearsal-ahead-s"


def hold_date(conn: Connection) -> None:
    """Let nobody else move the date until the transaction ends."""
    alone(conn, INSTALLATION)


def mark_rehearsal(db: Database, environment: str, target: str, *, ahead: timedelta) -> None:
    """Say that a database is a rehearsal's; it is bound to its environment and to a target that no gateway has."""
    bind(db, environment, target)
    with db.write() as conn:
        set_ahead(conn, ahead)


def ahead_of(conn: Connection) -> timedelta | None:
    """Return by how much a rehearsal's clock is ahead of the one on the wall; None where this is no rehearsal's."""
    known = conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _AHEAD))
    return None if known is None else timedelta(seconds=float(known))


def set_ahead(conn: Connection, ahead: timedelta) -> None:
    """Move a rehearsal's clock."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _AHEAD))
    conn.execute(INSTALLATION.insert().values(name=_AHEAD, value=str(ahead.total_seconds())))
