"""Give every kind of line the same shape."""

from typing import Any

import polars as pl

from sync.rules.rule import FINDINGS_TYPE

SHAPE: dict[str, Any] = {
    "line_id": pl.String, "source_kind": pl.String, "source_id": pl.String, "customer_id": pl.String,
    "job_seeker_id": pl.String, "program": pl.String, "provider": pl.String, "control": pl.String,
    "label": pl.String, "month": pl.Int32, "date": pl.Date, "entry_kind": pl.String,
    "entry_name": pl.String, "amount": pl.String, "funder_selection": pl.String,
    "findings": FINDINGS_TYPE, "standing": pl.String, "depends_on": pl.String, "choices": pl.String,
}  # fmt: skip


def shaped(lines: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Return the columns of SHAPE, null where the lines have none, and `more` of their own."""
    there = [pl.col(name) if name in lines.columns else pl.lit(None, kind).alias(name) for name, kind in SHAPE.items()]
    return lines.select(*there, *more)


def with_place(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `place`: the number of each line in the order of customer, date and line id; the rows stay where they are."""
    keys = lines.select("customer_id", "date", "line_id").with_row_index("row")
    placed = keys.sort("customer_id", "date", "line_id").select("row").with_row_index("place")
    return lines.with_columns(placed.sort("row")["place"])
