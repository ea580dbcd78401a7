"""Decide services up to stage 2: scope, the continuing months of trainings, gates."""

import polars as pl

from sync.model import EntryKind
from sync.model.settings import ContinuingTraining, FunderAbsent
from sync.rules import gates, scope
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.enrollments import (
    with_customer_days,
    with_employment,
    with_enrollment,
    with_exempt_program,
)
from sync.rules.labels import (
    with_component,
    with_contract,
    with_day,
    with_funder,
    with_program,
    with_provider,
    with_status,
)
from sync.rules.people import with_eligibility, with_people
from sync.rules.rule import Rule, all_that_apply, first_that_applies
from sync.rules.steps import PROVIDER, assessed_on, names_of, step_state, with_waits

_LABELS = ["era", "program", "provider", "control", "service", "status"]
CANDIDATE = (
    "line_id", "source_kind", "source_id", "customer_id", "job_seeker_id", "conflict", "seeker", "program",
    "program_key", "provider", "provider_key", "control", "control_kind", "label", "service_key", "month", "era",
    "label_era", "date", "entry_kind", "entry_name", "component", "component_key", "is_retention", "needs_funder",
    "continues", "delivered", "findings",
)  # fmt: skip


def scoped_services(context: Context) -> pl.DataFrame:
    """Return every service line with its stage 1 finding: one for each row, and the continuing months."""
    rows = context.frames["services"].rename({"service_id": "source_id"})
    rows = with_people(rows, context.people).with_columns(
        pl.lit("services").alias("source_kind"),
        pl.lit(str(EntryKind.COMPONENT)).alias("entry_kind"),
        pl.col("service").alias("label"),
        pl.col("start_date").alias("date"),
        pl.concat_str(pl.lit("service:"), pl.col("source_id")).alias("line_id"),
        pl.lit(context.as_of).alias("as_of"),
        pl.lit(value=False).alias("continues"),
    )
    rows = _with_months(rows, context)
    lines = _scoped(rows, context)
    if context.settings.continuing_training is ContinuingTraining.START_MONTH_ONLY:
        return lines
    passed = lines.filter((pl.col("findings") == 0) & _is_training())
    later = _scoped(_later_months(passed.select(rows.columns)), context)
    return pl.concat([lines, later.select(lines.columns)])


def _is_training() -> pl.Expr:
    return pl.col("control_kind").is_in(["training", "work-based"])


def _months(day: pl.Expr) -> pl.Expr:
    return day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1


def _with_months(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add `start_month` and `last_month` (months since year 0) of the row, and the limit on them."""
    last_day = pl.min_horizontal(pl.coalesce("end_date", "target_end_date", "as_of"), "as_of")
    return rows.with_columns(
        _months(pl.col("start_date")).alias("start_month"),
        _months(last_day).alias("last_month"),
        pl.lit(context.settings.training.max_months).alias("max_months"),
    )


def _later_months(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one line for each month after the start month up to the last, dated on its first day."""
    later = lines.filter(pl.col("last_month") > pl.col("start_month"))
    months = pl.int_ranges(pl.col("start_month") + 1, pl.col("last_month") + 1, dtype=pl.Int32)
    later = later.with_columns(months.alias("later")).explode("later")
    first = pl.date(pl.col("later") // 12, pl.col("later") % 12 + 1, 1)
    return later.with_columns(
        first.alias("date"),
        pl.lit(value=True).alias("continues"),
        pl.concat_str("line_id", pl.lit(":"), first.dt.strftime("%Y-%m")).alias("line_id"),
    ).drop("later")


def _scoped(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add labels as of each line's date, the answer on delivery, and the stage 1 finding."""
    lines = with_day(rows, context.crosswalk, context.as_of)
    distinct = lines.select(_LABELS).unique()
    known = with_component(with_program(distinct, context.crosswalk), context.crosswalk)
    known = with_status(with_provider(known, context.crosswalk), context.crosswalk)
    lines = attach(lines, known, _LABELS, blanks_match=True)
    lines = attach(lines, context.answers.delivered, "line_id")
    return lines.with_columns(first_that_applies(scope.SERVICES).alias("findings"))


def gated_services(lines: pl.DataFrame, context: Context, steps: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Add the stage 2 findings to lines that passed stage 1, but for `retention-without-component`.

    steps   the assessment and plan lines of `assessment_lines` and `plan_lines`
    Returns the lines with `gate_findings`, `funder_selection`, and `before` (what they depend on).
    """
    _, planned = steps
    days = planned.select(*PROVIDER, "planned_on").drop_nulls().unique()
    lines = with_exempt_program(
        with_eligibility(lines, context.frames["ims_eligibility"]), context.crosswalk, context.settings
    )
    lines = with_enrollment(with_customer_days(lines, context.enrolled), context.enrolled)
    lines = attach(lines, assessed_on(context), PROVIDER)
    lines = attach(lines, days, PROVIDER)
    lines = with_contract(with_funder(lines, context.crosswalk), context.crosswalk, context.settings)
    lines = _with_retention(lines, context)
    lines = lines.with_columns(all_that_apply(_rules(context)).alias("gate_findings"))
    before = names_of(planned, context, EntryKind.PLAN, name="before")
    return attach(lines, before, PROVIDER)


def with_step_waits(lines: pl.DataFrame, steps: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
    """Add `waits-on-earlier-step` to lines without any other finding."""
    lines = with_waits(lines, step_state(*steps))
    return lines.with_columns((pl.col("gate_findings") + all_that_apply(gates.WAITS)).alias("findings"))


def _rules(context: Context) -> list[Rule]:
    """Return the gates that the settings leave in force."""
    off = set()
    if context.settings.funder.absent is not FunderAbsent.FLAG:
        off.add(gates.FUNDER.reason)
    if context.settings.continuing_training is not ContinuingTraining.ASK:
        off.add(gates.UNCONFIRMED.reason)
    return [rule for rule in gates.SERVICES if rule.reason not in off]


def _with_retention(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add the days since the latest employment, and the days that the setting allows on the line's date."""
    lines = with_employment(lines, context.frames["employments"])
    allowed = pl.DataFrame({"date": lines.filter("is_retention")["date"].unique()})
    days = [context.settings.retention.on(day) for day in allowed["date"]]
    allowed = allowed.with_columns(pl.Series("retention_days", days, dtype=pl.Int64))
    return attach(lines, allowed, "date")
