"""Makes small messy worlds, the same for the same seed.

Every person, provider record and amount is made up. Most rows are good, so that the later stages
are reached; how much goes wrong differs from world to world.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, replace

from tests.worlds.base import Maker, Tables
from tests.worlds.checks import make_checks, make_scopes
from tests.worlds.crosswalk import make_walk
from tests.worlds.ims import make_ims
from tests.worlds.rows import Made, make_customer

STARTS = (datetime.date(2023, 11, 1), datetime.date(2024, 1, 1), datetime.date(2024, 2, 1))
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What `decide` takes."""

    seed: int
    tables: Tables
    crosswalk: dict[str, list[dict[str, str]]]
    settings: dict[str, object]
    as_of: datetime.date
    crosswalk_version: str


def world(seed: int, contested: bool = False, checks: bool = False, customers: int | None = None) -> World:
    """Make the world of a seed.

    contested   adds what the contract can be read about in two ways
    checks      fills the tables that only mismatches and data-entry checks look at
    customers   how many customers; a few if not said
    """
    rng = random.Random(f"world {seed} {contested}")
    start, months = rng.choice(STARTS), rng.randint(2, 4)
    noise = rng.choice((0.0, 0.01, 0.03, 0.06, 0.12, 0.2))
    mess = rng.choice((0.0, 0.05, 0.2))
    maker = Maker(rng, noise, mess, contested, start, months, start)
    maker.as_of = _as_of(maker)
    walk, made = make_walk(maker), Made()
    for _ in range(rng.randint(5, 12) if customers is None else customers):
        make_customer(maker, walk, made)
    make_ims(maker, walk, made)
    other = replace(maker, rng=random.Random(f"checks {seed} {contested}"))
    if checks:
        make_checks(other, walk, made)
    for table, rows in made.tables.items():
        _versions(maker, table, rows)
        rng.shuffle(rows)
    if checks:
        made.tables["ims_scopes"] = make_scopes(other, walk, made)
    tables = {table: rows for table, rows in made.tables.items() if not maker.bad(0.02)}
    return World(seed, tables, walk.tables, _settings(maker), maker.as_of, f"v{seed}")


def _as_of(maker: Maker) -> datetime.date:
    first = maker.month_start(maker.months - 1)
    following = maker.next_month(first)
    return maker.pick(
        (
            first.replace(day=maker.rng.randint(1, 28)),
            following - DAY,
            following,
            following + maker.rng.randint(1, 25) * DAY,
            following + maker.rng.randint(30, 90) * DAY,
        )
    )


def _versions(maker: Maker, table: str, rows: list[dict[str, str]]) -> None:
    """Repeat some rows, and add older, newer and equally new versions of some."""
    for row in list(rows):
        if maker.bad(0.15):
            rows.append(dict(row))
        if table != "choices" and maker.bad(0.3):
            rows.append(_version(maker, row))
        if maker.bad(0.05):
            rows.append({**row, next(iter(row)): " "})


def _version(maker: Maker, row: dict[str, str]) -> dict[str, str]:
    """Return a row of the same id that differs in a cell and perhaps in its stamp."""
    other = dict(row)
    columns = [name for name in list(row)[1:] if name not in ("month", "modified_at", "checked_on")]
    column = maker.pick(columns)
    other[column] = maker.pick(("", maker.day().isoformat(), "Completed", "2"))
    for stamp in ("modified_at", "checked_on", "taken_at", "entered_at"):
        if stamp in other and maker.chance(0.6):
            other[stamp] = maker.pick((maker.stamp(maker.as_of), maker.stamp(maker.early()), "", "never"))
    return other


def _settings(maker: Maker) -> dict[str, object]:
    days = maker.day()
    retention: list[object] = [{"value": maker.pick((5, 30, 90)), "first": "", "last": ""}]
    if maker.chance(0.2):
        before = {"value": 90, "first": "", "last": (days - DAY).isoformat()}
        retention = [before, {"value": 20, "first": days.isoformat(), "last": ""}]
    half = maker.chance(0.5)
    return {
        "first_of_month.type": maker.pick(("component", "service")),
        "first_of_month.scope": maker.pick(("customer-provider", "customer-provider", "customer")),
        "support.order": maker.pick(("component-first", "component-same-month", "first-support-only")),
        "continuing_training": maker.pick(("ask", "ask", "start-month-only", "every-month")),
        "plan.long_term_target": maker.pick(("case-noted", "case-noted", "required")),
        "worksource.programs": ["WorkSource Adult", "WorkSource Dislocated Worker"][: 1 if half else 2],
        "worksource.exempt_programs": maker.pick((["NextGen", "PDX Youth@Work"], ["EOP AHFE"], [])),
        "retention.days": retention,
        "funder.absent": maker.pick(("flag", "flag", "no-selection")),
        "contracts.enforced": maker.chance(0.3),
        "hold.max_days": maker.pick((0, 20, 45, 45, 400)),
        "training.max_months": maker.pick((2, 3, 36, 36, 36)),
    }
