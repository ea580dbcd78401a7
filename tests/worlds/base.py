"""What the makers of small made-up worlds share: chance, days, and odd ways to write a cell."""

from __future__ import annotations

import datetime
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Cells = dict[str, str]
Tables = dict[str, list[Cells]]
Choice = TypeVar("Choice")

UNREADABLE = ("n/a", "2024-02-30", "13/1/2024", "5/1/24", "tomorrow", "2024/01/05", "20240105")


@dataclass
class Maker:
    """One world in the making.

    noise      chance that a fact is missing, late or wrong
    mess       chance that a cell is written in an odd way
    contested  whether to write what the contract can be read about in two ways
    """

    rng: random.Random
    noise: float
    mess: float
    contested: bool
    start: datetime.date
    months: int
    as_of: datetime.date
    numbers: dict[str, int] = field(default_factory=dict)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def bad(self, factor: float = 1.0) -> bool:
        """Say whether this fact goes wrong."""
        return self.rng.random() < self.noise * factor

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return self.rng.choice(choices)

    def number(self, prefix: str) -> str:
        """Return the next id with a prefix."""
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]}"

    def month_start(self, number: int) -> datetime.date:
        months = self.start.year * 12 + self.start.month - 1 + number
        return datetime.date(months // 12, months % 12 + 1, 1)

    def day(self, low: int = 0, high: int | None = None) -> datetime.date:
        """Pick a day in one of the months; few different days, so that rows meet."""
        first = self.month_start(self.rng.randint(low, self.months - 1 if high is None else high))
        following = self.next_month(first)
        last = (following - datetime.timedelta(days=1)).day
        return first.replace(day=self.pick((1, 1, 3, 5, 10, 10, 15, 20, last)))

    def next_month(self, first: datetime.date) -> datetime.date:
        return (first + datetime.timedelta(days=32)).replace(day=1)

    def early(self, most: int = 40, least: int = 0) -> datetime.date:
        """Pick a day before everything begins, or its first day."""
        return self.start - datetime.timedelta(days=self.rng.randint(least, most))

    def odd(self, text: str) -> str:
        """Write a text in another case, spacing or normal form that is compared as the same."""
        if not self.chance(self.mess):
            return text
        way = self.rng.randint(0, 5)
        if way == 0:
            return text.upper()
        if way == 1:
            return text.lower()
        if way == 2:
            return text.replace(" ", "\u00a0 ")
        if way == 3:
            return f" {text}  "
        if way == 4:
            return unicodedata.normalize("NFD", text)
        return text.swapcase().replace(" ", "\t")

    def odd_id(self, text: str) -> str:
        return f" {text} " if self.chance(self.mess / 3) else text

    def written(self, day: datetime.date | None) -> str:
        """Write a date in one of its forms, or so that it cannot be read."""
        if day is None:
            return ""
        if self.bad(0.15):
            return self.pick(UNREADABLE)
        if not self.chance(self.mess):
            return day.isoformat()
        return self.pick(
            (
                f"{day.month}/{day.day}/{day.year}",
                f"{day.month:02d}/{day.day:02d}/{day.year}",
                f" {day.isoformat()} ",
            )
        )

    def stamp(self, day: datetime.date) -> str:
        """Write a stamp of a day: the date, or an instant."""
        hour = self.pick(("00:00:00Z", "00:00:00+00:00", "07:59:59.5Z", "12:30:00-08:00"))
        return self.pick((day.isoformat(), f"{day.isoformat()}T{hour}"))

    def money(self, cents: int) -> str:
        if self.bad(0.3):
            return self.pick(("", "12.5", "1,00.00", "0", "0.00", "-5.00", "$ 5", "five"))
        whole, rest = divmod(cents, 100)
        forms = [f"{whole}.{rest:02d}", f"${whole}.{rest:02d}", f"${whole:,}.{rest:02d}"]
        if rest == 0:
            forms += [f"{whole}", f"{whole:,}"]
        return self.pick(forms) if self.chance(self.mess) else forms[0]

    def yes(self) -> str:
        return self.pick(("yes", "Y", "TRUE", "1")) if self.chance(self.mess) else "yes"
