"""Make one backup, or restore one, in a process of its own that a test kills on the way."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from sync.jobs.restore import Restoring, restore
from sync.settings import ServiceSettings
from sync.store import Place, open_database, read_key, write_backup

NOW = datetime(2026, 4, 20, 15, tzinfo=UTC)


def _tell(step: str, done: int, total: int) -> None:
    """Say how far it is, and go on only when the test says so."""
    print(step, flush=True)
    sys.stdin.readline()


def main(what: str, url: str, folder: Path, key: str) -> None:
    if what == "backup":
        with open_database(url) as db:
            write_backup(db, folder / "backups", Place(read_key(key), folder / "scratch", _tell), now=NOW)
        return
    settings = ServiceSettings.model_validate(
        {"service": {"environment": "test", "audit_head": folder / "head"}, "backup": {"scratch": folder / "scratch"}}
    )
    asked = Restoring(folder / "b.age", read_key(key), url, "A. Admin", replace=True)
    restore(settings, asked, _tell, now=NOW)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
