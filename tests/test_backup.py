"""A backup is one snapshot, encrypted, and counts only once it was opened and found equal; nothing else stays."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Integer, LargeBinary, Text, text

from sync.errors import CannotWrite, StoreUnavailable, UnfitBackup, WrongCall
from sync.jobs.backup import backup, place_of
from sync.jobs.service import running
from sync.settings import read_backup_key
from sync.store import Database, Place, new_key, open_database, read_backup, read_key, verify_audit, write_backup
from sync.store.kinds import Instant
from sync.store.schema import METADATA
from sync.store.sealing import seal
from tests.databases import Server
from tests.services import Clock, quiet, service
from tests.store_rows import NOW, fill, rows_in

KEY = read_key(new_key())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(KEY, tmp_path / "scratch", quiet)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_backup_holds_every_row_of_every_table(database: Database, place: Place, tmp_path: Path) -> None:
    fill(database)

    path, made = write_backup(database, tmp_path / "backups", place, now=NOW)

    assert path.name == "ims-sync-20260420T150000Z.db.age"
    assert read_backup(path, place) == made
    assert {name: content.rows for name, (_, content) in made.tables.items()} == {
        name: len(rows_in(database, name)) for name in made.tables
    }
    assert all(content.rows for _, content in made.tables.values())


def test_every_column_is_of_a_kind_that_both_databases_spell_the_same() -> None:
    spelt_alike = (Text, Integer, BigInteger, LargeBinary, Boolean, JSON, Instant)

    other = [str(column) for table in METADATA.sorted_tables for column in table.columns
             if not isinstance(column.type, spelt_alike)]  # fmt: skip

    assert other == [], "teach sync/store/content.py how to spell these"


def test_only_its_owner_may_read_a_backup_and_its_folder(database: Database, place: Place, tmp_path: Path) -> None:
    path, _ = write_backup(database, tmp_path / "backups", place, now=NOW)

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert place.scratch.stat().st_mode & 0o777 == 0o700


def test_nothing_but_the_encrypted_file_is_left(database: Database, place: Place, tmp_path: Path) -> None:
    fill(database)
    before = set(files_in(tmp_path))

    path, _ = write_backup(database, tmp_path / "backups", place, now=NOW)

    assert set(files_in(tmp_path)) - before == {path.name}
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n")


@pytest.mark.parametrize("harm", [lambda whole: whole[:-1], lambda whole: whole[: len(whole) // 2], lambda _: b""])
def test_a_backup_that_was_cut_short_is_refused(
    harm: Callable[[bytes], bytes], database: Database, place: Place, tmp_path: Path
) -> None:
    path, _ = write_backup(database, tmp_path / "b.age", place, now=NOW)

    path.write_bytes(harm(path.read_bytes()))

    with pytest.raises(UnfitBackup, match="does not open"):
        read_backup(path, place)


def test_a_changed_byte_anywhere_is_refused(database: Database, place: Place, tmp_path: Path) -> None:
    path, _ = write_backup(database, tmp_path / "b.age", place, now=NOW)
    whole = path.read_bytes()

    for at in range(0, len(whole), len(whole) // 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(UnfitBackup):
            read_backup(path, place)


def test_another_key_opens_nothing(database: Database, place: Place, tmp_path: Path) -> None:
    path, _ = write_backup(database, tmp_path / "b.age", place, now=NOW)

    with pytest.raises(UnfitBackup, match="another key"):
        read_backup(path, Place(read_key(new_key()), tmp_path, quiet))


def test_what_is_no_database_of_ours_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"SQLite format 3\0" + os.urandom(9000))
    with (tmp_path / "other").open("rb") as source, (tmp_path / "b.age").open("wb") as target:
        seal(source, target, KEY)

    with pytest.raises(UnfitBackup, match="no database of ims-sync"):
        read_backup(tmp_path / "b.age", place)


def test_no_backup_is_overwritten_and_two_of_one_second_both_stay(
    database: Database, place: Place, tmp_path: Path
) -> None:
    first, _ = write_backup(database, tmp_path / "backups", place, now=NOW)
    second, _ = write_backup(database, tmp_path / "backups", place, now=NOW)

    with pytest.raises(WrongCall, match="is there already"):
        write_backup(database, tmp_path / "backups" / first.name, place, now=NOW)

    assert [first.name, second.name] == ["ims-sync-20260420T150000Z.db.age", "ims-sync-20260420T150000Z-1.db.age"]


def test_what_a_killed_backup_left_goes_with_the_next_one(database: Database, place: Place, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "ims-sync-20260101T000000Z.db.age.partial").write_bytes(b"half")

    path, _ = write_backup(database, tmp_path / "backups", place, now=NOW)

    assert files_in(tmp_path / "backups") == [path.name]


def test_the_setting_says_how_many_backups_stay(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    settings = {"backup": {"keep": 2, "scratch": tmp_path / "scratch"}}
    made = service(database, tmp_path, clock=clock, settings=settings)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "mine.txt").write_text("stays")

    for _ in range(4):
        clock.sleep(60)
        with running(made, "backup") as job:
            backup(made, job, tmp_path / "backups", key=KEY)

    assert files_in(tmp_path / "backups") == [
        "ims-sync-20260420T170300Z.db.age", "ims-sync-20260420T170400Z.db.age", "mine.txt"
    ]  # fmt: skip
    assert [row["act"] for row in rows_in(database, "audit")] == ["backed up"] * 4
    assert verify_audit(database) is None
    assert place_of(made.settings, KEY, quiet).scratch == tmp_path / "scratch"


def test_without_room_no_backup_is_left_and_the_message_says_what_to_do(
    database: Database, place: Place, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(CannotWrite, match="Make room, or name another place"):
        write_backup(database, tmp_path / "file" / "backups", place, now=NOW)


def test_a_table_that_another_program_holds_is_named_as_such(
    postgresql_server: Server, place: Place, tmp_path: Path
) -> None:
    with (
        postgresql_server.new_database() as url,
        open_database(url) as database,
        open_database(url, patience=timedelta(milliseconds=200)) as hurried,
        database.write() as conn,
        pytest.raises(StoreUnavailable, match="locked"),
    ):
        conn.execute(text("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE"))
        write_backup(hurried, tmp_path / "backups", place, now=NOW)

    assert files_in(tmp_path / "backups") == []


def test_the_key_comes_from_the_environment_or_a_file_named_there(tmp_path: Path) -> None:
    text_of_key = new_key()
    (tmp_path / "key").write_text(f"# created: today\n# public key: age1…\n{text_of_key}\n", "utf-8")

    assert read_backup_key({"IMS_SYNC_BACKUP_KEY": text_of_key}).get_secret_value() == text_of_key
    named = read_backup_key({"IMS_SYNC_BACKUP_KEY_FILE": str(tmp_path / "key")})
    assert named.get_secret_value() == text_of_key
    assert text_of_key not in repr(named) + repr(read_key(text_of_key))


def test_without_a_key_the_command_says_how_to_make_one() -> None:
    with pytest.raises(WrongCall, match="ims-sync backup --new-key"):
        read_backup_key({})


def test_what_is_no_key_is_refused_without_being_shown() -> None:
    with pytest.raises(WrongCall) as wrong:
        read_key("swordfish")

    assert "swordfish" not in str(wrong.value)
    assert "AGE-SECRET-KEY-1" in str(wrong.value)
