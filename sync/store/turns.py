"""Let the threads of one process share SQLite's only write lock, and on both databases the waiting for the disk."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sync.errors import StoreUnavailable

Act = Callable[[Connection], Any]
_KEPT_S = 1.0


@dataclass(slots=True)
class _Asked:
    """One act, and once it is done what it returned or why it failed; without `kept` nothing may follow from it."""

    act: Act
    done: bool = False
    kept: bool = False
    result: Any = None
    wrong: BaseException | None = None


class Turns:
    """Give out turns to write.

    SQLite lets whoever finds its lock taken ask again after ever longer naps: senders of one process would sleep most
    of the time. They wait here, and only other processes meet at SQLite's own lock.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._line = threading.Lock()
        self._asked: list[_Asked] = []
        self._kept: Connection | None = None
        self._used_at = 0.0

    def close(self) -> None:
        """Give the kept connection back."""
        with self._turn:
            self._let_go()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Yield a connection in a transaction of its own."""
        with self._turn, self._engine.begin() as conn:
            yield conn

    def together(self, act: Act) -> Any:
        """Do an act in one transaction with those that others asked for meanwhile; return when it is kept for good.

        Where one of them fails, all are undone, and each is done again in a transaction of its own; not where the
        connection was lost, for then nobody knows whether they are undone.
        """
        mine = _Asked(act)
        with self._line:
            self._asked.append(mine)
        with self._turn:
            self._do_all([] if mine.done else self._taken())
        if mine.wrong:
            raise mine.wrong
        if not mine.kept:
            raise StoreUnavailable("what was to be written down was not: whoever wrote it was interrupted")
        return mine.result

    def _taken(self) -> list[_Asked]:
        with self._line:
            asked, self._asked = self._asked, []
        return asked

    def _do_all(self, asked: list[_Asked]) -> None:
        if not asked:
            return
        try:
            self._do(asked)
        except DBAPIError as wrong:
            self._after(wrong, asked)
        except Exception:  # each meets its own
            for one in asked:
                self._do_alone(one)
        finally:
            for one in asked:
                one.done = True

    def _after(self, wrong: DBAPIError, asked: list[_Asked]) -> None:
        for one in asked:
            if wrong.connection_invalidated:
                one.wrong = wrong
            else:
                self._do_alone(one)

    def _do_alone(self, one: _Asked) -> None:
        try:
            self._do([one])
        except Exception as wrong:  # raised where the act was asked for
            one.wrong = wrong

    def _do(self, asked: list[_Asked]) -> None:
        conn = self._connection()
        try:
            _in_one_transaction(conn, asked)
        except BaseException:
            self._let_go()
            raise
        for one in asked:
            one.kept = True

    def _connection(self) -> Connection:
        """Return the connection of the turn before if that was just now: to check one out takes half an act."""
        now = time.monotonic()
        if now - self._used_at > _KEPT_S:
            self._let_go()
        self._used_at = now
        self._kept = self._kept or self._engine.connect()
        return self._kept

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()


def _in_one_transaction(conn: Connection, asked: list[_Asked]) -> None:
    with conn.begin():
        for one in asked:
            one.result = one.act(conn)
