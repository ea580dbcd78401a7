"""Let one person at a time hold a customer whose entries they key, and keep what they say of each entry.

Whoever changes anything here calls `hold` first: then no other keyer does so until the transaction ends.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from sync.store.database import Database, alone
from sync.store.keying_schema import KEYING_CLAIM, KEYING_EVENT
from sync.store.ledger import move
from sync.store.ledger_lines import LedgerLine, lines_of
from sync.store.schema import LEDGER
from sync.store.states import State

_CLAIM, _EVENT, _LEDGER = KEYING_CLAIM.c, KEYING_EVENT.c, LEDGER.c


class KeyingAct(StrEnum):
    """What happens to an entry in a claim.

    An entry is begun once its keyer sees what to type: from then on it may stand in iMatchSkills. What is left
    without a word is unclear.
    """

    BEGUN = "begun"
    KEYED = "keyed"
    COULD_NOT = "could not"
    NOT_SURE = "not sure"
    TAKEN_BACK = "taken back"
    GIVEN_BACK = "given back"
    LEFT = "left"


class Why(StrEnum):
    """Why a claim ended."""

    DONE = "done"
    GIVEN_BACK = "given back"
    EXPIRED = "expired"


BEGUN: Final = frozenset({KeyingAct.BEGUN, KeyingAct.TAKEN_BACK})
# A newer plan may withdraw an entry while somebody keys it: then it is not to be entered, but may be.
LEAVES: Final[Mapping[State, State]] = {State.TO_DO: State.UNCLEAR, State.WITHDRAWN: State.FLAGGED}


@dataclass(frozen=True, slots=True)
class Claim:
    """Say who holds which customer until when; without `closed_at` it is open."""

    id: int
    handle: str
    customer_id: str
    keyer: str
    opened_at: datetime
    until: datetime
    closed_at: datetime | None
    closed_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyingEvent:
    """Say what happened to an entry.

    date, name  as the keyer typed them
    line_at     when the ledger's line had changed last, by this event or before it
    """

    line_id: str
    act: KeyingAct
    at: datetime
    line_at: datetime
    by: str | None = None
    date: str | None = None
    name: str | None = None
    words: str | None = None


def hold(conn: Connection) -> None:
    """Let no other transaction change claims until this one ends."""
    alone(conn, KEYING_CLAIM)


def open_claim(conn: Connection, keyer: str) -> Claim | None:
    """Return the claim that a keyer holds; its time may be over."""
    return _one(conn, _CLAIM.keyer == keyer, _CLAIM.closed_at.is_(None))


def claim_behind(conn: Connection, handle: str) -> Claim | None:
    """Return the claim that a handle stands for, open or not."""
    return _one(conn, _CLAIM.handle == handle)


def _one(conn: Connection, *which: ColumnElement[bool]) -> Claim | None:
    row = conn.execute(select(KEYING_CLAIM).where(*which)).mappings().one_or_none()
    return Claim(**row) if row else None


def add_claim(conn: Connection, customer_id: str, keyer: str, *, now: datetime, until: datetime) -> Claim:
    """Let a keyer hold a customer whom nobody holds."""
    new = KEYING_CLAIM.insert().values(
        handle=secrets.token_urlsafe(16), customer_id=customer_id, keyer=keyer, opened_at=now, until=until
    )
    return Claim(**conn.execute(new.returning(KEYING_CLAIM)).mappings().one())


def extend_claim(conn: Connection, claim: Claim, until: datetime) -> None:
    """Let a claim last until then."""
    conn.execute(KEYING_CLAIM.update().where(_CLAIM.id == claim.id).values(until=until))


def close_claim(conn: Connection, claim: Claim, why: Why, *, now: datetime) -> None:
    """End a claim; its customer is free."""
    conn.execute(KEYING_CLAIM.update().where(_CLAIM.id == claim.id).values(closed_at=now, closed_why=why))


def note_events(conn: Connection, claim: Claim, events: Collection[KeyingEvent]) -> None:
    """Write down what happened to entries of a claim."""
    rows = [{name: getattr(one, name) for name in KeyingEvent.__slots__} for one in events]
    if rows:
        conn.execute(KEYING_EVENT.insert(), [{"claim_id": claim.id, **row} for row in rows])


def newest_events(conn: Connection, claim: Claim) -> dict[str, KeyingEvent]:
    """Return the newest event of each line of a claim, in the order in which lines were begun."""
    query = select(*(_EVENT[name] for name in KeyingEvent.__slots__)).where(_EVENT.claim_id == claim.id)
    found: dict[str, KeyingEvent] = {}
    for row in conn.execute(query.order_by(_EVENT.id)).mappings():
        found[row["line_id"]] = KeyingEvent(**{**row, "act": KeyingAct(row["act"])})
    return found


def line_of(conn: Connection, line_id: str) -> LedgerLine | None:
    """Return a line of the ledger as it stands in this transaction."""
    return next(iter(lines_of(conn, select(LEDGER).where(_LEDGER.line_id == line_id))), None)


def open_lines(conn: Connection, claim: Claim) -> list[LedgerLine]:
    """Return the lines of a claim that were begun and of which nothing is said yet, here or elsewhere."""
    begun = [line_id for line_id, event in newest_events(conn, claim).items() if event.act in BEGUN]
    query = select(LEDGER).where(_LEDGER.line_id.in_(begun), _LEDGER.state.in_(list(LEAVES)))
    return lines_of(conn, query.order_by(_LEDGER.step, _LEDGER.date, _LEDGER.line_id))


def leave(conn: Connection, claim: Claim, words: str, *, now: datetime) -> int:
    """Take for unclear what was begun in a claim and of which nothing is said; return how many lines."""
    lines = open_lines(conn, claim)
    for stands, becomes in LEAVES.items():
        move(conn, [line.line_id for line in lines if line.state is stands], becomes, now=now, words=words)
    left = [KeyingEvent(line_id=line.line_id, act=KeyingAct.LEFT, at=now, line_at=now, words=words) for line in lines]
    note_events(conn, claim, left)
    return len(lines)


def overdue(db: Database, now: datetime) -> bool:
    """Tell whether the time of any open claim is over."""
    with db.read() as conn:
        found = select(_CLAIM.id).where(_CLAIM.closed_at.is_(None), _CLAIM.until <= now).limit(1)
        return conn.scalar(found) is not None


def expire(conn: Connection, now: datetime) -> dict[int, int]:
    """End the claims whose time is over; return for each how many lines became unclear."""
    over = select(KEYING_CLAIM).where(_CLAIM.closed_at.is_(None), _CLAIM.until <= now).order_by(_CLAIM.id)
    told = {}
    for row in conn.execute(over).mappings().all():
        claim = Claim(**row)
        told[claim.id] = leave(conn, claim, f"{claim.keyer} left it without a word", now=now)
        close_claim(conn, claim, Why.EXPIRED, now=now)
    return told


def take_back_line(conn: Connection, event: KeyingEvent, state: State, *, now: datetime) -> bool:
    """Let a line be to do again as before what was said of it; False where it moved on since."""
    said = LEDGER.update().where(
        _LEDGER.line_id == event.line_id, _LEDGER.state == state, _LEDGER.changed_at == event.line_at
    )
    return conn.execute(said.values(state=State.TO_DO, changed_at=now, words=None, entry_id=None)).rowcount == 1
