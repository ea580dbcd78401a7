"""Keep the head of the audit trail in a file of its own, so that a cut at the end of the trail shows."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, select

from sync.errors import CannotWrite, StoreError
from sync.store.audit import AuditHead, audit_head
from sync.store.database import Database
from sync.store.schema import AUDIT

ENDING = ".audit-head"


def default_head_file(url: str) -> Path:
    """Return where the head of a database is kept unless a setting says so: beside SQLite's file, else in `var`."""
    parsed = make_url(url)
    name = Path(parsed.database or "ims-sync.db")
    return name.with_suffix(ENDING) if parsed.drivername.startswith("sqlite") else Path("var") / f"{name.name}{ENDING}"


def kept_head(file: Path) -> AuditHead | None:
    """Return the head that is kept; None where none ever was; StoreError where the file says something else."""
    try:
        seq, sealed = file.read_text("ascii").split()
        return AuditHead(int(seq), sealed)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise StoreError(
            f"{file}: the kept head of the audit trail cannot be read",
            "Look who changed it; put it back from a backup of that disk, or set it aside to begin a new one.",
        ) from None


def advance_head(db: Database, file: Path) -> bool:
    """Keep the trail's head as it is now; return whether it is kept.

    It never moves back, also where several runs end at once, and it stays where the trail no longer leads through it:
    a head that moved on over a cut would hide it.
    """
    with _alone(file):
        kept = kept_head(file)
        head = audit_head(db)
        if kept and not leads_to(db, kept):
            return False
        if kept is None or head.seq > kept.seq:
            _write(file, head)
    return True


def replace_head(file: Path, head: AuditHead) -> None:
    """Keep another head, after a restore; the one before stays beside it under its number."""
    with _alone(file):
        if file.exists():
            before = kept_head(file)
            file.replace(file.with_name(f"{file.name}.before-{before.seq if before else 0}"))
        _write(file, head)


def leads_to(db: Database, kept: AuditHead) -> bool:
    """Tell whether the trail has the entry that the kept head names."""
    if kept.seq == 0:
        return True
    with db.read() as conn:
        return conn.scalar(select(AUDIT.c.hash).where(AUDIT.c.seq == kept.seq)) == kept.hash


def _write(file: Path, head: AuditHead) -> None:
    """Write the file beside its name, and let it take the name when it is on the disk."""
    beside = file.with_name(f".{file.name}.new")
    with beside.open("w", encoding="ascii") as written:
        written.write(f"{head.seq} {head.hash}\n")
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let one process at a time read and write the file, by a lock beside it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.with_name(f".{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as wrong:
        raise CannotWrite(f"{file}: the head of the audit trail cannot be kept ({wrong.strerror})") from None
