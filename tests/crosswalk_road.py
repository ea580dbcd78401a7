"""Share what tests of the crosswalk's whole road compare: the lines of two plans, and what an impact told of them."""

from typing import Any

import polars as pl

from sync.store import Database, lines_of_plan, newest_plan

Cells = dict[str, Any]
_NOT_COMPARED = "crosswalk_version"


def lines_now(database: Database) -> pl.DataFrame:
    """Return the lines of the newest plan, without the version that each names."""
    plan = newest_plan(database)
    assert plan is not None
    return lines_of_plan(database, plan.id).drop(_NOT_COMPARED).sort("line_id")


def differing(before: pl.DataFrame, after: pl.DataFrame) -> tuple[list[Cells], list[Cells]]:
    """Return the lines of two plans that are unlike in any cell, as they were and as they are."""
    old, new = ({row["line_id"]: row for row in lines.to_dicts()} for lines in (before, after))
    unlike = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [old.get(name, {}) for name in unlike], [new.get(name, {}) for name in unlike]


def as_told(lines: list[Cells], told: pl.DataFrame, when: str) -> list[Cells]:
    """Return lines of a plan in the cells by which an impact told of them; when: "then" or "now"."""
    own = [name for name in told.columns if name.startswith(f"{when}_")]
    return [
        {name: line[name.removeprefix(f"{when}_")] for name in own} | {"line_id": line["line_id"]} for line in lines
    ]


def told_of(told: pl.DataFrame, when: str) -> list[Cells]:
    """Return what an impact told of each line, as it is or as it would be."""
    return told.select("line_id", pl.col(f"^{when}_.*$")).sort("line_id").to_dicts()
