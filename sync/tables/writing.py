"""Write tables as CSV or XLSX, whole or not at all."""

import hashlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from sync.errors import CannotWrite, WrongCall

SHEET_ROWS = 1_048_575
CELL_CHARACTERS = 32_767


def csv_bytes(table: pl.DataFrame) -> memoryview:
    """Return the CSV that the contract fixes: header, LF after each line, quotes only where needed.

    table  columns of text; a blank cell is null, for an empty text would be quoted
    """
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getbuffer()


def digest_of(table: pl.DataFrame) -> str:
    """Return the digest of a table of texts: SHA-256 over the bytes of its CSV, hex."""
    return hashlib.sha256(csv_bytes(table)).hexdigest()


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


def write_table(path: Path, table: pl.DataFrame) -> str:
    """Write a table of texts by the ending of the path, `-` to stdout; return its digest."""
    if str(path) == "-":
        content = csv_bytes(table)
        _write_stdout(content)
        return hashlib.sha256(content).hexdigest()
    if path.suffix.lower() == ".xlsx":
        _write_sheet(path, table)
        return digest_of(table)
    with whole(path) as part:
        table.write_csv(part)
        with part.open("rb") as written:
            return hashlib.file_digest(written, "sha256").hexdigest()


def _write_sheet(path: Path, table: pl.DataFrame) -> None:
    if len(table) > SHEET_ROWS:
        raise WrongCall(f"{path}: {len(table)} rows do not fit a sheet of {SHEET_ROWS}", "Write it as .csv instead.")
    longest = table.select(pl.max_horizontal(pl.all().str.len_chars().max())).item() or 0
    if longest > CELL_CHARACTERS:
        raise WrongCall(f"{path}: a cell of {longest} characters does not fit a sheet", "Write it as .csv instead.")
    try:
        sheet = _workbook(table)
    except (OSError, FileCreateError):
        raise CannotWrite(f"{path}: no room for the workbook's parts in {tempfile.gettempdir()}") from None
    with whole(path) as part:
        part.write_bytes(sheet)


def _write_stdout(content: memoryview) -> None:
    """Write all bytes to stdout, however little it takes at a time."""
    try:
        sys.stdout.flush()
        with open(sys.stdout.fileno(), "wb", closefd=False) as stream:
            stream.write(content)
    except OSError as wrong:
        raise CannotWrite(f"stdout: could not be written ({wrong.strerror})") from None


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a path beside the target that takes its place once everything was written, else vanishes."""
    part = None
    try:
        part = _part_of(path)
        yield part
        part.chmod(0o640)
        part.replace(path)
    except OSError as wrong:
        raise CannotWrite(f"{path}: could not be written ({wrong.strerror or type(wrong).__name__})") from None
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
