"""Keep the versions of the crosswalk and its settings that were published, and the drafts of versions to come."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, select

from sync.store.crosswalk_schema import CROSSWALK_DRAFT, CROSSWALK_SAVE, CROSSWALK_VERSION
from sync.store.database import alone

_VERSION, _DRAFT = CROSSWALK_VERSION.c, CROSSWALK_DRAFT.c


class DraftState(StrEnum):
    """How a draft stands; `publishing`: a second person approved it, and its files are being written."""

    OPEN = "open"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Carry one published version: its files by name, and who wrote and who approved them.

    approver  None of the first version alone, which takes over the files as they are
    """

    number: int
    hash: str
    files: Mapping[str, str]
    author: str
    approver: str | None
    reason: str
    checked: str
    published_at: datetime
    from_draft: int | None
    impact_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """Say what somebody wants published, on which version it rests, why, and what they checked."""

    based_on: int
    based_on_hash: str
    hash: str
    files: Mapping[str, str]
    author: str
    saved_at: datetime
    reason: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(NewDraft):
    """Carry a draft as it is kept.

    impact_hash  of the report that the approver saw
    folder       where its files are being written
    """

    id: int
    state: DraftState
    impact_hash: str | None
    approver: str | None
    folder: str | None


class Save(NamedTuple):
    """Say who saved a draft, when, and the hash of its files since then."""

    by: str
    at: datetime
    hash: str


def hold_versions(conn: Connection) -> None:
    """Let nobody else publish or save a draft until the transaction ends."""
    alone(conn, CROSSWALK_VERSION)


def add_version(conn: Connection, version: Version) -> None:
    """Write a published version down; the caller holds `crosswalk_version` alone."""
    conn.execute(insert(CROSSWALK_VERSION).values(**asdict(version)))


def newest_version(conn: Connection) -> Version | None:
    """Return the version that was published last."""
    return _version(conn, _VERSIONS.order_by(_VERSION.number.desc()).limit(1))


def newest_number(conn: Connection) -> int | None:
    """Return the number of the version that was published last, without reading its files."""
    found: int | None = conn.scalar(select(func.max(_VERSION.number)))
    return found


def version_numbered(conn: Connection, number: int) -> Version | None:
    """Return the version with a number."""
    return _version(conn, _VERSIONS.where(_VERSION.number == number))


def version_with(conn: Connection, files_hash: str) -> Version | None:
    """Return the newest version whose files have this hash."""
    return _version(conn, _VERSIONS.where(_VERSION.hash == files_hash).order_by(_VERSION.number.desc()).limit(1))


def version_from(conn: Connection, draft: int) -> Version | None:
    """Return the version that a draft became."""
    return _version(conn, _VERSIONS.where(_VERSION.from_draft == draft))


def versions(conn: Connection) -> list[Version]:
    """Return every version, the newest first."""
    return [Version(**row._mapping) for row in conn.execute(_VERSIONS.order_by(_VERSION.number.desc()))]


def add_draft(conn: Connection, new: NewDraft) -> Draft:
    """Write a draft down."""
    statement = insert(CROSSWALK_DRAFT).values(**asdict(new), state=DraftState.OPEN)
    number: int = conn.execute(statement.returning(_DRAFT.id)).scalar_one()
    _keep_save(conn, number, new)
    return _one_draft(conn, number)


def replace_draft(conn: Connection, number: int, new: NewDraft) -> Draft:
    """Put other files in the place of those of a draft; the caller holds `crosswalk_version` alone."""
    conn.execute(CROSSWALK_DRAFT.update().where(_DRAFT.id == number).values(**asdict(new)))
    _keep_save(conn, number, new)
    return _one_draft(conn, number)


def _keep_save(conn: Connection, number: int, new: NewDraft) -> None:
    kept = {"hash": new.hash, "files": new.files, "by": new.author, "at": new.saved_at}
    conn.execute(insert(CROSSWALK_SAVE).values(draft_id=number, **kept))


def saved_files(conn: Connection, number: int, files_hash: str) -> Mapping[str, str] | None:
    """Return the files of a draft as somebody saw them under a hash; None where it was never saved so."""
    save = CROSSWALK_SAVE.c
    query = select(save.files).where(save.draft_id == number, save.hash == files_hash).limit(1)
    found: Mapping[str, str] | None = conn.scalar(query)
    return found


def saves(conn: Connection, number: int) -> list[Save]:
    """Return who saved a draft when, the newest first."""
    save = CROSSWALK_SAVE.c
    query = select(save.by, save.at, save.hash).where(save.draft_id == number).order_by(save.id.desc())
    return [Save(*row) for row in conn.execute(query)]


def draft_numbered(conn: Connection, number: int) -> Draft | None:
    """Return the draft with a number."""
    row = conn.execute(_DRAFTS.where(_DRAFT.id == number)).first()
    return _draft(row._mapping) if row else None


def drafts(conn: Connection, state: DraftState) -> list[Draft]:
    """Return the drafts that stand so, the oldest first."""
    return [_draft(row._mapping) for row in conn.execute(_DRAFTS.where(_DRAFT.state == state).order_by(_DRAFT.id))]


def mark_draft(conn: Connection, number: int, state: DraftState, **values: str | None) -> None:
    """Write down how a draft stands now, with approver, impact_hash and folder where they are given."""
    conn.execute(CROSSWALK_DRAFT.update().where(_DRAFT.id == number).values(state=state, **values))


_VERSIONS = select(*(_VERSION[name] for name in Version.__slots__))
_DRAFTS = select(CROSSWALK_DRAFT)


def _version(conn: Connection, query: Select[Any]) -> Version | None:
    row = conn.execute(query).first()
    return Version(**row._mapping) if row else None


def _one_draft(conn: Connection, number: int) -> Draft:
    return _draft(conn.execute(_DRAFTS.where(_DRAFT.id == number)).one()._mapping)


def _draft(row: Mapping[Any, Any]) -> Draft:
    return Draft(**{**row, "state": DraftState(row["state"])})
