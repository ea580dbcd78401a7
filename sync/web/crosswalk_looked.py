"""Read from addresses and forms which files of the crosswalk a person looks at, and say what was refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request

from sync.errors import BadConfiguration, CannotWrite, Overtaken, StoppedToBeSafe, SyncError, WrongCall
from sync.jobs.crosswalk_drafts import LONGEST_WORDS
from sync.jobs.crosswalk_edits import LookedAt, On, Words, looked_at
from sync.model import fold
from sync.store.crosswalk_versions import Draft, DraftState, drafts, newest_number
from sync.web.policy import may
from sync.web.shell import account, service
from sync.web.words import CROSSWALK_DONE, CROSSWALK_PAGES, DRAFT_STATES, first_up

REFUSED = (BadConfiguration, CannotWrite, Overtaken, StoppedToBeSafe, WrongCall)
_MOST_DIGITS = 9
_OLD_FORM = "Go back, load the page again, and send the form once more."


@dataclass(frozen=True, slots=True)
class Wrong:
    """Say what was refused; `meanwhile` is what others did, or each mistake by file and line."""

    what: str
    meanwhile: tuple[str, ...] = ()
    advice: str = ""


def wrong_of(refused: SyncError) -> Wrong:
    """Take an error apart as pages show it."""
    if isinstance(refused, BadConfiguration):
        what = "Nothing was done: these files have mistakes"
        return Wrong(what, tuple(refused.mistakes), "Correct them in the draft first.")
    if isinstance(refused, Overtaken):
        told = refused.what.removesuffix("; ".join(["", *refused.meanwhile]))
        return Wrong(f"Nothing was done: {told}", tuple(refused.meanwhile), refused.advice)
    return Wrong(first_up(refused.what), (), refused.advice)


def number_of(text: str) -> int | None:
    """Return a number as addresses and forms hold it; None where there is none."""
    known = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if known else None


def asked_files() -> LookedAt | None:
    """Return what the address asks for, a draft or the newest version; None where nothing was published yet.

    Whoever may not see drafts is told of none.
    """
    made, asked = service(), request.args.get("draft", "")
    if asked and not may(account().role, "crosswalk_draft"):
        abort(404)
    number = number_of(asked)
    if asked and number is None:
        abort(404)
    with made.db.read() as conn:
        newest = newest_number(conn)
    if newest is None:
        return None
    try:
        return looked_at(made, number)
    except WrongCall:
        abort(404)


def on_of_form() -> On:
    """Return which files a person saw when they filled a form in; raise WrongCall where it does not say."""
    version, _, rest = request.form.get("onto", "").partition(":")
    draft, _, seen = rest.partition(":")
    number, drafted = number_of(version), number_of(draft)
    if number is None or (draft and drafted is None):
        raise WrongCall("It is not known which files you saw", _OLD_FORM)
    return On(number, drafted, seen)


def onto(on: On) -> str:
    """Return how a form names files that a person saw."""
    return f"{on.version}:{on.draft or ''}:{on.seen}"


def words_of_form() -> Words:
    """Return the reason and the note of a form."""
    return Words(request.form.get("reason", ""), request.form.get("checked", ""))


def open_drafts() -> list[Draft]:
    """Return the drafts that can be gone on with, to whoever may see them: those that rest on the newest version."""
    if not may(account().role, "crosswalk_draft"):
        return []
    with service().db.read() as conn:
        newest = newest_number(conn)
        return [one for one in drafts(conn, DraftState.OPEN) if one.based_on == newest]


def is_own(draft: Draft) -> bool:
    """Tell whether whoever looks saved a draft last, so that somebody else has to publish it."""
    return fold(account().name) == fold(draft.author)


def show(template: str, **cells: Any) -> str:
    """Show a page of the crosswalk, with the way to the others."""
    role = account().role
    ways = [(name, words) for name, words in CROSSWALK_PAGES.items() if may(role, name)]
    around = {
        "crosswalk_pages": ways, "onto": onto, "state_of": DRAFT_STATES.get, "longest": LONGEST_WORDS, "wrong": None,
        "did": CROSSWALK_DONE.get(request.args.get("did", "")),
    }  # fmt: skip
    return render_template(template, **{**around, **cells})


def attempt(act: Callable[[], Any], again: Callable[[Wrong], str]) -> Any:
    """Do an act; show its page again, with what is wrong, where it was refused."""
    try:
        return act()
    except REFUSED as refused:
        return again(wrong_of(refused)), 409
