"""Turn numbers into the cells of an export: ids, days, stamps, money, and the oddities of typed text.

Days are whole days since 1970-01-01, months whole months since 1970-01, stamps whole
seconds since 1970-01-01 UTC.
"""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator

ODD_SHARE = 0.04
MONTH_FIRST_SHARE = 0.03


def day_number(day: date) -> int:
    """Count the days from 1970-01-01 to `day`."""
    return (day - date(1970, 1, 1)).days


def months_of(days: Ints) -> Ints:
    """Give the month of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(months: Ints) -> Ints:
    """Give the first day of each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def chance(rng: Rng, count: int, share: float) -> Bools:
    """Draw `count` booleans, each true with probability `share`."""
    return rng.random(count) < share


def within(rng: Rng, count: int, ends: tuple[int, int]) -> Ints:
    """Draw `count` whole numbers from the first to the second end, both included."""
    return rng.integers(ends[0], ends[1] + 1, count)


def ids(prefix: str, numbers: Ints, width: int) -> pl.Series:
    """Write numbers as ids, `S` and 1 as `S0000001` at width 7; longer numbers keep all their digits."""
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(width)


def picked(names: tuple[str, ...] | list[str], positions: Ints) -> pl.Series:
    """Give the name at each position."""
    return pl.Series(names, dtype=pl.String).gather(pl.Series(positions))


def blanked(values: pl.Series, blank: Bools) -> pl.Series:
    """Leave the cells empty where `blank` is true."""
    return values.set(pl.Series(blank), None)


def day_text(days: Ints, blank: Bools | None = None) -> pl.Series:
    """Write days as YYYY-MM-DD, empty where `blank` is true."""
    text = pl.Series(days).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d")
    return text if blank is None else blanked(text, blank)


def mixed_day_text(rng: Rng, days: Ints, blank: Bools | None = None) -> pl.Series:
    """Write days as YYYY-MM-DD, a few as M/D/YYYY, empty where `blank` is true."""
    month_first = pl.Series(days).cast(pl.Int32).cast(pl.Date).dt.strftime("%-m/%-d/%Y")
    text = month_first.zip_with(pl.Series(chance(rng, len(days), MONTH_FIRST_SHARE)), day_text(days))
    return text if blank is None else blanked(text, blank)


def month_text(months: Ints) -> pl.Series:
    """Write months as YYYY-MM."""
    return pl.Series(first_days(months)).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m")


def stamp_text(seconds: Ints) -> pl.Series:
    """Write stamps as RFC 3339 instants in UTC."""
    return pl.Series(seconds * 1000).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def money_text(rng: Rng, cents: Ints) -> pl.Series:
    """Write cents (0 to 999,999) as dollars: two decimals, some with a dollar sign or a thousands comma."""
    frame = pl.DataFrame({"cents": cents, "how": within(rng, len(cents), (0, 9))})
    dollars = (pl.col("cents") // 100).cast(pl.String)
    rest = "." + (pl.col("cents") % 100).cast(pl.String).str.zfill(2)
    grouped = pl.when(pl.col("cents") >= 100_000).then(dollars.str.head(1) + "," + dollars.str.tail(3))
    signed = pl.when(pl.col("how") == 0).then("$" + dollars + rest)
    text = signed.when(pl.col("how") == 1).then(grouped.otherwise(dollars) + rest).otherwise(dollars + rest)
    return frame.select(text.alias("amount"))["amount"]


def oddly_typed(rng: Rng, values: pl.Series, share: float = ODD_SHARE) -> pl.Series:
    """Retype a share of the cells: capitals, small letters, blanks around, or a doubled blank inside."""
    name = values.name
    how = np.where(chance(rng, len(values), share), within(rng, len(values), (1, 4)), 0)
    text = pl.col("text")
    typed = (
        pl.when(pl.col("how") == 1).then(text.str.to_uppercase())
        .when(pl.col("how") == 2).then(text.str.to_lowercase())
        .when(pl.col("how") == 3).then("  " + text + " ")
        .when(pl.col("how") == 4).then(text.str.replace(" ", "  ", literal=True))
        .otherwise(text)
    )  # fmt: skip
    return pl.DataFrame({"text": values, "how": how}).select(typed.alias(name))[name]
