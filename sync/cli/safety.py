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
from sync.errors import WrongCall
from sync.jobs.backup import backup as make_backup
from sync.jobs.backup import key_from_environment, new_key
from sync.jobs.restore import Restoring
from sync.jobs.restore import restore as do_restore
from sync.jobs.service import utc_now
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


_AFTER_RESTORE = """What to do now, in this order:
  ims-sync verify      is the database whole?
  ims-sync readback    what stands in iMatchSkills; until then nothing is pushed
  ims-sync pull
  ims-sync plan"""
