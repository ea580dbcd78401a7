"""Let a person decide about many things at once: all that a filter selects, in one transaction, and undone as one.

Each act names how many were seen, and a hash over them as they were. Where the filter selects anything else by now
nothing is written.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sync.errors import Overtaken, WrongCall
from sync.jobs.review_acts import Sees, Whose, end, may_see, settlement
from sync.jobs.review_filter import Filter, wanted
from sync.jobs.review_rules import Ruling, allowed, check_day, check_ruling
from sync.jobs.service import Service
from sync.reconcile.settling import CHOICES, Choice
from sync.store import Connection
from sync.store.review_list import ReviewRow, Selected, facts_of_items, items_named, selected
from sync.store.review_states import ReviewAct, ReviewEvent, ReviewState
from sync.store.reviews import NewEvent, add_events, events_together, hold_reviews, undo_events

_FACTS_AT_ONCE = 1_000
Check = Callable[[Connection, Sequence[ReviewRow]], None]


@dataclass(frozen=True, slots=True)
class Together:
    """Carry what a person has to know of many items before they decide about all of them.

    selected  how many, and what stands for them as they are
    by_kind   how many of each severity and kind (of a flag its reason), most first
    cents     their money
    choices   what may be decided about every one of them
    """

    selected: Selected
    by_kind: Sequence[tuple[str, str, int]]
    cents: int
    choices: tuple[Choice, ...]


class Delay(NamedTuple):
    """Say until when (YYYY-MM-DD) something is put off, and why."""

    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """Carry what was done about many items at once.

    first  one of the acts; all of them say the same
    left   on how many of the items it still is the last act, so that it can be taken back as one
    """

    first: ReviewEvent
    number: int
    left: int


def together(service: Service, given: Filter, *, sees: Sees = None) -> Together:
    """Return what a filter selects, as one thing to decide about."""
    with service.db.read() as conn:
        chosen, rows = selected(conn, wanted(given, service, sees))
        # Answers rest on facts that take long to read of many: where there are so many, none is offered.
        facts = facts_of_items(conn, rows) if len(rows) <= _FACTS_AT_ONCE else {}
    counted = Counter((row.severity, row.reason or row.kind) for row in rows)
    by_kind = [(severity, kind, number) for (severity, kind), number in counted.most_common()]
    return Together(chosen, by_kind, sum(row.cents or 0 for row in rows), _choices(rows, facts))


def selection(service: Service, given: Filter, *, sees: Sees = None) -> Selected:
    """Return how many items a filter selects, and a hash of them as they are: what a bulk act has to name."""
    with service.db.read() as conn:
        return selected(conn, wanted(given, service, sees))[0]


def settle_many(service: Service, given: Filter, saw: Selected, *, ruling: Ruling, whose: Whose) -> str:
    """Settle all that a filter selects, in one transaction; return what the events have in common, for `undo_many`.

    saw  the number and the hash that the person saw; Overtaken where the filter selects anything else now
    """
    if ruling.decision not in CHOICES:
        raise WrongCall("this cannot be decided", f"Choose one of: {', '.join(CHOICES)}.")

    def check(conn: Connection, rows: Sequence[ReviewRow]) -> None:
        facts = facts_of_items(conn, rows)
        for row in rows:
            check_ruling(row, facts[row.item_id], ruling)

    seen = _Seen(given, saw, check, ruling.own())
    return _on_many(service, seen, settlement(service, ruling, whose), whose=whose)


def defer_many(service: Service, given: Filter, saw: Selected, *, delay: Delay, whose: Whose) -> str:
    """Put off all that a filter selects; as `settle_many`."""
    check_day(delay.until, service.today)
    event = NewEvent(ReviewAct.DEFER, whose.by, reason=delay.reason, until=delay.until)
    seen = _Seen(given, saw, _anything, delay._asdict())
    return _on_many(service, seen, event, whose=whose)


def assign_many(service: Service, given: Filter, saw: Selected, *, to: str, whose: Whose) -> str:
    """Assign all that a filter selects to an account, blank = to nobody; as `settle_many`."""
    event = NewEvent(ReviewAct.ASSIGN, whose.by, assignee=to)
    return _on_many(service, _Seen(given, saw, _anything, {"to": to}), event, whose=whose)


def undo_many(service: Service, common: str, *, whose: Whose) -> int:
    """Take back a bulk act as one, where nothing was done about its items since; return of how many.

    common  what its events have in common
    Raises Overtaken, and takes nothing back, where somebody did anything about one of them meanwhile.
    """
    event = NewEvent(ReviewAct.UNDO, whose.by, together=secrets.token_hex(8))
    with service.db.write() as conn:
        hold_reviews(conn)
        events, rows = _done(conn, common, service.today.isoformat(), sees=whose.sees)
        since = [row.item_id for row in rows if row.last_event != events[row.item_id].id]
        if since:
            raise Overtaken(f"{len(since)} of its items were acted on since: nothing was taken back", since[:5], {})
        undo_events(conn, [(row, events[row.item_id]) for row in rows], event, now=service.now())
        end(service, conn, rows, event=event)
    return len(rows)


def done_together(service: Service, common: str, *, sees: Sees = None) -> Done:
    """Return what was done about many items at once; WrongCall where nothing was, or not all of them may be seen."""
    with service.db.read() as conn:
        events, rows = _done(conn, common, service.today.isoformat(), sees=sees)
    left = sum(row.last_event == events[row.item_id].id for row in rows)
    return Done(next(iter(events.values())), len(events), left)


def visible_act(service: Service, common: str, *, sees: Sees) -> Done | None:
    """Return what was done together; None where nothing was, or not all of it may be seen: the two are told alike."""
    try:
        return done_together(service, common, sees=sees)
    except WrongCall:
        return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """Say what the person saw and wrote, and what has to be checked of it."""

    given: Filter
    saw: Selected
    check: Check
    own: Mapping[str, str]


def _on_many(service: Service, seen: _Seen, event: NewEvent, *, whose: Whose) -> str:
    """Do an act on all that was seen, if it still is what is selected."""
    event = replace(event, together=secrets.token_hex(8))
    with service.db.write() as conn:
        hold_reviews(conn)
        now, rows = selected(conn, wanted(seen.given, service, whose.sees))
        if now != seen.saw:
            what = f"the filter selects {now.number} items now, not the {seen.saw.number} that were seen"
            raise Overtaken(f"{what}, or they changed: nothing was written", [], dict(seen.own))
        if not rows or any(row.state is ReviewState.GONE for row in rows):
            raise WrongCall("nothing is selected, or some of it is found no more", "Choose anew on the list.")
        seen.check(conn, rows)
        add_events(conn, rows, event, now=service.now())
        end(service, conn, rows, event=event)
    return event.together or ""


def _anything(_: Connection, __: Sequence[ReviewRow]) -> None:
    """Check nothing: putting off and assigning is allowed about every item."""


def _done(
    conn: Connection, common: str, today: str, *, sees: Sees
) -> tuple[dict[str, ReviewEvent], Sequence[ReviewRow]]:
    events = {one.item_id: one for one in events_together(conn, common)}
    rows = items_named(conn, events, today)
    if not rows or not all(may_see(row, sees) for row in rows):
        raise WrongCall(f"{common}: no act on several items has this number")
    return events, rows


def _choices(rows: Sequence[ReviewRow], facts: Mapping[str, Mapping[str, str | None]]) -> tuple[Choice, ...]:
    """Return what may be decided about every one of the rows; a type is named one by one."""
    if not rows:
        return ()
    sets = {allowed(row, facts.get(row.item_id, {})) for row in rows}
    first, *others = sets
    return tuple(one for one in first if one.answer != "?" and all(one in other for other in others))
