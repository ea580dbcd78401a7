"""Make the engines: SQLite as a file, or PostgreSQL, each held to what the store relies on."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from psycopg import Connection as PostgresqlConnection
from psycopg import ServerCursor
from psycopg.pq import Format
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from sync.errors import StoreUnfit

POSTGRESQL: Final = "postgresql"
READS_ONLY: Final = "ims_sync_reads_only"
BEGINS_NOTHING: Final = "ims_sync_begins_nothing"
_LONGEST_STATEMENT = timedelta(minutes=15)
# In KiB, and less than nought, as SQLite has it. With its own 2 MB, writing a million lines reads and writes the same
# pages of the indexes again and again.
_SQLITE_CACHE = -65_536
# In pages of 4 KiB, as much as the cache. After its own thousand, pages are copied into the file that the next plan or
# push changes again. What was purged leaves the log at once all the same: the purge empties it.
_SQLITE_LOG = 16_384


class _InBytes(ServerCursor[Any]):
    """Fetch bytes as they are kept: as text, which is twice as long, the blocks of a plan take twice the time."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.format = Format.BINARY


def postgresql_engine(url: URL, patience: timedelta) -> Engine:
    """Make an engine whose statements and locks end some day."""
    limits = {
        "lock_timeout": patience,
        "statement_timeout": _LONGEST_STATEMENT,
        "idle_in_transaction_session_timeout": _LONGEST_STATEMENT,
    }
    options = " ".join(f"-c {name}={round(limit.total_seconds() * 1000)}" for name, limit in limits.items())
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        max_overflow=20,
        connect_args={
            "options": f"{options} -c timezone=UTC -c cursor_tuple_fraction=1",
            "connect_timeout": max(2, round(patience.total_seconds())),
            "application_name": "ims-sync",
            "client_encoding": "utf8",
        },
    )

    @event.listens_for(engine, "connect")
    def connected(connection: PostgresqlConnection[Any], _entry: ConnectionPoolEntry) -> None:
        connection.server_cursor_factory = _InBytes

    return engine


def sqlite_engine(url: URL, patience: timedelta) -> Engine:
    """Make the file if there is none, and an engine that begins its transactions itself."""
    _make_file(Path(url.database or ""))
    # With no isolation level of its own, the driver begins nothing by itself: the events below do.
    engine = create_engine(
        url,
        hide_parameters=True,
        max_overflow=20,
        connect_args={"isolation_level": None, "timeout": patience.total_seconds()},
    )
    settings = {
        "busy_timeout": round(patience.total_seconds() * 1000),
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "cache_size": _SQLITE_CACHE,
        "wal_autocheckpoint": _SQLITE_LOG,
    }

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        _set_up(connection, settings)

    event.listen(engine, "begin", _begin)
    return engine


def engine_over(connection: sqlite3.Connection) -> Engine:
    """Make an engine over one connection that is open already and that begins nothing by itself."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """Make the file, for its owner alone; the files that SQLite puts beside it get the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as wrong:
        raise StoreUnfit(f"the file of the database cannot be made ({wrong.strerror})") from None


def _set_up(connection: sqlite3.Connection, settings: dict[str, Any]) -> None:
    """Make each setting and read it back: SQLite passes over what it does not know or cannot do."""
    for name, value in settings.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found != (value,):
            raise StoreUnfit(f"SQLite did not take {name} = {value}: the file system or the build cannot do it")


def _begin(conn: Connection) -> None:
    """Begin, taking the write lock at once where the transaction may write.

    A lock that is asked for only at the first write, after a read, fails at once if another run wrote in between,
    however long one would have waited.
    """
    options = conn.get_execution_options()
    reads_only = options.get(READS_ONLY, False)
    conn.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads_only else 'OFF'}")
    if options.get(BEGINS_NOTHING, False):
        return
    conn.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
