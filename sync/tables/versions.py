"""Settle which row speaks for an id: equal rows count once, the newest version is used."""

from dataclasses import dataclass

import polars as pl

from sync.model import Kind, Table, fold
from sync.tables.cells import by_value

TIE = "tie"
_STAMP = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Settled:
    """Split rows into those used (with `tie` where text alone chose them) and superseded ones."""

    used: pl.DataFrame
    superseded: pl.DataFrame


def settle(typed: pl.DataFrame, texts: pl.DataFrame, table: Table) -> Settled:
    """Choose one row for each id.

    typed, texts  the same rows in the same order: cells read, and cells as text (ids trimmed)
    Repeats of a row that is equal in every cell are dropped without a word: they count once.
    """
    keys = typed.select(_key(typed[name], table) for name in table.key)
    repeated = keys.is_duplicated()
    typed = typed.with_columns(pl.lit(value=False).alias(TIE))
    if table.keeps_versions or not repeated.any():
        return Settled(typed, typed.clear())
    ranked = _ranked(keys, typed, texts, table=table).filter(repeated)
    chosen = _chosen(ranked, table)
    used = pl.concat([typed.filter(~repeated), typed[chosen["place"]].with_columns(chosen[TIE])])
    superseded = typed[chosen["older"].list.explode(keep_nulls=False, empty_as_null=False)]
    return Settled(used.sort("line"), superseded)


def _key(cells: pl.Series, table: Table) -> pl.Series:
    kind = next(column.kind for column in table.columns if column.name == cells.name)
    return by_value(cells, fold, pl.String()).alias(cells.name) if kind is Kind.LABEL else cells


def _ranked(keys: pl.DataFrame, typed: pl.DataFrame, texts: pl.DataFrame, *, table: Table) -> pl.DataFrame:
    """Return what ranks versions: `key_…`, `stamp`, every cell as text, and each row's `place`."""
    stamp = typed[table.stamp] if table.stamp else pl.Series([None] * len(typed), dtype=_STAMP)
    return pl.concat(
        [
            keys.select(pl.all().name.prefix("key_")),
            texts.select(pl.col(column.name).fill_null("") for column in table.columns).select(
                pl.all().name.prefix("text_")
            ),
            pl.DataFrame([stamp.alias("stamp"), pl.int_range(len(typed), eager=True).alias("place")]),
        ],
        how="horizontal",
    )


def _chosen(ranked: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return for each id the `place` of its row, `tie`, and the places of the `older` ones."""
    texts = [f"text_{column.name}" for column in table.columns]
    distinct = ranked.sort("place").unique(texts, keep="first", maintain_order=True)
    newest_first = distinct.sort(["stamp", *texts], descending=True, nulls_last=True, maintain_order=True)
    return newest_first.group_by([f"key_{name}" for name in table.key], maintain_order=True).agg(
        pl.col("place").first(),
        pl.col("stamp").eq_missing(pl.col("stamp").first()).slice(1, 1).any().alias(TIE),
        pl.col("place").slice(1).alias("older"),
    )
