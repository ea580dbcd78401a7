"""Carry each line to iMatchSkills at most once by itself: claim, intent, outcome, each committed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Update, bindparam, func, literal_column, or_, select, text

from sync.errors import LeaseLost, StoreError
from sync.store.bulk import in_parts
from sync.store.database import Database
from sync.store.kinds import Instant
from sync.store.ledger_lines import LedgerLine, Outcome, lines_in
from sync.store.schema import ATTEMPT, LEDGER
from sync.store.states import ANSWERS, IN_IMS, MOVES, State, before
from sync.store.switch import MAY_SEND

_LEDGER = LEDGER.c
_UNLEASED = {"lease_owner": None, "lease_until": None}
_KEYING_ORDER = (_LEDGER.step, _LEDGER.date, _LEDGER.line_id)
# Made once: to make them for every entry takes longer than to do them.
_LOCKED = select(_LEDGER.state).where(_LEDGER.line_id == bindparam("line")).with_for_update()
_MINE = LEDGER.update().where(
    _LEDGER.line_id == bindparam("line"), _LEDGER.state == State.TO_DO, _LEDGER.lease_owner == bindparam("owner"),
    _LEDGER.lease_until > bindparam("now"), MAY_SEND,
)  # fmt: skip
_INTEND = _MINE.values(
    state=State.INTENDED, tries=_LEDGER.tries + 1, changed_at=bindparam("now"), words=None, next_try_at=None
).returning(_LEDGER.tries)
_TRY = ATTEMPT.insert().values({name: bindparam(name) for name in ("line_id", "number", "started_at")})
_END_TRY = (
    ATTEMPT.update()
    .where(ATTEMPT.c.line_id == bindparam("line"), ATTEMPT.c.number == bindparam("nr"), ATTEMPT.c.ended_at.is_(None))
    .values({name: bindparam(name) for name in ("ended_at", "meaning", "status", "entry_id", "words")})
)
_SEEN = ("changed_at", "entry_id", "words", "next_try_at")


def _to(state: State, names: Iterable[str]) -> Update:
    """Move one line along an allowed transition, with what was seen, and give its lease back."""
    going = LEDGER.update().where(_LEDGER.line_id == bindparam("line"), _LEDGER.state.in_(before(state)))
    return going.values({"state": state, **_UNLEASED, **{name: bindparam(name) for name in names}})


_IN_FLIGHT = (State.INTENDED, State.UNCLEAR)
_IS_THIS_TRY = (_LEDGER.state.in_(_IN_FLIGHT), _LEDGER.tries == bindparam("nr"))
_GO = {state: _to(state, _SEEN).where(*_IS_THIS_TRY) for state in ANSWERS}
_FLAG = _to(State.FLAGGED, ("changed_at", "words"))


def _ready() -> Select[tuple[str]]:
    """Ask for lines that may be sent now.

    What the picker's small index holds is spelt out as it is there, for only so is it used. `waits` but narrows the
    search; what a line depends on is looked at all the same.
    """
    now = bindparam("now", type_=Instant)
    free = or_(_LEDGER.lease_until.is_(None), _LEDGER.lease_until <= now)
    due = or_(_LEDGER.next_try_at.is_(None), _LEDGER.next_try_at <= now)
    earlier = LEDGER.alias("earlier")
    # Asked line by line: as EXISTS, PostgreSQL would first gather every confirmed line there is.
    there = select(earlier.c.state).where(earlier.c.line_id == _LEDGER.depends_on).scalar_subquery()
    in_ims = or_(_LEDGER.depends_on.startswith(IN_IMS, autoescape=True), there == State.CONFIRMED)
    stands = or_(_LEDGER.depends_on.is_(None), in_ims)
    open_lines = (_LEDGER.state == literal_column("'to-do'"), text("NOT ledger.waits"))
    return select(_LEDGER.line_id).where(*open_lines, free, due, stands).order_by(*_KEYING_ORDER)


_READY = _ready()
# Asked before the update, once: within it, PostgreSQL may ask several times, and take more lines than it should.
_NEXT = _READY.limit(bindparam("most")).with_for_update(skip_locked=True, of=LEDGER).cte("next_lines")
_CLAIM = (
    LEDGER.update()
    .where(_LEDGER.line_id.in_(select(_NEXT.c.line_id)))
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
    .returning(LEDGER)
)


class Answered(NamedTuple):
    """Say what came of an attempt and when, before it is written down."""

    line_id: str
    attempt: int
    outcome: Outcome
    at: datetime


class Lease(NamedTuple):
    """Say from when and for how long claimed lines are their owner's alone."""

    begins: datetime
    length: timedelta


def ready(db: Database, now: datetime) -> int:
    """Return how many lines may be claimed now."""
    with db.read() as conn:
        return conn.scalar(select(func.count()).select_from(_READY.subquery()), {"now": now}) or 0


def claim(db: Database, owner: str, limit: int, *, lease: Lease, past: Answered | None = None) -> list[LedgerLine]:
    """Take lines that may be sent now, in keying order; nobody else gets them until the lease ends.

    A line may be sent when it is to do, its time has come, and what it depends on is confirmed in iMatchSkills.

    past  what came of the owner's last attempt, written down in the same transaction
    """

    def take(conn: Connection) -> list[LedgerLine]:
        if past is not None:
            _finished(conn, past.line_id, past.attempt, outcome=past.outcome, now=past.at)
        given = {"now": lease.begins, "owner": owner, "until": lease.begins + lease.length, "most": limit}
        return lines_in(sorted(conn.execute(_CLAIM, given).mappings(), key=_in_keying_order))

    return db.write_together(take)


def begin(db: Database, line_id: str, owner: str, *, now: datetime) -> int:
    """Write down the intent to send a line that this owner holds; return the attempt's number.

    Raises LeaseLost where it is not the owner's any more, or where sending is stopped: then nothing may be sent.
    """
    number = db.write_together(lambda conn: _begun(conn, line_id, owner, now=now))
    if number is None:
        raise LeaseLost(f"{line_id} is not held by this sender, or nothing may be sent")
    return number


def _begun(conn: Connection, line_id: str, owner: str, *, now: datetime) -> int | None:
    number: int | None = conn.scalar(_INTEND, {"line": line_id, "owner": owner, "now": now})
    if number is not None:
        conn.execute(_TRY, {"line_id": line_id, "number": number, "started_at": now})
    return number


def hand_over(db: Database, answered: Answered, line_id: str, *, owner: str, now: datetime) -> int | None:
    """Write down what came of one attempt and, in the same transaction, the intent to send the next line.

    What came of the first is kept in any case; None where the next may not be sent (see `begin`).
    """
    past, attempt, outcome, at = answered

    def write_down(conn: Connection) -> int | None:
        _finished(conn, past, attempt, outcome=outcome, now=at)
        return _begun(conn, line_id, owner, now=now)

    return db.write_together(write_down)


def finish(db: Database, line_id: str, attempt: int, *, outcome: Outcome, now: datetime) -> State:
    """Write down what came of an attempt; return how the line stands now.

    An answer may come after the line was taken for unclear, and counts. If by then the line went on, because a look-up
    did not find it or a person keyed it, the late answer does not speak for what came later; where it says that
    something was written, a person looks at the line, for it may stand in iMatchSkills twice.
    """
    return db.write_together(lambda conn: _finished(conn, line_id, attempt, outcome=outcome, now=now))


def _finished(conn: Connection, line_id: str, attempt: int, *, outcome: Outcome, now: datetime) -> State:
    if outcome.state not in ANSWERS:
        raise StoreError(f"{line_id}: no answer makes a line {outcome.state}")
    _end_attempt(conn, line_id, attempt, outcome=outcome, now=now)
    seen = {"entry_id": outcome.entry_id, "words": outcome.words, "next_try_at": outcome.next_try_at}
    if conn.execute(_GO[outcome.state], {"line": line_id, "nr": attempt, "changed_at": now, **seen}).rowcount == 1:
        return outcome.state
    line = conn.execute(_LOCKED, {"line": line_id}).one()
    if outcome.state is State.WRITTEN and line.state in before(State.FLAGGED):
        words = f"attempt {attempt} was written after all"
        conn.execute(_FLAG, {"line": line_id, "changed_at": now, "words": words})
        return State.FLAGGED
    return State(line.state)


def lapse(db: Database, now: datetime) -> list[str]:
    """Take for unclear what was intended and whose lease ended, never for to do; return the ids of the lines."""
    ended = (_LEDGER.state == State.INTENDED, _LEDGER.lease_owner.is_not(None), _LEDGER.lease_until <= now)
    unclear_now = LEDGER.update().where(*ended).values(state=State.UNCLEAR, changed_at=now, **_UNLEASED)
    with db.write() as conn:
        return list(conn.scalars(unclear_now.returning(_LEDGER.line_id)))


def move(conn: Connection, line_ids: Collection[str], state: State, *, now: datetime, words: str | None = None) -> None:
    """Move lines because of what a look-up, a newer plan or a person says; StoreError where one may not go there."""
    if state not in MOVES:
        raise StoreError(f"a line does not become {state} by a decision alone")
    # Whoever sends a line has the word on it until its lease ends.
    starts = [start for start in before(state) if start is not State.INTENDED]
    for part in in_parts(line_ids):
        going = LEDGER.update().where(_LEDGER.line_id.in_(part), _LEDGER.state.in_(starts))
        moved = conn.execute(going.values(state=state, changed_at=now, words=words, next_try_at=None, **_UNLEASED))
        if moved.rowcount != len(part):
            raise StoreError(f"of {len(part)} lines {len(part) - moved.rowcount} may not become {state}")


def _end_attempt(conn: Connection, line_id: str, number: int, *, outcome: Outcome, now: datetime) -> None:
    seen = {"meaning": outcome.meaning, "status": outcome.status, "entry_id": outcome.entry_id, "words": outcome.words}
    if conn.execute(_END_TRY, {"line": line_id, "nr": number, "ended_at": now, **seen}).rowcount != 1:
        raise StoreError(f"{line_id} has no attempt {number} that is open")


def _in_keying_order(row: Mapping[Any, Any]) -> tuple[int, str, str]:
    return row["step"], row["date"], row["line_id"]
