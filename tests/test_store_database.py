"""The database keeps what it promises, writes one at a time, and says no more than it must when it fails."""

import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, text

from sync.errors import EnvironmentMismatch, StoreError, StoreUnavailable, StoreUnfit, WrongCall
from sync.store import (
    Database,
    audit_head,
    bind,
    migrate,
    open_database,
    reconcile_first,
    rows_at,
    set_reconcile_first,
    store_pull,
)
from sync.store.schema import INSTALLATION
from tests.store_rows import FULL, pulled, rows_in
from tests.support import ROOT

IMPATIENT = timedelta(milliseconds=100)
SECRET = "Planted-Name"


def put(database: Database, name: str, value: str) -> None:
    with database.write() as conn:
        conn.execute(INSTALLATION.insert().values(name=name, value=value))


def test_the_file_is_for_its_owner_alone_and_holds_to_what_is_relied_on(tmp_path: Path) -> None:
    path = tmp_path / "var" / "deep" / "ims-sync.db"

    with open_database(f"sqlite:///{path}") as database:
        migrate(database)
        with database.write() as conn:
            names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            found = {name: conn.scalar(text(f"PRAGMA {name}")) for name in names}
            modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}

    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 15_000,
    }  # fmt: skip
    assert modes == {"ims-sync.db": 0o600, "ims-sync.db-wal": 0o600, "ims-sync.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://u:hush@host/d", "postgresql://u:hush@host/d", "nonsense hush", ""],
)
def test_a_url_of_another_kind_is_a_wrong_call_that_repeats_no_password(url: str) -> None:
    with pytest.raises(WrongCall) as refused:
        open_database(url)

    assert refused.value.exit_code == 2
    assert "hush" not in "".join(traceback.format_exception(refused.value))


def test_a_server_that_does_not_answer_is_unavailable_and_its_password_stays_out_of_it(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached") as refused:
        open_database(f"postgresql+psycopg://user:{SECRET}@/nothing?host={tmp_path}")

    assert refused.value.exit_code == 4
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_a_file_that_is_no_database_is_named_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ims-sync.db"
    path.write_bytes(b"no database" * 500)

    with pytest.raises(StoreError, match="damaged") as refused:
        open_database(f"sqlite:///{path}")

    assert refused.value.exit_code == 70


def test_a_place_where_no_file_can_be_made_is_unfit(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, no folder")

    with pytest.raises(StoreUnfit, match="cannot be made"):
        open_database(f"sqlite:///{tmp_path / 'var' / 'ims-sync.db'}")


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError), database.read() as conn:
        conn.execute(INSTALLATION.insert().values(name="a", value="b"))

    put(database, "c", "d")
    assert [row["name"] for row in rows_in(database, "installation")] == ["c"]


def test_a_reader_sees_one_state_however_much_is_written_meanwhile(database: Database) -> None:
    names = select(INSTALLATION.c.name)

    with database.read() as conn:
        before = conn.scalars(names).all()
        put(database, "a", "b")
        after = conn.scalars(names).all()

    assert before == after == []
    assert len(rows_in(database, "installation")) == 1


def test_what_fails_halfway_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        conn.execute(INSTALLATION.insert().values(name="a", value="b"))
        raise ZeroDivisionError

    assert rows_in(database, "installation") == []


def test_an_error_quotes_no_row_not_even_in_its_traceback(database: Database) -> None:
    put(database, SECRET, "first")

    with pytest.raises(StoreError) as refused:
        put(database, SECRET, "second")

    told = "".join(traceback.format_exception(refused.value))
    assert SECRET not in told
    assert "second" not in str(refused.value)


def test_many_who_read_and_then_write_wait_for_each_other(database: Database) -> None:
    put(database, "count", "0")
    together = Barrier(6)

    def count_up(_: int) -> None:
        together.wait(30)
        for _time in range(10):
            with database.write() as conn:
                query = select(INSTALLATION.c.value).where(INSTALLATION.c.name == "count").with_for_update()
                seen = int(conn.scalars(query).one())
                conn.execute(INSTALLATION.update().values(value=str(seen + 1)))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(count_up, range(6)))

    assert rows_in(database, "installation") == [{"name": "count", "value": "60"}]


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Hold what a pull needs to write."""
    with database.write() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("LOCK TABLE pull IN ACCESS EXCLUSIVE MODE"))
        yield


def test_a_locked_database_is_unavailable_after_some_patience_and_nothing_is_half_written(
    database: Database, database_url: str
) -> None:
    with open_database(database_url, patience=IMPATIENT) as other:
        with held(database), pytest.raises(StoreUnavailable, match="locked") as refused:
            store_pull(other, FULL, {"services": pulled(("S1", "{}"))})

        assert refused.value.exit_code == 4
        assert rows_in(other, "pulled_row") == rows_in(other, "pull") == []


FILL_THE_DISK = """
import resource, signal, sys
from sync.errors import StoreError
from sync.store import open_database, store_pull
from tests.store_rows import FULL, pulled
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_database(sys.argv[1]) as database:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
    try:
        store_pull(database, FULL, {"services": pulled(*((f"S{n}", "x" * 500) for n in range(20_000)))})
    except StoreError as wrong:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(type(wrong).__name__, wrong.what)
"""


def test_a_full_disk_is_unavailable_and_nothing_is_half_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(url) as database:
        migrate(database)
        store_pull(database, FULL, {"services": pulled(("S1", "kept"))})

    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, url], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("StoreUnavailable the database has no room left"), done.stdout
    with open_database(url) as database:
        assert rows_at(database, None, ["services"])["services"]["content"].to_list() == ["kept"]
        assert len(rows_in(database, "pull")) == 1
    with sqlite3.connect(tmp_path / "ims-sync.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    file.close()


def test_a_database_belongs_to_one_environment_and_one_target(database: Database) -> None:
    bind(database, "rehearsal", "127.0.0.1")
    bind(database, "rehearsal", "127.0.0.1")

    with pytest.raises(EnvironmentMismatch) as refused:
        bind(database, "production", "127.0.0.1")
    with pytest.raises(EnvironmentMismatch):
        bind(database, "rehearsal", "ims.example")

    assert refused.value.exit_code == 5
    assert {row["value"] for row in rows_in(database, "installation")} == {"rehearsal", "127.0.0.1"}


def test_after_a_restore_reading_back_comes_first_until_it_was_done(database: Database) -> None:
    seen = [reconcile_first(database)]
    for first in (True, True, False, False):
        with database.write() as conn:
            set_reconcile_first(conn, first=first)
        seen.append(reconcile_first(database))

    assert seen == [False, True, True, False, False]


def test_a_closed_database_may_be_used_again_by_opening_it(database_url: str) -> None:
    for _ in range(2):
        with open_database(database_url) as database:
            assert audit_head(database).seq == 0
