"""Return from a backup: a database as it was, in which iMatchSkills is read back before anything is pushed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.jobs.backup import place_of
from sync.jobs.service import bound_target
from sync.settings import ServiceSettings
from sync.store import (
    Act,
    BackupKey,
    as_restored,
    audit_head,
    bind,
    default_head_file,
    kept_head,
    opened_backup,
    put_back,
    refuse_target,
    replace_head,
)
from sync.store.backup import Tell


@dataclass(frozen=True, slots=True)
class Restoring:
    """Say what to restore into which database, and who does it.

    url      goes before the setting
    replace  a SQLite file that holds something is set aside
    """

    file: Path
    key: BackupKey
    url: str | None
    actor: str
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """Tell of when the restored database is, how much is in it, and where the one before is now.

    doubted  lines that were to do in the backup, and may have been entered since
    """

    backup_of: str
    rows: int
    doubted: int
    set_aside: Path | None


def restore(settings: ServiceSettings, asked: Restoring, tell: Tell, *, now: datetime) -> Restored:
    """Restore a backup into an empty database, of either kind, after it was opened and compared.

    Raises UnfitBackup for a backup that is not whole, EnvironmentMismatch for one of another environment or target;
    then nothing was changed.
    """
    url = asked.url or settings.service.database
    head_file = settings.service.audit_head or default_head_file(url)
    refuse_target(url, replace=asked.replace)
    tell("opening the backup", 0, 0)
    with opened_backup(asked.file, place_of(settings, asked.key, tell)) as (copy, manifest):
        before = kept_head(head_file)
        facts = {"backup_of": manifest.made_at, "rows": manifest.rows, "head_before": before.seq if before else None}
        doubted = as_restored(copy.db, Act(asked.actor, "restored", "database", facts), now)
        bind(copy.db, settings.service.environment, bound_target(settings))
        aside = put_back(copy.db, url, tell, now=now)
        replace_head(head_file, audit_head(copy.db))
    return Restored(manifest.made_at, manifest.rows, doubted, aside)
