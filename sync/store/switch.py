"""Keep the stop switch, which every sender reads before each send."""

from sqlalchemy import Connection, exists, select

from sync.store.database import Database
from sync.store.schema import INSTALLATION

_STOP = "stop"
# A condition of the statement that writes an intent down, so that no stop falls between the two.
MAY_SEND = ~exists().where(INSTALLATION.c.name == _STOP)


def stop(conn: Connection, why: str) -> None:
    """Let no sender send anything more, until `go_on`."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _STOP))
    conn.execute(INSTALLATION.insert().values(name=_STOP, value=why))


def go_on(conn: Connection) -> None:
    """Let senders send again."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _STOP))


def stopped(db: Database) -> str | None:
    """Return why nothing may be sent; None where it may."""
    with db.read() as conn:
        return conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _STOP))
