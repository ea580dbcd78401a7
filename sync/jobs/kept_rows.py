"""Turn tables as text into rows that the store keeps, and back."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from sync.model import TABLES, Kind, Table
from sync.model.words import fold
from sync.store import Database, rows_at
from sync.tables import DATABASE, Tables, Texts, TextTable, tables_of

KEY_MARK = "\x1f"
_OWNERS = ("customer_id", "job_seeker_id", "line_id")


def rows_of(came: TextTable, table: Table) -> pl.DataFrame:
    """Return the rows of a table in the columns that the store keeps (ROW_COLUMNS)."""
    names = [column.name for column in table.columns]
    texts = came.texts
    return texts.select(
        _key(texts, table).alias("row_id"),
        _owner(table).alias("owner"),
        _reference(table).alias("refers_to"),
        pl.struct(names).struct.json_encode().alias("content"),
        pl.lit(came.file).alias("file"),
        pl.col("line").cast(pl.Int64),
    )


def rows_of_items(items: Iterable[Mapping[str, str | None]], table: Table, file: str) -> pl.DataFrame:
    """Return rows that came as items with canonical columns; they have no line in a file."""
    columns = [column.name for column in table.columns]
    texts = pl.DataFrame([{name: item.get(name) for name in columns} for item in items], _text_schema(table))
    texts = texts.with_columns(pl.lit(None, pl.Int64).alias("line"))
    return rows_of(TextTable(file, texts, _no_lines(), _no_errors()), table)


def key_of(parts: Iterable[str | None], table: Table) -> str:
    """Return the row id of a key as the store keeps it: ids to the letter, other cells as they are compared."""
    kinds = {column.name: column.kind for column in table.columns}
    cells = zip(table.key, parts, strict=True)
    return KEY_MARK.join(_key_cell(part, kinds[name]) for name, part in cells)


def _key_cell(part: str | None, kind: Kind) -> str:
    return (part or "").strip() if kind is Kind.ID else fold(part or "")


def _key(texts: pl.DataFrame, table: Table) -> pl.Series:
    if len(table.key) == 1:
        return texts[table.key[0]].fill_null("").str.strip_chars()
    return pl.Series([key_of(cells, table) for cells in texts.select(table.key).iter_rows()], dtype=pl.String)


def _owner(table: Table) -> pl.Expr:
    """Return whose row it is: the customer, else the job seeker, else the line."""
    names = {column.name for column in table.columns}
    owner = next((name for name in _OWNERS if name in names), None)
    return pl.col(owner).fill_null("") if owner else pl.lit("")


def _reference(table: Table) -> pl.Expr:
    """Return what else a row names: an entry the line that it was made for, a customer their job seeker id."""
    if table.name == "customers":
        return pl.col("job_seeker_id").str.strip_chars().replace("", None)
    names = {column.name for column in table.columns}
    return pl.col("client_reference") if "client_reference" in names else pl.lit(None, pl.String)


def kept_tables(
    db: Database,
    tables: Iterable[str] = tuple(TABLES),
    *,
    seq: int | None = None,
    owners: Collection[str] | None = None,
) -> Tables:
    """Return tables as they stood after a pull (None: now), settled as files are.

    owners  only rows of these customers, job seekers or lines
    """
    return tables_of(Texts(kept_texts(db, tables, seq=seq, owners=owners)))


def kept_texts(
    db: Database, tables: Iterable[str], *, seq: int | None = None, owners: Collection[str] | None = None
) -> dict[str, TextTable]:
    """Return tables as `kept_tables` does, but as text: settling them costs the same for a row as for thousands."""
    found = rows_at(db, seq, tables, owners=owners, columns=["content"])
    return {name: _texts_of(rows, name) for name, rows in found.items()}


def _texts_of(rows: pl.DataFrame, name: str) -> TextTable:
    """Return stored rows as text; their lines are numbered anew, since they may come from several files."""
    schema = _text_schema(TABLES[name])
    texts = rows.select(pl.col("content").str.json_decode(pl.Struct(schema))).unnest("content")
    texts = texts.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("line"))
    return TextTable(DATABASE, texts, _no_lines(), _no_errors())


def _text_schema(table: Table) -> dict[str, pl.DataType]:
    return {column.name: pl.String() for column in table.columns}


def _no_lines() -> pl.Series:
    return pl.Series([], dtype=pl.Int64)


def _no_errors() -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.Int64, "column": pl.String})
