"""Bring the tables of a database up to date, or back, and know whether they are."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from sync.errors import StoreUnfit
from sync.store.database import Database
from sync.store.engines import POSTGRESQL

_STEPS = Path(__file__).parent / "migrations"
# Any number will do that no other use of the database takes: whoever holds it migrates.
_ONE_MIGRATES = 7_264_001


def migrate(db: Database) -> None:
    """Make or change the tables until they are those of this program; StoreUnfit if they are newer."""
    with db.write() as conn:
        _lock(conn)
        _check_known(conn)
        command.upgrade(_config(conn), "head")


def migrate_down(db: Database, revision: str) -> None:
    """Take the tables back to an earlier step, `base` for none at all; what only the later ones hold is lost."""
    with db.write() as conn:
        _lock(conn)
        _check_known(conn)
        command.downgrade(_config(conn), revision)


def schema_is_current(db: Database) -> bool:
    """Return whether the tables are those of this program; StoreUnfit if they are newer."""
    with db.read() as conn:
        _check_known(conn)
        return _step(conn) == _steps()[0]


def check_not_newer(db: Database) -> None:
    """Raise StoreUnfit where a newer program has changed the tables: this one would write into what it cannot know."""
    with db.read() as conn:
        _check_known(conn)


def _lock(conn: Connection) -> None:
    if conn.dialect.name == POSTGRESQL:
        conn.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_MIGRATES})"))


def _check_known(conn: Connection) -> None:
    step = _step(conn)
    if step is not None and step not in _steps():
        raise StoreUnfit(
            f"the database is of a newer ims-sync (its tables are at step {step})",
            "Install the newer ims-sync again, or go back to a backup that was taken before it.",
        )


@cache
def _steps() -> tuple[str, ...]:
    """Return the steps of this program, the newest first; to ask costs reading and running each of their files."""
    return tuple(script.revision for script in ScriptDirectory(str(_STEPS)).walk_revisions())


def _step(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _config(conn: Connection) -> Config:
    config = Config()
    # The file format of alembic takes a percent sign for the start of a variable.
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config
