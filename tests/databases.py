"""Start what the store is tested on: SQLite in a file, and a PostgreSQL of the machine's own binaries."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from sync.store import migrate, open_database

DIALECTS = ("sqlite", "postgresql")
_TEMPLATE = "ready"
_QUICK = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "max_wal_size=64MB", "shared_buffers=32MB", "listen_addresses=", "max_connections=60",
)  # fmt: skip
_MEMORY = Path("/dev/shm")
_ROOM = 1_000_000_000


@dataclass
class Server:
    """A PostgreSQL on a socket of its own; each test gets a database that is copied from a migrated one."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://ims@/{name}?host={self.folder}"

    @contextmanager
    def new_database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """Give the URL of a database of its own, and drop it afterwards."""
        name = f"test_{next(self.numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with self.connect() as connection:
            if connection.info.server_version >= 150_000:  # the older ones know no other way
                create += sql.SQL(" STRATEGY FILE_COPY")
            connection.execute(create)
            yield self.url(name)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="ims", dbname="postgres", autocommit=True)


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a folder in memory, where there is room: every commit waits for its disk.

    The path of a socket may have 107 bytes, and the server's user must get there: pytest's own folders do not serve.
    """
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    place = _MEMORY if in_memory else Path("/tmp")
    with tempfile.TemporaryDirectory(prefix="ims-sync-", dir=place, ignore_cleanup_errors=True) as made:
        yield Path(made)


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL of this machine, if it has one."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    places = [path.parent for path in installed] or ([Path(found).resolve().parent] if found else [])
    return places[-1] if places else None


@contextmanager
def postgresql() -> Iterator[Server]:
    """Start a server in a folder of its own, and stop it at the end; skip where none is installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL is installed on this machine (apt-get install postgresql)")
    with quick_folder() as folder, server_in(folder, programs, _QUICK):
        yield _ready(Server(folder))


@contextmanager
def server_in(folder: Path, programs: Path, settings: Iterable[str]) -> Iterator[None]:
    """Run a server that keeps its files and its socket in a folder, until the block ends."""
    who = _unprivileged()
    if who:
        shutil.chown(folder, user=who["user"])
    cluster: list[str | Path] = ["-D", folder / "data"]
    init = [programs / "initdb", *cluster, "-U", "ims", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder, **who)
    options = " ".join(f"-c {setting}" for setting in settings)
    control = [programs / "pg_ctl", *cluster, "-w"]
    start = [*control, "-l", folder / "log", "-o", f"-k {folder} {options}", "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    try:
        yield
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True, cwd=folder, **who)


def _unprivileged() -> dict[str, Any]:
    """Name who runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def _ready(server: Server) -> Server:
    """Make the database of which the tests get copies."""
    with server.connect() as connection:
        # A server that sorts as people do shows whether the store asks for code points where it needs them.
        sorts = "LOCALE_PROVIDER icu ICU_LOCALE 'en'" if connection.info.server_version >= 150_000 else ""
        connection.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0 {sorts}")
    with open_database(server.url(_TEMPLATE)) as database:
        migrate(database)
    return server
