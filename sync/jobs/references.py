"""Let an entry bear the id of its line where iMatchSkills does not show it but the ledger knows it.

Without this a later plan would deal equal entries to equal lines anew, by their ids: of two equal bus passes it would
take the one that was never entered for the one that was, and enter neither.
"""

import polars as pl

from sync.model import TABLES
from sync.store import Database, lines_of_entries

_ENTRIES = TABLES["ims_entries"]


def bearing(db: Database, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of `ims_entries` as they are stored, with the ids of their lines where those are known.

    What the target or a read-back told of an entry's id counts, a number that a person typed does not. A reference
    that iMatchSkills shows stays as it is.
    """
    known = lines_of_entries(db, rows["row_id"].to_list())
    lines = pl.DataFrame(known, schema={"row_id": pl.String, "line_id": pl.String}, orient="row")
    lines = lines.unique("row_id", keep="none")
    found = rows.join(lines, on="row_id", how="left", maintain_order="left")
    blank = pl.col("refers_to").str.strip_chars().replace("", None).is_null() & pl.col("line_id").is_not_null()
    schema = pl.Struct({column.name: pl.String() for column in _ENTRIES.columns})
    content = pl.col("content").str.json_decode(schema)
    return found.with_columns(
        pl.when(blank).then("line_id").otherwise("refers_to").alias("refers_to"),
        pl.when(blank)
        .then(content.struct.with_fields(pl.col("line_id").alias("client_reference")).struct.json_encode())
        .otherwise("content")
        .alias("content"),
    ).select(rows.columns)
