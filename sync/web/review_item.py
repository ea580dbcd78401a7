"""Show one thing to look at with all that is known of it, and let a reviewer decide about it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.errors import Overtaken, WrongCall
from sync.explain import Explanation
from sync.jobs.crosswalk_waiting import label_of_item
from sync.jobs.review import Item, explained, item, next_item
from sync.jobs.review_acts import Target, Whose, assign, deed_of, defer, settle, undo
from sync.jobs.review_rules import Ruling
from sync.jobs.review_sides import is_about_people
from sync.model import fold
from sync.reconcile.causes import sentence_of
from sync.store.accounts import Role, all_accounts
from sync.store.looks import Look, handle_of, note_look
from sync.store.review_handles import Stands, handles_of
from sync.store.review_list import ReviewRow
from sync.store.review_states import in_force
from sync.store.reviews import Seen
from sync.web.policy import may
from sync.web.review_facets import shown_cause
from sync.web.review_query import Asked, asked_in_address, read_asked
from sync.web.reviews import listed
from sync.web.shell import Views, account, service
from sync.web.words import DONE, first_up

LONGEST = {"reason": 200, "note": 2_000}
BLANK = dict.fromkeys(("act", "decision", "reason", "note", "answer", "until", "to"), "")
_OLD_FORM = "This form is not of this page: load the page again, and decide once more."


@asked_in_address
def _shown(asked: Asked) -> str:
    return _page(asked, {}, None)


def review(**_: str) -> Any:
    """Show the item; who looks is written down where it is about a customer."""
    return _shown()


def review_explained(**_: str) -> Any:
    """Explain the item in full, from the rows of its customer."""
    told, wrong = None, "It is about nobody who is known as a customer: there is nothing more to explain."
    row = _note(item(service(), g.item_id, sees=account().sees)).row
    try:
        told = explained(service(), row.item_id, sees=account().sees) if row.customer_id else None
    except WrongCall:
        wrong = "Nothing of today's records gives this item any more: the next run will say that it is gone."
    line = told if isinstance(told, Explanation) else told.line if told else None
    mismatch = None if isinstance(told, Explanation) else told
    return render_template(
        "review_explained.html", line=line, mismatch=mismatch, wrong=None if told else wrong,
        handle=_handle(),
    )  # fmt: skip


def settle_review(**_: str) -> Any:
    """Settle the item on what the reviewer saw."""
    cells = _cells("decision", "reason", "note", "answer", "until")
    ruling = Ruling(decision=cells["decision"], reason=cells["reason"], note=cells["note"],
                    answer=cells["answer"] or None, until=cells["until"] or None)  # fmt: skip
    return _do("settle", cells, lambda target, by: settle(service(), target, ruling=ruling, whose=by))


def defer_review(**_: str) -> Any:
    """Put the item off until a day."""
    cells = _cells("until", "reason")

    def act(target: Target, by: Whose) -> None:
        check_reason(cells)
        defer(service(), target, until=cells["until"], reason=cells["reason"], whose=by)

    return _do("defer", cells, act)


def assign_review(**_: str) -> Any:
    """Assign the item to an account, or to nobody."""
    cells = _cells("to")

    def act(target: Target, by: Whose) -> None:
        check_assignee(cells["to"])
        assign(service(), target, to=cells["to"], whose=by)

    return _do("assign", cells, act)


def undo_review(**_: str) -> Any:
    """Take back what was done last."""
    return _do("undo", {}, lambda target, by: undo(service(), target, whose=by))


def whose() -> Whose:
    """Return who acts, and what they may see."""
    return Whose(account().name, account().sees)


def check_reason(cells: Mapping[str, str]) -> None:
    """Raise WrongCall where no reason is given."""
    if not cells["reason"]:
        raise WrongCall("no reason is given", "Say in a few words why, without names or birth dates.")


def check_assignee(name: str) -> None:
    """Raise WrongCall where nobody has an account of this name that can review."""
    if name and name not in assignees(None):
        raise WrongCall("nobody who reviews has this account", "Choose one from the list.")


def assignees(row: ReviewRow | None) -> list[str]:
    """Return the accounts that an item may be assigned to: reviewers who may see it, or any where it is None."""
    return [
        one.name for one in all_accounts(service().db)
        if one.role is Role.REVIEWER and one.disabled_at is None
        and (row is None or one.sees is None or row.place in set(map(fold, one.sees)))
    ]  # fmt: skip


def check_lengths(cells: Mapping[str, str]) -> None:
    """Raise WrongCall where somebody wrote more than is kept."""
    for name, longest in LONGEST.items():
        if len(cells.get(name, "")) > longest:
            raise WrongCall(f"the {name} is longer than {longest} characters", "Say it in fewer words.")


def cells_of_form(*names: str) -> dict[str, str]:
    """Return what was written into a form, without blanks around it."""
    return {name: request.form.get(name, "").strip() for name in names}


_cells = cells_of_form


def _do(name: str, cells: dict[str, str], act: Callable[[Target, Whose], None]) -> Any:
    """Do an act, and go on to the item; where it is refused show the item with why, and with what was written."""
    asked = read_asked(request.args.items(multi=True))
    try:
        seen = Seen.read(request.form.get("seen", ""))
        if seen is None:
            raise WrongCall("what was seen is not known", _OLD_FORM)
        check_lengths(cells)
        act(Target(g.item_id, seen), whose())
    except (Overtaken, WrongCall) as wrong:
        told = _page(asked, {"act": name, **cells}, wrong)
        return told, 409 if isinstance(wrong, Overtaken) else 400
    return redirect(f"{url_for('review', item=_handle())}?{asked.query(page=asked.page, did=name)}", 303)


def _page(asked: Asked, own: Mapping[str, str], wrong: Overtaken | WrongCall | None) -> str:
    """Show the item as it is now.

    own    what the reviewer wrote into the form that was refused
    wrong  why it was
    """
    told, people = _note(item(service(), g.item_id, sees=account().sees)), may(account().role, "customer")
    row, made = told.row, service()
    left = in_force(told.history)
    after = next_item(made, asked.given, row.item_id, sees=account().sees)
    cause = sentence_of(shown_cause(row.cause), told.cause.alone, told.cause.every) if told.cause else None
    return render_template(
        "review.html", told=told, row=row, people=people, asked=asked, own={**BLANK, **own}, blank=BLANK, wrong=wrong,
        cause=cause, label=label_of_item(made, row.cause),
        **_meanwhile(told, wrong), what_is_wrong=_in_words(wrong, row), handle=_handle(),
        related=listed(told.related),
        after=listed([after])[0] if after else None, may_act=may(account().role, "settle_review"),
        deed_of=deed_of, last=left[-1] if left else None, assignees=assignees(row), longest=LONGEST,
        did=DONE.get(request.args.get("did", "")), facts_of=_facts_of, tomorrow=made.today + timedelta(days=1),
        customer=handle_of(made.db, row.customer_id) if people and row.customer_id else None,
        cause_handle=handles_of(made.db, Stands.CAUSE, [row.cause])[row.cause],
        sides=[side for side in told.sides if people or not is_about_people(side.field)],
        changed=[one for one in told.changed if people or not is_about_people(one.fact)],
    )  # fmt: skip


def _note(told: Item) -> Item:
    """Write down that somebody looks at the customer, before anything is shown; no customer is shown to admins."""
    made, who = service(), account()
    if told.row.customer_id and may(who.role, "customer"):
        note_look(made.db, who.id, Look(who.name, told.row.customer_id, made.now(), "review", named=False))
    return told


def _meanwhile(told: Item, wrong: Overtaken | WrongCall | None) -> dict[str, Any]:
    """Return what others did since the reviewer looked, and whether the facts changed, where that is why."""
    saw = Seen.read(request.form.get("seen", "")) if isinstance(wrong, Overtaken) else None
    since = [event for event in told.history if saw and event.id > saw.last_event]
    return {"since": since, "facts_changed": saw is not None and saw.fingerprint != told.seen.fingerprint}


def _in_words(wrong: Overtaken | WrongCall | None, row: ReviewRow) -> str:
    """Say why something was refused, without the id that the page is about."""
    if wrong is None or isinstance(wrong, Overtaken):
        return ""
    return f"{first_up(wrong.what.removeprefix(f'{row.item_id}: '))}. {wrong.advice}"


def _facts_of(name: str) -> str:
    """Return the name of a fact as people read it: of the line, of its row in I-Trac, or of the entry."""
    of, _, field = name.rpartition(".")
    where = {"line": "line", "row": "row in I-Trac", "entry": "entry in iMatchSkills"}.get(of, "")
    return f"{field.replace('_', ' ')}{f' ({where})' if where else ''}"


def _handle() -> str:
    return str((request.view_args or {})["item"])


VIEWS: Views = {
    "review": review, "review_explained": review_explained, "settle_review": settle_review,
    "defer_review": defer_review, "assign_review": assign_review, "undo_review": undo_review,
}  # fmt: skip
