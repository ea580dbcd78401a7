"""Keep who looked at whom, and handles that stand for customers in addresses of pages."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from sync.store.database import Database, alone
from sync.store.plan_lines import within
from sync.store.schema import PLAN_LINE
from sync.store.web_schema import ACCOUNT, HANDLE, LOOK

_LOOK = LOOK.c


@dataclass(frozen=True, slots=True)
class Look:
    """Say who looked at which customer, when, on which page, and whether the name was shown."""

    account: str
    customer_id: str
    at: datetime
    page: str
    named: bool


def note_look(db: Database, account_id: int, look: Look) -> None:
    """Write down a look before anything is shown."""
    values = {"customer_id": look.customer_id, "at": look.at, "page": look.page, "named": look.named}
    with db.write() as conn:
        conn.execute(LOOK.insert().values(account_id=account_id, **values))


def newest_looks(db: Database, limit: int) -> list[Look]:
    """Return the newest looks, the newest first."""
    query = select(ACCOUNT.c.name, _LOOK.customer_id, _LOOK.at, _LOOK.page, _LOOK.named)
    joined = query.join(ACCOUNT, ACCOUNT.c.id == _LOOK.account_id).order_by(_LOOK.id.desc())
    with db.read() as conn:
        return [Look(*row) for row in conn.execute(joined.limit(limit))]


def handle_of(db: Database, customer_id: str) -> str:
    """Return the random handle that stands for a customer, made at the first call."""
    known = select(HANDLE.c.handle).where(HANDLE.c.customer_id == customer_id)
    with db.read() as conn:
        handle = conn.scalar(known)
    if handle is not None:
        return str(handle)
    with db.write() as conn:
        alone(conn, HANDLE)
        handle = conn.scalar(known)
        if handle is None:
            handle = secrets.token_urlsafe(16)
            conn.execute(HANDLE.insert().values(handle=handle, customer_id=customer_id))
    return str(handle)


def handles_of_customers(db: Database, ids: Collection[str]) -> dict[str, str]:
    """Return by customer the random handle that stands for them, made where there is none."""
    wanted = sorted(set(ids))
    known = select(HANDLE.c.customer_id, HANDLE.c.handle).where(HANDLE.c.customer_id.in_(wanted))
    with db.write() as conn:
        alone(conn, HANDLE)
        found = {str(customer): str(handle) for customer, handle in conn.execute(known)}
        new = {customer: secrets.token_urlsafe(16) for customer in wanted if customer not in found}
        if new:
            rows = [{"customer_id": customer, "handle": handle} for customer, handle in new.items()]
            conn.execute(HANDLE.insert(), rows)
    return found | new


def customer_behind(db: Database, handle: str) -> str | None:
    """Return whom a handle stands for."""
    with db.read() as conn:
        return conn.scalar(select(HANDLE.c.customer_id).where(HANDLE.c.handle == handle))


def customers_with_id(db: Database, plan_id: int, asked: str, *, providers: Collection[str]) -> list[str]:
    """Return the customers of a plan with this customer id or job seeker id, of the providers (none = all)."""
    line = PLAN_LINE.c
    return _customers(db, plan_id, (line.customer_id == asked) | (line.job_seeker_id == asked), providers=providers)


def visible(db: Database, plan_id: int, ids: Collection[str], *, providers: Collection[str]) -> list[str]:
    """Return those of some customers whom a plan has a line of, of the providers (none = all)."""
    return _customers(db, plan_id, PLAN_LINE.c.customer_id.in_(list(ids)), providers=providers)


def _customers(db: Database, plan_id: int, which: ColumnElement[bool], *, providers: Collection[str]) -> list[str]:
    line = PLAN_LINE.c
    query = select(line.customer_id).where(within(PLAN_LINE, plan_id), which, line.customer_id.is_not(None))
    if providers:
        query = query.where(line.provider.in_(list(providers)))
    with db.read() as conn:
        return list(conn.scalars(query.distinct().order_by(line.customer_id)))
