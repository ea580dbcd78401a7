"""Share a place to look at by `status`: a database with tables and no rows, and a configuration, where all is well."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from sync.jobs.status import Status, status
from sync.store import Database, open_database
from tests.configurations import copied
from tests.crosswalks import published
from tests.schedules import local

NOW = local("2026-04-20T10:00")


@dataclass
class Place:
    """A database and a configuration to look at."""

    db: Database
    url: str
    config: Path

    def look(self, *, now: datetime = NOW) -> Status:
        return status(self.config, self.url, lambda: now)

    def whats(self, *, now: datetime = NOW) -> list[str]:
        return [problem.what for problem in self.look(now=now).problems]


@contextmanager
def placed(ready: Path, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Copy a database that has its tables into a folder, with a configuration that was published, and exports."""
    (folder / "itrac").mkdir()
    patch.setenv("IMS_SYNC_ITRAC__FOLDER", str(folder / "itrac"))
    path = folder / "ims-sync.db"
    path.write_bytes(ready.read_bytes())
    with open_database(f"sqlite:///{path}") as db:
        config = copied(folder)
        published(db, config)
        yield Place(db, f"sqlite:///{path}", config)
