"""Offer lines to iMatchSkills: write into the ledger what is to be entered, each line once."""

from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import ColumnElement, Connection, bindparam, select

from sync.store.binding import restored_at
from sync.store.bulk import in_parts, insert_frame, select_frame
from sync.store.database import alone
from sync.store.kinds import as_text
from sync.store.schema import LEDGER
from sync.store.states import IN_IMS, STEPS, State

_FACTS = {
    "customer_id": pl.String, "job_seeker_id": pl.String, "provider": pl.String, "kind": pl.String,
    "name": pl.String, "month": pl.String, "date": pl.String, "amount": pl.String,
    "funder_selection": pl.String, "depends_on": pl.String, "body": pl.Binary,
}  # fmt: skip
OFFER_COLUMNS = pl.Schema({"line_id": pl.String, **_FACTS})
_KNOWN = pl.Schema({"line_id": pl.String, "state": pl.String, **_FACTS})
_LEDGER = LEDGER.c
_STEP = pl.col("kind").replace_strict(STEPS, return_dtype=pl.Int64).alias("step")
_DOUBTED = "it may have been entered between the backup and the restore"
_FACTS_MAY_CHANGE = (State.TO_DO, State.REFUSED)


class Offered(NamedTuple):
    """Count the lines that are new, that were offered anew with other facts, and that were left as they are."""

    new: int
    renewed: int
    left: int


def offer(conn: Connection, lines: pl.DataFrame, *, plan_id: int, now: datetime) -> Offered:
    """Write down what is to be entered.

    lines  columns as OFFER_COLUMNS, each line once; `body` is what will be sent, the same bytes at each try
    A line that the ledger knows is left as it is, but for one that is to do or was refused and has other facts now,
    and one that was withdrawn. Whoever holds such a line loses it, and with it the bytes that are out of date.
    In a database that came out of a backup, lines of that month and before are unclear at first (see `doubt`).
    """
    alone(conn, LEDGER)
    lines = lines.select(OFFER_COLUMNS.names())
    lines = lines.with_columns(_waits(conn, lines["depends_on"]), _STEP)
    known = _known(conn, lines["line_id"])
    new = lines.join(known, on="line_id", how="anti")
    compared = lines.join(known, on="line_id", suffix="_known")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_known")) for name in _FACTS)
    may_change = pl.col("state").is_in(_FACTS_MAY_CHANGE) & differs | (pl.col("state") == State.WITHDRAWN)
    renewed = compared.filter(may_change).select(*lines.columns, "state")
    insert_frame(conn, LEDGER, _as_new(new, plan_id, now))
    count = _renew(conn, renewed, plan_id=plan_id, now=now)
    _doubt_offered(conn, now)
    return Offered(len(new), count, len(lines) - len(new) - count)


def doubt(conn: Connection, which: ColumnElement[bool], since: datetime) -> int:
    """Take lines that are to do for unclear since a restore; return how many.

    They may have been entered after the backup was made, and then the database does not know it. A read-back of their
    provider and month tells, as for every unclear line.
    """
    doubted = LEDGER.update().where(_LEDGER.state == State.TO_DO, which)
    told = {"state": State.UNCLEAR, "changed_at": since, "words": _DOUBTED, "next_try_at": None}
    return conn.execute(doubted.values(**told, lease_owner=None, lease_until=None)).rowcount


def _doubt_offered(conn: Connection, now: datetime) -> None:
    """Doubt what was offered just now and may have been entered between a backup and its restore.

    Nothing dated later than the month of the restore can have been: what lies in the future is held.
    """
    since = restored_at(conn)
    if since is not None:
        doubt(conn, (_LEDGER.changed_at == now) & (_LEDGER.month <= since.strftime("%Y-%m")), since)


def _known(conn: Connection, line_ids: pl.Series) -> pl.DataFrame:
    query = select(*(_LEDGER[name] for name in _KNOWN))
    parts = [select_frame(conn, query.where(_LEDGER.line_id.in_(part)), _KNOWN) for part in in_parts(line_ids)]
    return pl.concat([pl.DataFrame(schema=_KNOWN), *parts])


def _waits(conn: Connection, depends_on: pl.Series) -> pl.Series:
    """Say of each line whether what it depends on has still to be confirmed; `confirm` ends the waiting."""
    earlier = depends_on.filter(~depends_on.str.starts_with(IN_IMS)).unique()
    there = select(_LEDGER.line_id).where(_LEDGER.state == State.CONFIRMED)
    parts = (conn.scalars(there.where(_LEDGER.line_id.in_(part))) for part in in_parts(earlier.drop_nulls()))
    waited_for = set(earlier).difference(*parts)
    return depends_on.is_in(waited_for).fill_null(value=False).alias("waits")


def _as_new(lines: pl.DataFrame, plan_id: int, now: datetime) -> pl.DataFrame:
    return lines.with_columns(
        pl.lit(plan_id, pl.Int64).alias("plan_id"),
        pl.lit(State.TO_DO.value).alias("state"),
        pl.lit(0, pl.Int64).alias("tries"),
        pl.lit(as_text(now)).alias("offered_at"),
        pl.lit(as_text(now)).alias("changed_at"),
    )


def _renew(conn: Connection, lines: pl.DataFrame, *, plan_id: int, now: datetime) -> int:
    """Give lines their new facts, but for those that a sender has begun meanwhile; return how many got them.

    How often they were tried and when they were first offered stays.
    """
    if lines.is_empty():
        return 0
    facts: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _FACTS}
    statement = LEDGER.update().where(
        _LEDGER.line_id == bindparam("new_line_id"), _LEDGER.state == bindparam("new_state")
    )
    statement = statement.values(
        **facts, step=bindparam("new_step"), waits=bindparam("new_waits"), plan_id=plan_id,
        state=State.TO_DO, changed_at=now, words=None, next_try_at=None, lease_owner=None, lease_until=None,
    )  # fmt: skip
    done = conn.execute(statement, [{f"new_{name}": cell for name, cell in row.items()} for row in lines.to_dicts()])
    return done.rowcount
