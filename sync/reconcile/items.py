"""Make one item of everything that a person has to look at: each mismatch, and each flagged line without one.

A flagged payment is one item, its `money-at-risk`. What is held resolves by itself when facts arrive, and is flagged
when it is held too long, so it needs nobody before that.
"""

from hashlib import blake2b

import polars as pl

from sync.decide import Workings
from sync.model import TABLES, Decision, EntryKind, fold
from sync.reconcile import kinds
from sync.reconcile.causes import cause_of
from sync.reconcile.settling import FLAG
from sync.rules.attach import attach
from sync.rules.mismatch import COLUMNS, Severity
from sync.rules.text import folded

_LINE = ("label", "control", "date", "entry_kind", "entry_name", "amount", "funder_selection", "decision", "reasons",
         "choices", "program", "provider", "job_seeker_id", "source_kind", "source_id")  # fmt: skip
_ENTRY = ("entry_id", "job_seeker_id", "provider", "kind", "name", "date", "funder_selection", "amount")
_ROW = ("status", "start_date", "end_date", "target_end_date", "copied_from", "term", "paid_to", "payment_type")
_SOURCES = ("services", "payments", "assessments", "goals")
_SHOWN = ("severity", "field", "itrac_value", "ims_value")
_RANK = {str(severity): rank for rank, severity in enumerate(Severity)}
_WHOSE = ("customer_id", "job_seeker_id", "program", "provider", "month", "line_id", "entry_id")


def items_of(worked: Workings, lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the items, each id once, with cause, money and facts; `rank` 0 is the gravest.

    lines  as `decide` returns them for the workings
    found  every mismatch of them
    The facts are JSON: cells of the mismatch, of the line (`line.…`), of its row (`row.…`) and of the entry
    (`entry.…`), as text.
    """
    rows = pl.concat([found.drop("advice"), _flags(lines, found)]).unique("mismatch_id", keep="first")
    rows = _with_line(rows, lines)
    rows = _with_row(_with_entry(rows, worked), worked)
    reasons = pl.col("line.reasons").fill_null("").str.split(";")
    of_line = pl.col("kind").is_in([FLAG, kinds.MONEY_AT_RISK.kind])
    rows = rows.with_columns(
        pl.when(of_line).then(reasons.list.first()).otherwise(pl.lit("")).alias("reason"),
        (~of_line | (reasons.list.len() == 1)).alias("only_one"),
    )
    rows = rows.with_columns(pl.when(pl.col("reason") == "").then("kind").otherwise("reason").alias("subject"))
    rows = rows.with_columns(cause_of().alias("cause"), _cents().alias("cents"))
    rows = folded(rows, "provider", "place").with_columns(pl.col("place").fill_null(""))
    return rows.select(
        pl.col("mismatch_id").alias("item_id"), "kind", "reason", "severity",
        pl.col("severity").replace_strict(_RANK, return_dtype=pl.Int64).alias("rank"), *_WHOSE, "cents", "cause",
        "only_one", "place", _facts(rows).alias("facts"),
    )  # fmt: skip


def _flags(lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return flagged lines in the columns of mismatches, but for payments, whose money is at risk."""
    at_risk = found.filter(pl.col("kind") == kinds.MONEY_AT_RISK.kind).select("line_id")
    flagged = lines.filter(pl.col("decision") == Decision.FLAG).join(at_risk, on="line_id", how="anti")
    payment = pl.col("entry_kind") == EntryKind.SUPPORT
    grave = pl.when(payment).then(pl.lit(str(Severity.MONEY))).otherwise(pl.lit(str(Severity.DATA)))
    made = {"mismatch_id": pl.col("line_id"), "kind": pl.lit(FLAG), "severity": grave}
    made |= {name: pl.col(name) for name in _WHOSE if name != "entry_id"}
    names = [name for name in COLUMNS if name != "advice"]
    return flagged.select(made.get(name, pl.lit(None, pl.String)).alias(name) for name in names)


def _with_line(rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    cells = lines.select("line_id", *(pl.col(name).alias(f"line.{name}") for name in _LINE)).unique("line_id")
    told = rows.join(cells, on="line_id", how="left", maintain_order="left")
    return told.with_columns(pl.col(f"line.{name}").alias(name) for name in ("label", "control", "entry_name"))


def _with_entry(rows: pl.DataFrame, worked: Workings) -> pl.DataFrame:
    entries = worked.context.frames["ims_entries"].unique("entry_id", keep="first", maintain_order=True)
    cells = entries.select(
        pl.col("entry_id"), *(pl.col(name).cast(pl.String).alias(f"entry.{name}") for name in _ENTRY)
    )
    return rows.join(cells, on="entry_id", how="left", maintain_order="left")


def _with_row(rows: pl.DataFrame, worked: Workings) -> pl.DataFrame:
    """Add the cells of the row that the line is about, whatever its table."""
    parts = [_cells(worked.context.frames[table], table) for table in _SOURCES]
    told = rows.join(pl.concat(parts), on=["line.source_kind", "line.source_id"], how="left", maintain_order="left")
    # A vendor may be a person: of what is written there only a mark is kept, by which equal ones are known.
    distinct = told["row.paid_to"].drop_nulls().unique()
    marks = [blake2b(fold(vendor).encode(), digest_size=6).hexdigest() for vendor in distinct]
    return attach(
        told, pl.DataFrame({"row.paid_to": distinct, "vendor": pl.Series(marks, dtype=pl.String)}), on="row.paid_to"
    )


def _cells(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    key = TABLES[table].key[0]
    rows = frame.unique(key, keep="first", maintain_order=True)
    known = [pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String) for name in _ROW]
    named = [cell.alias(f"row.{name}") for cell, name in zip(known, _ROW, strict=True)]
    return rows.select(pl.lit(table).alias("line.source_kind"), pl.col(key).alias("line.source_id"), *named)


def _cents() -> pl.Expr:
    amount = pl.coalesce("line.amount", "entry.amount")
    return amount.str.replace(".", "", literal=True).cast(pl.Int64, strict=False)


def _facts(rows: pl.DataFrame) -> pl.Expr:
    kept = [name for name in rows.columns if "." in name and name not in {"row.paid_to", "line.source_kind"}]
    return pl.struct(*_SHOWN, *kept, pl.col("vendor").alias("row.vendor")).struct.json_encode()
