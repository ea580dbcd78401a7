"""Mismatches of support entries with payments, and with the services of their month."""

import polars as pl

from sync.model import EntryKind, Reason
from sync.model.settings import SupportOrder
from sync.reconcile import kinds
from sync.reconcile.evidence import Evidence, pair, standing_entry
from sync.rules.attach import attach
from sync.rules.mismatch import Severity, mismatches
from sync.rules.rule import has
from sync.rules.text import folded


def support_mismatches(evidence: Evidence) -> list[pl.DataFrame]:
    """Return every kind about support entries."""
    payments = evidence.workings.payments.filter("in_scope")
    supports = evidence.entries_of(EntryKind.SUPPORT)
    matched = payments.filter(has(Reason.ALREADY_IN_IMS)).select(standing_entry().alias("entry_id"))
    reach = pl.col("month").is_between(payments["month"].min(), payments["month"].max()).fill_null(value=False)
    left = supports.join(matched, on="entry_id", how="anti").filter(pl.col("known") & reach)
    possibly = payments.filter(has(Reason.POSSIBLY_IN_IMS))
    pairs = pair(possibly, left, ["seeker", "name_key", "month"])
    unsupported = left.join(pairs, on="entry_id", how="anti")
    return [
        mismatches(kinds.SUPPORT_UNSUPPORTED, unsupported, "entry_id"),
        *_differs(pairs, payments, evidence),
        *_order(supports.filter("is_customer"), evidence),
        *_by_reference(payments, supports),
    ]


def _differs(pairs: pl.DataFrame, payments: pl.DataFrame, evidence: Evidence) -> list[pl.DataFrame]:
    there = evidence.entries.select(
        "entry_id", pl.col("amount").alias("amount_there"), pl.col("date").alias("there_on")
    )
    rows = pairs.join(payments, on="line_id").join(there, on="entry_id")
    other = pl.col("amount").ne_missing(pl.col("amount_there"))
    amounts = rows.filter(other).with_columns(
        pl.lit("amount").alias("field"),
        pl.col("amount").alias("itrac_value"),
        pl.col("amount_there").alias("ims_value"),
    )
    dates = rows.filter(~other).with_columns(
        pl.lit("date").alias("field"), pl.col("date").alias("itrac_value"), pl.col("there_on").alias("ims_value")
    )
    return [
        mismatches(kinds.AMOUNT_DIFFERS, amounts, "line_id", "entry_id"),
        mismatches(kinds.SUPPORT_DATE_DIFFERS, dates, "line_id", "entry_id"),
    ]


def _order(supports: pl.DataFrame, evidence: Evidence) -> list[pl.DataFrame]:
    """Return support entries without a component entry in their month, or before its first one."""
    key = ["seeker", "month"]
    components = evidence.entries_of(EntryKind.COMPONENT)
    first = components.group_by(key).agg(pl.col("date").min().alias("first_on"))
    supports = attach(supports, first, on=key)
    alone = supports.filter(pl.col("first_on").is_null())
    found = [mismatches(kinds.SUPPORT_WITHOUT_SERVICE, alone, "entry_id")]
    if evidence.context.settings.support.order is not SupportOrder.COMPONENT_SAME_MONTH:
        early = supports.filter(pl.col("date") < pl.col("first_on"))
        early = early.with_columns(pl.lit("date").alias("field"), pl.col("date").alias("ims_value"))
        found.append(mismatches(kinds.SUPPORT_BEFORE_SERVICE, early, "entry_id"))
    return found


def _by_reference(payments: pl.DataFrame, supports: pl.DataFrame) -> list[pl.DataFrame]:
    """Return in what entries that bear a line's id differ from the line, one row for each field."""
    there = supports.select(
        "entry_id", pl.col("client_reference").alias("line_id"), pl.col("seeker").alias("seeker_there"),
        pl.col("name").alias("name_there"), pl.col("name_key").alias("key_there"), pl.col("date").alias("date_there"),
        pl.col("amount").alias("amount_there"),
    )  # fmt: skip
    bearing = payments.drop_nulls("seeker").join(there, on="line_id")
    foreign = bearing.filter(pl.col("seeker_there") != pl.col("seeker")).with_columns(
        pl.lit("job_seeker_id").alias("field"), pl.col("seeker").alias("itrac_value"),
        pl.col("seeker_there").alias("ims_value"), pl.lit(str(Severity.CLAIM)).alias("severity"),
    )  # fmt: skip
    own = bearing.filter(pl.col("seeker_there") == pl.col("seeker")).sort("entry_id")
    own = folded(own.unique("line_id", keep="first", maintain_order=True), "entry_name", "own_key")
    fields = {
        "date": (pl.col("date").ne_missing(pl.col("date_there")), "date"),
        "amount": (pl.col("amount").ne_missing(pl.col("amount_there")), "amount"),
        "name": (pl.col("own_key").is_not_null() & (pl.col("own_key") != pl.col("key_there")), "entry_name"),
    }
    found = [mismatches(kinds.MATCHED_BY_REFERENCE, foreign, "line_id", "entry_id", "field")]
    for field, (differs, column) in fields.items():
        rows = own.filter(differs).with_columns(
            pl.lit(field).alias("field"), pl.col(column).cast(pl.String).alias("itrac_value"),
            pl.col(f"{field}_there").cast(pl.String).alias("ims_value"), pl.lit(str(Severity.DATA)).alias("severity"),
        )  # fmt: skip
        found.append(mismatches(kinds.MATCHED_BY_REFERENCE, rows, "line_id", "entry_id", "field"))
    return found
