"""Compare the lines of a month that was signed with what would be decided now; pure.

What counts of a line is whether it belongs into iMatchSkills and with which facts. A line that is rightly not entered
counts as one that is not there, and a line that waits for something counts by its amount alone: so nothing differs
because a line was entered meanwhile, or because what it waits for has another name.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Final

import polars as pl

from sync.summary.figures import AT_RISK, INVOICEABLE

_FACTS: Final = (
    "customer_id", "job_seeker_id", "provider", "month", "date", "entry_kind", "entry_name", "funder_selection",
)  # fmt: skip
_SHOWN: Final = ("outcome", "provider", "month", "date", "entry_name", "amount")
_MARK: Final = "\x1f"


class Change(StrEnum):
    """How a line differs from what was signed."""

    NEW = "new"
    GONE = "gone"
    MONEY = "money"
    CHANGED = "changed"


class Outcome(StrEnum):
    """What becomes of a line that counts."""

    ENTERED = "entered"
    OPEN = "open"


def counted(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that count, with `outcome`, and `mark`: all that counts of the line."""
    outcome = pl.when(INVOICEABLE).then(pl.lit(str(Outcome.ENTERED))).when(AT_RISK).then(pl.lit(str(Outcome.OPEN)))
    kept = lines.with_columns(outcome.otherwise(None).alias("outcome")).drop_nulls("outcome")
    entered = pl.col("outcome") == Outcome.ENTERED
    facts = (pl.when(entered).then(pl.col(name).fill_null("")).otherwise(pl.lit("")) for name in _FACTS)
    mark = pl.concat_str("outcome", pl.col("amount").fill_null(""), *facts, separator=_MARK)
    return kept.with_columns(mark.alias("mark"))


def differences(signed: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return what differs: line_id, customer_id, change, fingerprint (of what is now), then_… and now_… columns.

    signed  the lines that were signed
    now     the lines of the month now, and the signed ones wherever they are now; each line once
    """
    then, after = (_prefixed(counted(lines), name) for lines, name in ((signed, "then"), (now, "now")))
    both = then.join(after, on="line_id", how="full", coalesce=True)
    both = both.filter(pl.col("then_mark").ne_missing(pl.col("now_mark")))
    change = (
        pl.when(pl.col("then_mark").is_null()).then(pl.lit(str(Change.NEW)))
        .when(pl.col("now_mark").is_null()).then(pl.lit(str(Change.GONE)))
        .when(pl.col("then_amount").ne_missing(pl.col("now_amount"))).then(pl.lit(str(Change.MONEY)))
        .otherwise(pl.lit(str(Change.CHANGED)))
    )  # fmt: skip
    both = both.with_columns(change.alias("change"), _fingerprints(both["now_mark"]))
    customer = pl.coalesce("now_customer_id", "then_customer_id").alias("customer_id")
    shown = [f"{when}_{name}" for when in ("then", "now") for name in _SHOWN]
    return both.select("line_id", customer, "change", "fingerprint", *shown).sort("customer_id", "line_id")


def held_back(lines: pl.DataFrame, signed: pl.DataFrame, accepted: Mapping[tuple[str, str], str]) -> set[str]:
    """Return which lines to enter may not be offered, because a signed month says otherwise.

    lines     columns of the decisions, with `close`: the number of the sign-off of their own month, if it is signed
    signed    the lines of all signed months, with `close`
    accepted  by (number of the sign-off, line) the fingerprint of what a person accepted
    A line is compared with the sign-off of its month, and with every one that holds the same line in another month.
    """
    now = counted(lines).select("line_id", "mark", pl.col("close").cast(pl.String))
    then = counted(signed).select("line_id", pl.col("close").cast(pl.String), then_mark="mark")
    pairs = pl.concat([
        now.drop_nulls("close"),
        now.drop("close").join(then.select("line_id", "close"), on="line_id"),
    ], how="diagonal").unique()  # fmt: skip
    pairs = pairs.join(then, on=["line_id", "close"], how="left").filter(pl.col("mark").ne_missing(pl.col("then_mark")))
    pairs = pairs.with_columns(_fingerprints(pairs["mark"]))
    told = pairs.select("close", "line_id", "fingerprint").iter_rows()
    return {line_id for close, line_id, print_ in told if accepted.get((close, line_id)) != print_}


def fingerprint(text: str | None) -> str:
    """Return what stands for a text in a form or in the database."""
    return sha256((text or "").encode()).hexdigest()[:16]


def _fingerprints(marks: pl.Series) -> pl.Series:
    return pl.Series("fingerprint", [fingerprint(mark) for mark in marks], pl.String)


def _prefixed(lines: pl.DataFrame, when: str) -> pl.DataFrame:
    names = ("customer_id", "mark", *_SHOWN)
    return lines.select("line_id", *(pl.col(name).alias(f"{when}_{name}") for name in names))
