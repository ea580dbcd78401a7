"""The commands that keep the memory safe: backup, restore, verify, purge."""

import getpass
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.cli.service import told, working
from sync.errors import StoreError, StoreUnavailable, StoreUnfit, SyncError, UnfitBackup, WrongCall
from sync.jobs.backup import backup as make_backup
from sync.jobs.backup import key_from_environment, new_key, verified_backup
from sync.jobs.purge import purge as do_purge
from sync.jobs.purge import would_go
from sync.jobs.restore import Restoring
from sync.jobs.restore import restore as do_restore
from sync.jobs.service import opened, utc_now
from sync.jobs.verify import verify as do_verify
from sync.settings import read_service_settings

_WHERE_TO_KEEP = """Keep this key in two places that are not this machine, such as a safe and a password store.
Without it no backup can be read by anybody; with it everybody can read them all.
Give it to the service as IMS_SYNC_BACKUP_KEY, or name a file that holds it as IMS_SYNC_BACKUP_KEY_FILE."""


def backup(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="A folder for backups, or a new file ending in .age.")
    ] = None,
    new: Annotated[bool, typer.Option("--new-key", help="Print a new key, and make no backup.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Make an encrypted backup while others work, and open and compare it: only then it counts.

    Example: ims-sync backup --out backups/
    """
    if new:
        return _print_new_key(json=json)
    if out is None:
        raise WrongCall("--out is missing", "Name a folder for backups, as in the example of --help.")
    key = key_from_environment()
    with working(config, database, "backup") as (service, job):
        make_backup(service, job, out, key=key)
    return told(job, "backed up, opened and compared", json=json)


def _print_new_key(*, json: bool) -> int:
    key = new_key()
    if json:
        print_json({"key": key})
    else:
        print(key)
        print(_WHERE_TO_KEEP, file=sys.stderr)
    return 0


def restore(
    *,
    input_: Annotated[Path, typer.Option("--input", metavar="FILE", help="The backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Set a SQLite file that holds something aside; it is not deleted.")
    ] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Restore a backup into an empty database; nothing is pushed from it before iMatchSkills was read back.

    Example: ims-sync restore --input backups/ims-sync-20260420T150000Z.db.age --database sqlite:///var/ims-sync.db
    """
    asked = Restoring(input_, key_from_environment(), database, getpass.getuser(), replace)
    with progress(0) as tell:
        done = do_restore(read_service_settings(config), asked, tell, now=utc_now())
    if json:
        print_json({**asdict(done), "set_aside": str(done.set_aside) if done.set_aside else None})
    else:
        print(f"Restored {done.rows} rows of the backup of {done.backup_of}.")
        if done.set_aside:
            print(f"The database that was there before is now {done.set_aside}.")
        print(f"Lines that may have been entered since, to be looked up first: {done.doubted}")
        print(_AFTER_RESTORE)
    return 0


def verify(
    *,
    backup_file: Annotated[
        Path | None, typer.Option("--backup", metavar="FILE", help="Verify this backup, in place of the database.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Check that database, audit trail and ledger are whole, or that a backup is; nothing is changed.

    Example: ims-sync verify --backup backups/ims-sync-20260420T150000Z.db.age
    """
    if backup_file:
        return _verify_backup(backup_file, config, json=json)
    try:
        return _verify_database(config, database, json=json)
    except (StoreUnavailable, StoreUnfit):
        raise
    except StoreError as wrong:
        return _told_unfit("the database can be used", wrong, json=json)


def _verify_database(config: Path, database: str | None, *, json: bool) -> int:
    with working(config, database, "verify") as (service, job):
        found = do_verify(service, job)
    if json:
        checks = [{"check": check.words, "ok": not wrong, "wrong": wrong, "do": check.advice} for check, wrong in found]
        print_json({"ok": not job.needs_a_person, "checks": checks})
        return int(job.needs_a_person)
    for check, wrong in found:
        print(f"{'no ' if wrong else 'yes'}  {check.words}")
        if wrong:
            print(f"       found: {', '.join(wrong)}\n       what to do: {check.advice}")
    return int(job.needs_a_person)


def _verify_backup(file: Path, config: Path, *, json: bool) -> int:
    try:
        with progress(0) as tell:
            made = verified_backup(read_service_settings(config), file, key_from_environment(), tell=tell)
    except UnfitBackup as wrong:
        return _told_unfit("the backup is whole", wrong, json=json)
    if json:
        print_json({"ok": True, "made_at": made.made_at, "tables": len(made.tables), "rows": made.rows})
    else:
        print(f"yes  the backup is whole: {made.rows} rows in {len(made.tables)} tables as of {made.made_at}")
    return 0


def _told_unfit(words: str, wrong: SyncError, *, json: bool) -> int:
    if json:
        print_json({"ok": False, "wrong": wrong.what, "do": wrong.advice})
    else:
        print(f"no   {words}\n       found: {wrong.what}\n       what to do: {wrong.advice}")
    return 1


def purge(
    *,
    show: Annotated[bool, typer.Option("--show", help="Only list what would go; nothing is changed.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Take away what was kept for as long as config/settings.toml says, out of the file too.

    Example: ims-sync purge --show
    """
    if show:
        with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
            gone = would_go(service)
    else:
        with working(config, database, "purge") as (service, job):
            gone = do_purge(service, job)
    if json:
        kinds = {
            one.kind: {"count": one.rows, "before": one.before.isoformat(), **one.kept.model_dump()} for one in gone
        }
        print_json({"shown_only": show, "kinds": kinds})
        return 0
    for one in gone:
        print(f"{one.rows:>9}  {one.words}, last needed before {one.before:%Y-%m-%d}")
        print(f"           kept {one.kept.months} months: {one.kept.reason}")
    print("Nothing was changed." if show else _AFTER_PURGE)
    return 0


_AFTER_PURGE = """It is in no file of the database any more.
Backups that were made before still hold it: [backup] keep removes them in time, or you do."""

_AFTER_RESTORE = """What to do now, in this order:
  ims-sync verify      is the database whole?
  ims-sync readback    what stands in iMatchSkills; until then nothing is pushed
  ims-sync pull
  ims-sync plan"""
