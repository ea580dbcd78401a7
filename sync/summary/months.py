"""Lay the figures out by month and provider, with the customers of whom nothing is recorded."""

from datetime import date
from typing import Any

import polars as pl

from sync.crosswalk import InForce
from sync.decide import Workings
from sync.model import Decision, EntryKind
from sync.rules.attach import attach
from sync.rules.labels import look_up
from sync.rules.mismatch import Severity
from sync.rules.records import record_rows
from sync.summary.figures import AT_RISK, INVOICEABLE

_GROUP = ["month", "provider_key"]
_MONEY = {"invoiceable": INVOICEABLE, "at_risk": AT_RISK, "not_invoiceable": ~INVOICEABLE & ~AT_RISK}
MONTH_COLUMNS = (
    "month", "provider", "lines", *(decision.replace("-", "_") for decision in Decision), *_MONEY,
    *(f"{severity}_mismatches" for severity in Severity), "customers", "customers_with_nothing", "reasons",
)  # fmt: skip


def by_month(worked: Workings, lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each month and provider that a line or a mismatch has, in the columns of MONTH_COLUMNS.

    lines, found  the decided lines and the mismatches of the workings
    Money is in decimal text. `customers` have a line there; `customers_with_nothing` are registered for Career Boost
    and enrolled with the provider in a qualifying program in that month, and have none. `reasons` counts each reason.
    """
    force = worked.context.crosswalk.on(worked.context.as_of)
    lines, found = (_keyed(rows, force) for rows in (lines, found))
    groups = pl.concat([rows.select(*_GROUP, "provider") for rows in (lines, found)])
    groups = groups.group_by(_GROUP).agg(pl.col("provider").min())
    for part in (_counts(lines), _reasons(lines), _severities(found), _nothing(worked, lines)):
        groups = attach(groups, part, _GROUP, blanks_match=True)
    figures = [name for name in MONTH_COLUMNS if name not in {"month", "provider", "reasons"}]
    groups = groups.with_columns(pl.col(name).fill_null(0) for name in figures)
    groups = groups.with_columns(_decimal(pl.col(name)).alias(name) for name in _MONEY)
    return groups.sort("month", "provider", nulls_last=True).select(MONTH_COLUMNS)


def _keyed(rows: pl.DataFrame, force: InForce) -> pl.DataFrame:
    """Add `provider_key`: what the provider stands for today, null for blank."""

    def answer(key: tuple[str | None]) -> tuple[str | None]:
        return (force.canonical("provider", key[0]) if key[0] else None,)

    return look_up(rows, ["provider"], answer=answer, schema={"provider_key": pl.String})


def _counts(lines: pl.DataFrame) -> pl.DataFrame:
    cents = pl.col("amount").str.replace(".", "", literal=True).cast(pl.Int128)
    support = pl.col("entry_kind") == EntryKind.SUPPORT
    return lines.group_by(_GROUP).agg(
        pl.len().alias("lines"),
        pl.col("customer_id").n_unique().alias("customers"),
        *((pl.col("decision") == one).sum().alias(one.replace("-", "_")) for one in Decision),
        *(cents.filter(support & which).sum().alias(name) for name, which in _MONEY.items()),
    )


def _decimal(cents: pl.Expr) -> pl.Expr:
    """Return cents, none below zero but those of payments rightly not entered, as decimal text."""
    sign = pl.when(cents < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = cents.abs().cast(pl.String).str.pad_start(3, "0")
    return pl.concat_str(sign, digits.str.head(-2), pl.lit("."), digits.str.tail(2))


def _reasons(lines: pl.DataFrame) -> pl.DataFrame:
    each = lines.select(*_GROUP, pl.col("reasons").str.split(";")).drop_nulls("reasons")
    counted = each.explode("reasons", empty_as_null=False, keep_nulls=False).group_by(*_GROUP, "reasons").len()
    text = pl.concat_str("reasons", pl.lit(" "), pl.col("len"))
    return counted.sort("reasons").group_by(_GROUP, maintain_order=True).agg(text.str.join("; ").alias("reasons"))


def _severities(found: pl.DataFrame) -> pl.DataFrame:
    return found.group_by(_GROUP).agg(
        *((pl.col("severity") == one).sum().alias(f"{one}_mismatches") for one in Severity)
    )


def _nothing(worked: Workings, lines: pl.DataFrame) -> pl.DataFrame:
    """Count for each month and provider the customers who take part and have no line there."""
    return _bare(worked, lines).group_by(_GROUP).agg(pl.len().alias("customers_with_nothing"))


def customers_with_nothing(worked: Workings, lines: pl.DataFrame) -> pl.DataFrame:
    """Return for each month and provider that has a line the customers who take part and have none there.

    worked  needs to know enrollments alone
    Columns: month, provider_key, customer_id.
    """
    return _bare(worked, _keyed(lines, worked.context.crosswalk.on(worked.context.as_of)))


def _bare(worked: Workings, lines: pl.DataFrame) -> pl.DataFrame:
    groups = lines.select(_GROUP).unique().drop_nulls()
    days = {month: _ends(month) for month in groups["month"].unique()}
    ends = pl.DataFrame(
        [(month, first, last) for month, (first, last) in days.items()],
        schema={"month": pl.String, "first_day": pl.Date, "last_day": pl.Date},
        orient="row",
    )
    taking_part = groups.join(ends, on="month").join(_participants(worked), on="provider_key")
    taking_part = taking_part.filter(
        (pl.col("from_day") <= pl.col("last_day")) & (pl.col("exit_date") >= pl.col("first_day")).fill_null(value=True)
    )
    seen = lines.select(*_GROUP, "customer_id")
    return taking_part.select(*_GROUP, "customer_id").unique().join(seen, on=[*_GROUP, "customer_id"], how="anti")


def _participants(worked: Workings) -> pl.DataFrame:
    """Return each enrollment in a qualifying program of customers in Career Boost: from_day, exit_date."""
    context = worked.context
    force = context.crosswalk.on(context.as_of)
    rows = record_rows(context, "enrollments").drop("provider_key")
    boost = rows.filter("is_career_boost").group_by("customer_id").agg(pl.col("registration_completed_on").min())

    def answer(key: tuple[str | None]) -> tuple[Any, ...]:
        return (force.service(key[0], None, None).qualifying,)

    rows = look_up(rows, ["program"], answer=answer, schema={"qualifies": pl.Boolean})
    rows = attach(rows.filter("qualifies").drop("registration_completed_on"), boost, on="customer_id")
    from_day = pl.max_horizontal("application_date", "registration_completed_on").alias("from_day")
    return _keyed(rows.drop_nulls(["application_date", "registration_completed_on"]), force).select(
        "customer_id", "provider_key", from_day, "exit_date"
    )


def _ends(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1) if month < "9999-12" else date.max
    return first, date.fromordinal(following.toordinal() - (following != date.max))
