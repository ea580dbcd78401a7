"""Compare what a pull brought with what is known: which rows are new, and which are gone and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class GoneWhy(StrEnum):
    """Why a version of a row does not stand any more."""

    ABSENT = "absent"
    TOMBSTONE = "tombstone"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Changes:
    """Carry the rows to write and, for each reason, the surrogate ids of the versions that are gone."""

    new: pl.DataFrame
    gone: Mapping[GoneWhy, pl.Series]
    counts: Mapping[str, int]


def changes_of(known: pl.DataFrame, seen: pl.DataFrame, *, full: bool, tombstones: Collection[str] = ()) -> Changes:
    """Compare one table.

    known  the versions that stand: `id`, `row_id`, `content_hash`
    seen   the rows that came, each once: `row_id`, `content_hash` and what else is to be written
    full   the rows are all there are, so that what is missing is gone
    """
    dead = pl.Series("row_id", list(tombstones), pl.String).to_frame()
    seen = seen.join(dead, on="row_id", how="anti")
    new = seen.join(known, on="content_hash", how="anti", maintain_order="left")
    old = known.join(seen, on="content_hash", how="anti")
    superseded = old.join(seen, on="row_id", how="semi")
    deleted = old.join(dead, on="row_id", how="semi")
    absent = old.join(pl.concat([superseded, deleted]), on="id", how="anti") if full else old.clear()
    gone = {GoneWhy.SUPERSEDED: superseded, GoneWhy.TOMBSTONE: deleted, GoneWhy.ABSENT: absent}
    lost = deleted["row_id"].n_unique() + absent["row_id"].n_unique()
    counts = {**_counts(known, seen, touched=pl.concat([new["row_id"], superseded["row_id"]])), "gone": lost}
    return Changes(new, {why: rows["id"] for why, rows in gone.items()}, counts)


def _counts(known: pl.DataFrame, seen: pl.DataFrame, *, touched: pl.Series) -> dict[str, int]:
    """Count ids that came: not there before, there with other versions, there with the same."""
    came = seen["row_id"].n_unique()
    touched = touched.unique()
    changed = touched.to_frame().join(known, on="row_id", how="semi").height
    return {"new": len(touched) - changed, "changed": changed, "unchanged": came - len(touched)}
