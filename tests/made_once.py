"""Fill a database once in a worker, and copy what it then holds into every other one that is to hold the same."""

import atexit
import sqlite3
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, exists, or_, select

from sync.store import Database
from sync.store.engines import POSTGRESQL
from sync.store.schema import METADATA

_MADE: Final[dict[str, sqlite3.Connection]] = {}


def made_once(db: Database, what: str, make: Callable[[], object]) -> None:
    """Let `make` fill a database, or copy what it filled before under the same name.

    What it makes must follow from `what` alone. Filled each time is what holds something already, and PostgreSQL.
    """
    with db.maintain() as conn:
        copies = conn.dialect.name != POSTGRESQL and _holds_nothing(conn)
        if copies and what in _MADE:
            _MADE[what].backup(_file(conn))
            return
    make()
    if copies:
        with db.maintain() as conn:
            _MADE[what] = sqlite3.connect(":memory:")
            _file(conn).backup(_MADE[what])
        atexit.register(_MADE[what].close)


def _holds_nothing(conn: Connection) -> bool:
    return not conn.scalar(select(or_(*(exists(table.select()) for table in METADATA.sorted_tables))))


def _file(conn: Connection) -> sqlite3.Connection:
    driven = conn.connection.driver_connection
    assert isinstance(driven, sqlite3.Connection)
    return driven
