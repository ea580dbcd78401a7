"""Reads single cells: text, dates, stamps, months, money, yes/no and closed lists.

Every reader returns None for a blank cell and for a cell it cannot read: both count as blank.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

LOS_ANGELES = zoneinfo.ZoneInfo("America/Los_Angeles")

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_MONEY = re.compile(r"(-?)\$?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{2}))?")
_WORD = re.compile(r"[^\W_]+")

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})

# text as compared -> the value it means
TERMS = {
    "long": "long",
    "long term": "long",
    "long-term": "long",
    "short": "short",
    "short term": "short",
    "short-term": "short",
}
SNAP_STATUSES = {word: word for word in ("eligible", "not eligible", "unknown")}
# the guide's options; the value says whether the option verifies engagement
ENGAGED = {
    "attending career coach appointments": "engaged",
    "gap in service": "not engaged",
    "career plan goals progress": "engaged",
    "career coach weekly contact": "engaged",
    "employed": "engaged",
    "job searching": "engaged",
    "training": "engaged",
    "not engaged": "not engaged",
}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
ENTRY_KINDS = {word: word for word in ("orientation", "assessment", "plan", "component", "support")}


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return the text as it is compared: NFC, trimmed, inner white space folded, case folded."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


@lru_cache(maxsize=100_000)
def words(text: str) -> frozenset[str]:
    """Return the runs of letters and digits of a text."""
    return frozenset(_WORD.findall(fold(text)))


@lru_cache(maxsize=100_000)
def read_date(text: str) -> datetime.date | None:
    """Read YYYY-MM-DD or M/D/YYYY."""
    trimmed = text.strip()
    iso = _ISO_DATE.fullmatch(trimmed)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    us = _US_DATE.fullmatch(trimmed)
    if us:
        return _date(int(us[3]), int(us[1]), int(us[2]))
    return None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True)
class Stamp:
    """A moment, and the calendar day it belongs to."""

    seconds: datetime.datetime
    fraction: Decimal
    day: datetime.date

    @property
    def instant(self) -> tuple[datetime.datetime, Decimal]:
        return (self.seconds, self.fraction)


@lru_cache(maxsize=100_000)
def read_stamp(text: str) -> Stamp | None:
    """Read a date (its first instant, UTC) or an RFC 3339 instant."""
    day = read_date(text)
    if day is not None:
        start = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
        return Stamp(start, Decimal(0), day)
    found = _INSTANT.fullmatch(text.strip())
    if not found:
        return None
    try:
        zone = _offset(found[8])
        year, month, date, hour, minute, second = (int(found[place]) for place in range(1, 7))
        local = datetime.datetime(year, month, date, hour, minute, second, tzinfo=zone)
        return Stamp(
            local.astimezone(datetime.UTC),
            Decimal("0." + (found[7] or "0")),
            local.astimezone(LOS_ANGELES).date(),
        )
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> datetime.timezone:
    if text in "Zz":
        return datetime.UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    size = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-size if text[0] == "-" else size)


@lru_cache(maxsize=10_000)
def read_month(text: str) -> str | None:
    """Read YYYY-MM; return it in that form."""
    found = _MONTH.fullmatch(text.strip())
    if found and _date(int(found[1]), int(found[2]), 1):
        return f"{found[1]}-{found[2]}"
    return None


@lru_cache(maxsize=100_000)
def read_money(text: str) -> int | None:
    """Read an amount as whole cents."""
    found = _MONEY.fullmatch(text.strip())
    if not found:
        return None
    cents = int(found[2].replace(",", "")) * 100 + int(found[3] or "0")
    return -cents if found[1] else cents


def show_money(cents: int | None) -> str:
    """Write cents with two decimals, blank if not known."""
    if cents is None:
        return ""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def read_yes_no(text: str) -> bool | None:
    """Read yes/no; None where not known."""
    word = fold(text)
    if word in YES:
        return True
    if word in NO:
        return False
    return None


def month_of(day: datetime.date) -> str:
    """Return the calendar month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def month_number(day: datetime.date) -> int:
    """Number the months one after the other."""
    return day.year * 12 + day.month - 1


def first_day(number: int) -> datetime.date:
    """Return the first day of a numbered month."""
    return datetime.date(number // 12, number % 12 + 1, 1)


def last_day(day: datetime.date) -> datetime.date:
    """Return the last day of a day's month."""
    return first_day(month_number(day) + 1) - datetime.timedelta(days=1)


def letters(text: str) -> str:
    """Return a text as it is compared by its letters alone."""
    return "".join(mark for mark in fold(text) if mark.isalpha())


def read_number(text: str) -> int | None:
    """Read a whole number written in digits alone."""
    trimmed = text.strip()
    return int(trimmed) if re.fullmatch("[0-9]+", trimmed) else None


def read_month_name(text: str) -> int | None:
    """Read an English month name or a number from 1 to 12."""
    word = fold(text)
    if word in MONTHS:
        return MONTHS.index(word) + 1
    number = read_number(word)
    return number if number is not None and 1 <= number <= 12 else None
