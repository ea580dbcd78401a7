"""Share what assessments and plans have in common, and tell later steps how the earlier ones stand."""

import polars as pl

from sync.model import Decision, EntryKind, Reason
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.enrollments import with_customer_days
from sync.rules.labels import with_day, with_provider
from sync.rules.people import with_eligibility, with_people
from sync.rules.rule import Rule, all_that_apply, decided, first_that_applies, has

PROVIDER = ["customer_id", "provider_key"]


def step_rows(context: Context, table: str, *, key: str, date: str) -> pl.DataFrame:
    """Return the rows of a step's table with who and when; `source_id` and `date` instead of its own names."""
    rows = context.frames[table].rename({key: "source_id", date: "date"})
    rows = with_provider(with_day(rows, context.crosswalk, context.as_of), context.crosswalk)
    rows = rows.with_columns(pl.lit(context.as_of).alias("as_of"), pl.lit(table).alias("source_kind"))
    return with_people(rows, context.people)


def with_scope(rows: pl.DataFrame, rules: tuple[Rule, ...]) -> pl.DataFrame:
    """Add `findings` of stage 1 and `in_scope`."""
    return rows.with_columns(first_that_applies(rules).alias("findings")).with_columns(
        (pl.col("findings") == 0).alias("in_scope")
    )


def with_step_gates(rows: pl.DataFrame, context: Context, rules: tuple[Rule, ...]) -> pl.DataFrame:
    """Add `gate_findings`: the stage 2 findings, whether or not the row is in scope."""
    rows = with_customer_days(with_eligibility(rows, context.frames["ims_eligibility"]), context.enrolled)
    rows = rows.with_columns((pl.col("exempt_on") <= pl.col("date")).fill_null(value=False).alias("exempt"))
    return rows.with_columns(all_that_apply(rules).alias("gate_findings"))


def with_entry(rows: pl.DataFrame, context: Context, kind: EntryKind) -> pl.DataFrame:
    """Add `in_ims`, the id of the provider's entry of this kind, and `already`."""
    there = context.entries.of_step(kind)
    joined = attach(rows, there, ["seeker", "provider_key"])
    return joined.with_columns(pl.col("in_ims").is_not_null().alias("already"))


def assessed_on(context: Context) -> pl.DataFrame:
    """Return the day of the first readable assessment of each customer and provider."""
    rows = context.frames["assessments"].rename({"completed_on": "date"}).filter(~pl.col("bad") & ~pl.col("tie"))
    rows = with_provider(with_day(rows, context.crosswalk, context.as_of), context.crosswalk)
    return rows.drop_nulls("date").group_by(PROVIDER).agg(pl.col("date").min().alias("assessed_on"))


def step_state(*steps: pl.DataFrame) -> pl.DataFrame:
    """Say of each customer and provider how the standing lines of the earlier steps stand.

    steps    lines with `provider_key` and `stands`
    Returns `step_flagged` (one of them will not be entered as it is), `step_held`, and `step_from`: the
    latest date of those that will be entered.
    """
    lines = pl.concat([step.filter("stands").select(*PROVIDER, "date", "findings") for step in steps])
    there = has(Reason.ALREADY_IN_IMS)
    return lines.group_by(PROVIDER).agg(
        (~there & decided(Decision.FLAG, Decision.NO_ENTRY)).any().alias("step_flagged"),
        (~there & decided(Decision.HOLD)).any().alias("step_held"),
        pl.col("date").filter(pl.col("findings") == 0).max().alias("step_from"),
    )


def with_waits(lines: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    """Add `waits` (flag, hold or null) to lines whose `gate_findings` are none so far."""
    lines = attach(lines, state, PROVIDER)
    clear = pl.col("gate_findings") == 0
    flagged = pl.col("step_flagged") | (pl.col("step_from") > pl.col("date"))
    return lines.with_columns(
        pl.when(clear & flagged).then(pl.lit(str(Decision.FLAG)))
        .when(clear & pl.col("step_held")).then(pl.lit(str(Decision.HOLD))).alias("waits")
    )  # fmt: skip


def names_of(steps: pl.DataFrame, context: Context, kind: EntryKind, *, name: str) -> pl.DataFrame:
    """Return for each customer and provider what a later step depends on: the entry, or the standing line."""
    lines = steps.filter(pl.col("stands") & (pl.col("entry_kind") == kind)).select(
        *PROVIDER, pl.col("line_id").alias(name)
    )
    there = context.entries.of_step(kind).join(context.people.select("customer_id", "seeker").drop_nulls(), on="seeker")
    entries = there.select(*PROVIDER, pl.concat_str(pl.lit("ims:"), pl.col("in_ims")).alias(name))
    return pl.concat([entries, lines]).unique(PROVIDER, keep="first", maintain_order=True)
