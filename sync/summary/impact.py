"""Tell which lines other rules would decide otherwise, and sum them up; pure."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from sync.model import LINE_COLUMNS
from sync.summary.figures import INVOICEABLE, cents_of

_COMPARED: Final = tuple(name for name in LINE_COLUMNS if name not in {"line_id", "crosswalk_version"})
_SHOWN: Final = (
    "customer_id", "program", "provider", "label", "month", "date", "entry_kind", "entry_name", "amount", "decision",
    "reasons", "standing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """Count the lines that change alike.

    then, now  their decision before and after; None where there is no such line
    cents      by how much more of their payments can be invoiced
    """

    program: str | None
    provider: str | None
    component: str | None
    then: str | None
    now: str | None
    lines: int
    cents: int


def changed_lines(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that are decided otherwise, or that only one of the two has.

    Columns: line_id, `change` (the columns that differ), then_… and now_….
    then, now  lines in the columns of the decisions file
    """
    old, new = _prefixed(then, "then"), _prefixed(now, "now")
    both = old.join(new, on="line_id", how="full", coalesce=True)
    unlike = {name: pl.col(f"then_{name}").ne_missing(pl.col(f"now_{name}")) for name in _COMPARED}
    named = (pl.when(differs).then(pl.lit(name)) for name, differs in unlike.items())
    shown = [f"{when}_{name}" for when in ("then", "now") for name in _SHOWN]
    change = pl.concat_str(*named, separator=";", ignore_nulls=True).alias("change")
    return both.filter(pl.any_horizontal(unlike.values())).select("line_id", change, *shown).sort("line_id")


def moved(changed: pl.DataFrame) -> list[Moved]:
    """Count lines by program, provider, component and how their decision changes; the most lines first."""
    names = {"program": "program", "provider": "provider", "component": "entry_name"}
    placed = changed.with_columns(
        *(pl.coalesce(f"now_{column}", f"then_{column}").alias(name) for name, column in names.items())
    )
    keys = [*names, "then_decision", "now_decision"]
    groups = placed.partition_by(keys, maintain_order=True, as_dict=True)
    found = [_counted(own, tuple(key)) for key, own in groups.items()]
    return sorted(found, key=lambda one: (-one.lines, *(str(part or "") for part in _place(one))))


def _counted(own: pl.DataFrame, key: tuple[str | None, ...]) -> Moved:
    program, provider, component, then, now = key
    return Moved(program, provider, component, then, now, len(own), cents_moved(own))


def cents_moved(changed: pl.DataFrame) -> int:
    """Return by how much more of the payments of these lines can be invoiced, in cents."""
    return _cents(changed, "now") - _cents(changed, "then")


def _place(one: Moved) -> tuple[str | None, ...]:
    return one.program, one.provider, one.component, one.then, one.now


def _cents(changed: pl.DataFrame, when: str) -> int:
    own = changed.select(pl.col(f"{when}_{name}").alias(name) for name in ("decision", "reasons", "amount"))
    return cents_of(own.filter(INVOICEABLE))


def _prefixed(lines: pl.DataFrame, when: str) -> pl.DataFrame:
    return lines.select("line_id", *(pl.col(name).alias(f"{when}_{name}") for name in _COMPARED))
