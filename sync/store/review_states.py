"""Work out how an item stands: from what people did about it, from its facts, and from the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, false, literal

from sync.store.review_schema import REVIEW_ITEM

_ITEM = REVIEW_ITEM.c


class ReviewState(StrEnum):
    """How an item stands; open and reopened ones need a person."""

    OPEN = "open"
    REOPENED = "reopened"
    DEFERRED = "deferred"
    SETTLED = "settled"
    GONE = "gone"


class ReviewAct(StrEnum):
    """What a person can do about an item."""

    SETTLE = "settle"
    DEFER = "defer"
    ASSIGN = "assign"
    UNDO = "undo"


NEEDS_A_PERSON = (ReviewState.OPEN, ReviewState.REOPENED)


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """Carry one act of a person about one item; nothing of it ever changes.

    until        the day on which the item comes back, YYYY-MM-DD
    fingerprint  stands for the facts that the person saw
    undoes       the number of the event that this one takes back
    together     what the events of one bulk act have in common
    """

    id: int
    item_id: str
    act: ReviewAct
    at: datetime
    by: str
    decision: str | None
    answer: str | None
    reason: str | None
    note: str | None
    until: str | None
    assignee: str | None
    fingerprint: str
    undoes: int | None
    together: str | None


class Stand(NamedTuple):
    """Say what is in force of all that was done about an item."""

    act: str
    fingerprint: str | None
    until: str | None
    assigned: str | None


def in_force(events: Sequence[ReviewEvent]) -> list[ReviewEvent]:
    """Return the events that no undo in force takes back, in their order; an undo can itself be undone."""
    dead: set[int] = set()
    kept = []
    for event in sorted(events, key=lambda one: one.id, reverse=True):
        if event.id in dead:
            continue
        if event.undoes is not None:
            dead.add(event.undoes)
        kept.append(event)
    return kept[::-1]


def stand_of(events: Sequence[ReviewEvent]) -> Stand:
    """Return what is in force: the last settlement or deferral, and the last assignment."""
    stand = Stand("", None, None, None)
    for event in in_force(events):
        if event.act in {ReviewAct.SETTLE, ReviewAct.DEFER}:
            stand = Stand(str(event.act), event.fingerprint, event.until, stand.assigned)
        elif event.act is ReviewAct.ASSIGN:
            stand = stand._replace(assigned=event.assignee or None)
    return stand


def state_of(stand: Stand, fingerprint: str, today: str, *, gone: bool) -> ReviewState:
    """Return how an item stands on a day.

    A settlement or deferral holds until the day on which it ends, and only for the facts it was made on.
    """
    if gone:
        return ReviewState.GONE
    if not stand.act:
        return ReviewState.OPEN
    ended = stand.until is not None and stand.until <= today
    if stand.fingerprint != fingerprint or (ended and stand.act == ReviewAct.SETTLE):
        return ReviewState.REOPENED
    if ended:
        return ReviewState.OPEN
    return ReviewState.SETTLED if stand.act == ReviewAct.SETTLE else ReviewState.DEFERRED


def state_column(today: str, *, there: bool = False) -> ColumnElement[str]:
    """Return the same as SQL, over the columns of `review_item` in which the stand is kept.

    there  only items are asked that are not gone: all that is looked at then stands in the indexes
    """
    ended = _ITEM.act_until.is_not(None) & (_ITEM.act_until <= today)
    settled = _ITEM.act == literal(str(ReviewAct.SETTLE))
    gone = [] if there else [(_ITEM.gone_at.is_not(None), literal(str(ReviewState.GONE)))]
    return case(
        *gone,
        (_ITEM.act == literal(""), literal(str(ReviewState.OPEN))),
        ((_ITEM.changed != false()) | (ended & settled), literal(str(ReviewState.REOPENED))),
        (ended, literal(str(ReviewState.OPEN))),
        (settled, literal(str(ReviewState.SETTLED))),
        else_=literal(str(ReviewState.DEFERRED)),
    )
