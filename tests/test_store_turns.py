"""Threads that write small things at once share a transaction, and none of them pays for another's mistake."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from sync.errors import StoreError, StoreUnavailable
from sync.store import Database, stop, stopped
from sync.store.schema import INSTALLATION


def _keep(conn: Connection, name: str) -> str:
    conn.execute(INSTALLATION.insert().values(name=name, value="yes"))
    if name.endswith("5"):
        raise StoreError(f"{name} is not wanted")
    return name


class _Interrupted(BaseException):
    """What ends a thread in the middle."""


def _outcome(database: Database, act: Callable[[Connection], None]) -> str:
    try:
        database.write_together(act)
    except (_Interrupted, StoreUnavailable) as wrong:
        return type(wrong).__name__
    return "kept"


def _told(database: Database, name: str) -> str:
    try:
        return database.write_together(lambda conn: _keep(conn, name))
    except StoreError as wrong:
        return wrong.what


def test_what_fails_is_undone_and_all_else_is_kept(database: Database) -> None:
    names = [f"act {number}" for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: _told(database, name), names))

    failed = {name for name in names if name.endswith("5")}
    assert told == [f"{name} is not wanted" if name in failed else name for name in names]
    with database.read() as conn:
        assert set(conn.scalars(INSTALLATION.select())) == set(names) - failed


def test_nobody_goes_on_when_whoever_wrote_for_them_was_interrupted(database: Database) -> None:
    def act(conn: Connection, name: str) -> None:
        conn.execute(INSTALLATION.insert().values(name=name, value="yes"))
        raise _Interrupted

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: _outcome(database, lambda conn: act(conn, name)), map(str, range(40))))

    assert "kept" not in told
    with database.read() as conn:
        assert list(conn.scalars(INSTALLATION.select())) == []


def test_what_was_written_together_is_kept_when_it_returns(database: Database) -> None:
    database.write_together(lambda conn: stop(conn, "a rehearsal"))

    assert stopped(database) == "a rehearsal"


def test_a_driver_error_leaves_as_an_error_of_the_store(database: Database) -> None:
    _told(database, "act 1")

    with pytest.raises(StoreError, match="refused"):
        database.write_together(lambda conn: _keep(conn, "act 1"))
