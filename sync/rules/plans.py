"""Decide plans: one line for each goal; the line of one goal stands for the provider's plan."""

import polars as pl

from sync.model import EntryKind
from sync.model.settings import LongTermTarget
from sync.rules import gates, month, scope
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.lines import shaped
from sync.rules.rule import all_that_apply, first_that_applies
from sync.rules.steps import (
    PROVIDER,
    assessed_on,
    names_of,
    step_rows,
    step_state,
    with_entry,
    with_scope,
    with_step_gates,
    with_waits,
)


def plan_lines(context: Context, assessed: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `goals`, with `provider_key`, `stands` and `planned_on` (the day of completion).

    assessed  the lines that `assessment_lines` returns
    """
    rows = with_scope(step_rows(context, "goals", key="goal_id", date="set_on"), scope.GOALS)
    rows = rows.sort("date", "source_id").with_row_index("place")
    rows = attach(rows, _completing(rows, context), PROVIDER)
    rows = attach(rows, assessed_on(context), PROVIDER)
    rows = with_waits(with_step_gates(rows, context, gates.PLANS), step_state(assessed))
    rows = rows.with_columns(pl.col("gate_findings") + all_that_apply(gates.WAITS))
    rows = with_entry(rows, context, EntryKind.PLAN)
    rows = attach(rows, _plan_row(rows), PROVIDER)
    before = names_of(assessed, context, EntryKind.ASSESSMENT, name="before")
    return _lines(attach(rows, before, PROVIDER))


def _completing(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return for each customer and provider `planned_on`, and the places `completing` and `first_goal`."""
    long = pl.col("term") == "long"
    if context.settings.plan.long_term_target is LongTermTarget.REQUIRED:
        long &= pl.col("target_end_date").is_not_null()
    short = (pl.col("term") == "short") & pl.col("target_end_date").is_not_null()
    day = pl.col("date")
    first_long, first_short = day.filter(long).min(), day.filter(short).min()
    complete = long.any() & short.any()
    earliest = (long & (day == first_long)) | (short & (day == first_short))
    return (
        rows.filter("in_scope")
        .group_by(PROVIDER)
        .agg(
            pl.when(complete).then(pl.max_horizontal(first_long, first_short)).alias("planned_on"),
            pl.when(complete).then(pl.col("place").filter(earliest).max()).alias("completing"),
            pl.col("place").min().alias("first_goal"),
        )
    )


def _plan_row(rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each customer and provider the goal whose line is the plan line: `plan_place`, `plan_id`.

    The first row without stage 2 findings from the completing one on, else the completing one; where the
    plan is in iMatchSkills the completing one, or without one the first goal.
    """
    place, completing = pl.col("place"), pl.col("completing")
    free = place.filter((place >= completing) & (pl.col("gate_findings") == 0)).min()
    chosen = (
        rows.filter("in_scope")
        .group_by(PROVIDER)
        .agg(
            pl.when(pl.col("already").any())
            .then(pl.coalesce(completing.first(), pl.col("first_goal").first()))
            .otherwise(pl.coalesce(free, completing.first()))
            .alias("plan_place")
        )
    )
    ids = rows.select(place.alias("plan_place"), pl.col("source_id").alias("plan_id"))
    return chosen.join(ids, on="plan_place", how="left")


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    stands = (pl.col("in_scope") & (pl.col("place") == pl.col("plan_place"))).fill_null(value=False)
    part = pl.col("in_scope") & pl.col("plan_id").is_not_null() & ~stands
    lines = rows.with_columns(stands.alias("stands"))
    lines = lines.with_columns(
        pl.when("stands").then(pl.col("gate_findings") + first_that_applies([month.ALREADY]))
        .when("in_scope").then(first_that_applies(scope.PLAN_ROWS))
        .otherwise("findings").alias("findings"),
        pl.when(part).then(pl.concat_str(pl.lit("plan:"), pl.col("plan_id")))
        .when(pl.col("stands") & pl.col("already")).then(pl.concat_str(pl.lit("ims:"), pl.col("in_ims")))
        .alias("standing"),
        pl.when("stands").then("before").alias("depends_on"),
        pl.concat_str(pl.lit("plan:"), pl.col("source_id")).alias("line_id"),
        pl.lit(str(EntryKind.PLAN)).alias("entry_kind"),
        pl.lit("Created STEP Plan").alias("entry_name"),
    )  # fmt: skip
    return shaped(lines, "provider_key", "stands", "planned_on")
