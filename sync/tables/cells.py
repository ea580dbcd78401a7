"""Read cells by their kind; what does not fit its kind becomes null.

Each kind has one reader for one text. A column is read through its distinct texts, so that a million
dates cost a few hundred readings.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from sync.model import Kind, fold
from sync.model.words import WHITE

_EDGE = f"^[{WHITE}]|[{WHITE}]$|^$"
_BLANK = f"^[{WHITE}]*$"
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_US_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_PLAIN_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z$"
_MONEY = re.compile(r"(-?)\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{2}))?")
_YES_NO = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
_MONTH_NAMES = [fold(date(2026, month, 1).strftime("%B")) for month in range(1, 13)]
FEW = 40
"""So many cells are read one by one sooner than their distinct texts are found."""
_ENGAGED = {
    "attending career coach appointments", "gap in service", "career plan goals progress",
    "career coach weekly contact", "employed", "job searching", "training", "not engaged",
}  # fmt: skip


def read_date(text: str) -> date | None:
    """Read `YYYY-MM-DD` or `M/D/YYYY`."""
    text = text.strip()
    if match := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _US_DAY.fullmatch(text):
        month, day, year = map(int, match.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_stamp(text: str) -> datetime | None:
    """Read a date (its first instant, UTC) or an RFC 3339 instant."""
    if (day := read_date(text)) is not None:
        return datetime.combine(day, time(), UTC)
    instant = text.strip().upper()
    if not _INSTANT.fullmatch(instant):
        return None
    leap = timedelta(seconds=instant[17:19] == "60")
    plain = instant[:17] + "59" + instant[19:] if leap else instant
    try:
        return datetime.fromisoformat(plain).astimezone(UTC) + leap
    except (ValueError, OverflowError):
        return None


def read_month(text: str) -> int | None:
    """Read `YYYY-MM` as the number of months since year 0."""
    day = read_date(f"{text.strip()}-01")
    return None if day is None or "/" in text else day.year * 12 + day.month - 1


def read_money(text: str) -> str | None:
    """Read an amount, exactly, as text with two decimals and without commas or dollar sign."""
    match = _MONEY.fullmatch(text.strip())
    if not match:
        return None
    sign, whole, cents = match.groups()
    amount = f"{whole.replace(',', '').lstrip('0') or '0'}.{cents or '00'}"
    return amount if amount == "0.00" else sign + amount


def _read_term(text: str) -> str | None:
    return {"long": "long", "short": "short"}.get(fold(text).replace("-", " ").removesuffix(" term"))


def _read_entry_kind(text: str) -> str | None:
    return fold(text) if fold(text) in {"orientation", "assessment", "plan", "component", "support"} else None


def _read_snap(text: str) -> str | None:
    return fold(text) if fold(text) in {"eligible", "not eligible", "unknown"} else None


def _read_month_name(text: str) -> str | None:
    known = fold(text) in _MONTH_NAMES or re.fullmatch("0?[1-9]|1[0-2]", text.strip())
    return text if known else None


def _read_last4(text: str) -> str | None:
    return text.strip() if re.fullmatch("[0-9]{4}|refused", fold(text)) else None


def _read_month_day(text: str) -> str | None:
    whole = re.fullmatch("[0-9]{2}/[0-9]{2}", text.strip())
    return text.strip() if whole and read_date(f"{text.strip()}/2024") else None


READERS: dict[Kind, tuple[Callable[[str], object], pl.DataType]] = {
    Kind.DATE: (read_date, pl.Date()),
    Kind.MONTH: (read_month, pl.Int32()),
    Kind.MONEY: (read_money, pl.String()),
    Kind.YES_NO: (lambda text: _YES_NO.get(fold(text)), pl.Boolean()),
    Kind.INTEGER: (
        lambda text: int(text) if re.fullmatch(r"\s*-?[0-9]{1,15}\s*", text) else None,
        pl.Int64(),
    ),
    Kind.SNAP: (_read_snap, pl.String()),
    Kind.ENTRY: (_read_entry_kind, pl.String()),
    Kind.TERM: (_read_term, pl.String()),
    Kind.MONTH_DAY: (_read_month_day, pl.String()),
    Kind.LAST4: (_read_last4, pl.String()),
    Kind.ENGAGED: (lambda text: fold(text) if fold(text) in _ENGAGED else None, pl.String()),
    Kind.MONTH_NAME: (_read_month_name, pl.String()),
}


def by_value(cells: pl.Series, read: Callable[[str], object], dtype: pl.DataType) -> pl.Series:
    """Read a column of texts through its distinct texts, or a short one cell by cell."""
    if len(cells) <= FEW:
        return pl.Series([None if text is None else read(text) for text in cells], dtype=dtype)
    distinct = cells.drop_nulls().unique()
    read_once = pl.Series([read(text) for text in distinct], dtype=dtype)
    return cells.replace_strict(distinct, read_once, default=None, return_dtype=dtype)


def read_stamps(cells: pl.Series) -> pl.Series:
    """Read a column of stamps as instants in UTC."""
    kind = pl.Datetime("us", "UTC")
    if len(cells) <= FEW:
        return by_value(cells, read_stamp, kind)
    plain = pl.when(cells.str.contains(_PLAIN_INSTANT)).then(cells)
    instants = pl.select(plain.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False))
    read = instants.to_series().dt.replace_time_zone("UTC")
    rest = pl.select(pl.when(read.is_null()).then(cells)).to_series()
    return read.fill_null(by_value(rest, read_stamp, kind))


def days_of_stamps(texts: pl.Series, stamps: pl.Series) -> pl.Series:
    """Return the day of each stamp: the date written, or an instant's day in America/Los_Angeles."""
    local = stamps.dt.convert_time_zone("America/Los_Angeles").dt.date()
    is_instant = texts.str.contains(":", literal=True)
    return pl.select(pl.when(is_instant).then(local).otherwise(stamps.dt.date())).to_series()


def tidy(cells: pl.Series, kind: Kind) -> pl.Series:
    """Trim ids; make cells of blanks alone null; leave other texts as they came."""
    odd = cells.str.contains(_EDGE if kind is Kind.ID else _BLANK)
    if not odd.any():
        return cells
    trimmed = cells.str.strip_chars(WHITE)
    return pl.select(pl.when(trimmed != "").then(trimmed if kind is Kind.ID else cells).alias(cells.name)).to_series()
