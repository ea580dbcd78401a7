"""Keep for each plan how many lines of each program and provider were decided how, to compare later plans with."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from sync.store.database import Database
from sync.store.schema import PLAN, PLAN_SHARE


def add_shares(conn: Connection, plan_id: int, shares: Mapping[str, Any]) -> None:
    """Store the shares of a new plan, within the caller's transaction."""
    conn.execute(PLAN_SHARE.insert().values(plan_id=plan_id, shares=dict(shares)))


def shares_of(db: Database, plan_id: int) -> Mapping[str, Any] | None:
    """Return the shares of a plan; None where it has none."""
    with db.read() as conn:
        return conn.scalar(select(PLAN_SHARE.c.shares).where(PLAN_SHARE.c.plan_id == plan_id))


def earlier_shares(db: Database, as_of: date, reach: timedelta) -> list[Mapping[str, Any]]:
    """Return the shares of the last plan of each day before a day, as far back as told, the newest first."""
    days = (PLAN.c.as_of < as_of.isoformat(), PLAN.c.as_of >= (as_of - reach).isoformat())
    query = select(PLAN.c.as_of, PLAN_SHARE.c.shares).join(PLAN_SHARE, PLAN_SHARE.c.plan_id == PLAN.c.id)
    with db.read() as conn:
        found = {row[0]: row[1] for row in conn.execute(query.where(*days).order_by(PLAN.c.id))}
    return [found[day] for day in sorted(found, reverse=True)]
