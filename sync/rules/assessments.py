"""Decide assessments: an orientation and an assessment line for each row; one row stands for a provider."""

import polars as pl

from sync.model import EntryKind
from sync.rules import gates, month, scope
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.lines import shaped
from sync.rules.rule import first_that_applies
from sync.rules.steps import (
    PROVIDER,
    names_of,
    step_rows,
    with_entry,
    with_scope,
    with_step_gates,
)

_NAMES = {EntryKind.ORIENTATION: "STEP Orientation", EntryKind.ASSESSMENT: "STEP E & T Assessment"}


def assessment_lines(context: Context) -> pl.DataFrame:
    """Return the lines of `assessments`, with `provider_key` and `stands`."""
    rows = with_scope(step_rows(context, "assessments", key="assessment_id", date="completed_on"), scope.ASSESSMENTS)
    rows = with_step_gates(rows, context, gates.ASSESSMENTS)
    rows = attach(rows, _standing(rows, context), PROVIDER)
    rows = rows.with_columns((pl.col("in_scope") & (pl.col("source_id") == pl.col("standing_id"))).alias("stands"))
    orientation = _lines(rows, context, EntryKind.ORIENTATION)
    before = names_of(orientation, context, EntryKind.ORIENTATION, name="before")
    assessment = attach(_lines(rows, context, EntryKind.ASSESSMENT), before, on=PROVIDER)
    assessment = assessment.with_columns(pl.when("stands").then("before").alias("depends_on"))
    return pl.concat([orientation, assessment.select(orientation.columns)])


def _standing(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the row that stands for each customer and provider: `standing_id`.

    The first without stage 2 findings, else the first; the first in any case where both entries are there.
    """
    kinds = (EntryKind.ORIENTATION, EntryKind.ASSESSMENT)
    both = [with_entry(rows, context, kind)["already"] for kind in kinds]
    ranked = rows.with_columns(
        pl.when(both[0] & both[1]).then(pl.lit(value=False)).otherwise(pl.col("gate_findings") != 0).alias("later")
    )
    first = ranked.filter("in_scope").sort("later", "date", "source_id")
    first = first.unique(PROVIDER, keep="first", maintain_order=True)
    return first.select(*PROVIDER, pl.col("source_id").alias("standing_id"))


def _lines(rows: pl.DataFrame, context: Context, kind: EntryKind) -> pl.DataFrame:
    lines = with_entry(rows, context, kind)
    shadowed = pl.col("in_scope") & ~pl.col("stands")
    lines = lines.with_columns(
        pl.when(shadowed).then(first_that_applies([scope.ALREADY_ASSESSED]))
        .when("in_scope").then(pl.col("gate_findings") + first_that_applies([month.ALREADY]))
        .otherwise("findings").alias("findings"),
        pl.when(shadowed).then(pl.concat_str(pl.lit(f"{kind}:"), pl.col("standing_id")))
        .when(pl.col("in_scope") & pl.col("already")).then(pl.concat_str(pl.lit("ims:"), pl.col("in_ims")))
        .alias("standing"),
        pl.concat_str(pl.lit(f"{kind}:"), pl.col("source_id")).alias("line_id"),
        pl.lit(str(kind)).alias("entry_kind"),
        pl.lit(_NAMES[kind]).alias("entry_name"),
    )  # fmt: skip
    return shaped(lines, "provider_key", "stands")
