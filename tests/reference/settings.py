"""The rule settings with their defaults."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, cast

from . import cells

DEFAULTS: dict[str, object] = {
    "first_of_month.type": "component",
    "first_of_month.scope": "customer-provider",
    "support.order": "component-first",
    "continuing_training": "ask",
    "plan.long_term_target": "case-noted",
    "worksource.programs": ["WorkSource Adult", "WorkSource Dislocated Worker"],
    "worksource.exempt_programs": ["NextGen", "PDX Youth@Work"],
    "retention.days": [{"value": 90, "first": "", "last": ""}],
    "funder.absent": "flag",
    "contracts.enforced": False,
    "hold.max_days": 45,
    "training.max_months": 36,
}


@dataclass(frozen=True)
class Settings:
    """The settings in force."""

    by_service: bool
    by_provider: bool
    support_order: str
    continuing: str
    long_term_target_required: bool
    worksource: tuple[str, ...]
    exempt: tuple[str, ...]
    retention: tuple[tuple[int, datetime.date, datetime.date], ...]
    funder_needed: bool
    contracts_enforced: bool
    hold_days: int
    training_months: int

    def retention_days(self, day: datetime.date) -> int:
        """Return the value of retention.days on a day."""
        for value, first, last in self.retention:
            if first <= day <= last:
                return value
        raise ValueError(f"retention.days has a gap on {day}")


def read_settings(given: dict[str, object]) -> Settings:
    """Read the flat settings; what is not given has its default."""
    unknown = set(given) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"unknown settings: {sorted(unknown)}")
    values = cast(dict[str, Any], {**DEFAULTS, **given})
    return Settings(
        by_service=values["first_of_month.type"] == "service",
        by_provider=values["first_of_month.scope"] == "customer-provider",
        support_order=values["support.order"],
        continuing=values["continuing_training"],
        long_term_target_required=values["plan.long_term_target"] == "required",
        worksource=tuple(values["worksource.programs"]),
        exempt=tuple(values["worksource.exempt_programs"]),
        retention=_retention_rows(values["retention.days"]),
        funder_needed=values["funder.absent"] == "flag",
        contracts_enforced=values["contracts.enforced"],
        hold_days=values["hold.max_days"],
        training_months=values["training.max_months"],
    )


def _retention_rows(rows: list[dict[str, Any]]) -> tuple[tuple[int, datetime.date, datetime.date], ...]:
    """Read the dated values; the first is open at the start, the last at the end."""
    read = sorted(
        (
            cells.read_date(str(row.get("first") or "")) or datetime.date.min,
            cells.read_date(str(row.get("last") or "")) or datetime.date.max,
            int(row["value"]),
        )
        for row in rows
    )
    spans = []
    for place, (first, last, value) in enumerate(read):
        start = datetime.date.min if place == 0 else first
        end = datetime.date.max if place == len(read) - 1 else last
        spans.append((value, start, end))
    return tuple(spans)
