"""Let a reviewer decide about many things at once: what they chose one by one, or all that the filter selects."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.errors import Overtaken, WrongCall
from sync.jobs.review_acts import Whose, deed_of
from sync.jobs.review_rules import Ruling
from sync.jobs.review_together import Delay, Done, Together, assign_many, defer_many, settle_many, together, undo_many
from sync.store.review_list import Selected
from sync.web.policy import may
from sync.web.review_facets import wanted_in_words
from sync.web.review_item import (
    BLANK,
    LONGEST,
    assignees,
    cells_of_form,
    check_assignee,
    check_lengths,
    check_reason,
    whose,
)
from sync.web.review_query import Asked, asked_in_address, read_query, refused
from sync.web.shell import Views, account, service
from sync.web.words import first_up

Act = Callable[[Selected, Whose], str]


@asked_in_address
def review_together(asked: Asked) -> Any:
    """Show how many are selected, and what may be decided about all of them."""
    return _page(asked, {}, None)


def act_together() -> Any:
    """Settle, put off or assign all that the reviewer saw selected; nothing where anything else is selected now."""
    cells = cells_of_form("act", "decision", "reason", "note", "until", "to", "query", "number", "hash")
    try:
        asked = read_query(cells["query"])
    except WrongCall as wrong:
        return refused(wrong)
    try:
        check_lengths(cells)
        common = _act(asked, cells)(_seen(cells), whose())
    except (Overtaken, WrongCall) as wrong:
        return _page(asked, cells, wrong), 409 if isinstance(wrong, Overtaken) else 400
    return redirect(f"{url_for('done_together', common=common)}?{_list_of(asked)}", 303)


def done_together(**_: str) -> Any:
    """Show what was done about many at once, and let it be taken back as one."""
    return _done()


def undo_together(common: str) -> Any:
    """Take all of it back, where nothing was done about any of it since."""
    try:
        undo_many(service(), common, whose=whose())
    except Overtaken:
        return redirect(f"{url_for('done_together', common=common)}?did=undo-refused", 303)
    return redirect(f"{url_for('done_together', common=common)}?did=undo", 303)


@asked_in_address
def _done(asked: Asked) -> str:
    done: Done = g.done
    return render_template(
        "reviews_done.html", done=done, deed=deed_of(done.first), asked=asked, did=request.args.get("did", ""),
        common=done.first.together, may_act=may(account().role, "undo_together"),
        people=may(account().role, "customer"),
    )  # fmt: skip


def _act(asked: Asked, cells: Mapping[str, str]) -> Act:
    """Return what the form asks for."""
    made, given = service(), asked.given
    if cells["act"] != "assign":
        check_reason(cells)
    if cells["act"] == "settle":
        ruling = Ruling(decision=cells["decision"], reason=cells["reason"], note=cells["note"],
                        until=cells["until"] or None)  # fmt: skip
        return lambda saw, by: settle_many(made, given, saw, ruling=ruling, whose=by)
    if cells["act"] == "defer":
        delay = Delay(cells["until"], cells["reason"])
        return lambda saw, by: defer_many(made, given, saw, delay=delay, whose=by)
    check_assignee(cells["to"])
    return lambda saw, by: assign_many(made, given, saw, to=cells["to"], whose=by)


def _seen(cells: Mapping[str, str]) -> Selected:
    """Return what the reviewer saw selected; a form that does not tell saw nothing."""
    number = cells["number"]
    return Selected(int(number) if number.isascii() and number.isdigit() else 0, cells["hash"])


def _page(asked: Asked, own: Mapping[str, str], wrong: Overtaken | WrongCall | None) -> str:
    told: Together = together(service(), asked.given, sees=account().sees)
    listed = request.args.get("listed", "")
    return render_template(
        "reviews_together.html", told=told, asked=asked, own={**BLANK, **own}, blank=BLANK, wrong=wrong,
        back=_list_of(asked),
        wanted=wanted_in_words(asked), assignees=assignees(None), longest=LONGEST,
        tomorrow=service().today + timedelta(days=1),
        listed=listed if listed and listed != str(told.selected.number) else None,
        what_is_wrong=_in_words(wrong),
    )  # fmt: skip


def _in_words(wrong: Overtaken | WrongCall | None) -> str:
    """Say why nothing was written, without the id of the item at which it was found."""
    if wrong is None:
        return ""
    what = wrong.what.rpartition(": ")[2] if isinstance(wrong, WrongCall) else str(wrong.args[0])
    return f"{first_up(what)}. {'' if isinstance(wrong, Overtaken) else wrong.advice}"


def _list_of(asked: Asked) -> str:
    """Return the query string of the list from which some were chosen."""
    return asked.without(*(pair for pair in asked.pairs if pair[0] == "item"))


VIEWS: Views = {
    "review_together": review_together, "act_together": act_together, "done_together": done_together,
    "undo_together": undo_together,
}  # fmt: skip
