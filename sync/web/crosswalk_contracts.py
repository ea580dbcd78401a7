"""Show which provider may enter what by contract, what enforcing it flags, and let admins put rows into a draft."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import redirect, request, url_for

from sync.errors import WrongCall
from sync.jobs.crosswalk_contracts import Contracts, contracts, propose_contracts
from sync.jobs.crosswalk_put import Said
from sync.model import fold
from sync.web.crosswalk_looked import (
    Wrong,
    asked_files,
    attempt,
    on_of_form,
    open_drafts,
    show,
    words_of_form,
    wrong_of,
)
from sync.web.policy import may
from sync.web.shell import Views, account, service

_SHOWN = 300


def shown() -> tuple[str, int] | str:
    """Show the contracts of a day; what enforcing them flags is worked out where that is asked for."""
    try:
        day = _day(request.args.get("on", "").strip())
    except WrongCall as refused:
        return _page(wrong_of(refused)), 400
    return _page(None, on=day, flags="flags" in request.args)


def put() -> Any:
    """Put rows for what was ticked into a draft."""
    words = words_of_form()

    def act() -> Any:
        said = Said(words.reason, words.checked, on_of_form())
        draft = propose_contracts(service(), request.form.getlist("key"), said)
        return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)

    return attempt(act, _page)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongCall("The day is no date", "Give it as YYYY-MM-DD.") from None


def _page(wrong: Wrong | None, *, on: date | None = None, flags: bool = False) -> str:
    found = asked_files()
    told = _visible(contracts(service(), on=on, flags=flags)) if found else None
    return show(
        "crosswalk_contracts.html", found=found, told=told, wrong=wrong, flags=flags, shown=_SHOWN,
        asked_on=request.args.get("on", ""), drafts=open_drafts(), can_put=may(account().role, "put_contracts"),
        ticked=request.form.getlist("key"), reason=request.form.get("reason", ""),
        checked=request.form.get("checked", ""),
    )  # fmt: skip


def _visible(told: Contracts) -> Contracts:
    """Leave out what is counted of providers that the account may not see (none named = all may be seen)."""
    own = set(map(fold, account().providers))
    if not own:
        return told
    flags = told.flags and [one for one in told.flags if fold(one.provider) in own]
    return replace(told, flags=flags, entered=[one for one in told.entered if fold(one.provider) in own])


VIEWS: Views = {"crosswalk_contracts": shown, "put_contracts": put}
