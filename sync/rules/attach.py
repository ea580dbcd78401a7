"""Add facts to lines by key, one row of facts for each key."""

from collections.abc import Sequence

import polars as pl


def attach(
    lines: pl.DataFrame, facts: pl.DataFrame, on: str | Sequence[str], *, blanks_match: bool = False
) -> pl.DataFrame:
    """Add the other columns of `facts` to the lines; null where the key is not among the facts.

    The lines stay as they are and in their order; raises polars' ShapeError where a key of the facts is
    not unique. A null key matches nothing, unless `blanks_match`.
    """
    keys = [on] if isinstance(on, str) else list(on)
    found = lines.select(keys).join(facts, on=keys, how="left", nulls_equal=blanks_match, maintain_order="left")
    return lines.hstack(found.drop(keys))
