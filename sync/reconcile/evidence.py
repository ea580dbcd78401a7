"""Bring together what mismatches are made from: lines with their findings, entries with their customers."""

from dataclasses import dataclass

import polars as pl

from sync.decide import Workings
from sync.model import EntryKind, Stage
from sync.model.findings import FINDINGS
from sync.model.settings import MonthType
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.first_of_month import unit_of
from sync.rules.lines import shaped

GATES = sum(1 << place for place, finding in enumerate(FINDINGS) if finding.stage is Stage.GATES)
SCOPE = sum(1 << place for place, finding in enumerate(FINDINGS) if finding.stage is Stage.SCOPE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Carry what every kind of mismatch asks.

    lines     the decided lines as text
    worked    every line in the shape of `sync.rules.lines`, with its findings
    entries   every entry with `customer_id` (of its only holder), `is_customer`, `known`
    """

    workings: Workings
    lines: pl.DataFrame
    worked: pl.DataFrame
    entries: pl.DataFrame

    @property
    def context(self) -> Context:
        """Return the context of the decision."""
        return self.workings.context

    def entries_of(self, kind: EntryKind) -> pl.DataFrame:
        """Return the entries of one kind."""
        return self.entries.filter(pl.col("kind") == kind)


def evidence_of(workings: Workings, lines: pl.DataFrame) -> Evidence:
    """Join entries with their customers, and all lines into one frame."""
    kinds = (workings.assessed, workings.planned, workings.ended, workings.services, workings.payments)
    known = workings.context.entries
    entries = pl.concat([known.components, known.supports, known.steps]).sort("date", "entry_id")
    return Evidence(
        workings, lines, pl.concat([shaped(kind) for kind in kinds]), _with_customers(entries, workings.context)
    )


def _with_customers(entries: pl.DataFrame, context: Context) -> pl.DataFrame:
    people = context.people.drop_nulls("job_seeker_id")
    holders = people.group_by("job_seeker_id").agg(
        pl.len().alias("holders"),
        pl.col("customer_id").first(),
        pl.col("seeker").first().is_not_null().alias("known"),
    )
    entries = attach(entries, holders.rename({"job_seeker_id": "seeker"}), on="seeker")
    one = pl.col("holders") == 1
    return entries.with_columns(
        pl.when(one).then("customer_id").alias("customer_id"),
        pl.col("holders").is_not_null().alias("is_customer"),
        (one & pl.col("known")).fill_null(value=False).alias("known"),
        pl.col("seeker").alias("job_seeker_id"),
        pl.col("name").alias("ims_value"),
    )


def standing_entry() -> pl.Expr:
    """Return the id of the entry that stands for a line."""
    return pl.col("standing").str.strip_prefix("ims:")


def unclaimed_components(evidence: Evidence) -> pl.DataFrame:
    """Return the component entries that stand for no line and are in no unit with a candidate."""
    services = evidence.workings.services
    entries = evidence.entries_of(EntryKind.COMPONENT)
    standing = services.filter(pl.col("standing").str.starts_with("ims:")).select(standing_entry().alias("entry_id"))
    entries = entries.join(standing, on="entry_id", how="anti")
    if evidence.context.settings.first_of_month.type is not MonthType.COMPONENT:
        return entries
    keys = services.select(unit_of(evidence.context.settings).of_entries).rename({"component_key": "name_key"})
    return entries.join(keys, on=keys.columns, how="anti")


def pair(lines: pl.DataFrame, entries: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pair lines with entries of equal keys one to one, both in id order: line_id, entry_id."""
    rank = pl.int_range(pl.len()).over(keys).alias("rank")
    left = lines.drop_nulls(keys).sort("line_id").select("line_id", *keys).with_columns(rank)
    right = entries.drop_nulls(keys).sort("entry_id").select("entry_id", *keys).with_columns(rank)
    return left.join(right, on=[*keys, "rank"]).select("line_id", "entry_id")
