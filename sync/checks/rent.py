"""Check rent assistance in the records of Keys to Progress."""

import re
from datetime import date

import polars as pl

from sync.checks import kinds
from sync.model import fold
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.labels import look_up
from sync.rules.mismatch import Check, mismatches
from sync.rules.records import record_rows, with_known

_MONTHS = [fold(date(2026, month, 1).strftime("%B")) for month in range(1, 13)]
_NOT_ENGAGED = ["gap in service", "not engaged"]
_RECORD = ["customer_id", "program_key"]
_PENDING_DAYS = 30
_BY_DAY = 10


def rent_checks(context: Context) -> list[pl.DataFrame]:
    """Return the checks on referrals, engagement and rent payments."""
    referrals = record_rows(context, "rent_referrals", "referred_on").filter("is_keys")
    referrals = with_known(referrals, context, kind="status", column="status", known=("Pending", "Approved"))
    payments = record_rows(context, "rent_payments", "payment_date").filter("is_keys")
    engaged = record_rows(context, "rent_engagements", "date").filter("is_keys")
    engaged = engaged.filter(~pl.col("engaged").is_in(_NOT_ENGAGED))
    approved = referrals.filter(pl.col("status_kind") == "approved").drop_nulls("decided_on")
    approved = approved.group_by(_RECORD).agg(pl.col("decided_on").min().alias("approved_on"))
    return [
        *_referral_checks(referrals, context),
        _housing(payments, "rapid re-housing", check=kinds.PAYMENT_HOUSING, key="payment_id"),
        *_payment_checks(payments, engaged, approved),
        _engagement_late(payments, engaged, approved, context=context),
        _rent_month(payments, context),
    ]


def _letters(text: str | None) -> str:
    return re.sub(r"[\W\d_]", "", fold(text or ""))


def _housing(rows: pl.DataFrame, wanted: str, *, check: Check, key: str) -> pl.DataFrame:
    rows = look_up(
        rows, ["housing_type"], answer=lambda key: (_letters(key[0]) == _letters(wanted),), schema={"fits": pl.Boolean}
    )
    rows = rows.filter(~pl.col("fits")).with_columns(
        pl.lit("housing_type").alias("field"), pl.col("housing_type").alias("itrac_value")
    )
    return mismatches(check, rows, key)


def _referral_checks(referrals: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    waited = (pl.lit(context.as_of) - pl.col("referred_on")).dt.total_days()
    pending = referrals.filter((pl.col("status_kind") == "pending") & (waited > _PENDING_DAYS)).with_columns(
        pl.lit("referred_on").alias("field"), pl.col("referred_on").alias("itrac_value")
    )
    return [
        _housing(referrals, "homeless", check=kinds.REFERRAL_HOUSING, key="referral_id"),
        mismatches(kinds.REFERRAL_OPEN, pending, "referral_id"),
    ]


def _payment_checks(payments: pl.DataFrame, engaged: pl.DataFrame, approved: pl.DataFrame) -> list[pl.DataFrame]:
    dated = attach(payments.drop_nulls("payment_date"), approved, on=_RECORD).with_columns(
        pl.lit("payment_date").alias("field"), pl.col("payment_date").alias("itrac_value")
    )
    first = engaged.group_by(*_RECORD, "month").agg(pl.col("date").min().alias("engaged_on"))
    dated = attach(dated, first, on=[*_RECORD, "month"])
    unapproved = dated.filter(~(pl.col("approved_on") <= pl.col("payment_date")).fill_null(value=False))
    unverified = dated.filter(~(pl.col("engaged_on") <= pl.col("payment_date")).fill_null(value=False))
    return [
        mismatches(kinds.WITHOUT_APPROVAL, unapproved, "payment_id"),
        mismatches(kinds.WITHOUT_ENGAGEMENT, unverified, "payment_id"),
    ]


def _engagement_late(
    payments: pl.DataFrame, engaged: pl.DataFrame, approved: pl.DataFrame, *, context: Context
) -> pl.DataFrame:
    """Name each month from approval to the last rent payment without engagement by the 10th."""
    last = payments.drop_nulls("payment_date").group_by(_RECORD).agg(pl.col("month").max().alias("last_month"))
    late = pl.col("approved_on").dt.day() > _BY_DAY
    first = pl.col("approved_on").dt.year().cast(pl.Int32) * 12 + pl.col("approved_on").dt.month().cast(pl.Int32) - 1
    months = approved.join(last, on=_RECORD).with_columns((first + late.cast(pl.Int32)).alias("from_month"))
    months = months.filter(pl.col("from_month") <= pl.col("last_month")).with_columns(
        pl.int_ranges(pl.col("from_month"), pl.col("last_month") + 1, dtype=pl.Int32).alias("month")
    )
    months = months.explode("month", empty_as_null=False, keep_nulls=False)
    by_then = pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, _BY_DAY)
    in_time = engaged.filter(pl.col("date").dt.day() <= _BY_DAY).select(*_RECORD, "month")
    missed = months.filter(by_then < context.as_of).join(in_time, on=[*_RECORD, "month"], how="anti")
    missed = attach(missed, context.people.select("customer_id", "job_seeker_id"), on="customer_id").with_columns(
        pl.lit("Keys to Progress").alias("program"), pl.lit("date").alias("field"),
        (pl.date(pl.col("month") // 12, pl.col("month") % 12 + 1, 1)).dt.strftime("%Y-%m").alias("month"),
    )  # fmt: skip
    return mismatches(kinds.ENGAGEMENT_LATE, missed, "customer_id", "month")


def _rent_month(payments: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Name rent that is not for the month after its payment."""
    rows = with_known(payments, context, kind="payment_type", column="payment_type", known=("Rent",))
    rows = rows.filter(pl.col("payment_type_kind") == "rent").drop_nulls("payment_date")
    rows = look_up(rows, ["for_month"], answer=lambda key: (_month_number(key[0]),), schema={"number": pl.Int32})
    named = pl.col("for_year").cast(pl.Int32) * 12 + pl.col("number") - 1
    rows = rows.filter(named.ne_missing(pl.col("month") + 1)).with_columns(
        pl.lit("for_month;for_year").alias("field"),
        pl.concat_str(
            pl.col("for_month").fill_null(""), pl.lit(" "), pl.col("for_year").cast(pl.String).fill_null("")
        ).alias("itrac_value"),
    )
    return mismatches(kinds.RENT_MONTH, rows, "payment_id")


def _month_number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.strip().isdigit() else _MONTHS.index(fold(text)) + 1
