"""Fill a database once in a worker, and copy what it then holds into every other one that is to hold the same."""

import atexit
import sqlite3
from collections.abc import Callable
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, exists, or_, select

from sync.store import Database
from sync.store.engines import POSTGRESQL
from sync.store.schema import METADATA

_COUNTERS = "SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
Put = Callable[[Connection], None]
_MADE: Final[dict[tuple[str, str], Put]] = {}


def made_once(db: Database, what: str, make: Callable[[], object]) -> bool:
    """Let `make` fill a database, or copy what it filled before under the same name; return whether it was made.

    What it makes must follow from `what` alone. Filled each time is what holds something already.
    """
    with db.maintain() as conn:
        made, empty = (conn.dialect.name, what), _holds_nothing(conn)
        if empty and made in _MADE:
            _MADE[made](conn)
            return False
    make()
    if empty:
        with db.maintain() as conn:
            _MADE[made] = _rows_of(conn) if conn.dialect.name == POSTGRESQL else _pages_of(conn)
    return True


def _holds_nothing(conn: Connection) -> bool:
    return not conn.scalar(select(or_(*(exists(table.select()) for table in METADATA.sorted_tables))))


def _pages_of(conn: Connection) -> Put:
    """Keep a SQLite file page by page."""
    kept = sqlite3.connect(":memory:")
    _file(conn).backup(kept)
    atexit.register(kept.close)
    return lambda other: kept.backup(_file(other))


def _file(conn: Connection) -> sqlite3.Connection:
    driven = conn.connection.driver_connection
    assert isinstance(driven, sqlite3.Connection)
    return driven


def _rows_of(conn: Connection) -> Put:
    """Keep the rows of all tables of PostgreSQL, and how far its counters are."""
    kept: dict[str, bytes] = {}
    with _session(conn).cursor() as cursor:
        for table in METADATA.sorted_tables:
            with cursor.copy(f'COPY "{table.name}" TO STDOUT'.encode()) as rows:
                kept[table.name] = b"".join(bytes(row) for row in rows)
        counters = cursor.execute(_COUNTERS).fetchall()
    return lambda other: _put_rows(other, kept, counters)


def _put_rows(conn: Connection, kept: dict[str, bytes], counters: list[tuple[Any, ...]]) -> None:
    with _session(conn).cursor() as cursor:
        for name, rows in kept.items():
            if rows:
                with cursor.copy(f'COPY "{name}" FROM STDIN'.encode()) as put:
                    put.write(rows)
        for schema, name, value in counters:
            cursor.execute("SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s)", (schema, name, value))
    conn.commit()


def _session(conn: Connection) -> "psycopg.Connection[tuple[Any, ...]]":
    driven = conn.connection.driver_connection
    assert isinstance(driven, psycopg.Connection)
    return driven
