"""Show keyers what waits for them, what they hold, and what to type where; the time saved with it."""

from dataclasses import dataclass

from sync.errors import StoppedToBeSafe
from sync.jobs.keying import Keyer, let_go, plan_to_key
from sync.jobs.keying_checks import late, own_claim
from sync.jobs.service import Service
from sync.model import EntryKind, Reason
from sync.store import Connection, LedgerLine, Run, State, StoredPlan, ledger_lines, runs
from sync.store.keying import BEGUN, LEAVES, Claim, KeyingAct, KeyingEvent, newest_events, open_claim
from sync.store.keying_queue import Waiting, carried_over, found_there, is_offered, waiting, waiting_lines
from sync.worklist import KIND_WORDS

_SAID = frozenset({KeyingAct.KEYED, KeyingAct.COULD_NOT, KeyingAct.NOT_SURE})


@dataclass(frozen=True, slots=True)
class Saved:
    """Count the entries that nobody had to key a second time, and the seconds that this saved.

    carried  sent by a gateway, as a read-back shows
    found    of the newest plan, standing in iMatchSkills already without having been sent or keyed from here
    """

    carried: int
    found: int
    seconds_per_entry: int

    @property
    def seconds(self) -> int:
        """Return the seconds saved in all."""
        return (self.carried + self.found) * self.seconds_per_entry


@dataclass(frozen=True, slots=True)
class Queue:
    """Carry what waits for a keyer.

    why_not    why nothing may be keyed now, and what to do; None where it may
    laid_out   whether the lines of the plan are offered already; opening a customer does it
    worklist   when one was written last: what stands on it and is not handed in yet is offered here too
    """

    waiting: Waiting
    own: Claim | None
    saved: Saved
    why_not: tuple[str, str] | None
    laid_out: bool
    worklist: Run | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Show one entry of a claim: what to type where, what was said, and what can be said now."""

    line: LedgerLine
    what: str
    fields: tuple[tuple[str, str], ...]
    event: KeyingEvent
    open: bool
    late: bool
    can_take_back: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Show a claim: its entries in the order in which they were begun, and what comes after them.

    over  its time is over, or it was given back
    """

    claim: Claim
    entries: tuple[Entry, ...]
    later: tuple[tuple[str, str], ...]
    over: bool


def queue(service: Service, keyer: Keyer) -> Queue:
    """Return what waits for a keyer now."""
    let_go(service)
    try:
        plan: StoredPlan | None = plan_to_key(service)
        why_not = None
    except StoppedToBeSafe as wrong:
        plan, why_not = None, (wrong.what, wrong.advice)
    with service.db.read() as conn:
        own = open_claim(conn, keyer.name)
        seen, saved = waiting(conn, keyer.providers), _saved(service, conn, plan)
        laid_out = plan is not None and is_offered(conn, plan.id)
    return Queue(seen, own, saved, why_not, laid_out, next(iter(runs(service.db, 1, jobs=["worklist"])), None))


def waiting_for(service: Service, keyer: Keyer) -> Waiting:
    """Count what waits for a keyer now."""
    let_go(service)
    with service.db.read() as conn:
        return waiting(conn, keyer.providers)


def _saved(service: Service, conn: Connection, plan: StoredPlan | None) -> Saved:
    found = found_there(conn, plan.id, Reason.ALREADY_IN_IMS) if plan else 0
    return Saved(carried_over(conn), found, service.settings.keying.seconds_per_entry)


def held(service: Service, keyer: Keyer, *, handle: str | None = None) -> Held:
    """Return a claim of the keyer as it stands; without a handle the one that they hold."""
    let_go(service)
    with service.db.read() as conn:
        claim = own_claim(conn, keyer.name, handle)
        events = newest_events(conn, claim)
        over = claim.closed_at is not None
        to_do = [] if over else waiting_lines(conn, claim.customer_id, keyer.providers)
    lines = ledger_lines(service.db, events)
    entries = [_entry(service, claim, events[line_id], line=lines[line_id]) for line_id in events if line_id in lines]
    later = [(KIND_WORDS[EntryKind(one.kind)], one.name) for one in to_do if one.line_id not in events]
    return Held(claim, tuple(entries), tuple(later), over)


def _entry(service: Service, claim: Claim, event: KeyingEvent, *, line: LedgerLine) -> Entry:
    is_open = claim.closed_at is None
    return Entry(
        line, KIND_WORDS[EntryKind(line.kind)], fields_of(line), event,
        open=is_open and event.act in BEGUN and line.state in LEAVES,
        late=late(claim, event, service.now()) and line.state is State.UNCLEAR,
        can_take_back=is_open and event.act in _SAID and line.changed_at == event.line_at,
        withdrawn=line.state is State.WITHDRAWN,
    )  # fmt: skip


def fields_of(line: LedgerLine) -> tuple[tuple[str, str], ...]:
    """Return what to type where, in typing order; what stays blank is left out."""
    fields = (
        ("Job seeker", line.job_seeker_id),
        ("Check or choose", line.name),
        ("Date", line.date),
        ("Provider", line.provider),
        ("Funder selection", line.funder_selection),
        ("Amount", line.amount),
    )
    return tuple((label, text) for label, text in fields if text)
