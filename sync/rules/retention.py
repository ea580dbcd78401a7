"""Bring services from their gates to a decision; Job Retention asks how earlier services were decided."""

import polars as pl

from sync.model import Reason
from sync.rules import gates
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.first_of_month import first_of_month
from sync.rules.rule import all_that_apply, has
from sync.rules.services import with_step_waits

_COUNTS = (Reason.ALREADY_IN_IMS, Reason.SAME_TYPE_THIS_MONTH)


def decided_services(lines: pl.DataFrame, context: Context, steps: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Return the lines with every finding of stages 2 and 3.

    lines   as `gated_services` returns them, with their `place`
    steps   the assessment and plan lines
    Job Retention lines count only services dated before the employment, and a claim on an entry counts
    only for later lines; so repeating until nothing changes comes to an end.
    """
    lines = with_step_waits(lines, steps)
    others = first_of_month(lines.filter(~pl.col("is_retention")), context)
    retained = lines.filter("is_retention")["customer_id"].unique().implode()
    if not lines["is_retention"].any():
        return others
    concerned = lines.filter(pl.col("customer_id").is_in(retained))
    served = _served_on(others.filter(pl.col("customer_id").is_in(retained)), context)
    while True:
        decided = first_of_month(_with_retention_gate(concerned, served, steps), context)
        now = _served_on(decided, context)
        if now.equals(served):
            break
        served = now
    rest = others.filter(~pl.col("customer_id").is_in(retained))
    return pl.concat([rest, decided.select(rest.columns)])


def _served_on(decided: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return the first day on which each customer had a service of another component: `served_on`."""
    counts = ~pl.col("is_retention") & ((pl.col("findings") == 0) | has(*_COUNTS))
    seekers = context.people.select("customer_id", "seeker").drop_nulls()
    entries = context.entries.components.filter(~pl.col("is_retention")).join(seekers, on="seeker")
    days = pl.concat([decided.filter(counts).select("customer_id", "date"), entries.select("customer_id", "date")])
    return days.group_by("customer_id").agg(pl.col("date").min().alias("served_on")).sort("customer_id")


def _with_retention_gate(
    lines: pl.DataFrame, served: pl.DataFrame, steps: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    lines = lines.drop("waits", "step_flagged", "step_held", "step_from", "findings")
    lines = attach(lines, served, on="customer_id").with_columns(
        (pl.col("served_on") < pl.col("latest_employed_on")).fill_null(value=False).alias("served_before")
    )
    findings = pl.col("gate_findings") + all_that_apply([gates.WITHOUT_COMPONENT])
    return with_step_waits(lines.with_columns(findings.alias("gate_findings")), steps).drop(
        "served_on", "served_before"
    )
