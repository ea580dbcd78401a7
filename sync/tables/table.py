"""Read one file as one table: find its columns, read its cells, settle its versions, set bad rows aside."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from sync.model import Column, Kind, Table
from sync.tables import cells
from sync.tables.csv_file import read_csv
from sync.tables.headings import places, surplus
from sync.tables.raw import SURPLUS, Limits, RawTable, refuse
from sync.tables.versions import settle
from sync.tables.workbook import read_workbook

BAD = "bad"
READERS = {".csv": read_csv, ".xlsx": read_workbook}
REJECTED = {"table": pl.String, "file": pl.String, "line": pl.Int64, "why": pl.String}
UNREADABLE = {**REJECTED, "column": pl.String, "found": pl.String}
_NO_REJECTED, _NO_UNREADABLE = pl.DataFrame(schema=REJECTED), pl.DataFrame(schema=UNREADABLE)
_PLAIN = r"^[0-9TZ$.,:/+\- ]{1,24}$"
"""What of an unreadable cell is shown: digits and signs; letters might be a name from a shifted column."""
_TEXTS = {Kind.ID, Kind.LABEL, Kind.TEXT}


@dataclass(frozen=True, slots=True)
class ReadTable:
    """Carry one table as read: rows used, older versions, rejected rows, unreadable cells, notes."""

    used: pl.DataFrame
    superseded: pl.DataFrame
    rejected: pl.DataFrame
    unreadable: pl.DataFrame
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """Carry one table as text, before cells are read by kind.

    file     the name of the file
    texts    `line` and every canonical column: ids trimmed, blanks null, other text as it came
    surplus  the lines with more cells than the header
    errors   cells of a workbook that hold an error: `line`, `column` (canonical)
    """

    file: str
    texts: pl.DataFrame
    surplus: pl.Series
    errors: pl.DataFrame
    notes: tuple[str, ...] = ()


def read_table(path: Path, table: Table, own: Mapping[str, str], *, limits: Limits) -> ReadTable:
    """Read one file; raise BadInput where it is no such table.

    own  the agency's own headings (folded) → canonical ones
    """
    return settled(read_texts(path, table, own, limits=limits), table)


def read_texts(path: Path, table: Table, own: Mapping[str, str], *, limits: Limits) -> TextTable:
    """Find the canonical columns of one file; raise BadInput where it is no such table."""
    raw = _raw(path, limits)
    found = places(raw, table, own)
    names = ", ".join(map(repr, surplus(raw, table, own)))
    notes = (f"{path.name}: columns that are not needed, ignored: {names}",) if names else ()
    beyond = raw.rows.filter(SURPLUS)["line"]
    return TextTable(path.name, _texts(raw, table, found), beyond, _error_cells(raw, found), notes)


def settled(came: TextTable, table: Table) -> ReadTable:
    """Read the cells of a table, settle its versions, set bad rows aside."""
    texts = came.texts
    if texts.is_empty() and came.errors.is_empty() and came.surplus.is_empty():
        nothing = empty(table)
        return ReadTable(nothing, nothing, _NO_REJECTED, _NO_UNREADABLE, came.notes)
    typed = pl.DataFrame([texts["line"], *(cell for column in table.columns for cell in _typed(texts, column))])
    kept, without_id = _with_id(typed, texts, table)
    used, superseded, bad = _settled(*kept, table)
    rejected = [
        _rejected(without_id, came, table, why=f"no {' or no '.join(table.key)}"),
        _rejected(superseded, came, table, why="superseded by another version of the same id"),
        _rejected(bad, came, table, why="a required cell is blank or unreadable"),
    ]
    unreadable = _unreadable(typed, came, table)
    return ReadTable(used, superseded, _together(rejected, _NO_REJECTED), unreadable, came.notes)


def _with_id(
    typed: pl.DataFrame, texts: pl.DataFrame, table: Table
) -> tuple[tuple[pl.DataFrame, pl.DataFrame], pl.DataFrame]:
    """Return the rows that have an id, typed and as text, and the distinct others as text."""
    if not any(typed[name].null_count() for name in table.key):
        return (typed, texts), texts.clear()
    whole = typed.select(pl.all_horizontal(pl.col(table.key).is_not_null())).to_series()
    without = texts.filter(~whole).unique(pl.exclude("line"), keep="first", maintain_order=True)
    return (typed.filter(whole), texts.filter(whole)), without


def _together(parts: Iterable[pl.DataFrame], nothing: pl.DataFrame) -> pl.DataFrame:
    """Put what was set aside together, in the order of the lines; `nothing` where there is nothing."""
    found = [part for part in parts if len(part)]
    return pl.concat(found).sort("line", maintain_order=True) if found else nothing


def _raw(path: Path, limits: Limits) -> RawTable:
    try:
        return READERS[path.suffix.lower()](path, limits)
    except OSError as wrong:
        raise refuse(
            path, f"cannot be read ({wrong.strerror})", "Make the file readable, or export it again."
        ) from None


@cache
def empty(table: Table) -> pl.DataFrame:
    """Return the table without rows, in the shape in which it is read."""
    texts = pl.DataFrame(schema={"line": pl.Int64, **{column.name: pl.String for column in table.columns}})
    typed = pl.DataFrame([texts["line"], *(cell for column in table.columns for cell in _typed(texts, column))])
    return _settled(typed, texts, table)[0]


def _texts(raw: RawTable, table: Table, found: Mapping[str, int]) -> pl.DataFrame:
    """Return `line` and every canonical column as text: ids trimmed, blanks and error cells null."""
    blank = pl.Series([None] * len(raw.rows), dtype=pl.String)
    columns = []
    for column in table.columns:
        came = raw.rows[str(found[column.name])] if column.name in found else blank
        columns.append(cells.tidy(came.alias(column.name), column.kind))
    return pl.DataFrame([raw.rows["line"], *columns])


def _typed(texts: pl.DataFrame, column: Column) -> list[pl.Series]:
    """Return a column read by its kind; a stamp that a rule asks the day of brings `NAME_day` too."""
    text = texts[column.name]
    if column.kind in _TEXTS:
        return [text]
    if column.kind is Kind.STAMP:
        stamps = cells.read_stamps(text)
        days = cells.days_of_stamps(text, stamps).alias(f"{text.name}_day")
        return [stamps.alias(text.name)] if text.name == "modified_at" else [stamps.alias(text.name), days]
    read, dtype = cells.READERS[column.kind]
    return [cells.by_value(text, read, dtype).alias(text.name)]


def _settled(typed: pl.DataFrame, texts: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the rows used, the superseded ones, and the bad ones where rows make no lines."""
    required = [column.name for column in table.columns if column.required and column.name not in table.key]
    blank = pl.any_horizontal(pl.lit(value=False), *(pl.col(name).is_null() for name in required))
    settled = settle(typed.with_columns(blank.alias(BAD)), texts, table)
    if table.makes_lines:
        return settled.used, settled.superseded, settled.used.clear()
    if table.keeps_versions:
        return settled.used, settled.superseded, settled.used.filter(BAD)
    return settled.used.filter(~pl.col(BAD)), settled.superseded, settled.used.filter(BAD)


def _rejected(rows: pl.DataFrame, came: TextTable, table: Table, *, why: str) -> pl.DataFrame:
    if rows.is_empty():
        return _NO_REJECTED
    return rows.select(
        pl.lit(table.name).alias("table"),
        pl.lit(came.file).alias("file"),
        "line",
        pl.lit(why).alias("why"),
    )


def _unreadable(typed: pl.DataFrame, came: TextTable, table: Table) -> pl.DataFrame:
    """Return the rows with more cells than the header, the cells that do not fit their kind, and errors of a sheet."""
    # What has no text has no value either, so that more blanks among the values are cells that do not fit.
    unfit = [one for one in table.columns if typed[one.name].null_count() > came.texts[one.name].null_count()]
    if not unfit and came.surplus.is_empty() and came.errors.is_empty():
        return _NO_UNREADABLE
    remarks = _rejected(came.surplus.to_frame("line"), came, table, why="cells beyond the header; they are not used")
    beyond = remarks.with_columns(pl.lit(None, pl.String).alias(name) for name in ("column", "found"))
    errors = _rejected(came.errors, came, table, why="an error in the sheet, expected a value").with_columns(
        came.errors["column"], pl.lit("an error").alias("found")
    )
    return _together([beyond, *_unfit(typed, came, table, columns=unfit), errors], _NO_UNREADABLE)


def _unfit(typed: pl.DataFrame, came: TextTable, table: Table, *, columns: Iterable[Column]) -> Iterator[pl.DataFrame]:
    """Give the cells that do not fit their kind, column by column."""
    for column in columns:
        wrong = came.texts.filter(came.texts[column.name].is_not_null() & typed[column.name].is_null())
        beyond = pl.col("line").is_in(came.surplus.implode())
        plain = pl.col(column.name).str.contains(_PLAIN) & ~beyond & ~pl.lit(column.private)
        shown = pl.when(plain).then(pl.col(column.name)).otherwise(pl.lit("text (not shown)"))
        found = wrong.select(shown).to_series()
        remarks = _rejected(wrong, came, table, why=f"expected {column.kind}")
        yield remarks.with_columns(pl.lit(column.name).alias("column"), found.alias("found"))


def _error_cells(raw: RawTable, found: Mapping[str, int]) -> pl.DataFrame:
    """Return the cells of a workbook that hold an error such as #N/A instead of a value: `line`, `column`."""
    names = {place: name for name, place in found.items()}
    wrong = raw.unread.filter(pl.col("column").is_in(list(names)), pl.col("line") > raw.header_line)
    return wrong.with_columns(pl.col("column").replace_strict(names, return_dtype=pl.String))
