"""Decide payments: scope, gates, what is in iMatchSkills already, and their order to services."""

import polars as pl

from sync.model import Decision, EntryKind, Reason, fold
from sync.model.settings import SupportOrder
from sync.rules import gates, month, scope
from sync.rules.answers import newest_good
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.enrollments import (
    with_customer_days,
    with_enrollment,
    with_exempt_program,
)
from sync.rules.labels import (
    look_up,
    with_contract,
    with_day,
    with_program,
    with_provider,
    with_status,
    with_support,
)
from sync.rules.lines import shaped
from sync.rules.matching import match_entries
from sync.rules.people import with_eligibility, with_people
from sync.rules.rule import all_that_apply, decided, first_that_applies, found

_SAME_TYPE = found(Reason.SAME_TYPE_THIS_MONTH, Decision.NO_ENTRY)


_KEPT = ("seeker", "provider_key", "name_key", "in_scope")


def payment_lines(context: Context, services: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of `payments`, with the keys they were compared by and `in_scope` (stage 1 passed).

    services  the decided service lines: customer_id, line_id, date, month, findings
    """
    lines = _scoped(context)
    ended = lines.filter(pl.col("findings") != 0)
    lines = _gated(_named(lines.filter(pl.col("findings") == 0), context), context)
    lines = match_entries(lines, context)
    lines = _ordered(lines, services, context)
    if context.settings.support.order is SupportOrder.FIRST_SUPPORT_ONLY:
        lines = _first_only(lines, context)
    ended = ended.with_columns(pl.lit(None, pl.String).alias("name_key"), pl.lit(value=False).alias("in_scope"))
    lines = lines.with_columns(pl.lit(value=True).alias("in_scope"))
    return pl.concat([shaped(rows, *_KEPT) for rows in (ended, lines)])


def _scoped(context: Context) -> pl.DataFrame:
    rows = context.frames["payments"].rename({"payment_id": "source_id", "payment_date": "date"})
    rows = with_people(with_day(rows, context.crosswalk, context.as_of), context.people)
    lines = with_status(with_provider(with_program(rows, context.crosswalk), context.crosswalk), context.crosswalk)
    lines = with_support(lines, context.crosswalk).with_columns(
        pl.lit("payments").alias("source_kind"),
        pl.lit(str(EntryKind.SUPPORT)).alias("entry_kind"),
        pl.col("payment_type").alias("label"),
        pl.concat_str(pl.lit("payment:"), pl.col("source_id")).alias("line_id"),
        pl.lit(context.as_of).alias("as_of"),
    )
    return lines.with_columns(first_that_applies(scope.PAYMENTS).alias("findings"))


def _named(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add `entry_name` (the one type, or the one that staff chose), `name_key` and `choices`."""
    types = lines.select("line_id", "types").explode("types", empty_as_null=False, keep_nulls=False)
    types = look_up(types, ["types"], answer=_folded, schema={"answer_key": pl.String})
    told = context.answers.others.join(types, on=["line_id", "answer_key"], maintain_order="left")
    chosen = newest_good(told).select("line_id", pl.col("types").alias("chosen"))
    several = pl.col("types").list.len() > 1
    lines = attach(lines, chosen, "line_id").with_columns(
        pl.when(several).then("chosen").otherwise(pl.col("types").list.first()).alias("entry_name"),
        pl.when(several).then(pl.col("types").list.join("|")).alias("choices"),
    )
    return look_up(lines, ["entry_name"], answer=_folded, schema={"name_key": pl.String})


def _folded(key: tuple[str | None]) -> tuple[str | None]:
    return (fold(key[0]) if key[0] else None,)


def _gated(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    lines = with_exempt_program(
        with_eligibility(lines, context.frames["ims_eligibility"]), context.crosswalk, context.settings
    )
    lines = with_enrollment(with_customer_days(lines, context.enrolled), context.enrolled)
    lines = with_contract(lines, context.crosswalk, context.settings)
    lines = lines.with_columns(pl.lit(None, pl.String).alias("control_kind"))
    return lines.with_columns(all_that_apply(gates.PAYMENTS).alias("findings")).sort("customer_id", "date", "line_id")


def services_of_month(services: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Return what a payment may rest on: customer_id, month, date, `rest` (how it is named).

    Component entries of the customer's job seeker, and service lines that will be entered; sorted by date,
    entries before lines, then id.
    """
    seekers = context.people.select("customer_id", "seeker").drop_nulls()
    entries = context.entries.components.join(seekers, on="seeker").select(
        "customer_id",
        "month",
        "date",
        pl.lit(0).alias("rank"),
        pl.concat_str(pl.lit("ims:"), "entry_id").alias("rest"),
    )
    lines = services.filter(pl.col("findings") == 0).select(
        "customer_id", "month", "date", pl.lit(1).alias("rank"), pl.col("line_id").alias("rest")
    )
    return pl.concat([entries, lines]).sort("date", "rank", "rest").drop("rank")


def _ordered(lines: pl.DataFrame, services: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add the findings on order to services, and `depends_on`."""
    key = ["customer_id", "month"]
    first = (
        services_of_month(services, context)
        .group_by(key, maintain_order=True)
        .agg(pl.col("date").first().alias("first_on"), pl.col("rest").first())
    )
    waiting = (
        services.filter(decided(Decision.HOLD, Decision.FLAG))
        .group_by(key)
        .agg(pl.col("date").min().alias("waiting_on"))
    )
    lines = attach(lines, first, key)
    lines = attach(lines, waiting, key)
    dated = context.settings.support.order is not SupportOrder.COMPONENT_SAME_MONTH
    none = pl.col("first_on").is_null()
    early = pl.lit(dated) & (pl.col("first_on") > pl.col("date")).fill_null(value=False)
    waits_early = (pl.col("waiting_on") <= pl.col("date")).fill_null(value=False)
    month_now = context.as_of.year * 12 + context.as_of.month - 1
    lines = lines.with_columns(
        ((early & waits_early) | (none & pl.col("waiting_on").is_not_null())).alias("waits_on_service"),
        (early & ~waits_early).alias("before_first"),
        (none & pl.col("waiting_on").is_null()).alias("no_service"),
        (pl.col("month") >= month_now).alias("month_open"),
    )
    left = ~pl.col("already")
    findings = pl.when(left).then(all_that_apply(month.PAYMENTS)).otherwise(0)
    return lines.with_columns(
        (pl.col("findings") + findings).alias("findings"),
        pl.when(left & ~none & ~early).then("rest").alias("depends_on"),
    )


def _first_only(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Under `first-support-only`, let the first payment of each type, provider and month stand."""
    key = ["customer_id", "provider_key", "name_key", "month"]
    free = lines.filter(pl.col("findings") == 0)
    there = (
        context.entries.supports.group_by("seeker", "provider_key", "name_key", "month", maintain_order=True)
        .agg(pl.concat_str(pl.lit("ims:"), pl.col("entry_id").first()).alias("there"))
    )  # fmt: skip
    first = free.unique(key, keep="first", maintain_order=True).select(*key, pl.col("line_id").alias("first_line"))
    told = free.join(first, on=key, how="left").join(there, on=["seeker", *key[1:]], how="left")
    told = told.with_columns(pl.coalesce("there", "first_line").alias("stands_by"))
    told = told.filter(pl.col("stands_by") != pl.col("line_id")).select("line_id", "stands_by")
    lines = attach(lines, told, "line_id")
    later = pl.col("stands_by").is_not_null()
    return lines.with_columns(
        pl.col("findings") + pl.when(later).then(_SAME_TYPE).otherwise(0),
        pl.coalesce("stands_by", "standing").alias("standing"),
    )
