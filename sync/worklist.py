"""Lay out what a person has to key: customer by customer, in keying order, fields in typing order."""

from dataclasses import dataclass

import polars as pl

from sync.model import Decision, EntryKind
from sync.summary import Summary, money

COLUMNS = {
    "done": "done",
    "place": "no.",
    "job_seeker_id": "job seeker",
    "what": "what",
    "entry_name": "check or choose",
    "date": "date",
    "provider": "provider",
    "funder_selection": "funder selection",
    "amount": "amount",
    "after": "only after",
    "entry_number": "entry number",
    "customer_id": "customer",
    "line_id": "line",
}
KIND_WORDS = {
    EntryKind.ORIENTATION: "Orientation",
    EntryKind.ASSESSMENT: "Assessment",
    EntryKind.PLAN: "Plan",
    EntryKind.COMPONENT: "Service",
    EntryKind.SUPPORT: "Support service",
}


@dataclass(frozen=True, slots=True)
class Worklist:
    """Carry the rows to key and the totals that tie out with the decisions.

    rows    the columns of COLUMNS as text; `done` and `entry_number` are left for the person
    counts  how many of each kind; amount in cents
    """

    rows: pl.DataFrame
    counts: dict[str, int]
    amount: int
    lines: int


def totals_of(made: Worklist, digest: str) -> list[str]:
    """Return the totals in words; they tie out with the decisions file of the digest."""
    kinds = [f"{what}: {count}" for what, count in made.counts.items()]
    return [
        f"{len(made.rows)} entries to key, of {made.lines} lines decided",
        ", ".join(kinds),
        f"Support services: {money(made.amount)}",
        f"Decisions digest: {digest}",
    ]


def worklist(lines: pl.DataFrame, summary: Summary) -> Worklist:
    """Return what of the decided lines a person has to key."""
    kinds = list(EntryKind)
    rank = pl.col("entry_kind").replace_strict([str(kind) for kind in kinds], list(range(len(kinds))))
    wanted = lines.filter(pl.col("decision") == Decision.ENTER).sort("customer_id", rank, "date", "line_id")
    wanted = wanted.with_row_index("place", offset=1)
    named = wanted.select(
        pl.col("line_id").alias("depends_on"),
        pl.concat_str(pl.lit("no. "), pl.col("place"), pl.lit(": "), pl.col("entry_name")).alias("after"),
    )
    rows = wanted.join(named, on="depends_on", how="left", maintain_order="left").with_columns(
        pl.coalesce("after", pl.col("depends_on").str.replace("^ims:", "in iMatchSkills: ")).alias("after"),
        pl.col("entry_kind").replace_strict(list(map(str, kinds)), [KIND_WORDS[kind] for kind in kinds]).alias("what"),
        pl.col("place").cast(pl.String),
        *(pl.lit(None, pl.String).alias(name) for name in ("done", "entry_number")),
    )
    counts = {KIND_WORDS[kind]: int((wanted["entry_kind"] == str(kind)).sum()) for kind in kinds}
    amount = sum(int(text.replace(".", "")) for text in wanted["amount"].drop_nulls())
    return Worklist(rows.select(list(COLUMNS)), counts, amount, summary.lines)
