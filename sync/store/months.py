"""Keep who signed or reopened which month of a provider, the lines that were signed, and what people said of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import lz4.block
import polars as pl
from sqlalchemy import Connection, RowMapping, Select, func, insert, select

from sync.model import LINE_COLUMNS
from sync.store.blocks import HEADER, LINES, in_order, lines_in
from sync.store.bulk import in_parts, select_frame
from sync.store.database import Database, alone
from sync.store.months_schema import MONTH_CLOSE, MONTH_WORD
from sync.store.plan_lines import within
from sync.store.purged import refuse_purged_plan
from sync.store.schema import LEDGER, PLAN_LINE

_CLOSE, _WORD, _LINE, _LEDGER = MONTH_CLOSE.c, MONTH_WORD.c, PLAN_LINE.c, LEDGER.c
_STANDING = pl.Schema({"line_id": pl.String, "provider": pl.String, "month": pl.String, "state": pl.String})


class MonthAct(StrEnum):
    """What can be done to a month of a provider."""

    SIGN = "sign"
    REOPEN = "reopen"


class WordAct(StrEnum):
    """What a person can say of a point, a customer or a line of a month."""

    DECLARE = "declare"
    ACCEPT = "accept"
    DECLINE = "decline"
    TAKE_BACK = "take back"


class About(StrEnum):
    """What a word is about."""

    POINT = "point"
    CUSTOMER = "customer"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClose:
    """Say who signs or reopens a month, and why; `lines` are those that are signed, none where it is reopened."""

    provider: str
    month: str
    act: MonthAct
    by: str
    at: datetime
    reason: str
    plan_id: int | None = None
    counts: Mapping[str, Any]
    lines: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Carry one sign-off or reopening; `block` packs the lines that were signed, and is blank once they were purged."""

    id: int
    provider: str
    month: str
    act: MonthAct
    by: str
    at: datetime
    reason: str
    plan_id: int | None
    digest: str | None
    counts: Mapping[str, Any]
    block: bytes

    @property
    def lines(self) -> pl.DataFrame:
        """Return the lines that were signed, in the order of the decisions file."""
        return lines_in([self.block] if self.block else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Say what a person says of a point, a customer or a line of a month.

    fingerprint  stands for what the person saw; the word holds for that alone
    """

    provider: str
    month: str
    about: About
    subject: str
    act: WordAct
    fingerprint: str
    by: str
    at: datetime
    reason: str


def hold_months(conn: Connection) -> None:
    """Let nobody else sign, reopen or offer lines of months until the transaction ends."""
    alone(conn, MONTH_CLOSE)


def digest_of_lines(lines: pl.DataFrame) -> str:
    """Return the digest of lines, worked out as that of a plan is: SHA-256 of their decisions file."""
    return sha256(HEADER + _bytes(lines)).hexdigest()


def add_close(conn: Connection, new: NewClose) -> Close:
    """Write a sign-off or a reopening down; the caller holds `month_close` alone."""
    content = b"" if new.lines is None else _bytes(new.lines)
    values = {
        "provider": new.provider, "month": new.month, "act": new.act, "by": new.by, "at": new.at,
        "reason": new.reason, "plan_id": new.plan_id, "counts": dict(new.counts),
        "digest": None if new.lines is None else sha256(HEADER + content).hexdigest(),
        "block": lz4.block.compress(content) if content else b"",
    }  # fmt: skip
    number = conn.execute(insert(MONTH_CLOSE).values(values).returning(_CLOSE.id)).scalar_one()
    return _close(conn.execute(_closes().where(_CLOSE.id == number)).one()._mapping)


def closes(conn: Connection, months: Collection[str] | None = None) -> list[Close]:
    """Return every sign-off and reopening of these months (None: of all), the oldest first."""
    query = _closes() if months is None else _closes().where(_CLOSE.month.in_(list(months)))
    return [_close(row._mapping) for row in conn.execute(query.order_by(_CLOSE.id))]


def newest_words(db: Database) -> tuple[int, int]:
    """Return the numbers of the newest sign-off or reopening and of the newest word; 0 where there is none."""
    with db.read() as conn:
        close, word = (conn.scalar(select(func.max(column.id))) for column in (_CLOSE, _WORD))
    return close or 0, word or 0


def add_words(conn: Connection, said: Iterable[Word]) -> None:
    """Add what a person says."""
    values = [asdict(word) for word in said]
    if values:
        conn.execute(insert(MONTH_WORD), values)


def words(conn: Connection, months: Collection[str] | None = None) -> list[Word]:
    """Return everything that was said of these months (None: of all), the oldest first."""
    query = select(*(_WORD[name] for name in Word.__slots__)).order_by(_WORD.id)
    if months is not None:
        query = query.where(_WORD.month.in_(list(months)))
    return [_word(row._mapping) for row in conn.execute(query)]


def last_said(conn: Connection) -> str:
    """Return what is different whenever somebody signed, reopened or said something of a month."""
    newest = [conn.scalar(select(func.max(table.c.id))) or 0 for table in (MONTH_CLOSE, MONTH_WORD)]
    return "{}.{}".format(*newest)


def lines_of_months(
    conn: Connection, plan_id: int, months: Collection[str], *, providers: Collection[str] | None = None
) -> pl.DataFrame:
    """Return the lines of a plan in these months, of providers as they came (None: all), as in the decisions file."""
    refuse_purged_plan(conn, plan_id)
    query = select(*(_LINE[name] for name in LINE_COLUMNS)).where(within(PLAN_LINE, plan_id))
    query = query.where(_LINE.month.in_(list(months)))
    if providers is not None:
        query = query.where(_LINE.provider.in_(list(providers)))
    return in_order(select_frame(conn, query, LINES))


def providers_of_month(conn: Connection, plan_id: int, month: str) -> list[str]:
    """Return the providers of which a plan has lines in a month, as they came."""
    query = select(_LINE.provider).where(within(PLAN_LINE, plan_id), _LINE.month == month)
    return sorted(conn.scalars(query.where(_LINE.provider.is_not(None)).distinct()))


def signed_lines(signed: Iterable[Close]) -> pl.DataFrame:
    """Return the lines of several sign-offs, with `close`: the number of the sign-off."""
    kept = [close for close in signed if close.block]
    numbers = [number for close in kept for number in [close.id] * close.counts["lines"]]
    lines = lines_in(close.block for close in kept)
    return lines.with_columns(pl.Series("close", numbers, pl.Int64))


def lines_named(conn: Connection, plan_id: int, line_ids: Collection[str]) -> pl.DataFrame:
    """Return the lines of a plan with these ids, whatever their month is now."""
    query = select(*(_LINE[name] for name in LINE_COLUMNS)).where(within(PLAN_LINE, plan_id))
    parts = [select_frame(conn, query.where(_LINE.line_id.in_(part)), LINES) for part in in_parts(line_ids)]
    return pl.concat([pl.DataFrame(schema=LINES), *parts])


def months_of_plan(conn: Connection, plan_id: int) -> list[str]:
    """Return the months of which a plan has lines, in order."""
    query = select(_LINE.month).where(within(PLAN_LINE, plan_id), _LINE.month.is_not(None)).distinct()
    return sorted(conn.scalars(query))


def ledger_of_months(conn: Connection, months: Collection[str]) -> pl.DataFrame:
    """Return of every line of these months that was ever offered how it stands: line_id, provider, month, state."""
    query = select(*(_LEDGER[name] for name in _STANDING)).where(_LEDGER.month.in_(list(months)))
    return select_frame(conn, query, _STANDING)


def _bytes(lines: pl.DataFrame) -> bytes:
    return in_order(lines.select(LINE_COLUMNS)).write_csv(include_header=False).encode()


def _closes() -> Select[Any]:
    return select(*(_CLOSE[name] for name in Close.__slots__))


def _close(row: RowMapping) -> Close:
    return Close(**{**row, "act": MonthAct(row["act"])})


def _word(row: RowMapping) -> Word:
    return Word(**{**row, "about": About(row["about"]), "act": WordAct(row["act"])})
