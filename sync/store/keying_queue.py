"""Ask what waits for a person at a keyboard: whose entries can be keyed now, and which customer comes first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, TextClause, case, func, literal, or_, select, text

from sync.store.keying import Why
from sync.store.keying_schema import KEYING_CLAIM
from sync.store.ledger_lines import LedgerLine, lines_of
from sync.store.months import last_said
from sync.store.plan_lines import within
from sync.store.schema import ATTEMPT, INSTALLATION, LEDGER, PLAN_LINE
from sync.store.states import IN_IMS, State

_LEDGER, _CLAIM, _LINE = LEDGER.c, KEYING_CLAIM.c, PLAN_LINE.c
_OFFERED = "keying-offered"
# Spelt out as the small index has it, for only so is it used.
_TO_DO = text("ledger.state = 'to-do'")
_THERE = (State.KEYED, State.CONFIRMED)
_HELD = select(_CLAIM.customer_id).where(_CLAIM.closed_at.is_(None))


class MonthWaiting(NamedTuple):
    """Count what can be keyed now of one month."""

    month: str
    customers: int
    entries: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Count what waits for a keyer.

    months   what can be keyed now, the oldest first; a customer may stand in several
    after    entries that wait until another one is keyed
    unclear  entries to be looked up first
    held     customers that somebody keys at this moment
    """

    months: tuple[MonthWaiting, ...]
    customers: int
    entries: int
    after: int
    unclear: int
    held: int


def next_customer(conn: Connection, providers: Collection[str], *, keyer: str, since: datetime) -> str | None:
    """Return the customer who comes first of those whom nobody holds; None where nothing can be keyed.

    The oldest month first, for it ends first; in it whoever has a support service, since that cannot be invoiced
    before it is entered; then the oldest day. Whom this keyer gave back since then comes last.
    """
    gave_back = select(_CLAIM.customer_id).where(
        _CLAIM.keyer == keyer, _CLAIM.closed_why == Why.GIVEN_BACK, _CLAIM.closed_at >= since
    )
    last = func.max(case((_LEDGER.customer_id.in_(gave_back), 1), else_=0))
    money = func.max(case((_LEDGER.amount.is_not(None), 1), else_=0))
    query = select(_LEDGER.customer_id).where(*_free(providers)).group_by(_LEDGER.customer_id)
    first = query.order_by(last, func.min(_LEDGER.month), money.desc(), func.min(_LEDGER.date), _LEDGER.customer_id)
    return conn.scalar(first.limit(1))


def ready_lines(conn: Connection, customer_id: str, providers: Collection[str]) -> list[LedgerLine]:
    """Return what can be keyed now of a customer, in keying order."""
    query = select(LEDGER).where(_TO_DO, _stands(), _LEDGER.customer_id == customer_id, *_of(providers))
    return lines_of(conn, query.order_by(_LEDGER.step, _LEDGER.date, _LEDGER.line_id))


def waiting_lines(conn: Connection, customer_id: str, providers: Collection[str]) -> list[LedgerLine]:
    """Return all that is to do of a customer, also what waits for another entry, in keying order."""
    query = select(LEDGER).where(_TO_DO, _LEDGER.customer_id == customer_id, *_of(providers))
    return lines_of(conn, query.order_by(_LEDGER.step, _LEDGER.date, _LEDGER.line_id))


def depending(conn: Connection, line_id: str) -> list[str]:
    """Return the lines that were entered on the strength of this one."""
    query = select(_LEDGER.line_id).where(_LEDGER.depends_on == line_id, _LEDGER.state.in_(_THERE))
    return list(conn.scalars(query.order_by(_LEDGER.line_id)))


def stands(conn: Connection, line: LedgerLine) -> bool:
    """Tell whether what a line depends on is keyed or confirmed."""
    return conn.scalar(select(_LEDGER.line_id).where(_LEDGER.line_id == line.line_id, _stands())) is not None


def waiting(conn: Connection, providers: Collection[str]) -> Waiting:
    """Count what waits for a keyer who may see these providers (none = all)."""
    people, lines, free = func.count(_LEDGER.customer_id.distinct()), func.count(), _free(providers)
    by_month = select(_LEDGER.month, people, lines).where(*free).group_by(_LEDGER.month).order_by(_LEDGER.month)
    customers, entries = conn.execute(select(people, lines).where(*free)).one()
    after = select(lines).select_from(LEDGER).where(_TO_DO, ~_stands(), *_of(providers))
    unclear = select(lines).select_from(LEDGER).where(text("ledger.state = 'unclear'"), *_of(providers))
    return Waiting(
        tuple(MonthWaiting(*row) for row in conn.execute(by_month)), customers, entries,
        after=conn.scalar(after) or 0, unclear=conn.scalar(unclear) or 0,
        held=conn.scalar(select(func.count()).select_from(_HELD.subquery())) or 0,
    )  # fmt: skip


def held_customers(conn: Connection) -> set[str]:
    """Return the customers that somebody keys at this moment."""
    return set(conn.scalars(_HELD))


def found_there(conn: Connection, plan_id: int, reason: str) -> int:
    """Count the lines of a plan that are not entered for this reason, and were never sent or keyed from here."""
    ours = select(_LEDGER.line_id).where(_LEDGER.line_id == _LINE.line_id).exists()
    query = select(func.count()).select_from(PLAN_LINE).where(within(PLAN_LINE, plan_id), ~ours)
    listed = literal(";").concat(_LINE.reasons).concat(";")
    return conn.scalar(query.where(listed.contains(f";{reason};", autoescape=True))) or 0


def carried_over(conn: Connection) -> int:
    """Count the entries that were sent by a gateway and that a read-back shows."""
    tried = select(ATTEMPT.c.id).where(ATTEMPT.c.line_id == _LEDGER.line_id).exists()
    return conn.scalar(select(func.count()).select_from(LEDGER).where(_LEDGER.state == State.CONFIRMED, tried)) or 0


def is_offered(conn: Connection, plan_id: int) -> bool:
    """Tell whether the lines of a plan were offered to keyers, by what is said of signed months now."""
    return conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _OFFERED)) == _mark(conn, plan_id)


def set_offered(conn: Connection, plan_id: int) -> None:
    """Say that the lines of a plan are offered to keyers."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _OFFERED))
    conn.execute(INSTALLATION.insert().values(name=_OFFERED, value=_mark(conn, plan_id)))


def _mark(conn: Connection, plan_id: int) -> str:
    return f"{plan_id}.{last_said(conn)}"


def _free(providers: Collection[str]) -> list[ColumnElement[bool] | TextClause]:
    """Say what can be keyed now: of customers whom nobody holds."""
    return [_TO_DO, _stands(), _LEDGER.customer_id.is_not(None), _LEDGER.customer_id.not_in(_HELD), *_of(providers)]


def _of(providers: Collection[str]) -> list[ColumnElement[bool]]:
    return [_LEDGER.provider.in_(list(providers))] if providers else []


def _stands() -> ColumnElement[bool]:
    """Say that what a line depends on stands in iMatchSkills, by a read-back or a person's word."""
    earlier = LEDGER.alias("earlier")
    there = select(earlier.c.state).where(earlier.c.line_id == _LEDGER.depends_on).scalar_subquery()
    in_ims = or_(_LEDGER.depends_on.startswith(IN_IMS, autoescape=True), there.in_(_THERE))
    return func.coalesce(or_(_LEDGER.depends_on.is_(None), in_ims), text("false"))
