"""Keep a database in a file without a name: whatever ends this program, nothing of it can be found afterwards."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sync.errors import CannotWrite
from sync.store.database import Database
from sync.store.engines import engine_over

PREFIX = ".ims-sync-scratch-"
_LONG_AGO_S = 3600
# No journal and no waiting for the disk: what breaks off is thrown away.
_SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536")


@dataclass(frozen=True, slots=True)
class Scratch:
    """A SQLite database and its own bytes; both are gone when the block ends."""

    db: Database
    file: BinaryIO


@contextmanager
def scratch(folder: Path) -> Iterator[Scratch]:
    """Open an empty SQLite database whose file lost its name before anything was written to it.

    folder  where its bytes lie meanwhile; made for its owner alone if it is not there
    """
    path = folder / f"{PREFIX}{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b")
        _sweep(folder, os.fstat(file.fileno()).st_mtime)
    except OSError as wrong:
        raise CannotWrite(f"{folder}: no file can be made there ({wrong.strerror})") from None
    with file:
        try:
            connection = _connected(path)
        finally:
            path.unlink(missing_ok=True)
        with Database(engine_over(connection)) as db:
            yield Scratch(db, file)


def _sweep(folder: Path, now: float) -> None:
    """Take away what is left of a program that was killed before a file lost its name: the file is empty."""
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            _take_away_old(left, now)


def _take_away_old(left: Path, now: float) -> None:
    known = left.stat()
    if known.st_size == 0 and now - known.st_mtime > _LONG_AGO_S:
        left.unlink()


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}").fetchall()
    # SQLite opens the file now; later it could not be found any more.
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    return connection
