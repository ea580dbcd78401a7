"""Finish, or undo, the publishing of a version: the database says what was approved, the files follow.

Seven files cannot be exchanged at one instant. So the approval is kept first, with the folder; then every file is
written whole and put in its place; then the version is written down. Whoever starts next finishes what was cut off
before it reads the files.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sync.crosswalk.texts import NAMES, bytes_of, clear, put_in_place
from sync.store import Act, Connection, Database, record
from sync.store.crosswalk_versions import (
    Draft,
    DraftState,
    Version,
    add_version,
    drafts,
    hold_versions,
    mark_draft,
    newest_version,
    version_numbered,
)

Step = Callable[[str], None]


def no_step(_step: str) -> None:
    """Do nothing at a step."""


def settle(db: Database, config: Path, now: datetime, *, step: Step = no_step) -> Version | None:
    """Finish the publishing that was begun in this folder; None where there is none, or it had to be undone.

    It is undone where a file is neither as it was nor as it is to be: somebody else wrote there, and nothing of
    theirs is overwritten. Others that settle wait until this ends. Raises CannotWrite.
    """
    if _begun(db, config) is None:
        return None
    with db.write() as conn:
        hold_versions(conn)
        draft = _of_folder(conn, config)
        if draft is None:
            return None
        if names := _strange(conn, draft, config) or put_in_place(draft.files, config, step=step):
            clear(config)
            undo(conn, draft, now, strange=names)
            return None
        version = _published(conn, draft, now)
        step("written down")
        return version


def undo(conn: Connection, draft: Draft, now: datetime, *, strange: list[str]) -> None:
    """Let a draft be open again whose publishing was begun.

    strange  the files in which somebody else wrote
    """
    mark_draft(conn, draft.id, DraftState.OPEN, approver=None, impact_hash=None, folder=None)
    facts = {"files": strange}
    record(conn, Act(draft.approver or "", "crosswalk publishing undone", f"crosswalk draft {draft.id}", facts), now)


def place_of(config: Path) -> str:
    """Return what stands for the folder of a configuration."""
    return str(config.resolve())


def _begun(db: Database, config: Path) -> Draft | None:
    with db.read() as conn:
        return _of_folder(conn, config)


def _of_folder(conn: Connection, config: Path) -> Draft | None:
    begun = drafts(conn, DraftState.PUBLISHING)
    return next((draft for draft in begun if draft.folder == place_of(config)), None)


def _strange(conn: Connection, draft: Draft, config: Path) -> list[str]:
    """Return the files that are neither as they were nor as they are to be."""
    base = version_numbered(conn, draft.based_on)
    known = [files for files in (base.files if base else None, draft.files) if files]
    return [name for name in NAMES if bytes_of(config / name) not in {files[name].encode() for files in known}]


def _published(conn: Connection, draft: Draft, now: datetime) -> Version:
    newest = newest_version(conn)
    version = Version(
        number=newest.number + 1 if newest else 1, hash=draft.hash, files=draft.files, author=draft.author,
        approver=draft.approver, reason=draft.reason, checked=draft.checked, published_at=now, from_draft=draft.id,
        impact_hash=draft.impact_hash,
    )  # fmt: skip
    add_version(conn, version)
    mark_draft(conn, draft.id, DraftState.PUBLISHED)
    facts = {"author": draft.author, "draft": draft.id, "hash": draft.hash, "impact": draft.impact_hash}
    act = Act(draft.approver or "", "crosswalk published", f"crosswalk version {version.number}", facts)
    record(conn, act, now)
    return version
