"""Move whole frames into the database and out of it, never row by row through objects."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl
from psycopg import sql
from sqlalchemy import Connection, Select, Table, text

from sync.store.engines import POSTGRESQL

_ROWS_AT_ONCE = 20_000
# Fewer rows than Python's collector of cycles waits for: with more it would search all of them again and again, which
# takes twice as long as reading them.
_READ_AT_ONCE = 500
# PostgreSQL plans badly around a table that grew much and was not looked at since.
_MANY_ROWS = 10_000
# Some thousand ids in one statement are quick; the number that a statement may hold is limited on both databases.
_IDS_AT_ONCE = 5_000


def insert_frame(conn: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Insert a frame whose columns are columns of the table: texts, whole numbers, bytes, null."""
    # The statement names its columns in the order of the table, whatever that of the frame is.
    rows = rows.select(column.name for column in table.columns if column.name in rows.columns)
    if conn.dialect.name == POSTGRESQL:
        _copy(conn, table, rows)
        return
    statement = str(table.insert().compile(dialect=conn.dialect, column_keys=rows.columns))
    for part in rows.iter_slices(_ROWS_AT_ONCE):
        conn.exec_driver_sql(statement, part.rows())


def fill_frame(conn: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Insert a frame into a table without rows; of many rows the indexes are made afterwards.

    To sort them once takes a fourth of the time that it takes to find the place of each of a million keys.
    """
    indexes = list(table.indexes) if len(rows) >= _MANY_ROWS else []
    for index in indexes:
        index.drop(conn)
    insert_frame(conn, table, rows)
    for index in indexes:
        index.create(conn)


def select_frame(conn: Connection, query: Select[Any], schema: pl.Schema) -> pl.DataFrame:
    """Return what a query finds, as a frame with the columns of the schema, in their order."""
    found = conn.execute(query, execution_options={"stream_results": True, "yield_per": _READ_AT_ONCE})
    parts = [_frame(rows, schema) for rows in found.partitions()]
    return pl.concat(parts, rechunk=True) if parts else pl.DataFrame(schema=schema)


def in_parts(ids: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Yield the ids in parts that fit into one statement, each id once, in their order."""
    different = list(dict.fromkeys(ids))
    for start in range(0, len(different), _IDS_AT_ONCE):
        yield different[start : start + _IDS_AT_ONCE]


def _frame(rows: Sequence[Any], schema: pl.Schema) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    kinds = zip(columns, schema.items(), strict=True)
    return pl.DataFrame([pl.Series(name, cells, dtype) for cells, (name, dtype) in kinds])


def _copy(conn: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Send the frame as CSV, in which a bare blank is null and a quoted one an empty text, on both sides."""
    cursor: Any = conn.connection.cursor()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
    )
    spelt = rows.with_columns(pl.format("\\x{}", pl.col(pl.Binary).bin.encode("hex")))
    with cursor, cursor.copy(statement) as copy:
        for part in spelt.iter_slices(_ROWS_AT_ONCE):
            copy.write(part.write_csv(include_header=False).encode())
    if len(rows) >= _MANY_ROWS:
        conn.execute(text(f"ANALYZE {table.name}"))
