"""Mismatches that start from a line: missing entries, broken gates, money at risk; and unknown people."""

import polars as pl

from sync.model import Decision, EntryKind, Reason, unpack
from sync.reconcile import kinds
from sync.reconcile.evidence import GATES, Evidence, standing_entry
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.labels import with_day, with_program, with_provider
from sync.rules.mismatch import Severity, mismatches
from sync.rules.rule import has


def line_mismatches(evidence: Evidence, ledger: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the kinds that start from a line, and entries of unknown people.

    ledger  columns of `sync.reconcile.retracted.LEDGER`
    """
    unknown = evidence.entries.filter(~pl.col("is_customer")).with_columns(pl.lit(None, pl.String).alias("customer_id"))
    return [
        _missing(evidence, ledger),
        _gate_broken(evidence),
        _money_at_risk(evidence),
        mismatches(kinds.UNKNOWN_PERSON, unknown, "entry_id"),
    ]


def _missing(evidence: Evidence, ledger: pl.DataFrame) -> pl.DataFrame:
    """Name lines to be entered that a complete read-back does not show.

    It was taken long enough after their month, or after the ledger says that they were pushed or keyed.
    """
    crosswalk, as_of = evidence.context.crosswalk, evidence.context.as_of
    wanted = evidence.worked.filter(pl.col("findings") == 0).drop("month")
    wanted = with_provider(with_program(with_day(wanted, crosswalk, as_of), crosswalk), crosswalk)
    scopes = _complete_scopes(evidence, wanted["era"].unique())
    covered = wanted.join(scopes, on=["era", "provider_key", "month"])
    waited = (pl.col("taken_at_day") - pl.col("date").dt.month_end()).dt.total_days()
    covered = covered.join(ledger.group_by("line_id").agg(pl.col("since").max()), on="line_id", how="left")
    sent_before = (pl.col("since") <= pl.col("taken_at")).fill_null(value=False)
    late = covered.filter((waited > 10) | sent_before).unique("line_id", keep="first", maintain_order=True)
    payment = pl.col("entry_kind") == EntryKind.SUPPORT
    late = late.with_columns(
        pl.when(payment).then(pl.lit(str(Severity.MONEY))).otherwise(pl.lit(str(Severity.DATA))).alias("severity"),
        pl.col("entry_name").alias("itrac_value"),
    )
    return mismatches(kinds.MISSING, late, "line_id")


def _complete_scopes(evidence: Evidence, eras: pl.Series) -> pl.DataFrame:
    """Return the scopes that prove absence, keyed as lines of each era are: provider_key, month, taken_at, its day."""
    context = evidence.context
    scopes = context.frames["ims_scopes"].filter(pl.col("complete")).drop("line", "tie", "bad").with_row_index("scope")
    entries = with_day(context.frames["ims_entries"], context.crosswalk, context.as_of)
    entries = with_provider(entries.select("date", "provider", "month", "era"), context.crosswalk)
    counts = (
        _in_eras(scopes, entries["era"].unique(), context)
        .join(entries, on=["era", "provider_key", "month"])
        .group_by("scope")
        .agg(pl.len().cast(pl.Int64).alias("rows"))
    )
    agrees = pl.col("row_count") == pl.col("rows").fill_null(0)
    proving = attach(scopes, counts, on="scope").filter(agrees)
    return _in_eras(proving, eras, context).select("era", "provider_key", "month", "taken_at", "taken_at_day")


def _in_eras(scopes: pl.DataFrame, eras: pl.Series, context: Context) -> pl.DataFrame:
    """Key scopes by what their provider stands for in each era."""
    return with_provider(scopes.join(pl.DataFrame({"era": eras}), how="cross"), context.crosswalk)


def _gate_broken(evidence: Evidence) -> pl.DataFrame:
    broken = evidence.worked.filter(has(Reason.ALREADY_IN_IMS) & ((pl.col("findings") & GATES) != 0))
    distinct = (broken["findings"] & GATES).unique()
    words = [";".join(finding.reason for finding in unpack(bits)) for bits in distinct]
    named = pl.DataFrame({"gates": distinct, "field": pl.Series(words, dtype=pl.String)})
    broken = attach(broken.with_columns((pl.col("findings") & GATES).alias("gates")), named, on="gates")
    return mismatches(kinds.GATE_BROKEN, broken.with_columns(standing_entry().alias("entry_id")), "line_id", "entry_id")


def _money_at_risk(evidence: Evidence) -> pl.DataFrame:
    at_risk = evidence.lines.filter(
        (pl.col("source_kind") == "payments") & pl.col("decision").is_in([Decision.FLAG, Decision.HOLD])
    )
    now = evidence.context.as_of.isoformat()[:7]
    waits = (pl.col("decision") == Decision.HOLD) & (pl.col("month") == now)
    at_risk = at_risk.with_columns(
        pl.when(waits).then(pl.lit(str(Severity.NOTE))).otherwise(pl.lit(str(Severity.MONEY))).alias("severity"),
        pl.lit("amount").alias("field"),
        pl.col("amount").alias("itrac_value"),
    )
    return mismatches(kinds.MONEY_AT_RISK, at_risk, "line_id")
