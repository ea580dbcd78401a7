"""Count what staff answered about lines, and chose in iMatchSkills: what repeats, the crosswalk could know."""

import polars as pl

from sync.model import EntryKind, Reason
from sync.rules.answers import Answers, newest_good
from sync.rules.text import folded

_PLACE = ["component", "program", "provider"]


def chosen_types(answers: Answers, lines: pl.DataFrame, payments: pl.DataFrame) -> pl.DataFrame:
    """Count the types that staff chose: label (the payment type), vendor (null = any), answer, lines, example.

    A vendor may be a person, so that `example` (a line) stands for it; a payment without one counts for `any` alone.
    """
    offered = lines.filter(pl.col("choices").is_not_null()).select("line_id", "source_id", "label", "choices")
    types = offered.with_columns(pl.col("choices").str.split("|").alias("answer"))
    types = folded(types.explode("answer", empty_as_null=False, keep_nulls=False), "answer", "answer_key")
    key = ["line_id", "answer_key"]
    told = answers.others.join(types.select(key), on=key, maintain_order="left")
    chosen = newest_good(told).select(key).join(types, on=key)
    vendors = folded(payments.select(pl.col("payment_id").alias("source_id"), "paid_to"), "paid_to", "vendor")
    chosen = folded(chosen.join(vendors.drop("paid_to"), on="source_id", how="left"), "label", "label_key")
    anyones = chosen.with_columns(pl.lit(None, pl.String).alias("vendor"))
    each = pl.concat([anyones, chosen.filter(pl.col("vendor").is_not_null())])
    return _counted(each, ["label_key", "vendor", "answer_key"], "label", "answer")


def chosen_funders(lines: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Count what was selected in iMatchSkills where no funder row says it.

    Returns component, program, provider, answer (the selection), lines, example.
    lines    those that iMatchSkills has already (`standing` names the entry)
    entries  rows of `ims_entries`
    """
    asked = pl.col("reasons").str.split(";").list.contains(str(Reason.FUNDER_UNKNOWN))
    selected = entries.select(pl.col("entry_id"), pl.col("funder_selection").alias("answer")).drop_nulls()
    stands = lines.filter(asked.fill_null(value=False)).with_columns(
        pl.col("standing").str.strip_prefix("ims:").alias("entry_id"), pl.col("entry_name").alias("component")
    )
    found = folded(stands.join(selected.unique("entry_id"), on="entry_id"), "answer", "answer_key")
    for name in _PLACE:
        found = folded(found, name, f"{name}_key")
    return _counted(found, [*(f"{name}_key" for name in _PLACE), "answer_key"], *_PLACE, "answer")


def same_as(answers: Answers, lines: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Count where staff said that an entry is the line, or is not, and the two name provider or component otherwise.

    Returns kind (provider or component), label (the entry's), stands_for (the line's), answer, lines, example.
    A line that is answered `different` counts for each entry of its month that it might have been.
    """
    told = lines.filter(pl.col("entry_kind") == EntryKind.COMPONENT).join(answers.same, on="line_id")
    read = entries.select(
        "entry_id", pl.col("job_seeker_id"), pl.col("provider").alias("entry_provider"),
        pl.col("name").alias("entry_component"), pl.col("date").cast(pl.String).str.slice(0, 7).alias("month"),
    )  # fmt: skip
    named = told.filter(pl.col("same") == "same").with_columns(
        pl.col("standing").str.strip_prefix("ims:").alias("entry_id")
    )
    same = named.join(read.select("entry_id", "entry_provider", "entry_component"), on="entry_id")
    other = told.filter(pl.col("same") == "different").join(read, on=["job_seeker_id", "month"])
    columns = ["line_id", "provider", "entry_name", "entry_provider", "entry_component", "same"]
    both = pl.concat([same.select(columns), other.select(columns)])
    parts = [
        both.select("line_id", pl.lit(kind).alias("kind"), pl.col(label).alias("label"),
                    pl.col(line).alias("stands_for"), pl.col("same").alias("answer"))
        for kind, label, line in (("provider", "entry_provider", "provider"),
                                  ("component", "entry_component", "entry_name"))
    ]  # fmt: skip
    found = folded(folded(pl.concat(parts).drop_nulls(), "label", "label_key"), "stands_for", "stands_key")
    found = found.filter(pl.col("label_key") != pl.col("stands_key"))
    return _counted(found, ["kind", "label_key", "stands_key", "answer"], "label", "stands_for")


def _counted(rows: pl.DataFrame, keys: list[str], *shown: str) -> pl.DataFrame:
    """Count lines by keys, with one spelling of what is shown, and a line as an example."""
    spelled = [pl.col(name).min() for name in shown if name not in keys]
    counted = rows.group_by(keys).agg(
        *spelled, pl.col("line_id").n_unique().cast(pl.Int64).alias("lines"), pl.col("line_id").min().alias("example")
    )
    return counted.sort(keys, nulls_last=False)
