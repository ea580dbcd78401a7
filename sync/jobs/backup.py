"""Make a backup that counts only once it was opened and compared, and keep no more of them than the setting says."""

from pathlib import Path

from sync.jobs.service import Job, Service
from sync.settings import ServiceSettings, read_backup_key
from sync.store import (
    Act,
    BackupKey,
    Manifest,
    Place,
    new_key,
    older_than_newest,
    read_backup,
    read_key,
    record,
    write_backup,
)
from sync.store.backup import Tell

__all__ = ["backup", "key_from_environment", "new_key", "place_of", "verified_backup"]


def backup(service: Service, job: Job, out: Path, *, key: BackupKey) -> None:
    """Write a backup into a folder, or to a file; in a folder the oldest ones go beyond those that are kept."""
    made, manifest = write_backup(service.db, out, place_of(service.settings, key, service.tell), now=service.now())
    removed = older_than_newest(out, service.settings.backup.keep) if made != out else []
    for old in removed:
        old.unlink()
    told = {"file": made.name, "rows": manifest.rows, "bytes": made.stat().st_size, "removed": len(removed)}
    with service.db.write() as conn:
        record(conn, Act(service.actor, "backed up", "database", told), service.now())
    job.counts |= {**told, "file": str(made)}


def place_of(settings: ServiceSettings, key: BackupKey, tell: Tell) -> Place:
    """Return where backups are worked on."""
    return Place(key, settings.backup.scratch, tell)


def key_from_environment() -> BackupKey:
    """Return the key of the backups; raise WrongCall where there is none, or it is no key."""
    return read_key(read_backup_key().get_secret_value())


def verified_backup(settings: ServiceSettings, file: Path, key: BackupKey, *, tell: Tell) -> Manifest:
    """Open a backup and compare every table with what was read when it was made; raise UnfitBackup where it fails."""
    return read_backup(file, place_of(settings, key, tell))
