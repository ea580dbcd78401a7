"""Compare free text as everywhere: folded."""

import polars as pl

from sync.model import fold
from sync.rules.attach import attach


def folded(rows: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Add `name`: the column as it is compared; null stays null."""
    distinct = rows[column].drop_nulls().unique()
    keys = pl.DataFrame({column: distinct, name: pl.Series([fold(text) for text in distinct], dtype=pl.String)})
    return attach(rows, keys, on=column)
