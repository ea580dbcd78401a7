"""The commands that keep the memory safe: backup, restore, verify, purge."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.service import told, working
from sync.errors import WrongCall
from sync.jobs.backup import backup as make_backup
from sync.jobs.backup import key_from_environment, new_key

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
