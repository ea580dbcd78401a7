"""Turn a backup into a database again: into a new SQLite file, or an empty PostgreSQL database."""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Table, inspect, literal, make_url, select, true
from sqlalchemy import table as table_named

from sync.errors import CannotWrite, StoreError, StoreUnavailable, WrongCall
from sync.store.audit import Act, record
from sync.store.backup import Tell
from sync.store.binding import set_restored
from sync.store.content import content_of, copy_table
from sync.store.database import Database
from sync.store.manifest import take_out
from sync.store.offers import doubt
from sync.store.opening import open_database
from sync.store.schema import INSTALLATION, METADATA
from sync.store.versions import migrate

_NO_ROWS = {INSTALLATION.name, "alembic_version"}
_BESIDE = ("-wal", "-shm")
_STOP_ALL = "Stop every ims-sync that uses this database, the scheduler and the pages too, and restore again."


def refuse_target(url: str, *, replace: bool) -> None:
    """Raise WrongCall where a database holds something and may not be replaced, StoreUnavailable where it is in use."""
    path = _file_of(url)
    if path is None:
        _refuse_postgresql(url, replace=replace)
    elif path.exists() and path.stat().st_size:
        _refuse_in_use(path)
        if not replace and _file_holds_rows(url):
            raise WrongCall(
                f"{path}: this database holds something",
                "Name an empty one with --database, or give --replace: then the old file is set aside, not deleted.",
            )


def as_restored(copy: Database, act: Act, now: datetime) -> int:
    """Let a copy begin again as a database whose latest days are not known; return how many lines are in doubt.

    Lines that were to do are unclear, reading back comes first, and the audit trail tells of it.
    """
    with copy.write() as conn:
        take_out(conn)
    migrate(copy)
    with copy.write() as conn:
        doubted = doubt(conn, true(), now)
        set_restored(conn, now)
        record(conn, act._replace(facts={**act.facts, "doubted": doubted}), now)
    return doubted


def put_back(copy: Database, url: str, tell: Tell, *, now: datetime) -> Path | None:
    """Fill the database of a URL with a copy; return where the SQLite file that was there is now.

    It stands under its name only when it holds what the copy holds; until then nothing of the old one is touched.
    """
    path = _file_of(url)
    if path is None:
        with open_database(url) as target:
            _fill(copy, target, tell)
        return None
    new = path.with_name(f"{path.name}.restoring")
    _take_away(new)
    with open_database(URL.create("sqlite", database=str(new)).render_as_string()) as target:
        _fill(copy, target, tell)
    return _take_place(new, path, now)


def _fill(copy: Database, target: Database, tell: Tell) -> None:
    migrate(target)
    tables = METADATA.sorted_tables
    with copy.read() as source, target.write() as conn:
        conn.execute(INSTALLATION.delete())
        for place, table in enumerate(tables):
            tell(f"restoring {table.name}", place, len(tables))
            _fill_table(source, conn, table)


def _fill_table(source: Connection, target: Connection, table: Table) -> None:
    if copy_table(source, target, table) != content_of(target, table):
        raise StoreError(f"{table.name} was restored but reads otherwise", "Nothing was kept. Try another disk.")


def _take_place(new: Path, path: Path, now: datetime) -> Path | None:
    """Give a file its name, and the one that bore it another; no moment is without one of them under the name."""
    aside = path.with_name(f"{path.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    there = path.exists() and path.stat().st_size > 0
    try:
        if there:
            _refuse_in_use(path)
            aside.hardlink_to(path)
        for ending in _BESIDE:
            _move(path.with_name(f"{path.name}{ending}"), aside.with_name(f"{aside.name}{ending}"))
        new.replace(path)
    except OSError as wrong:
        raise CannotWrite(f"{path}: the restored database cannot take its place ({wrong.strerror})") from None
    return aside if there else None


def _move(path: Path, to: Path) -> None:
    with suppress(FileNotFoundError):
        path.replace(to)


def _take_away(new: Path) -> None:
    """Take away what a restore left that was killed."""
    for ending in ("", *_BESIDE):
        new.with_name(f"{new.name}{ending}").unlink(missing_ok=True)


def _file_of(url: str) -> Path | None:
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.drivername.startswith("sqlite") else None


def _refuse_in_use(path: Path) -> None:
    """Raise StoreUnavailable where another program has the file open; a damaged file has no other use.

    Nobody else may have it open while SQLite leaves its write-ahead log, whose content is then all in the file.
    """
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            mode = ("wal",)
        except sqlite3.DatabaseError:
            return
    if mode != ("delete",):
        raise StoreUnavailable(f"{path}: the database is in use", _STOP_ALL)


def _file_holds_rows(url: str) -> bool:
    """Tell whether a file holds rows; one that is damaged, or newer than this program, does."""
    try:
        with open_database(url) as database:
            return _holds_rows(database)
    except StoreUnavailable:
        raise
    except StoreError:
        return True


def _holds_rows(database: Database) -> bool:
    with database.read() as conn:
        return any(_has_row(conn, name) for name in inspect(conn).get_table_names() if name not in _NO_ROWS)


def _has_row(conn: Connection, table: str) -> bool:
    return conn.execute(select(literal(1)).select_from(table_named(table)).limit(1)).first() is not None


def _refuse_postgresql(url: str, *, replace: bool) -> None:
    advice = "Make a new database (createdb), name it with --database, and the service's setting when all is well."
    if replace:
        raise WrongCall("a PostgreSQL database is never replaced", advice)
    with open_database(url) as database:
        if _holds_rows(database):
            raise WrongCall("this database holds something", advice)
        if _others_connected(database):
            raise StoreUnavailable("the database is in use", _STOP_ALL)


def _others_connected(database: Database) -> bool:
    """Tell whether another ims-sync has this database open."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'ims-sync' AND pid <> pg_backend_pid()"
    )
    with database.read() as conn:
        return bool(conn.exec_driver_sql(query).scalar())
