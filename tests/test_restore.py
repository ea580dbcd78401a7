"""A restored database holds what the backup held, on either kind; the old one is set aside, never deleted."""

from pathlib import Path
from typing import Any

import pytest

from sync.errors import EnvironmentMismatch, StoreUnavailable, UnfitBackup, WrongCall
from sync.jobs.restore import Restored, Restoring, restore
from sync.settings import ServiceSettings
from sync.store import (
    AuditHead,
    Database,
    Place,
    State,
    audit_head,
    begin_run,
    kept_head,
    ledger_lines,
    new_key,
    offer,
    open_database,
    read_key,
    reconcile_first,
    verify_audit,
    write_backup,
)
from sync.store.kept_head import default_head_file, replace_head
from sync.store.runs import NewRun
from tests.databases import DIALECTS, Server
from tests.services import quiet
from tests.store_rows import NOW, fill, filled_tables, minutes, offered

KEY = read_key(new_key())
LATER = minutes(60)
CHANGED = {"installation", "audit"}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(KEY, tmp_path / "scratch", quiet)


@pytest.fixture
def file(database: Database, place: Place, tmp_path: Path) -> Path:
    """A backup of a database with a row in every table."""
    fill(database)
    return write_backup(database, tmp_path / "backup.age", place, now=NOW)[0]


@pytest.fixture(params=DIALECTS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The URL of an empty database of either kind, whatever kind the backup is of."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other' / 'ims-sync.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    with server.new_database() as url:
        yield url


def settings(tmp_path: Path, environment: str = "test") -> ServiceSettings:
    given = {"environment": environment, "audit_head": tmp_path / "head"}
    return ServiceSettings.model_validate({"service": given, "backup": {"scratch": tmp_path / "scratch"}})


def restored(tmp_path: Path, file: Path, url: str, **given: Any) -> Restored:
    asked = Restoring(file, KEY, url, "A. Admin", **given)
    return restore(settings(tmp_path), asked, quiet, now=LATER)


def as_it_was(tables: dict[str, Any]) -> dict[str, Any]:
    """Return tables without what a restore changes on purpose."""
    kept = {name: rows for name, rows in tables.items() if name not in CHANGED}
    kept["ledger"] = [{**row, "state": "", "changed_at": "", "words": ""} for row in kept["ledger"]]
    return kept


def test_either_kind_is_restored_into_either_kind(file: Path, target: str, database: Database, tmp_path: Path) -> None:
    before = filled_tables(database)

    told = restored(tmp_path, file, target)

    with open_database(target) as found:
        after = filled_tables(found)
        assert as_it_was(after) == as_it_was(before)
        assert after["audit"][:-1] == before["audit"]
        assert (after["audit"][-1]["act"], after["audit"][-1]["actor"]) == ("restored", "A. Admin")
        assert verify_audit(found, kept_head(tmp_path / "head")) is None
        assert reconcile_first(found)
    assert (told.backup_of, told.set_aside) == ("2026-04-20T15:00:00+00:00", None)


def test_rows_written_after_a_restore_are_numbered_on(file: Path, target: str, tmp_path: Path) -> None:
    restored(tmp_path, file, target)

    with open_database(target) as found:
        run = begin_run(found, NewRun(job="plan", actor="A. Admin", versions={}), LATER)

    assert run == 2


def test_what_was_to_do_is_in_doubt_and_what_was_settled_is_not(
    database: Database, place: Place, target: str, tmp_path: Path
) -> None:
    fill(database)
    with database.write() as conn:
        offer(conn, offered({"line_id": "service:S3"}), plan_id=1, now=NOW)
    file, _ = write_backup(database, tmp_path / "b.age", place, now=NOW)

    told = restored(tmp_path, file, target)

    with open_database(target) as found:
        states = {name: line.state for name, line in ledger_lines(found, ["service:S1", "service:S3"]).items()}
    assert states == {"service:S1": State.CONFIRMED, "service:S3": State.UNCLEAR}
    assert told.doubted == 1


def test_a_database_that_holds_something_is_refused(file: Path, target: str, tmp_path: Path) -> None:
    restored(tmp_path, file, target)

    with pytest.raises(WrongCall, match="holds something") as wrong:
        restored(tmp_path, file, target)

    assert "--database" in str(wrong.value)


def test_a_file_that_is_replaced_is_set_aside_whole(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    restored(tmp_path, file, url)
    with open_database(url) as found:
        begin_run(found, NewRun(job="plan", actor="A. Admin", versions={}), LATER)
        before = filled_tables(found)

    told = restored(tmp_path, file, url, replace=True)

    assert told.set_aside is not None
    with open_database(f"sqlite:///{told.set_aside}") as old:
        assert filled_tables(old) == before
    with open_database(url) as new:
        assert len(filled_tables(new)["run"]) == 1


def test_a_damaged_file_is_replaced_too_and_kept(file: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "ims-sync.db"
    damaged.write_bytes(b"no database at all" * 500)

    with pytest.raises(WrongCall, match="holds something"):
        restored(tmp_path, file, f"sqlite:///{damaged}")
    told = restored(tmp_path, file, f"sqlite:///{damaged}", replace=True)

    assert told.set_aside is not None
    assert told.set_aside.read_bytes() == b"no database at all" * 500
    with open_database(f"sqlite:///{damaged}") as found:
        assert verify_audit(found) is None


def test_a_database_that_is_in_use_is_refused_even_with_replace(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    restored(tmp_path, file, url)

    with open_database(url) as used:
        assert audit_head(used)
        with pytest.raises(StoreUnavailable, match="in use"):
            restored(tmp_path, file, url, replace=True)


def test_a_postgresql_database_is_never_replaced(file: Path, postgresql_server: Server, tmp_path: Path) -> None:
    with postgresql_server.new_database() as url, pytest.raises(WrongCall, match="never replaced") as wrong:
        restored(tmp_path, file, url, replace=True)

    assert "createdb" in str(wrong.value)


def test_a_backup_of_another_environment_changes_nothing(file: Path, target: str, tmp_path: Path) -> None:
    asked = Restoring(file, KEY, target, "A. Admin")

    with pytest.raises(EnvironmentMismatch):
        restore(settings(tmp_path, "production"), asked, quiet, now=LATER)

    if target.startswith("sqlite"):
        assert not (tmp_path / "other" / "ims-sync.db").exists()
    else:
        with open_database(target) as found:
            assert not any(filled_tables(found).values())


def test_a_backup_that_does_not_open_changes_nothing(file: Path, tmp_path: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(UnfitBackup):
        restored(tmp_path, file, f"sqlite:///{tmp_path / 'ims-sync.db'}")

    assert not (tmp_path / "ims-sync.db").exists()
    assert not (tmp_path / "head").exists()


def test_the_head_that_was_kept_before_stays_beside_the_new_one(file: Path, tmp_path: Path) -> None:
    replace_head(tmp_path / "head", AuditHead(700, "f" * 64))

    restored(tmp_path, file, f"sqlite:///{tmp_path / 'ims-sync.db'}")

    assert kept_head(tmp_path / "head.before-700") == AuditHead(700, "f" * 64)
    assert kept_head(tmp_path / "head") != AuditHead(700, "f" * 64)


def test_the_head_lies_beside_the_file_unless_a_setting_says_otherwise() -> None:
    assert default_head_file("sqlite:///var/ims-sync.db") == Path("var/ims-sync.audit-head")
    assert default_head_file("postgresql+psycopg://ims@db/boost") == Path("var/boost.audit-head")
