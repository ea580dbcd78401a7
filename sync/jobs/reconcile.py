"""Reconcile the database: find every mismatch of the lines as they stand with what was read back and what is known."""

import polars as pl

from sync.decide import lines_of
from sync.jobs.decide_files import Decided
from sync.jobs.kept_rows import kept_tables
from sync.jobs.mismatches import all_mismatches
from sync.jobs.plan import decide_tables
from sync.jobs.reconcile_items import keep_items
from sync.jobs.service import Job, Service
from sync.reconcile import LEDGER
from sync.store import Database, entered
from sync.summary import summarise, summarise_mismatches

_SOURCES = {"service": "services", "payment": "payments", "orientation": "assessments", "assessment": "assessments",
            "plan": "goals"}  # fmt: skip


def reconcile(service: Service, job: Job) -> tuple[Decided, pl.DataFrame]:
    """Return what is decided as of today about everything in the database, and every mismatch.

    What was found is kept as items for review; a settled one needs nobody while its facts stay. Nothing else is
    changed: neither lines, nor plans, nor the ledger.
    """
    tables = kept_tables(service.db)
    worked = decide_tables(service, tables, service.today)
    lines = lines_of(worked)
    found = all_mismatches(worked, lines, known_entries(service.db))
    told = summarise_mismatches(found)
    job.counts |= {"mismatches": told.by_kind, "by_severity": told.by_severity, "grave": told.grave}
    job.counts |= keep_items(service, worked, lines, found=found)
    job.needs_a_person = bool(job.counts["grave_open"])
    return Decided(tables, worked, lines, summarise(lines)), found


def known_entries(db: Database) -> pl.DataFrame:
    """Return what the ledger knows of lines that were pushed or keyed (LEDGER)."""
    known = entered(db)
    kind = pl.col("line_id").str.extract(r"^([a-z]+):")
    row = pl.col("line_id").str.replace(r"^[a-z]+:", "")
    # A later month of a training bears its month behind the id of its row.
    month = pl.when(kind == "service").then(row.str.replace(r":\d{4}-\d{2}$", "")).otherwise(row)
    return known.select(
        "line_id",
        kind.replace_strict(_SOURCES, return_dtype=pl.String).alias("source_kind"),
        month.alias("source_id"),
        pl.col("entry_id").replace("", None),
        pl.col("changed_at").alias("since"),
    ).select(pl.col(name).cast(kind) for name, kind in LEDGER.items())
