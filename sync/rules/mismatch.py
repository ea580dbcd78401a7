"""Say what a mismatch is, and give rows of every kind one shape."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Severity(StrEnum):
    """How grave a mismatch is, gravest first."""

    CLAIM = "claim"
    MONEY = "money"
    DATA = "data"
    NOTE = "note"


COLUMNS = (
    "mismatch_id", "kind", "severity", "customer_id", "job_seeker_id", "program", "provider", "month", "line_id",
    "entry_id", "field", "itrac_value", "ims_value", "advice",
)  # fmt: skip
_SHOWN = COLUMNS[3:13]


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table of mismatches.

    severity  of every row of the kind, unless the rows bring a column `severity`
    words     the mismatch in one sentence, for staff
    advice    who does what next
    source    the sentence of a guide it rests on, or what was agreed
    table     the table of the row that it starts from; blank where it starts from a line or an entry
    key       the column of that table that comes after the kind in the id; blank = the table's own key
    """

    kind: str
    severity: Severity
    words: str
    advice: str
    source: str
    table: str = ""
    key: str = ""


def mismatches(check: Check, rows: pl.DataFrame, *parts: str) -> pl.DataFrame:
    """Return rows as mismatches of one kind.

    rows   what of the columns customer_id … ims_value the kind fills, as text (months as `month`, months
           since year 0); `severity` where it differs from row to row
    parts  the columns that make the id, after the kind; a blank part is left out
    """
    severity = pl.col("severity") if "severity" in rows.columns else pl.lit(str(check.severity))
    month = pl.col("month").map_elements(month_text, return_dtype=pl.String)
    shown = [
        (month if name == "month" and rows.schema["month"] != pl.String else pl.col(name).cast(pl.String)).alias(name)
        if name in rows.columns
        else pl.lit(None, pl.String).alias(name)
        for name in _SHOWN
    ]
    return rows.select(
        pl.concat_str(pl.lit(check.kind), *parts, separator=":", ignore_nulls=True).alias("mismatch_id"),
        pl.lit(check.kind).alias("kind"),
        severity.cast(pl.String).alias("severity"),
        *shown,
        pl.lit(check.advice).alias("advice"),
    )


def month_text(month: int) -> str:
    """Return months since year 0 as YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def in_order(found: list[pl.DataFrame]) -> pl.DataFrame:
    """Return all mismatches in the order of the contract: customer, kind, id."""
    empty = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    rows = pl.concat([empty, *found])
    return rows.sort("customer_id", "kind", "mismatch_id", nulls_last=False)
