"""Change what a person looks at, a version or a draft, as they saw it; the first change makes a draft."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sync.crosswalk.texts import Files
from sync.errors import Overtaken, WrongCall
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_drafts import Wish, newest_or_refuse, open_draft, save_draft
from sync.jobs.service import Service
from sync.store.crosswalk_versions import Draft, Version, draft_numbered, saved_files, version_numbered


class Words(NamedTuple):
    """Say why somebody changes something, and what they checked."""

    reason: str
    checked: str


@dataclass(frozen=True, slots=True)
class On:
    """Name the files that a person saw.

    version  the version itself, or the one that the draft rests on
    draft    the draft, and `seen` the hash of its files as they were seen
    """

    version: int
    draft: int | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Carry the files that a person looks at: of the newest version, or of a draft."""

    version: Version
    draft: Draft | None

    @property
    def files(self) -> Files:
        """Return the files themselves."""
        return self.draft.files if self.draft else self.version.files

    @property
    def on(self) -> On:
        """Name them, as they are now."""
        if self.draft:
            return On(self.draft.based_on, self.draft.id, self.draft.hash)
        return On(self.version.number)


def looked_at(service: Service, draft: int | None) -> LookedAt:
    """Return the newest version, or a draft with the version that it rests on; WrongCall where there is none."""
    if draft is None:
        return LookedAt(newest_or_refuse(service), None)
    with service.db.read() as conn:
        found = draft_numbered(conn, draft)
        base = version_numbered(conn, found.based_on) if found else None
    if found is None or base is None:
        raise WrongCall(f"there is no draft {draft}", "Look at the list of drafts.")
    return LookedAt(base, found)


def edit(service: Service, on: On, words: Words, *, make: Callable[[Files], Files]) -> Draft:
    """Change the files that a person saw, and keep them as a draft.

    make  returns the files changed; called once, with the files as they were seen
    Raises Overtaken, with what others did, where they are not as they were seen, and WrongCall where nothing changes.
    """
    files = files_seen(service, on)
    wanted = make(files)
    if wanted == files:
        raise WrongCall("nothing was saved: nothing differs from what is there", "Change something, or leave the form.")
    place = None if on.draft is None else (on.draft, on.seen)
    return save_draft(service, Wish(
        files=wanted, reason=words.reason, checked=words.checked, based_on=on.version, replaces=place,
    ))  # fmt: skip


def reword(service: Service, on: On, words: Words) -> Draft:
    """Keep a draft with another reason and note; whoever does it is its author from then on."""
    files = files_seen(service, on)
    return save_draft(service, Wish(
        files=files, reason=words.reason, checked=words.checked, based_on=on.version,
        replaces=(on.draft or 0, on.seen),
    ))  # fmt: skip


def files_seen(service: Service, on: On) -> Files:
    """Return the files that a person saw; Overtaken where somebody else saved the draft since."""
    with service.db.read() as conn:
        if on.draft is None:
            version = version_numbered(conn, on.version)
            return version.files if version else newest_or_refuse(service).files
        draft = open_draft(conn, on.draft)
        then = saved_files(conn, on.draft, on.seen)
    if draft.hash != on.seen:
        what = f"draft {draft.id} was saved by {draft.author} since you saw it"
        raise Overtaken(what, difference(then, draft.files).sentences if then else [], {})
    return draft.files


def files_then(service: Service, on: On) -> Files | None:
    """Return the files as a person saw them, also where they are others by now; None where that is not known."""
    with service.db.read() as conn:
        if on.draft is not None:
            return saved_files(conn, on.draft, on.seen)
        version = version_numbered(conn, on.version)
    return version.files if version else None
