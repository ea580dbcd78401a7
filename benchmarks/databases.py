"""Give databases to measure on: SQLite in a real file, and a PostgreSQL that keeps what it was told on a disk."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.databases import binaries, server_in

# Its own settings, but for a larger WAL; the tests' one does without the disk.
_SETTINGS = ("listen_addresses=", "max_wal_size=1GB")


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
        place = folder / "postgresql"
        place.mkdir()
        with server_in(place, programs, _SETTINGS):
            yield {**found, "postgresql": f"postgresql+psycopg://ims@/postgres?host={place}"}
