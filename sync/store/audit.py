"""Keep the audit trail: who did what to what, each entry sealed with the hash of the one before."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, select

from sync.store.database import Database, alone
from sync.store.kinds import as_text
from sync.store.schema import AUDIT

_START = "0" * 64


class AuditHead(NamedTuple):
    """Name the last entry; whoever keeps it elsewhere notices when the end of the trail is cut off."""

    seq: int
    hash: str


class Act(NamedTuple):
    """Say who did what to what; `facts` are ids and figures, never what a person's record says."""

    actor: str
    act: str
    subject: str
    facts: Mapping[str, Any]


def record(conn: Connection, act: Act, now: datetime) -> AuditHead:
    """Add an entry to the trail, within the caller's transaction; others that add wait until it ends.

    Call it last in a transaction: whoever waits for the trail then holds nothing that this one still needs.
    """
    alone(conn, AUDIT)
    seq, previous = _head(conn)
    entry = {"seq": seq + 1, "at": now, **act._asdict(), "facts": dict(act.facts), "previous": previous}
    sealed = _hash(entry)
    conn.execute(AUDIT.insert().values(**entry, hash=sealed))
    return AuditHead(seq + 1, sealed)


def audit_head(db: Database) -> AuditHead:
    """Return the last entry's number and hash; number 0 where there is none yet."""
    with db.read() as conn:
        return _head(conn)


def verify_audit(db: Database, kept: AuditHead | None = None) -> int | None:
    """Return the number of the first entry that was changed, is missing or was put in; None if all are whole.

    kept  a head that was kept elsewhere: the trail must still lead to it
    """
    with db.read() as conn:
        return _first_broken(conn.execute(select(AUDIT).order_by(AUDIT.c.seq)).mappings(), kept)


def _first_broken(entries: Iterable[RowMapping], kept: AuditHead | None) -> int | None:
    expected = AuditHead(0, _START)
    for entry in entries:
        before, expected = expected, AuditHead(expected.seq + 1, _sealed(entry))
        whole = (entry["seq"], entry["hash"]) == expected and entry["previous"] == before.hash
        if not whole or (kept and kept.seq == expected.seq and kept.hash != expected.hash):
            return expected.seq
    return expected.seq + 1 if kept and kept.seq > expected.seq else None


def _sealed(entry: RowMapping) -> str:
    """Return the hash that an entry must have."""
    return _hash({name: cell for name, cell in entry.items() if name != "hash"})


def _head(conn: Connection) -> AuditHead:
    last = conn.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return AuditHead(last.seq, last.hash) if last else AuditHead(0, _START)


def _hash(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry as canonical JSON: names sorted, no blanks, UTF-8."""
    spelt = {**entry, "at": as_text(entry["at"])}
    return sha256(json.dumps(spelt, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
