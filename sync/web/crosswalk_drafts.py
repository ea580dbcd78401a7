"""Show drafts of the crosswalk: what differs, what would change; let a second person publish, or discard them."""

import re
from collections.abc import Callable
from typing import Any

from flask import g, redirect, request, url_for

from sync.errors import WrongCall
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_discard import discard, reopen
from sync.jobs.crosswalk_drafts import mistakes_of
from sync.jobs.crosswalk_edits import looked_at, reword
from sync.jobs.crosswalk_impact import Impact
from sync.jobs.crosswalk_publish import publish
from sync.store.crosswalk_versions import Draft, DraftState, drafts, newest_version, saves
from sync.web.crosswalk_looked import Wrong, attempt, is_own, on_of_form, show, words_of_form
from sync.web.shell import Views, service, shell

_PLACE = re.compile(r"crosswalk/(\w+)\.csv:(\d+): ")
_GROUPS = 200


def all_drafts() -> str:
    """Show the drafts, those that wait first."""
    made = service()
    with made.db.read() as conn:
        found = {state: drafts(conn, state) for state in DraftState}
        newest = newest_version(conn)
    waiting = [*found[DraftState.PUBLISHING], *found[DraftState.OPEN]]
    past = sorted([*found[DraftState.PUBLISHED], *found[DraftState.DISCARDED]], key=lambda one: -one.id)
    return show("crosswalk_drafts.html", waiting=waiting, past=past, newest=newest)


def draft(**_: int) -> str:
    """Show a draft; what it would change is worked out where that is asked for."""
    return _draft(impact="impact" in request.args)


def publish_draft(**_: int) -> Any:
    """Publish the draft as a second person who saw its impact."""
    made, seen = service(), request.form.get("impact", "")

    def act() -> Any:
        if made.config is None:
            raise WrongCall("The pages do not know where the files stand", "Publish by `ims-sync crosswalk publish`.")
        version = publish(made, made.config, g.found.id, impact_hash=seen)
        return redirect(url_for("crosswalk_versions", did="published", _anchor=f"version-{version.number}"), 303)

    return attempt(act, lambda wrong: _anew(wrong, impact=True))


def reword_draft(**_: int) -> Any:
    """Keep another reason and another note."""
    return _act(lambda: reword(service(), on_of_form(), words_of_form()), "saved")


def discard_draft(**_: int) -> Any:
    """Discard the draft as the person saw it."""
    return _act(lambda: discard(service(), g.found.id, seen=request.form.get("seen", "")), "discarded")


def reopen_draft(**_: int) -> Any:
    """Let a discarded draft be open again."""
    return _act(lambda: reopen(service(), g.found.id), "reopened")


def _act(act: Callable[[], object], did: str) -> Any:
    def done() -> Any:
        act()
        return redirect(url_for("crosswalk_draft", draft=g.found.id, did=did), 303)

    return attempt(done, _anew)


def _anew(wrong: Wrong, *, impact: bool = False) -> str:
    """Show the draft as it is now, with why something was refused."""
    g.found = looked_at(service(), g.found.id).draft
    return _draft(impact=impact, wrong=wrong)


def _draft(*, impact: bool, wrong: Wrong | None = None) -> str:
    made, one = service(), g.found
    base, mistakes = looked_at(made, one.id).version, mistakes_of(one.files)
    with made.db.read() as conn:
        newest, known = newest_version(conn), saves(conn, one.id)
    old = newest is not None and newest.number != base.number
    told = _impact(one) if impact and not mistakes and one.state is DraftState.OPEN else None
    return show(
        "crosswalk_draft.html", one=one, base=base, sentences=difference(base.files, one.files).sentences,
        mistakes=[(mistake, _place(mistake)) for mistake in mistakes], saves=known, impact=told, wrong=wrong,
        newest=newest, old=old, since=difference(base.files, newest.files).sentences if old and newest else [],
        groups=_GROUPS, is_own=is_own(one), on=looked_at(made, one.id).on,
        reason=request.form.get("reason", one.reason), checked=request.form.get("checked", one.checked),
    )  # fmt: skip


def _impact(one: Draft) -> Impact:
    return shell().impacts.of_files(service(), one.files)


def _place(mistake: str) -> tuple[str, int] | None:
    """Return the table and line of a mistake, by which its form is found."""
    match = _PLACE.match(mistake)
    return (match[1], int(match[2])) if match and match[2] != "1" else None


VIEWS: Views = {
    "crosswalk_drafts": all_drafts, "crosswalk_draft": draft, "publish_draft": publish_draft,
    "reword_draft": reword_draft, "discard_draft": discard_draft, "reopen_draft": reopen_draft,
}  # fmt: skip
