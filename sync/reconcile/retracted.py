"""Name entries whose evidence was taken back after they were entered; only a ledger knows that it was there."""

import polars as pl

from sync.model import EntryKind, Reason
from sync.reconcile import kinds
from sync.reconcile.evidence import Evidence, standing_entry, unclaimed_components
from sync.rules.attach import attach
from sync.rules.mismatch import mismatches
from sync.rules.rule import has

LEDGER: dict[str, pl.DataType] = {
    "line_id": pl.String(), "source_kind": pl.String(), "source_id": pl.String(), "entry_id": pl.String(),
    "since": pl.Datetime("us", "UTC"),
}  # fmt: skip
"""What is known of lines that were pushed or keyed: one row for each line, its entry (null if not known), and when."""
_KEY = {"services": "service_id", "payments": "payment_id"}


def retracted(evidence: Evidence, ledger: pl.DataFrame) -> pl.DataFrame:
    """Return the entries in iMatchSkills all of whose lines are now called off or gone, one row for each line.

    ledger  columns of LEDGER: the entry that each line had
    """
    ledger = ledger.drop_nulls("entry_id")
    lines = evidence.worked
    gone = ledger.join(lines, on="line_id", how="anti")
    off = lines.filter(has(Reason.NOT_DELIVERED, Reason.PAYMENT_NOT_MADE)).select("line_id")
    taken_back = pl.concat([gone, ledger.join(off, on="line_id")])
    still = ledger.join(taken_back, on="line_id", how="anti")["entry_id"].implode()
    entries = _without_evidence(evidence).filter(~pl.col("entry_id").is_in(still))
    rows = entries.join(taken_back, on="entry_id").with_columns(pl.lit("status").alias("field"))
    rows = attach(rows, _statuses(evidence), on=["source_kind", "source_id"])
    return mismatches(kinds.RETRACTED, rows, "line_id", "entry_id")


def _without_evidence(evidence: Evidence) -> pl.DataFrame:
    """Return the entries that stand for no line; of components those that are in no unit with a candidate."""
    standing = evidence.worked.select(standing_entry().alias("entry_id")).drop_nulls()
    steps = evidence.entries.filter(pl.col("kind") != EntryKind.COMPONENT).join(standing, on="entry_id", how="anti")
    return pl.concat([steps, unclaimed_components(evidence).select(steps.columns)])


def _statuses(evidence: Evidence) -> pl.DataFrame:
    """Return the status of each row that has one now: source_kind, source_id, itrac_value."""
    frames = evidence.context.frames
    return pl.concat(
        [
            frames[table].select(
                pl.lit(table).alias("source_kind"),
                pl.col(key).alias("source_id"),
                pl.col("status").alias("itrac_value"),
            )
            for table, key in _KEY.items()
        ]
    )
