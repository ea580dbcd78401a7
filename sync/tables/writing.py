"""Write tables as CSV or XLSX, whole or not at all."""

import io
import os
import sys
import tempfile
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from sync.errors import CannotWrite, WrongCall

SHEET_ROWS = 1_048_575
CELL_CHARACTERS = 32_767


def csv_bytes(table: pl.DataFrame) -> bytes:
    """Return the CSV that the contract fixes: header, LF after each line, quotes only where needed.

    table  columns of text; a blank cell is null, for an empty text would be quoted
    """
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getvalue()


def check_output(path: Path, endings: tuple[str, ...] = (".csv", ".xlsx")) -> None:
    """Raise WrongCall where a table cannot be written to this path; `-` is stdout."""
    if str(path) == "-" and ".html" not in endings:
        return
    if path.suffix.lower() not in endings:
        found = path.suffix or "a file without ending"
        raise WrongCall(f"{path}: cannot write {found}, expected {' or '.join(endings)}")
    if path.is_dir():
        raise WrongCall(f"{path}: is a folder, expected the name of a file")
    if not path.absolute().parent.is_dir():
        raise WrongCall(f"{path}: no folder to write it into", "Make the folder first, or name another.")
    try:
        _part_of(path).unlink()
    except OSError as wrong:
        raise WrongCall(f"{path}: nothing can be written there ({wrong.strerror})", "Name another place.") from None


def write_table(path: Path, table: pl.DataFrame, content: bytes) -> None:
    """Write a table of texts by the ending of the path; `content` is its CSV."""
    if path.suffix.lower() == ".csv":
        write_whole(path, content)
        return
    if len(table) > SHEET_ROWS:
        raise WrongCall(f"{path}: {len(table)} rows do not fit a sheet of {SHEET_ROWS}", "Write it as .csv instead.")
    longest = table.select(pl.max_horizontal(pl.all().str.len_chars().max())).item() or 0
    if longest > CELL_CHARACTERS:
        raise WrongCall(f"{path}: a cell of {longest} characters does not fit a sheet", "Write it as .csv instead.")
    try:
        content = _workbook(table)
    except (OSError, FileCreateError):
        raise CannotWrite(f"{path}: no room for the workbook's parts in {tempfile.gettempdir()}") from None
    write_whole(path, content)


def write_stdout(content: bytes) -> None:
    """Write all bytes to stdout, however little it takes at a time."""
    try:
        with open(sys.stdout.fileno(), "wb", closefd=False) as stream:
            stream.write(content)
    except OSError as wrong:
        raise CannotWrite(f"stdout: could not be written ({wrong.strerror})") from None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that takes the place of an older one only once everything was written."""
    part = None
    try:
        part = _part_of(path)
        part.write_bytes(content)
        part.chmod(0o640)
        part.replace(path)
    except OSError as wrong:
        raise CannotWrite(f"{path}: could not be written ({wrong.strerror})") from None
    finally:
        if part:
            part.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """Make an empty file beside the target, with a name of its own."""
    handle, name = tempfile.mkstemp(prefix=".ims-sync.", dir=path.absolute().parent)
    os.close(handle)
    return Path(name)


def _workbook(table: pl.DataFrame) -> bytes:
    """Return one sheet of string cells, which no spreadsheet runs as formulas."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryDirectory() as parts, xlsxwriter.Workbook(buffer, {**options, "tmpdir": parts}) as book:
        sheet = book.add_worksheet("decisions")
        for place, row in enumerate([tuple(table.columns), *table.iter_rows()]):
            _write_row(sheet, place, row)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, place: int, row: tuple[str | None, ...]) -> None:
    for column, cell in enumerate(row):
        sheet.write_string(place, column, cell or "")
