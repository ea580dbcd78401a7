"""Give one way to write to the database and one way to read from it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Table, text

from sync.store.engines import BEGINS_NOTHING, POSTGRESQL, READS_ONLY
from sync.store.failures import spoken
from sync.store.turns import Turns

T = TypeVar("T")


class Database:
    """Hold the way into one database; threads may share it, processes open their own.

    Every transaction is one of two kinds: `write` takes SQLite's only write lock at its start, so that
    what was read in it cannot have changed before it writes; `read` sees one state of the whole database.
    """

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._turns = Turns(engine)
        self._one_writer = engine.dialect.name != POSTGRESQL
        stable = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        options = stable if engine.dialect.name == POSTGRESQL else {}
        self._reading = engine.execution_options(**{READS_ONLY: True}, **options)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection whose changes are kept together at the end, or none of them."""
        with spoken(), self._turns.alone() if self._one_writer else self._writing.begin() as conn:
            yield conn

    def write_together(self, act: Callable[[Connection], T]) -> T:
        """Do a small act of its own, kept for good on return; many threads that ask at once wait for the disk once."""
        with spoken():
            result: T = self._turns.together(act)
        return result

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database and cannot change it."""
        with spoken(), self._reading.begin() as conn:
            yield conn

    @contextmanager
    def maintain(self) -> Iterator[Connection]:
        """Yield a connection without a transaction, for what cannot be done within one: VACUUM, emptying the log."""
        postgresql = self._writing.dialect.name == POSTGRESQL
        options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"} if postgresql else {BEGINS_NOTHING: True}
        with spoken(), self._writing.execution_options(**options).connect() as conn:
            yield conn

    def close(self) -> None:
        """Close every connection."""
        self._turns.close()
        self._writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def alone(conn: Connection, table: Table) -> None:
    """Let one transaction at a time do what asks for this, table by table; others read and change rows meanwhile.

    SQLite has one writer anyway.
    """
    if conn.dialect.name == POSTGRESQL:
        conn.execute(text(f"LOCK TABLE {table.name} IN SHARE UPDATE EXCLUSIVE MODE"))
