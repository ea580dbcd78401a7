"""Write a backup: every table in one snapshot, as a SQLite file, encrypted, and counted only once it was opened again.

The copy in the clear lies in a file without a name (`sync.store.scratch`); the encrypted one bears `.partial` at its
end until it was read back and found equal to what was read in the snapshot.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from sync.errors import CannotWrite, StoreError, UnfitBackup, WrongCall
from sync.store.content import content_of_shape, copy_table, shape_of
from sync.store.database import Database
from sync.store.failures import DRIVER_ERRORS
from sync.store.manifest import Manifest, manifest_in, write_down
from sync.store.schema import METADATA
from sync.store.scratch import Scratch, scratch
from sync.store.sealing import BackupKey, seal, unseal
from sync.store.versions import migrate

ENDING = ".age"
_PARTIAL = ".partial"
_NAMED = re.compile(r"ims-sync-(\d{8}T\d{6}Z)(?:-(\d+))?\.db\.age")
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Say where backups are worked on.

    scratch  folder in which a copy without a name lies meanwhile
    """

    key: BackupKey
    scratch: Path
    tell: Tell


def write_backup(db: Database, out: Path, place: Place, *, now: datetime) -> tuple[Path, Manifest]:
    """Write a backup to a file (`.age`) or into a folder, where its name tells when it was made; return its path.

    It has its name only after it was decrypted, opened and found equal to what was read. Others write meanwhile.
    Raises WrongCall where the file is there already, CannotWrite where there is no room.
    """
    with _alone_in(_folder_of(out)) as folder:
        path = _path_in(folder, out, now)
        partial = path.with_name(f"{path.name}{_PARTIAL}")
        try:
            made = _sealed_copy(db, partial, place, now=now)
            _compare(partial, place, made)
            partial.replace(path)
            _sync_folder(folder)
        except OSError as wrong:
            raise CannotWrite(f"the backup cannot be written ({wrong.strerror})") from None
        finally:
            partial.unlink(missing_ok=True)
    return path, made


def read_backup(path: Path, place: Place) -> Manifest:
    """Decrypt a backup, open it, and compare every table with what was read when it was made; else UnfitBackup."""
    with opened_backup(path, place) as (_, manifest):
        return manifest


@contextmanager
def opened_backup(path: Path, place: Place) -> Iterator[tuple[Scratch, Manifest]]:
    """Yield a backup as a scratch database, after it was found whole."""
    with scratch(place.scratch) as copy:
        _unseal(path, copy, place.key)
        yield copy, _checked(copy, place.tell)


def _unseal(path: Path, copy: Scratch, key: BackupKey) -> None:
    try:
        with path.open("rb") as file:
            unseal(file, copy.file, key)
        copy.file.flush()
    except OSError as wrong:
        raise UnfitBackup(f"the backup cannot be read ({wrong.strerror})") from None


def older_than_newest(folder: Path, keep: int) -> list[Path]:
    """Return the backups of a folder beyond the newest ones, by the instant in their names; none if all are kept."""
    named = ((_NAMED.fullmatch(path.name), path) for path in folder.iterdir())
    known = sorted((name[1], int(name[2] or 0), path) for name, path in named if name)
    return [path for _, _, path in known[:-keep]] if keep else []


def _sealed_copy(db: Database, partial: Path, place: Place, *, now: datetime) -> Manifest:
    with scratch(place.scratch) as copy:
        manifest = _copied(db, copy, place.tell, now=now)
        place.tell("encrypting", 0, 0)
        copy.file.seek(0)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            seal(copy.file, file, place.key)
            file.flush()
            os.fsync(file.fileno())
    return manifest


def _copied(db: Database, copy: Scratch, tell: Tell, *, now: datetime) -> Manifest:
    """Copy every table as it stands in one snapshot, and write down beside them what was read."""
    migrate(copy.db)
    tables = METADATA.sorted_tables
    read = {}
    with db.read() as source, copy.db.write() as target:
        for place, table in enumerate(tables):
            tell(f"copying {table.name}", place, len(tables))
            read[table.name] = (shape_of(table), copy_table(source, target, table))
        manifest = Manifest(now.astimezone(UTC).isoformat(timespec="seconds"), source.dialect.name, read)
        write_down(target, manifest)
    return manifest


def _checked(copy: Scratch, tell: Tell) -> Manifest:
    try:
        with copy.db.read() as conn:
            whole = conn.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            loose = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
            manifest = manifest_in(conn)
            wrong = _differing(conn, manifest, tell)
    except (StoreError, *DRIVER_ERRORS, ValueError, KeyError, TypeError):
        raise UnfitBackup("the backup holds no database of ims-sync, or a damaged one") from None
    if not whole or loose or wrong:
        raise UnfitBackup(f"the backup is not what was read when it was made ({', '.join(wrong) or 'its structure'})")
    return manifest


def _differing(conn: Connection, manifest: Manifest, tell: Tell) -> list[str]:
    """Name the tables that do not hold what was read when the backup was made."""
    wrong = []
    for place, (name, (shape, content)) in enumerate(manifest.tables.items()):
        tell(f"comparing {name}", place, len(manifest.tables))
        wrong += [] if content_of_shape(conn, shape) == content else [name]
    return wrong


def _compare(partial: Path, place: Place, made: Manifest) -> None:
    try:
        found = read_backup(partial, place)
    except UnfitBackup as wrong:
        raise StoreError(f"the backup was written but {wrong.what}", _AGAIN) from None
    if found != made:
        raise StoreError("the backup was written but is another one when it is read", _AGAIN)


_AGAIN = "No backup was kept. Run it again; if it stays so, have the disk looked at, and name another folder."


def _folder_of(out: Path) -> Path:
    """Return the folder of a backup, made for its owner alone if it is not there."""
    folder = out.parent if out.suffix == ENDING else out
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        raise CannotWrite(f"{folder}: the folder cannot be made ({wrong.strerror})") from None
    return folder


@contextmanager
def _alone_in(folder: Path) -> Iterator[Path]:
    """Let one backup at a time be written into a folder, and take away what an earlier one left when it was killed."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(f"*{ENDING}{_PARTIAL}"):
            left.unlink()
        yield folder
    except BlockingIOError:
        raise WrongCall(
            f"{folder}: another backup is being written there", "Wait until it is done, or name another folder."
        ) from None
    finally:
        os.close(held)


def _path_in(folder: Path, out: Path, now: datetime) -> Path:
    if out.suffix == ENDING:
        if out.exists():
            raise WrongCall(f"{out}: is there already", "No backup is overwritten: name a new file, or a folder.")
        return out
    stem = f"ims-sync-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{stem}{f'-{number}' if number else ''}.db{ENDING}" for number in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())


def _sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
