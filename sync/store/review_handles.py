"""Keep random handles that stand for items to review and for their causes in addresses: both may hold ids of people."""

import secrets
from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import Connection, select

from sync.store.database import Database, alone
from sync.store.review_schema import REVIEW_HANDLE

_HANDLE = REVIEW_HANDLE.c


class Stands(StrEnum):
    """For what a handle stands."""

    ITEM = "item"
    CAUSE = "cause"


def handles_of(db: Database, stands: Stands, names: Collection[str]) -> Mapping[str, str]:
    """Return by name the handle that stands for it, made at the first call; most calls write nothing.

    names  ids of items, or keys of causes, as many as a page shows
    """
    with db.read() as conn:
        known = _known(conn, stands, names)
    if not set(names) - known.keys():
        return known
    with db.write() as conn:
        alone(conn, REVIEW_HANDLE)
        known = _known(conn, stands, names)
        made = {name: secrets.token_urlsafe(16) for name in dict.fromkeys(names) if name not in known}
        rows = [{"handle": handle, "stands": stands, "name": name} for name, handle in made.items()]
        if rows:
            conn.execute(REVIEW_HANDLE.insert(), rows)
    return {**known, **made}


def names_behind(db: Database, stands: Stands, handles: Collection[str]) -> Mapping[str, str]:
    """Return by handle what it stands for; handles that nobody made are left out."""
    query = select(_HANDLE.handle, _HANDLE.name).where(_HANDLE.stands == stands, _HANDLE.handle.in_(list(handles)))
    with db.read() as conn:
        return {row.handle: row.name for row in conn.execute(query)}


def _known(conn: Connection, stands: Stands, names: Collection[str]) -> dict[str, str]:
    query = select(_HANDLE.name, _HANDLE.handle).where(_HANDLE.stands == stands, _HANDLE.name.in_(list(names)))
    return {row.name: row.handle for row in conn.execute(query)}
