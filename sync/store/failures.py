"""Turn what a database driver says into errors that name who acts next, without a word of the driver's."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from sqlalchemy import exc

from sync.errors import StoreError, StoreUnavailable, StoreUnfit

DRIVER_ERRORS = (exc.SQLAlchemyError, sqlite3.Error, psycopg.Error)


class _Trouble(NamedTuple):
    """Say what a group of drivers' codes means; PostgreSQL's are compared by how they start."""

    what: str
    error: type[StoreError]
    sqlite: frozenset[int]
    postgresql: tuple[str, ...]


_TROUBLES = (
    _Trouble(
        "the database is locked by another run",
        StoreUnavailable,
        frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}),
        ("55P03", "57014", "40P01", "40001", "25P03"),
    ),
    _Trouble(
        "the database has no room left, or its disk fails",
        StoreUnavailable,
        frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}),
        ("53100", "53200", "58"),
    ),
    _Trouble("the database cannot be reached", StoreUnavailable, frozenset(), ("08", "57P", "53")),
    _Trouble(
        "the database cannot be opened with what was given",
        StoreUnfit,
        frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}),
        ("28", "3D", "42501"),
    ),
    _Trouble(
        "the database is damaged, or is no database",
        StoreError,
        frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}),
        ("XX001", "XX002"),
    ),
)
_DAMAGED = "Go back to the last good backup; `ims-sync verify` tells what is whole."


@contextmanager
def spoken() -> Iterator[None]:
    """Let no driver's error out: each leaves as StoreError, with a code at most."""
    try:
        yield
    except DRIVER_ERRORS as wrong:
        raise _told(wrong) from None


def _told(wrong: Exception) -> StoreError:
    if isinstance(wrong, exc.TimeoutError):
        return StoreUnavailable("every connection to the database is taken")
    driver = wrong.orig if isinstance(wrong, exc.DBAPIError) else wrong
    if isinstance(driver, psycopg.Error):
        return _told_by_postgresql(driver)
    code = getattr(driver, "sqlite_errorcode", None)
    name = getattr(driver, "sqlite_errorname", type(driver).__name__)
    for trouble in _TROUBLES:
        if code is not None and code & 0xFF in trouble.sqlite:
            return _error(trouble, name)
    return StoreError(f"the database refused what it was asked ({name})")


def _told_by_postgresql(driver: psycopg.Error) -> StoreError:
    state = driver.sqlstate
    if state is None and isinstance(driver, psycopg.OperationalError):
        return StoreUnavailable("the database cannot be reached")
    for trouble in _TROUBLES:
        if state is not None and state.startswith(trouble.postgresql):
            return _error(trouble, state)
    return StoreError(f"the database refused what it was asked ({state or type(driver).__name__})")


def _error(trouble: _Trouble, code: str) -> StoreError:
    return trouble.error(f"{trouble.what} ({code})", _DAMAGED if trouble.error is StoreError else None)
