"""Show what staff answers again and again as rows that the crosswalk could have, and put one into a draft."""

from typing import Any

from flask import redirect, request, url_for

from sync.errors import WrongCall
from sync.jobs.crosswalk_proposed import LEAST, proposals, propose
from sync.jobs.crosswalk_put import Said
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
from sync.web.shell import Views, service


def shown() -> str:
    """Show the proposals."""
    return _page(None)


def put() -> Any:
    """Put one into a draft."""
    words = words_of_form()

    def act() -> Any:
        said = Said(words.reason, words.checked, on_of_form())
        draft = propose(service(), request.form.get("key", ""), said)
        return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)

    return attempt(act, _page)


def _page(wrong: Wrong | None) -> str:
    found = asked_files()
    try:
        every = proposals(service()) if found else []
    except WrongCall as refused:
        every, wrong = [], wrong or wrong_of(refused)
    return show(
        "crosswalk_proposed.html", found=found, every=every, wrong=wrong, least=LEAST, drafts=open_drafts(),
        asked=request.form.get("key", ""), reason=request.form.get("reason", ""),
        checked=request.form.get("checked", ""),
    )  # fmt: skip


VIEWS: Views = {"crosswalk_proposed": shown, "put_proposal": put}
