"""Stage 3 of services: let one service stand for each unit and month; say of every other what stands for it."""

from typing import NamedTuple

import polars as pl

from sync.model import Decision, Reason, RuleSettings
from sync.model.settings import MonthScope, MonthType
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.look_alikes import settle_look_alikes
from sync.rules.rule import found

_ALREADY = found(Reason.ALREADY_IN_IMS, Decision.NO_ENTRY)
_SAME_TYPE = found(Reason.SAME_TYPE_THIS_MONTH, Decision.NO_ENTRY)
_POSSIBLY = found(Reason.POSSIBLY_IN_IMS, Decision.FLAG)


class Unit(NamedTuple):
    """Which columns make a unit, and which of them entries have too."""

    of_lines: list[str]
    of_entries: list[str]


def unit_of(settings: RuleSettings) -> Unit:
    """Return which columns make a unit under the settings."""
    provider = ["provider_key"] if settings.first_of_month.scope is MonthScope.CUSTOMER_PROVIDER else []
    service = ["service_key"] if settings.first_of_month.type is MonthType.SERVICE else []
    shared = ["component_key", "month", *provider]
    return Unit(["customer_id", *shared, *service], ["seeker", *shared])


def first_of_month(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Let one service stand for each unit and month; say of every other what stands for it.

    lines   service lines that passed stage 1; `place` orders them by (customer_id, date, line_id);
            `findings` holds those of stage 2, 0 = passing
    Returns the lines with `standing` and the stage 3 findings added.
    Source: Career Boost Data Entry Guide, "First delivered service for the month (of each type of service)".
    """
    unit = unit_of(context.settings)
    dealt = _dealt(lines, context, unit)
    units = _units(lines, unit).join(dealt, on="first_place", how="left")
    lines = attach(lines, units, unit.of_lines)
    open_lines = lines.filter((pl.col("place") == pl.col("chosen")) & pl.col("existing").is_null() & pl.col("passes"))
    alikes = settle_look_alikes(_pairs(open_lines, _unclaimed(lines, dealt, context)), context.answers.same)
    lines = attach(lines, alikes, "line_id")
    return _told(lines).drop("first_place", "chosen", "passes", "existing", "same_as", "possibly", "stands_by")


def _units(lines: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """Return for each unit `first_place` (its earliest candidate), `chosen` and whether that one `passes`."""
    place = pl.col("place")
    passing = place.filter(pl.col("findings") == 0).min()
    return lines.group_by(unit.of_lines).agg(
        place.min().alias("first_place"),
        pl.coalesce(passing, place.min()).alias("chosen"),
        passing.is_not_null().alias("passes"),
    )


def _dealt(lines: pl.DataFrame, context: Context, unit: Unit) -> pl.DataFrame:
    """Deal the component entries of each group to its units, earliest to earliest: `first_place`, `existing`."""
    entries = context.entries.components.rename({"name_key": "component_key"})
    entries = entries.select(*unit.of_entries, pl.col("entry_id").alias("existing"))
    first = lines.group_by(unit.of_lines).agg(pl.col("seeker").first(), pl.col("place").min().alias("first_place"))
    first = first.drop_nulls("seeker").select(*unit.of_entries, "first_place").sort("first_place")
    shared = [*unit.of_entries, "rank"]
    one = context.settings.first_of_month.type is MonthType.COMPONENT
    first, entries = (_ranked(rows, unit, one_only=one) for rows in (first, entries))
    return first.join(entries, on=shared).select("first_place", "existing")


def _ranked(rows: pl.DataFrame, unit: Unit, *, one_only: bool) -> pl.DataFrame:
    """Add `rank` to the rows of each group, in their order; keep the first where each group is one unit."""
    if one_only:
        rows = rows.unique(unit.of_entries, keep="first", maintain_order=True)
        return rows.with_columns(pl.lit(0).alias("rank"))
    return rows.with_columns(pl.int_range(pl.len()).over(unit.of_entries).alias("rank"))


def _unclaimed(lines: pl.DataFrame, dealt: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the component entries that are in no unit with a candidate."""
    entries = context.entries.components.rename({"name_key": "component_key"})
    if context.settings.first_of_month.type is MonthType.SERVICE:
        return entries.join(dealt.rename({"existing": "entry_id"}), on="entry_id", how="anti")
    group = unit_of(context.settings).of_entries
    return entries.join(lines.select(group), on=group, how="anti")


def _pairs(open_lines: pl.DataFrame, unclaimed: pl.DataFrame) -> pl.DataFrame:
    """Return each open line with each unclaimed entry that looks like it: `line_id`, `entry_id`."""
    there = unclaimed.with_columns(pl.col("date").alias("entered_on"))
    alike = (["seeker", "month", "component_key"], ["seeker", "provider_key", "date"])
    pairs = [
        open_lines.select("place", "line_id", *keys).join(there.select("entered_on", "entry_id", *keys), on=keys)
        for keys in alike
    ]
    found_pairs = pl.concat([pair.select("place", "line_id", "entered_on", "entry_id") for pair in pairs])
    return found_pairs.unique().sort("place", "entered_on", "entry_id").select("line_id", "entry_id")


def _told(lines: pl.DataFrame) -> pl.DataFrame:
    """Add the stage 3 findings and what stands for each line."""
    is_chosen = pl.col("place") == pl.col("chosen")
    settled = (pl.col("existing").is_not_null() & is_chosen) | pl.col("same_as").is_not_null()
    other = (pl.col("existing").is_not_null() | pl.col("passes")) & ~is_chosen
    standing = lines.filter(is_chosen).select(
        "chosen", pl.coalesce(pl.concat_str(pl.lit("ims:"), "same_as"), "line_id").alias("stands_by")
    )
    lines = attach(lines, standing, "chosen")
    return lines.with_columns(
        pl.col("findings")
        + pl.when(settled).then(_ALREADY).when(other).then(_SAME_TYPE).otherwise(0)
        + pl.when("possibly").then(_POSSIBLY).otherwise(0),
        pl.when(pl.col("existing").is_not_null()).then(pl.concat_str(pl.lit("ims:"), "existing"))
        .when(pl.col("same_as").is_not_null()).then(pl.concat_str(pl.lit("ims:"), "same_as"))
        .when(other).then("stands_by").alias("standing"),
    )  # fmt: skip
