"""Let keyers work through the queue: one customer at a time, each entry with what to type where."""

from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.errors import Overtaken, RetypedOtherwise, StoppedToBeSafe, SyncError, WrongCall
from sync.jobs import keying as queue_jobs
from sync.jobs.customer import name_of
from sync.jobs.keyed_word import Said
from sync.jobs.keying_checks import Word
from sync.jobs.keying_shown import held
from sync.jobs.keying_shown import queue as asked_queue
from sync.store.looks import Look, handle_of, note_look
from sync.web.policy import may
from sync.web.shell import Views, account, keyer, service

_REFUSALS = (RetypedOtherwise, Overtaken, WrongCall, StoppedToBeSafe)
_CELLS = ("date", "name", "entry_number", "reason")


def keying() -> str:
    """Show what waits to be keyed."""
    return _queue(nothing=False)


def open_next() -> Any:
    """Open the customer that comes next, or go on with the one that is held."""
    claim = queue_jobs.open_next(service(), keyer())
    return _queue(nothing=True) if claim is None else _to_claim(claim.handle)


def _queue(*, nothing: bool) -> str:
    seen = asked_queue(service(), keyer())
    return render_template(
        "keying.html", seen=seen, may_open=may(account().role, "open_next"), nothing=nothing,
        claim_min=service().settings.keying.claim_min,
    )  # fmt: skip


def claim(handle: str) -> str:
    """Show the customer that is held, the name masked."""
    return _claim(handle, named=False)


def show_name_to_key(handle: str) -> str:
    """Show them with the name, once."""
    return _claim(handle, named=True)


def say(handle: str) -> Any:
    """Take the keyer's word on an entry; what is refused is shown at the entry, with what they wrote."""
    try:
        word = _word()
        queue_jobs.say(service(), keyer(), word, handle=handle)
    except _REFUSALS as wrong:
        return _claim(handle, named=False, wrong=wrong), 400
    return _to_claim(handle)


def _word() -> Word:
    cells = {name: " ".join(request.form.get(name, "").split()) for name in _CELLS}
    said = request.form.get("said", "")
    if said not in set(Said):
        raise WrongCall("it was not said what became of the entry", "Use the buttons of the page.")
    return Word(line_id=request.form.get("line", ""), said=Said(said), **cells)


def take_back(handle: str) -> Any:
    """Take back what was said by a slip."""
    queue_jobs.take_back(service(), keyer(), request.form.get("line", ""), handle=handle)
    return _to_claim(handle)


def give_back(handle: str) -> Any:
    """Give the customer back."""
    queue_jobs.give_back(service(), keyer(), untouched=request.form.get("untouched") == "yes", handle=handle)
    return redirect(url_for("keying"), 303)


def extend(handle: str) -> Any:
    """Begin the time of the claim anew."""
    queue_jobs.extend(service(), keyer(), handle=handle)
    return _to_claim(handle)


def _to_claim(handle: str) -> Any:
    """Go to what is open; its heading takes the focus."""
    return redirect(url_for("claim", handle=handle, _anchor="open"), 303)


def _claim(handle: str, *, named: bool, wrong: SyncError | None = None) -> str:
    """Write down who looks, then show."""
    made, whose = service(), g.claim.customer_id
    note_look(made.db, account().id, Look(account().name, whose, made.now(), "keying", named))
    shown = held(made, keyer(), handle=handle)
    typed = {name: request.form.get(name, "") for name in ("line", "said", *_CELLS)} if wrong else {}
    return render_template(
        "claim.html", handle=handle, shown=shown, customer=handle_of(made.db, whose), typed=typed, wrong=wrong,
        name=name_of(service(), whose) if named else None, fields=getattr(wrong, "fields", []),
    )  # fmt: skip


VIEWS: Views = {
    "keying": keying, "open_next": open_next, "claim": claim, "show_name_to_key": show_name_to_key, "say": say,
    "take_back": take_back, "give_back": give_back, "extend": extend,
}  # fmt: skip
