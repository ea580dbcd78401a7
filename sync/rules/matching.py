"""Match payments with the support entries that stand in iMatchSkills, one to one."""

import polars as pl

from sync.model import Decision, Reason
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.look_alikes import settle_look_alikes
from sync.rules.rule import found

_ALREADY = found(Reason.ALREADY_IN_IMS, Decision.NO_ENTRY)
_POSSIBLY = found(Reason.POSSIBLY_IN_IMS, Decision.FLAG)
_FACTS = ["seeker", "name_key", "date", "amount"]


def match_entries(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add `already`, `standing` and the findings on entries that are there or may be.

    lines  payment lines that passed stage 1, sorted by (customer_id, date, line_id)
    First by the entry's client reference, then one to one by name, date and amount, both sides in id order;
    what is left and alike but not equal needs a person.
    """
    entries = context.entries.supports
    by_reference, foreign = _by_reference(lines, entries)
    left = entries.join(by_reference, on="entry_id", how="anti")
    by_facts = _by_facts(lines.join(by_reference, on="line_id", how="anti"), left)
    matched = pl.concat([by_reference, by_facts])
    left = left.join(by_facts, on="entry_id", how="anti")
    pairs = _pairs(lines.join(matched, on="line_id", how="anti"), left)
    alikes = settle_look_alikes(pairs, context.answers.same)
    lines = attach(lines, matched, "line_id")
    lines = attach(lines, alikes, "line_id")
    lines = attach(lines, context.answers.same, "line_id")
    entry = pl.coalesce("entry_id", "same_as")
    elsewhere = pl.col("line_id").is_in(foreign.implode()) & pl.col("same").ne_missing("different")
    possibly = pl.col("possibly").fill_null(value=False) | (elsewhere & pl.col("same_as").is_null())
    return lines.with_columns(
        entry.is_not_null().alias("already"), pl.concat_str(pl.lit("ims:"), entry).alias("standing"),
    ).with_columns(
        pl.col("findings")
        + pl.when("already").then(_ALREADY).otherwise(0)
        + pl.when(possibly).then(_POSSIBLY).otherwise(0)
    )  # fmt: skip


def _by_reference(lines: pl.DataFrame, entries: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the entry that bears each line's own id, and the lines whose id another's entry bears."""
    known = lines.filter(pl.col("seeker").is_not_null()).select("line_id", pl.col("seeker").alias("own"))
    bearing = known.join(entries, left_on="line_id", right_on="client_reference")
    same = bearing.filter(pl.col("own") == pl.col("seeker")).sort("entry_id")
    same = same.unique("line_id", keep="first", maintain_order=True).select("line_id", "entry_id")
    return same, bearing.filter(pl.col("own") != pl.col("seeker"))["line_id"]


def _by_facts(lines: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    rank = pl.int_range(pl.len()).over(_FACTS).alias("rank")
    wanted = lines.drop_nulls(["seeker", "name_key"]).sort("line_id").select("line_id", *_FACTS).with_columns(rank)
    there = entries.drop_nulls("amount").sort("entry_id").select("entry_id", *_FACTS).with_columns(rank)
    return wanted.join(there, on=[*_FACTS, "rank"]).select("line_id", "entry_id")


def _pairs(lines: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    wanted = lines.drop_nulls(["seeker", "name_key"]).select(
        "line_id", "seeker", "name_key", "month", pl.int_range(pl.len()).alias("place")
    )
    there = entries.select("entry_id", "seeker", "name_key", "month", pl.col("date").alias("entered_on"))
    pairs = wanted.join(there, on=["seeker", "name_key", "month"])
    return pairs.sort("place", "entered_on", "entry_id").select("line_id", "entry_id")
