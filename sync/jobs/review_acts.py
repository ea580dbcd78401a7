"""Let a person decide about what is to be looked at: settle, defer, assign, undo, one item or many at once.

Each act names what the person saw. Where that is not so any more nothing is written, and the person hears what
happened meanwhile and gets back what they wrote.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from sync.errors import Overtaken, WrongCall
from sync.jobs.review_answers import answer_of, keep_answers
from sync.jobs.review_filter import Filter, wanted
from sync.jobs.review_rules import Ruling, check_day, check_ruling
from sync.jobs.service import Service
from sync.model import fold
from sync.reconcile.settling import CHOICES
from sync.store import Connection, alone
from sync.store.review_list import ReviewRow, Selected, events_of, facts_of_item, items_named, selected
from sync.store.review_schema import REVIEW_ITEM
from sync.store.review_states import ReviewAct, ReviewEvent, ReviewState, in_force
from sync.store.reviews import (
    NewEvent,
    Seen,
    add_events,
    events_together,
    meanwhile,
    named_once,
    record_review,
    seen_of,
    undo_events,
)

Sees = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Whose:
    """Say who acts, and of which providers they may see the items; None = of all."""

    by: str
    sees: Sees = None


class Target(NamedTuple):
    """Name an item, and the version of it that the person saw."""

    item_id: str
    seen: Seen


def settle(service: Service, target: Target, *, ruling: Ruling, whose: Whose) -> None:
    """Settle one item on the facts that the person saw; raise Overtaken where it changed meanwhile."""

    def act(conn: Connection, row: ReviewRow) -> None:
        _refuse_gone(row)
        check_ruling(row, facts_of_item(conn, row.item_id, row.fingerprint), ruling)
        event = _settlement(service, ruling, whose)
        add_events(conn, [row], event, now=service.now())
        _end(service, conn, [row], event=event)

    _on_one(service, target, act=act, whose=whose, own=ruling.own())


def defer(service: Service, target: Target, *, until: str, reason: str, whose: Whose) -> None:
    """Put an item off until a day (YYYY-MM-DD), on which it is open again; it reopens before if its facts change."""
    check_day(until, service.today)
    event = NewEvent(ReviewAct.DEFER, whose.by, reason=reason, until=until)
    _simply(service, target, event=event, whose=whose)


def assign(service: Service, target: Target, *, to: str, whose: Whose) -> None:
    """Assign an item to an account; blank = to nobody."""
    event = NewEvent(ReviewAct.ASSIGN, whose.by, assignee=to)
    _simply(service, target, event=event, whose=whose)


def undo(service: Service, target: Target, *, whose: Whose) -> None:
    """Take back what was done last and is in force, by a new event; of a bulk act only this item's part.

    An undo can be undone in the same way. Raises WrongCall where nothing is left to take back.
    """

    def act(conn: Connection, row: ReviewRow) -> None:
        left = in_force(events_of(conn, [row.item_id]))
        if not left:
            raise WrongCall(f"{row.item_id}: nothing was done about it that could be taken back")
        event = NewEvent(ReviewAct.UNDO, whose.by)
        undo_events(conn, [(row, left[-1])], event, now=service.now())
        _end(service, conn, [row], event=event)

    _on_one(service, target, act=act, whose=whose, own={})


def selection(service: Service, given: Filter, *, sees: Sees = None) -> Selected:
    """Return how many items a filter selects, and a hash of them as they are: what a bulk act has to name."""
    with service.db.read() as conn:
        return selected(conn, wanted(given, service, sees))[0]


def settle_many(service: Service, given: Filter, saw: Selected, *, ruling: Ruling, whose: Whose) -> str:
    """Settle all that a filter selects, in one transaction; return what the events have in common, for `undo_many`.

    saw  the number and the hash that the person saw; Overtaken where the filter selects anything else now
    """
    with service.db.write() as conn:
        alone(conn, REVIEW_ITEM)
        now, rows = selected(conn, wanted(given, service, whose.sees))
        if now != saw:
            what = f"the filter selects {now.number} items now, not the {saw.number} that were seen"
            raise Overtaken(f"{what}, or they changed: nothing was settled", [], ruling.own())
        for row in rows:
            check_ruling(row, facts_of_item(conn, row.item_id, row.fingerprint), ruling)
        event = replace(_settlement(service, ruling, whose), together=secrets.token_hex(8))
        add_events(conn, rows, event, now=service.now())
        _end(service, conn, rows, event=event)
    return event.together or ""


def undo_many(service: Service, together: str, *, whose: Whose) -> int:
    """Take back a bulk act as one, where nothing was done about its items since; return of how many.

    Raises Overtaken, and takes nothing back, where somebody did anything about one of them meanwhile.
    """
    event = NewEvent(ReviewAct.UNDO, whose.by, together=secrets.token_hex(8))
    with service.db.write() as conn:
        alone(conn, REVIEW_ITEM)
        done = {one.item_id: one for one in events_together(conn, together)}
        rows = items_named(conn, done, service.today.isoformat())
        if not rows or not all(_may_see(row, whose.sees) for row in rows):
            raise WrongCall(f"{together}: no act on several items has this number")
        since = [row.item_id for row in rows if row.last_event != done[row.item_id].id]
        if since:
            raise Overtaken(f"{len(since)} of its items were acted on since: nothing was taken back", since[:5], {})
        undo_events(conn, [(row, done[row.item_id]) for row in rows], event, now=service.now())
        _end(service, conn, rows, event=event)
    return len(rows)


def _settlement(service: Service, ruling: Ruling, whose: Whose) -> NewEvent:
    days = CHOICES[ruling.decision].days
    until = ruling.until or ((service.today + timedelta(days=days)).isoformat() if days else None)
    if ruling.until:
        check_day(ruling.until, service.today)
    return NewEvent(
        ReviewAct.SETTLE, whose.by, decision=ruling.decision, answer=answer_of(ruling.decision, ruling.answer),
        reason=ruling.reason, note=ruling.note or None, until=until,
    )  # fmt: skip


def _simply(service: Service, target: Target, *, event: NewEvent, whose: Whose) -> None:
    def act(conn: Connection, row: ReviewRow) -> None:
        _refuse_gone(row)
        add_events(conn, [row], event, now=service.now())
        _end(service, conn, [row], event=event)

    told = {"reason": event.reason, "until": event.until, "assignee": event.assignee}
    _on_one(service, target, act=act, whose=whose, own={name: text for name, text in told.items() if text})


def _on_one(
    service: Service, target: Target, *, act: Callable[[Connection, ReviewRow], None], whose: Whose, own: dict[str, str]
) -> None:
    """Do an act on an item if it is as the person saw it."""
    with service.db.write() as conn:
        alone(conn, REVIEW_ITEM)
        row = one_seen(conn, target.item_id, service.today.isoformat(), sees=whose.sees)
        if seen_of(row) != target.seen:
            since = meanwhile(conn, row.item_id, target.seen.last_event)
            facts = [] if row.fingerprint == target.seen.fingerprint else ["its facts changed"]
            raise Overtaken(f"{row.item_id} is not as you saw it", [*map(in_words, since), *facts], own)
        act(conn, row)


def _refuse_gone(row: ReviewRow) -> None:
    if row.state is ReviewState.GONE:
        raise WrongCall(f"{row.item_id}: it is found no more, so that nothing is left to decide about it")


def one_seen(conn: Connection, item_id: str, today: str, *, sees: Sees) -> ReviewRow:
    """Return an item; WrongCall where there is none, or none that the person may see: the two are told alike."""
    row = named_once(conn, item_id, today)
    if row is None or not _may_see(row, sees):
        raise WrongCall(f"{item_id}: nothing to review has this id", "Take the id from `ims-sync review list`.")
    return row


def _may_see(row: ReviewRow, sees: Sees) -> bool:
    return sees is None or (row.place != "" and row.place in set(map(fold, sees)))


def in_words(event: ReviewEvent) -> str:
    """Say in a few words who did what when."""
    what = {
        ReviewAct.SETTLE: f"settled it as {event.decision}", ReviewAct.DEFER: f"put it off until {event.until}",
        ReviewAct.ASSIGN: f"assigned it to {event.assignee or 'nobody'}",
        ReviewAct.UNDO: f"took event {event.undoes} back",
    }[event.act]  # fmt: skip
    return f"{event.by} {what} at {event.at:%Y-%m-%d %H:%M} UTC"


def _end(service: Service, conn: Connection, rows: Sequence[ReviewRow], *, event: NewEvent) -> None:
    """Let answers reach the rules, and write the act into the audit trail, which comes last."""
    if event.answer is not None or event.act is ReviewAct.UNDO:
        keep_answers(conn, rows, now=service.now())
    subject = rows[0].item_id if len(rows) == 1 else f"{len(rows)} items"
    record_review(conn, event, subject, facts={"items": len(rows)}, now=service.now())
