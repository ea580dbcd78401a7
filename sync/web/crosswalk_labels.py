"""Show the labels in our own rows that nothing knows, say what an alias would clear, and put one into a draft."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for

from sync.errors import WrongCall
from sync.jobs.crosswalk_labels import WORKED_OUT, Clears, clears, labels, propose
from sync.jobs.crosswalk_put import Said
from sync.web.crosswalk_looked import Wrong, asked_files, attempt, on_of_form, open_drafts, show, words_of_form
from sync.web.shell import Views, service

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Tried:
    """Carry what somebody asked about one label, and the answer where there is one."""

    key: str
    stands_for: str
    everywhere: bool
    clears: Clears | None = None


def shown() -> str:
    """Show the labels; what the first suggestions clear is worked out where that is asked for."""
    return _page(None, work_out=WORKED_OUT if "work" in request.args else 0)


def put() -> Any:
    """Say what an alias would clear, or put it into a draft, by the button that was used."""
    asked = _asked()

    def act() -> Any:
        if request.form.get("act") == "try":
            _, cleared = clears(service(), asked.key, asked.stands_for, everywhere=asked.everywhere)
            return _page(None, tried=Tried(asked.key, asked.stands_for, asked.everywhere, cleared))
        if request.form.get("act") != "put":
            raise WrongCall("It was not said what becomes of the label", "Use one of the buttons.")
        words = words_of_form()
        said = Said(words.reason, words.checked, on_of_form())
        draft = propose(service(), asked.key, asked.stands_for, said=said, everywhere=asked.everywhere)
        return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)

    return attempt(act, lambda wrong: _page(wrong, tried=asked))


def _asked() -> Tried:
    """Read the form: what was typed goes before what was chosen."""
    form = request.form
    stands_for = form.get("other", "").strip() or form.get("stands_for", "")
    return Tried(form.get("key", ""), stands_for, "everywhere" in form)


def _page(wrong: Wrong | None, *, work_out: int = 0, tried: Tried | None = None) -> str:
    found = asked_files()
    told = labels(service(), work_out=work_out) if found else None
    return show(
        "crosswalk_labels.html", found=found, told=told, every=told.found[:_SHOWN] if told else [], wrong=wrong,
        tried=tried, work_out=work_out, drafts=open_drafts(), reason=request.form.get("reason", ""),
        checked=request.form.get("checked", ""), most=WORKED_OUT,
    )  # fmt: skip


VIEWS: Views = {"crosswalk_labels": shown, "put_alias": put}
