"""Tie a database to one environment and one target, so that test data never reaches the real system."""

from datetime import datetime

from sqlalchemy import Connection, select

from sync.errors import EnvironmentMismatch
from sync.store.database import Database, alone
from sync.store.kinds import as_text
from sync.store.schema import INSTALLATION

_ENVIRONMENT = "environment"
_TARGET = "target"
_RECONCILE_FIRST = "reconcile-first"
_RESTORED_AT = "restored-at"
_LOOKED = "scheduler-looked"


def bind(db: Database, environment: str, target_host: str | None) -> None:
    """Write down whose database this is, at the first call; raise EnvironmentMismatch at a later one that differs.

    target_host  None where a person with a worklist is the target: nothing is sent, and the target stays open
    """
    with db.write() as conn:
        alone(conn, INSTALLATION)
        _tie(conn, _ENVIRONMENT, environment)
        if target_host is not None:
            _tie(conn, _TARGET, target_host)


def check_bound(db: Database, environment: str, target_host: str | None) -> None:
    """Raise EnvironmentMismatch where a database belongs to another environment or target; nothing is written down."""
    with db.read() as conn:
        known = {name: _known(conn, name) for name in (_ENVIRONMENT, _TARGET)}
    for name, value in ((_ENVIRONMENT, environment), (_TARGET, target_host)):
        if value is not None and known[name] not in {None, value}:
            raise EnvironmentMismatch(f"this database belongs to the {name} {known[name]}, not to {value}")


def reconcile_first(db: Database) -> bool:
    """Return whether iMatchSkills has to be read back before anything is pushed."""
    with db.read() as conn:
        return _known(conn, _RECONCILE_FIRST) is not None


def set_reconcile_first(conn: Connection, *, first: bool) -> None:
    """Say that reading back comes first (a restore does), or that it was done (the read-back does)."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _RECONCILE_FIRST))
    if first:
        conn.execute(INSTALLATION.insert().values(name=_RECONCILE_FIRST, value="yes"))


def set_restored(conn: Connection, at: datetime) -> None:
    """Say that this database came out of a backup: what was entered since is not known; reading back comes first."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _RESTORED_AT))
    conn.execute(INSTALLATION.insert().values(name=_RESTORED_AT, value=as_text(at)))
    set_reconcile_first(conn, first=True)


def restored_at(conn: Connection) -> datetime | None:
    """Return when this database came out of a backup; None if it never did."""
    known = _known(conn, _RESTORED_AT)
    return datetime.fromisoformat(known) if known else None


def note_scheduler(db: Database, now: datetime) -> None:
    """Write down that a scheduler looks now at what is due and asked for."""
    with db.write() as conn:
        alone(conn, INSTALLATION)
        conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _LOOKED))
        conn.execute(INSTALLATION.insert().values(name=_LOOKED, value=as_text(now)))


def scheduler_looked(db: Database) -> datetime | None:
    """Return when any scheduler last looked; None if none ever did."""
    with db.read() as conn:
        known = _known(conn, _LOOKED)
    return datetime.fromisoformat(known) if known else None


def _tie(conn: Connection, name: str, value: str) -> None:
    known = _known(conn, name)
    if known is None:
        conn.execute(INSTALLATION.insert().values(name=name, value=value))
    elif known != value:
        raise EnvironmentMismatch(f"this database belongs to the {name} {known}, not to {value}")


def _known(conn: Connection, name: str) -> str | None:
    return conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == name))
