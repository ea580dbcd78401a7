"""Keep the stop switch, which every sender reads before each send."""

from sqlalchemy import Connection, exists, select

from sync.store.database import Database
from sync.store.runs import RunState
from sync.store.schema import INSTALLATION, RUN

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


def why_halted(db: Database, run_id: int) -> str | None:
    """Return why a sender of this run may send nothing: the stop switch, or the run counts as lost; None if it may."""
    why = select(INSTALLATION.c.value).where(INSTALLATION.c.name == _STOP).scalar_subquery()
    state = select(RUN.c.state).where(RUN.c.id == run_id).scalar_subquery()
    with db.read() as conn:
        found = conn.execute(select(why.label("why"), state.label("state"))).one()
    if found.why is not None:
        return f"pushing is stopped: {found.why}"
    return None if found.state == RunState.RUNNING else f"run {run_id} counts as {found.state}"


def stopped(db: Database) -> str | None:
    """Return why nothing may be sent; None where it may."""
    with db.read() as conn:
        return conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _STOP))
