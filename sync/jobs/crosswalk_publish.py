"""Publish what says how is decided: the first version as it is, every later one by a second person."""

from pathlib import Path

from sync.crosswalk.texts import hash_of, read_files
from sync.errors import BadConfiguration, CannotWrite, Overtaken, StoppedToBeSafe, WrongCall
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_drafts import Wish, mistakes_of, open_draft, save_draft, worded
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_settle import Step, no_step, place_of, settle, undo
from sync.jobs.service import Service
from sync.model import fold
from sync.store import Act, Connection, record
from sync.store.crosswalk_versions import (
    Draft,
    DraftState,
    Version,
    add_version,
    draft_numbered,
    drafts,
    hold_versions,
    mark_draft,
    newest_version,
    version_from,
    version_numbered,
)


def adopt(service: Service, config: Path, *, reason: str) -> Version:
    """Take the files over as version 1, as they are, by one person: there is nothing yet to compare them with.

    Raises WrongCall where a version was published before: from then on it takes a draft and a second person.
    """
    why, files = worded(reason, "reason"), read_files(config)
    if mistakes := mistakes_of(files):
        raise BadConfiguration(mistakes)
    first = Version(
        number=1, hash=hash_of(files), files=files, author=service.actor, approver=None, reason=why,
        checked="taken over as it was", published_at=service.now(), from_draft=None, impact_hash=None,
    )  # fmt: skip
    with service.db.write() as conn:
        hold_versions(conn)
        if newest := newest_version(conn):
            what = f"version {newest.number} was published already"
            raise WrongCall(what, "Save a draft, and let a second person publish it: `ims-sync crosswalk draft`.")
        add_version(conn, first)
        act = Act(service.actor, "crosswalk adopted", "crosswalk version 1", {"hash": first.hash})
        record(conn, act, service.now())
    return first


def publish(service: Service, config: Path, number: int, *, impact_hash: str, step: Step = no_step) -> Version:
    """Publish a draft as a second person who saw its impact: check it, write the files, write the version down.

    step  told before each step, by its name; whatever ends it there, the next start finishes it or nothing was begun
    Raises WrongCall for its own author, BadConfiguration for mistakes, and Overtaken, with what differs, where the
    files, the published version or the impact are not what the draft and the person rest on.
    """
    with service.db.read() as conn:
        draft = open_draft(conn, number)
    _refuse_author(service, draft)
    if mistakes := mistakes_of(draft.files):
        raise BadConfiguration(mistakes)
    _refuse_changed_files(service, config, draft)
    _refuse_other_impact(service, draft, impact_hash)
    step("begin")
    _begin(service, config, draft, impact_hash=impact_hash)
    step("begun")
    version = _settled(service, config, draft, step=step) or _by_others(service, draft)
    if version is None:
        raise Overtaken("somebody else changed the files meanwhile; nothing was published", [], {})
    return version


def rollback(service: Service, number: int, *, reason: str, checked: str) -> Draft:
    """Save a draft with the files of an older version; it goes the road of every draft."""
    with service.db.read() as conn:
        older = version_numbered(conn, number)
    if older is None:
        raise WrongCall(f"there is no version {number}", "`ims-sync crosswalk versions` lists all.")
    return save_draft(service, Wish(files=older.files, reason=reason, checked=checked))


def _refuse_author(service: Service, draft: Draft) -> None:
    if fold(service.actor) == fold(draft.author):
        what = f"draft {draft.id} is your own, and publishing it takes a second person"
        raise WrongCall(what, "Let somebody else look at its impact and publish it.")


def _refuse_changed_files(service: Service, config: Path, draft: Draft) -> None:
    """Raise Overtaken where the files are neither those of the version that the draft began from nor its own."""
    with service.db.read() as conn:
        base = version_numbered(conn, draft.based_on)
    files = read_files(config)
    if base and hash_of(files) not in {base.hash, draft.hash}:
        what = f"the files are not those of version {base.number}, from which draft {draft.id} began"
        raise Overtaken(what, difference(base.files, files).sentences, {})


def _refuse_other_impact(service: Service, draft: Draft, seen: str) -> None:
    if impact(service, draft.files).hash == seen:
        return
    with service.db.read() as conn:
        _refuse_newer(conn, draft)
    raise Overtaken("the impact is not the one that you saw", [], {"impact": seen})


def _begin(service: Service, config: Path, draft: Draft, *, impact_hash: str) -> None:
    """Keep the approval, before any file is touched."""
    with service.db.write() as conn:
        hold_versions(conn)
        there = open_draft(conn, draft.id)
        if there.hash != draft.hash:
            what = f"draft {draft.id} was saved by {there.author} meanwhile; from what you saw to theirs"
            raise Overtaken(what, difference(draft.files, there.files).sentences, {})
        if others := drafts(conn, DraftState.PUBLISHING):
            what = f"draft {others[0].id} is being published"
            raise StoppedToBeSafe(what, "Any command such as `ims-sync crosswalk versions` there finishes it.")
        _refuse_newer(conn, draft)
        said = {"approver": service.actor, "impact_hash": impact_hash, "folder": place_of(config)}
        mark_draft(conn, draft.id, DraftState.PUBLISHING, **said)


def _refuse_newer(conn: Connection, draft: Draft) -> None:
    newest, base = newest_version(conn), version_numbered(conn, draft.based_on)
    if newest and base and newest.number != base.number:
        what = f"version {newest.number} was published since draft {draft.id} began from version {base.number}"
        raise Overtaken(what, difference(base.files, newest.files).sentences, {})


def _settled(service: Service, config: Path, draft: Draft, *, step: Step) -> Version | None:
    """Write files and version; where no file could be touched, nothing stays begun."""
    try:
        return settle(service.db, config, service.now(), step=step)
    except CannotWrite:
        _take_back(service, config, draft)
        raise


def _by_others(service: Service, draft: Draft) -> Version | None:
    """Return the version that a draft became where another command finished what was begun here."""
    with service.db.read() as conn:
        return version_from(conn, draft.id)


def _take_back(service: Service, config: Path, draft: Draft) -> None:
    """Let nothing stay begun, unless another command finished it, or some of the files are written."""
    with service.db.write() as conn:
        hold_versions(conn)
        begun, base = draft_numbered(conn, draft.id), version_numbered(conn, draft.based_on)
        whole = _hash_in_use(config) in {draft.hash, base.hash if base else draft.hash}
        if begun and begun.state is DraftState.PUBLISHING and whole:
            undo(conn, begun, service.now(), strange=[])


def _hash_in_use(config: Path) -> str | None:
    """Return the hash of the files; None where they cannot be read."""
    try:
        return hash_of(read_files(config))
    except BadConfiguration:
        return None
