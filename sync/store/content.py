"""Read whole tables out of either database as the same cells, copy them, and know their content by count and hash."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, NamedTuple

from psycopg import sql
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy import column as named
from sqlalchemy import table as table_named

from sync.store.engines import POSTGRESQL
from sync.store.kinds import Instant

_ROWS_AT_ONCE = 2_000
# As `kinds.as_text` spells an instant.
_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
Rows = Sequence[tuple[Any, ...]]


class Content(NamedTuple):
    """Name what a table holds: how many rows, and a hash over their cells in the order of their keys."""

    rows: int
    hash: str


class Shape(NamedTuple):
    """Name a table, its columns, and those that its rows are ordered by."""

    name: str
    columns: Sequence[str]
    key: Sequence[str]


def shape_of(table: Table) -> Shape:
    """Return the shape of a table of this program."""
    return Shape(table.name, [one.name for one in table.columns], [one.name for one in table.primary_key])


def content_of(conn: Connection, table: Table) -> Content:
    """Return what a table of either database holds; the same rows give the same content in both."""
    return _summed(conn, _query(conn, table))


def content_of_shape(conn: Connection, shape: Shape) -> Content:
    """Return what a table of a SQLite copy holds, whatever program made the copy."""
    cells: list[ColumnElement[Any]] = [named(name) for name in shape.columns]
    return _summed(conn, select(*cells).select_from(table_named(shape.name)).order_by(*map(named, shape.key)))


def copy_table(source: Connection, target: Connection, table: Table) -> Content:
    """Copy every row of a table into an empty one, whatever the two databases are; return what was read."""
    whole = _Sum()
    with _into(target, table) as put:
        for rows in _read(source, _query(source, table)):
            whole.add(rows)
            put(rows)
    return whole.content


class _Sum:
    """Sum up rows as they pass."""

    def __init__(self) -> None:
        self._hash, self._rows = sha256(), 0

    def add(self, rows: Rows) -> None:
        self._hash.update("".join(f"{row!r}\n" for row in rows).encode())
        self._rows += len(rows)

    @property
    def content(self) -> Content:
        return Content(self._rows, self._hash.hexdigest())


def _summed(conn: Connection, query: Select[Any]) -> Content:
    whole = _Sum()
    for rows in _read(conn, query):
        whole.add(rows)
    return whole.content


def _read(conn: Connection, query: Select[Any]) -> Iterator[Rows]:
    found = conn.execute(query, execution_options={"stream_results": True, "yield_per": _ROWS_AT_ONCE})
    for rows in found.partitions():
        yield [tuple(row) for row in rows]


def _query(conn: Connection, table: Table) -> Select[Any]:
    spelt = _spelt_by_postgresql if conn.dialect.name == POSTGRESQL else _spelt_by_sqlite
    return select(*(spelt(column) for column in table.columns)).order_by(*table.primary_key)


def _spelt_by_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    """Ask for a cell as it is kept."""
    if isinstance(column.type, Instant | JSON):
        return type_coerce(column, Text)
    return type_coerce(column, Integer) if isinstance(column.type, Boolean) else column


def _spelt_by_postgresql(column: Column[Any]) -> ColumnElement[Any]:
    """Ask for a cell as SQLite keeps it."""
    if isinstance(column.type, Instant):
        return func.to_char(func.timezone("UTC", column), _INSTANT)
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return cast(column, Integer) if isinstance(column.type, Boolean) else column


@contextmanager
def _into(conn: Connection, table: Table) -> Iterator[Callable[[Rows], None]]:
    """Yield what puts rows into a table; foreign keys are looked at when all rows are there."""
    names = [column.name for column in table.columns]
    if conn.dialect.name != POSTGRESQL:
        conn.execute(text("PRAGMA defer_foreign_keys = ON"))
        statement = str(table.insert().compile(dialect=conn.dialect, column_keys=names))
        yield lambda rows: _put_into_sqlite(conn, statement, rows)
        return
    cursor: Any = conn.connection.cursor()
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with cursor, cursor.copy(copying) as copy:
        yield lambda rows: _put_into_postgresql(copy, rows)
    _count_on(conn, table)


def _put_into_sqlite(conn: Connection, statement: str, rows: Rows) -> None:
    conn.exec_driver_sql(statement, list(rows))


def _put_into_postgresql(copy: Any, rows: Rows) -> None:
    for row in rows:
        copy.write_row(row)


def _count_on(conn: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after the ones that came with their numbers."""
    column = table.autoincrement_column
    if column is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        last = select(func.max(column)).scalar_subquery()
        conn.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))
