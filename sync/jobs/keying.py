"""Let one person at a time key a customer, entry by entry: open, say, take back, give back.

An entry is begun when its keyer is shown what to type, one after the other. So whoever goes away leaves at most what
they had begun unclear, and nothing of it is keyed a second time before somebody looked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.errors import StoppedToBeSafe, SyncError, WrongCall
from sync.jobs.keyed_word import Said, Told, Voice, take_words
from sync.jobs.keying_checks import (
    Word,
    check_retyped,
    check_turn,
    check_word,
    overtaken,
    own_claim,
    refuse_closed,
    said_before,
)
from sync.jobs.push import offer_lines, refuse_unsafe
from sync.jobs.service import Service
from sync.settings import Target
from sync.store import Act, Connection, LedgerLine, State, StoredPlan, move, newest_plan, record
from sync.store.keying import (
    Claim,
    KeyingAct,
    KeyingEvent,
    Why,
    add_claim,
    close_claim,
    expire,
    extend_claim,
    hold,
    leave,
    line_of,
    newest_events,
    note_events,
    open_claim,
    open_lines,
    overdue,
    take_back_line,
)
from sync.store.keying_queue import depending, is_offered, next_customer, ready_lines, set_offered

_GIVEN_BACK_FOR = timedelta(hours=12)
_STATES = {Said.KEYED: State.KEYED, Said.NOT_SURE: State.UNCLEAR, Said.COULD_NOT: State.FLAGGED}
_ACTS = {said: KeyingAct(said.value) for said in Said}


@dataclass(frozen=True, slots=True)
class Keyer:
    """Say who keys, and the entries of which providers they may see; none = of all."""

    name: str
    providers: Collection[str] = ()


def let_go(service: Service) -> None:
    """End the claims whose time is over; what was begun in them and not said is unclear from now on."""
    if not overdue(service.db, service.now()):
        return
    with service.db.write() as conn:
        hold(conn)
        for claim_id, lines in expire(conn, service.now()).items():
            record(conn, Act(service.actor, "expired", f"claim {claim_id}", {"unclear": lines}), service.now())


def plan_to_key(service: Service) -> StoredPlan:
    """Return the plan whose lines may be keyed; raise StoppedToBeSafe where nothing may be keyed now."""
    if service.settings.ims.target is not Target.WORKLIST:
        raise StoppedToBeSafe(
            "the target is a gateway: entries are sent, not keyed", "Nothing to do here; `ims-sync runs` shows pushes."
        )
    refuse_unsafe(service)
    plan = newest_plan(service.db)
    if plan is None:
        raise StoppedToBeSafe("there is no plan yet", "Run `ims-sync pull` and `ims-sync plan` first.")
    if plan.approved_at is None:
        raise StoppedToBeSafe(
            "the newest plan is not approved yet", "Somebody of operations looks at it and approves it, on page Runs."
        )
    return plan


def offer_newest(service: Service) -> None:
    """Offer the newest plan's lines to keyers, once; raise StoppedToBeSafe where nothing may be keyed now."""
    plan = plan_to_key(service)
    with service.db.read() as conn:
        offered = is_offered(conn, plan.id)
    if not offered:
        offer_lines(service, plan)
        with service.db.write() as conn:
            hold(conn)  # several may come here at once, and offer the same lines: the second changes nothing
            set_offered(conn, plan.id)


def open_next(service: Service, keyer: Keyer) -> Claim | None:
    """Open what the keyer goes on with: the customer they hold, if anything of it is left, else the next one.

    Returns None where nothing can be keyed now. Opening begins the first entry, and the time of the claim anew.
    """
    let_go(service)
    offer_newest(service)
    with service.db.write() as conn:
        hold(conn)
        claim = open_claim(conn, keyer.name)
        if claim is not None and not _goes_on(service, conn, claim, keyer=keyer):
            close_claim(conn, claim, Why.DONE, now=service.now())
            claim = None
        return claim or _taken(service, conn, keyer)


def _taken(service: Service, conn: Connection, keyer: Keyer) -> Claim | None:
    since = service.now() - _GIVEN_BACK_FOR
    customer_id = next_customer(conn, keyer.providers, keyer=keyer.name, since=since)
    if customer_id is None:
        return None
    claim = add_claim(conn, customer_id, keyer.name, now=service.now(), until=_until(service))
    _goes_on(service, conn, claim, keyer=keyer)
    record(conn, Act(keyer.name, "opened", f"claim {claim.id}", {"customer": customer_id}), service.now())
    return claim


def _goes_on(service: Service, conn: Connection, claim: Claim, *, keyer: Keyer) -> bool:
    """Begin the next entry if none is open; tell whether any is."""
    extend_claim(conn, claim, _until(service))
    if open_lines(conn, claim):
        return True
    lines = ready_lines(conn, claim.customer_id, keyer.providers)
    _begin(conn, claim, lines[:1], now=service.now())
    return bool(lines)


def _begin(conn: Connection, claim: Claim, lines: list[LedgerLine], *, now: datetime) -> None:
    acts = [KeyingEvent(line_id=one.line_id, act=KeyingAct.BEGUN, at=now, line_at=one.changed_at) for one in lines]
    note_events(conn, claim, acts)


def say(service: Service, keyer: Keyer, word: Word, *, handle: str | None = None) -> None:
    """Take the keyer's word on an entry that is open, then begin the next one.

    handle  of the claim; without it the one that the keyer holds
    Raises RetypedOtherwise where date or component differ, Overtaken where a newer plan changed the line meanwhile.
    """
    let_go(service)
    with service.db.write() as conn:
        hold(conn)
        wrong = _said(service, conn, word, claim=own_claim(conn, keyer.name, handle))
    if wrong is not None:
        raise wrong
    _begin_next(service, keyer)


def _said(service: Service, conn: Connection, word: Word, *, claim: Claim) -> SyncError | None:
    """Write a word down; return why it does not count, where something is kept all the same."""
    event, line = newest_events(conn, claim).get(word.line_id), line_of(conn, word.line_id)
    if event is None or line is None:
        raise WrongCall(f"{word.line_id} is no entry that was opened for you", "Choose one that the page shows.")
    if said_before(event, word):
        return None
    now = service.now()
    check_turn(claim, event, word, now=now)
    check_word(conn, event, line, word=word)
    wrong = overtaken(event, line, word)
    if wrong is not None:
        _begin(conn, claim, [line], now=now)
        return wrong
    check_retyped(line, word)
    voice = Voice(claim.keyer, service.today.isoformat(), now)
    line_at = now if _counted(conn, line, word, voice=voice) else line.changed_at
    told = KeyingEvent(
        line_id=line.line_id, act=_ACTS[word.said], at=now, line_at=line_at, by=claim.keyer,
        date=word.date or None, name=word.name or None, words=word.reason or None,
    )  # fmt: skip
    note_events(conn, claim, [told])
    if claim.closed_at is None:
        extend_claim(conn, claim, _until(service))
    record(conn, Act(claim.keyer, "said", line.line_id, {"claim": claim.id, "said": str(word.said)}), now)
    return None


def _counted(conn: Connection, line: LedgerLine, word: Word, *, voice: Voice) -> bool:
    """Let a word count in the ledger; tell whether the line moved by it.

    What a newer plan withdrew is wanted no more: it stays so, but where it may be keyed already, a person looks.
    """
    if line.state is not State.WITHDRAWN:
        told = Told(line.line_id, word.said, line.state, entry_number=word.entry_number, why=word.reason)
        take_words(conn, [told], voice)
    elif word.said is Said.NOT_SURE:
        words = f"{voice.by} is not sure, and a newer plan does not enter it"
        move(conn, [line.line_id], State.FLAGGED, now=voice.now, words=words)
    return line.state is not State.WITHDRAWN or word.said is Said.NOT_SURE


def _begin_next(service: Service, keyer: Keyer) -> None:
    """Begin the next entry of the claim that a keyer holds, where anything may be keyed now."""
    try:
        offer_newest(service)
    except StoppedToBeSafe:
        return  # the word counts all the same; who opens the next one hears why not
    with service.db.write() as conn:
        hold(conn)
        claim = open_claim(conn, keyer.name)
        if claim is not None:
            _goes_on(service, conn, claim, keyer=keyer)


def take_back(service: Service, keyer: Keyer, line_id: str, *, handle: str | None = None) -> None:
    """Take back what the keyer said by a slip, while they hold the customer; the entry is open again.

    Raises WrongCall where nothing was said or something was keyed on the strength of it, StoppedToBeSafe where the
    line moved on since.
    """
    let_go(service)
    with service.db.write() as conn:
        hold(conn)
        claim = own_claim(conn, keyer.name, handle)
        refuse_closed(claim, service.now())
        event = newest_events(conn, claim).get(line_id)
        if event is None or event.act not in _ACTS.values():
            raise WrongCall(f"{line_id}: nothing was said of it that could be taken back")
        if later := depending(conn, line_id):
            raise WrongCall(f"{line_id}: {', '.join(later)} was entered on the strength of it", "Take that back first.")
        now = service.now()
        if not take_back_line(conn, event, _STATES[Said(event.act.value)], now=now):
            raise StoppedToBeSafe(
                f"{line_id} moved on since you said `{event.act}`", "The next read-back shows how it stands."
            )
        back = KeyingEvent(line_id=line_id, act=KeyingAct.TAKEN_BACK, at=now, line_at=now, by=keyer.name)
        note_events(conn, claim, [back])
        extend_claim(conn, claim, _until(service))
        record(conn, Act(keyer.name, "taken back", line_id, {"claim": claim.id, "said": str(event.act)}), now)


def give_back(service: Service, keyer: Keyer, *, untouched: bool, handle: str | None = None) -> None:
    """Give a customer back before all is keyed; what was not begun is free for others.

    untouched  the keyer's word that nothing of an open entry was typed; without it that entry is unclear
    """
    let_go(service)
    with service.db.write() as conn:
        hold(conn)
        claim, now = own_claim(conn, keyer.name, handle), service.now()
        refuse_closed(claim, now)
        acts = [
            KeyingEvent(line_id=one.line_id, act=KeyingAct.GIVEN_BACK, at=now, line_at=one.changed_at, by=keyer.name)
            for one in open_lines(conn, claim)
        ]
        if untouched:
            note_events(conn, claim, acts)
        else:
            leave(conn, claim, f"{keyer.name} gave it back and may have keyed it", now=now)
        close_claim(conn, claim, Why.GIVEN_BACK, now=now)
        facts = {"open": len(acts), "unclear": 0 if untouched else len(acts)}
        record(conn, Act(keyer.name, "given back", f"claim {claim.id}", facts), now)


def extend(service: Service, keyer: Keyer, *, handle: str | None = None) -> None:
    """Begin the time of a claim anew."""
    let_go(service)
    with service.db.write() as conn:
        hold(conn)
        claim = own_claim(conn, keyer.name, handle)
        refuse_closed(claim, service.now())
        extend_claim(conn, claim, _until(service))


def _until(service: Service) -> datetime:
    return service.now() + timedelta(minutes=service.settings.keying.claim_min)
