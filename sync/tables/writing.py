"""Write tables as CSV or XLSX, whole or not at all."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import xlsxwriter

from sync.errors import WrongCall

SHEET_ROWS = 1_048_575


def csv_bytes(table: pl.DataFrame) -> bytes:
    """Return the CSV that the contract fixes: header, LF after each line, quotes only where needed.

    table  columns of text; a blank cell is null, for an empty text would be quoted
    """
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getvalue()


def check_output(path: Path) -> None:
    """Raise WrongCall where a table cannot be written to this path; `-` is stdout."""
    if str(path) == "-":
        return
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise WrongCall(f"{path}: cannot write {path.suffix or 'a file without ending'}, expected .csv or .xlsx")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise WrongCall(f"{path}: no folder to write it into", "Make the folder first, or name another.")


def write_table(path: Path, table: pl.DataFrame, content: bytes) -> None:
    """Write a table of texts by the ending of the path; `content` is its CSV."""
    if path.suffix.lower() == ".csv":
        with replaced(path) as part:
            part.write_bytes(content)
        return
    if len(table) > SHEET_ROWS:
        raise WrongCall(f"{path}: {len(table)} rows do not fit a sheet of {SHEET_ROWS}", "Write it as .csv instead.")
    with replaced(path) as part:
        _write_workbook(part, table)


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a path beside the target that takes its place once everything was written."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o640)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_workbook(path: Path, table: pl.DataFrame) -> None:
    """Write one sheet of string cells, which no spreadsheet runs as formulas."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("decisions")
        for place, row in enumerate([tuple(table.columns), *table.iter_rows()]):
            _write_row(sheet, place, row)
        sheet.freeze_panes(1, 0)
    path.write_bytes(buffer.getvalue())


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, place: int, row: tuple[str | None, ...]) -> None:
    for column, cell in enumerate(row):
        sheet.write_string(place, column, cell or "")
