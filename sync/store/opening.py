"""Open a database by its URL, or say why it cannot be used."""

from datetime import timedelta

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import ArgumentError

from sync.errors import StoreUnfit, WrongCall
from sync.store.database import Database
from sync.store.engines import POSTGRESQL, postgresql_engine, sqlite_engine
from sync.store.versions import check_not_newer

PATIENCE = timedelta(seconds=15)
_URL_ADVICE = "Expected sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME."


def open_database(url: str, *, patience: timedelta = PATIENCE) -> Database:
    """Open a database by its URL; the file of SQLite is made if there is none, its tables by `migrate`.

    patience  how long to wait for a lock that another run holds
    Raises WrongCall for a URL of another kind, StoreUnfit where the database does not keep its promises
    or is of a newer ims-sync, StoreUnavailable where it cannot be reached.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise WrongCall("the URL of the database cannot be read", _URL_ADVICE) from None
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database not in {None, "", ":memory:"}:
        return _checked(sqlite_engine(parsed, patience))
    if parsed.drivername == "postgresql+psycopg":
        return _checked(postgresql_engine(parsed, patience))
    raise WrongCall(f"a database of the kind {parsed.drivername} is not known, or is no file", _URL_ADVICE)


def _checked(engine: Engine) -> Database:
    """Connect once, so that a database that cannot be used is named at the start."""
    database = Database(engine)
    try:
        _check_encoding(database)
        check_not_newer(database)
    except BaseException:
        database.close()
        raise
    return database


def _check_encoding(database: Database) -> None:
    with database.read() as conn:
        found = conn.scalar(text("SHOW server_encoding" if conn.dialect.name == POSTGRESQL else "PRAGMA encoding"))
    if found not in {"UTF8", "UTF-8"}:
        raise StoreUnfit(f"the database keeps text as {found}, expected UTF-8")
