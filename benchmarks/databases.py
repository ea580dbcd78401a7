"""Give databases to measure on: SQLite in a real file, and a PostgreSQL that keeps what it was told on a disk."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.databases import binaries


@contextmanager
def databases() -> Iterator[Mapping[str, str]]:
    """Yield the URL of an empty database of each kind that this machine has; all are thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        found = {"sqlite": f"sqlite:///{folder / 'measured.db'}"}
        programs = binaries()
        if programs is None:
            yield found
            return
        with _server(programs, folder / "postgresql") as url:
            yield {**found, "postgresql": url}


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[str]:
    """Run a PostgreSQL with its own settings, but for a larger WAL; the tests' one does without the disk."""
    folder.mkdir()
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        shutil.chown(folder, "nobody")
    init: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "ims",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    control: list[str | Path] = [programs / "pg_ctl", "-D", folder / "data", "-w"]
    options = f"-k {folder} -c listen_addresses= -c max_wal_size=1GB"
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    start = [*control, "-l", folder / "log", "-o", options, "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    try:
        yield f"postgresql+psycopg://ims@/postgres?host={folder}"
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
