"""Let a person decide about one thing that is to be looked at: settle, defer, assign, undo.

Each act names what the person saw. Where that is not so any more nothing is written, and the person hears what
happened meanwhile and gets back what they wrote.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sync.errors import Overtaken, WrongCall
from sync.jobs.review_answers import answer_of, keep_answers
from sync.jobs.review_rules import Ruling, check_day, check_ruling
from sync.jobs.service import Service
from sync.model import fold
from sync.reconcile.settling import CHOICES
from sync.store import Connection
from sync.store.review_list import ReviewRow, events_of, facts_of_item
from sync.store.review_states import ReviewAct, ReviewEvent, ReviewState, in_force
from sync.store.reviews import (
    NewEvent,
    Seen,
    add_events,
    hold_reviews,
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
        event = settlement(service, ruling, whose)
        add_events(conn, [row], event, now=service.now())
        end(service, conn, [row], event=event)

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
        end(service, conn, [row], event=event)

    _on_one(service, target, act=act, whose=whose, own={})


def settlement(service: Service, ruling: Ruling, whose: Whose) -> NewEvent:
    """Return what a ruling writes down, with the day on which it comes back."""
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
        end(service, conn, [row], event=event)

    told = {"reason": event.reason, "until": event.until, "assignee": event.assignee}
    _on_one(service, target, act=act, whose=whose, own={name: text for name, text in told.items() if text})


def _on_one(
    service: Service, target: Target, *, act: Callable[[Connection, ReviewRow], None], whose: Whose, own: dict[str, str]
) -> None:
    """Do an act on an item if it is as the person saw it."""
    with service.db.write() as conn:
        hold_reviews(conn)
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
    if row is None or not may_see(row, sees):
        raise WrongCall(f"{item_id}: nothing to review has this id", "Take the id from `ims-sync review list`.")
    return row


def may_see(row: ReviewRow, sees: Sees) -> bool:
    """Tell whether an item is of a provider that the person may see."""
    return sees is None or (row.place != "" and row.place in set(map(fold, sees)))


def in_words(event: ReviewEvent) -> str:
    """Say in a few words who did what when."""
    return f"{event.by} {deed_of(event)} at {event.at:%Y-%m-%d %H:%M} UTC"


def deed_of(event: ReviewEvent) -> str:
    """Say in a few words what somebody did."""
    return {
        ReviewAct.SETTLE: f"settled it as {event.decision}", ReviewAct.DEFER: f"put it off until {event.until}",
        ReviewAct.ASSIGN: f"assigned it to {event.assignee or 'nobody'}",
        ReviewAct.UNDO: f"took event {event.undoes} back",
    }[event.act]  # fmt: skip


def end(service: Service, conn: Connection, rows: Sequence[ReviewRow], *, event: NewEvent) -> None:
    """Let answers reach the rules, and write the act into the audit trail, which comes last."""
    if event.answer is not None or event.act is ReviewAct.UNDO:
        keep_answers(conn, rows, now=service.now())
    subject = rows[0].item_id if len(rows) == 1 else f"{len(rows)} items"
    record_review(conn, event, subject, facts={"items": len(rows)}, now=service.now())
