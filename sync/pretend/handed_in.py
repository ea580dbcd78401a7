"""Pretend the person who typed into iMatchSkills what a keyer says was keyed: now and then with a slip."""

import random
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from sync.model import fold

Cells = dict[str, str]
SHARE = 0.1
"""Of the lines that a keyer says were keyed, with how many something goes wrong."""
_DAY = timedelta(days=1)


def typed(line_id: str, cells: Mapping[str, str], *, sure: bool = True) -> list[Cells]:
    """Return what stands in iMatchSkills of a line that was keyed: once, or with a slip; the same for the same line.

    sure  whether its keyer is; of what they are not sure every other one is there
    """
    chance = random.Random(line_id)  # noqa: S311 - slips, not secrets
    if not sure:
        return [dict(cells)] * chance.randrange(2)
    if chance.random() >= SHARE:
        return [dict(cells)]
    day_before = str(date.fromisoformat(cells["date"]) - _DAY)
    return chance.choice(([], [dict(cells)] * 2, [{**cells, "date": day_before}]))


def whole_read_back(
    entries: Iterable[Mapping[str, str]], providers: Collection[str], *, months: Collection[str], taken_at: str
) -> list[Cells]:
    """Return the scopes that say: every month of every provider was read back whole, with so many entries."""
    counted: dict[tuple[str, str], int] = {}
    for one in entries:
        scope = fold(one["provider"]), one["date"][:7]
        counted[scope] = counted.get(scope, 0) + 1
    return [
        {"provider": provider, "month": month, "complete": "yes", "taken_at": taken_at,
         "row_count": str(counted.get((fold(provider), month), 0))}
        for provider in sorted(providers) for month in sorted(months)
    ]  # fmt: skip
