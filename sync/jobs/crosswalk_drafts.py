"""Keep drafts of the crosswalk and its settings: saved, checked, and never over somebody else's work."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sync.crosswalk.texts import Files, hash_of, laid
from sync.errors import BadConfiguration, Overtaken, WrongCall
from sync.jobs.crosswalk_diff import difference
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.service import Service
from sync.store import Act, Connection, record
from sync.store.crosswalk_versions import (
    Draft,
    DraftState,
    NewDraft,
    Version,
    add_draft,
    draft_numbered,
    hold_versions,
    newest_version,
    replace_draft,
    version_numbered,
)

LONGEST_WORDS = 500
_ADOPT = "Take over the files as they are first: `ims-sync crosswalk adopt --reason TEXT`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Say what a person wants published.

    checked   what they looked at, in words
    based_on  the number of the version that they began from; None = the newest
    replaces  the draft that these files take the place of, and the hash of its files as the person saw them
    """

    files: Files
    reason: str
    checked: str
    based_on: int | None = None
    replaces: tuple[int, str] | None = None


def save_draft(service: Service, wish: Wish) -> Draft:
    """Keep a draft; files with mistakes can be kept too, but not be published.

    Raises Overtaken, with what differs, where another version was published since, or somebody else saved the draft.
    """
    reason, checked = worded(wish.reason, "reason"), worded(wish.checked, "note on what was checked")
    with service.db.write() as conn:
        hold_versions(conn)
        base = _base(conn, wish)
        new = NewDraft(
            based_on=base.number, based_on_hash=base.hash, hash=hash_of(wish.files), files=dict(wish.files),
            author=service.actor, saved_at=service.now(), reason=reason, checked=checked,
        )  # fmt: skip
        saved = add_draft(conn, new) if wish.replaces is None else _replaced(conn, wish, new)
        facts = {"based_on": base.number, "hash": saved.hash}
        record(conn, Act(service.actor, "crosswalk draft saved", f"crosswalk draft {saved.id}", facts), service.now())
    return saved


def newest_or_refuse(service: Service) -> Version:
    """Return the version that was published last; WrongCall where there is none."""
    with service.db.read() as conn:
        return _newest(conn)


def _newest(conn: Connection) -> Version:
    newest = newest_version(conn)
    if newest is None:
        raise WrongCall("no version of the crosswalk was published yet", _ADOPT)
    return newest


def _base(conn: Connection, wish: Wish) -> Version:
    newest = _newest(conn)
    if wish.based_on is None or wish.based_on == newest.number:
        return newest
    began = version_numbered(conn, wish.based_on)
    if began is None:
        raise WrongCall(f"there is no version {wish.based_on}", "`ims-sync crosswalk versions` lists all.")
    what = f"version {newest.number} was published since you began from version {began.number}"
    raise Overtaken(what, difference(began.files, newest.files).sentences, _own(wish))


def _replaced(conn: Connection, wish: Wish, new: NewDraft) -> Draft:
    number, seen = wish.replaces or (0, "")
    there = open_draft(conn, number)
    if there.hash != seen:
        what = f"draft {number} was saved by {there.author} since you saw it; from yours to theirs"
        raise Overtaken(what, difference(wish.files, there.files).sentences, _own(wish))
    return replace_draft(conn, number, new)


def _own(wish: Wish) -> dict[str, str]:
    return {"reason": wish.reason, "note": wish.checked}


def open_draft(conn: Connection, number: int) -> Draft:
    """Return a draft that was not published; WrongCall where there is none."""
    found = draft_numbered(conn, number)
    if found is None:
        raise WrongCall(f"there is no draft {number}", "`ims-sync crosswalk versions` lists versions and drafts.")
    if found.state is not DraftState.OPEN:
        stands = "being published" if found.state is DraftState.PUBLISHING else found.state
        raise WrongCall(f"draft {number} is {stands}", "`ims-sync crosswalk versions` lists versions and drafts.")
    return found


def configuration_of(files: Files) -> Configuration:
    """Read what files say; BadConfiguration names every mistake by file and line, as they are called in config/."""
    with laid(files) as folder:
        try:
            return read_configuration(folder)
        except BadConfiguration as wrong:
            raise BadConfiguration([mistake.replace(f"{folder}/", "") for mistake in wrong.mistakes]) from None


def mistakes_of(files: Files) -> list[str]:
    """Return every mistake in files, by file and line."""
    try:
        configuration_of(files)
    except BadConfiguration as wrong:
        return wrong.mistakes
    return []


def configured_by(service: Service, files: Files) -> Service:
    """Return the service as it decides by other files; its headings stay."""
    read = configuration_of(files)
    return replace(service, configuration=replace(read, headings=service.configuration.headings))


def worded(text: str, what: str) -> str:
    """Return what a person wrote, in single blanks; WrongCall where it is missing or too long."""
    words = " ".join(text.split())
    if not words or len(words) > LONGEST_WORDS:
        raise WrongCall(
            f"nothing was done: the {what} is missing or too long",
            f"Give it in up to {LONGEST_WORDS} characters, without names.",
        )
    return words


def listed(sentences: Iterable[str], shown: int = 10) -> str:
    """Return the first sentences as one text, and how many more there are."""
    told = list(sentences)
    more = [f"and {len(told) - shown} more"] if len(told) > shown else []
    return "; ".join([*told[:shown], *more])
