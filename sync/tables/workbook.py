"""Read the first sheet of an XLSX workbook, after making sure that it unpacks to a bearable size."""

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from sync.tables.raw import SURPLUS, Limits, RawTable, check_width, refuse
from sync.tables.sheet_errors import ParseError, column_number, error_cells

_PIECE = 1 << 20
_OVERLAP = 4096
_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,7})([0-9]{1,9})\s*["']""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
DAMAGE = (
    ParseError,
    KeyError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
ADVICE = "Save it again as .xlsx from the spreadsheet program, or export it as CSV."


def read_workbook(path: Path, limits: Limits) -> RawTable:
    """Read the first sheet; raise BadInput where the file is no workbook or is larger than the limits."""
    unread = _inspect(path, limits)
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        values = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError, KeyError) as wrong:
        raise refuse(path, f"no readable workbook ({type(wrong).__name__})", ADVICE) from None
    except BaseException as wrong:  # the reader's own panics do not derive from Exception
        if type(wrong).__name__ != "PanicException":
            raise
        raise refuse(path, "no readable workbook (damaged inside)", ADVICE) from None
    return _raw_table(path, values, unread=unread, limits=limits)


def _inspect(path: Path, limits: Limits) -> set[tuple[int, int]]:
    """Make sure that the workbook unpacks to a bearable size; return the cells of its first sheet that hold errors."""
    if path.stat().st_size > limits.file_bytes:
        raise refuse(path, f"larger than {limits.file_bytes} bytes", "Export fewer months at a time.")
    try:
        with zipfile.ZipFile(path) as archive:
            return error_cells(archive) if inspect_parts(path, archive, limits) else set()
    except DAMAGE as wrong:
        raise refuse(path, f"no readable workbook ({type(wrong).__name__})", ADVICE) from None


def inspect_parts(path: Path, archive: zipfile.ZipFile, limits: Limits) -> bool:
    """Unpack every part as a stream, and stop at the first limit crossed; tell whether any cell holds an error."""
    declared = sum(part.file_size for part in archive.infolist())
    if declared > limits.unpacked_bytes:
        raise refuse(path, f"unpacks to {declared} bytes, expected {limits.unpacked_bytes} at the most")
    errors = False
    for part in archive.infolist():
        with archive.open(part) as stream:
            errors |= _inspect_part(path, iter(partial(stream.read, _PIECE), b""), limits)
    return errors


def _inspect_part(path: Path, pieces: Iterator[bytes], limits: Limits) -> bool:
    tail, rows, columns, errors = b"", 0, 0, False
    for piece in pieces:
        text = tail + piece
        if any(mark in text for mark in _FORBIDDEN):
            raise refuse(path, "XML declarations found that no workbook needs", ADVICE)
        for letters, number in _PLACE.findall(text):
            rows, columns = max(rows, int(number)), max(columns, column_number(letters))
        if rows * columns > limits.sheet_cells or rows > limits.rows:
            what = f"a sheet of {rows} rows and {columns} columns"
            raise refuse(path, what, "Delete what stands far outside the table.")
        errors = errors or bool(_ERROR.search(text))
        tail = text[-_OVERLAP:]
    return errors


def _raw_table(
    path: Path, values: Sequence[Sequence[object]], *, unread: set[tuple[int, int]], limits: Limits
) -> RawTable:
    wrong_rows = {line for line, _ in unread}
    filled = [
        (line, [text_of(cell) for cell in row])
        for line, row in enumerate(values, start=1)
        if line in wrong_rows or any(cell != "" for cell in row)
    ]
    if not filled:
        raise refuse(path, "row 1: the first sheet is empty, expected a header row")
    (header, titles), *body = filled
    headings = [title or "" for title in titles]
    while headings and not headings[-1].strip():
        headings.pop()
    check_width(path, headings, limits, line=header)
    width = len(headings)
    rows = pl.DataFrame(
        {
            "line": pl.Series([line for line, _ in body], dtype=pl.Int64),
            **{str(place): pl.Series([row[place] for _, row in body], dtype=pl.String) for place in range(width)},
            SURPLUS: pl.Series([any(row[width:]) for _, row in body], dtype=pl.Boolean),
        }
    )
    schema = {"line": pl.Int64, "column": pl.Int64}
    return RawTable(path, header, headings, rows, pl.DataFrame(sorted(unread), schema=schema, orient="row"))


def text_of(cell: object) -> str | None:
    """Return a cell as a CSV would show it: dates ISO, numbers without binary noise, blanks as null."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _numbertext_of(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else f"{cell.total_seconds()} s"


def _numbertext_of(number: float) -> str:
    """Return a number in full; one with a single decimal gets a second, as amounts have."""
    exact = Decimal(repr(number))
    if not exact.is_finite():
        return str(number)
    if exact == exact.to_integral_value():
        return f"{exact.to_integral_value():f}"
    return f"{exact:.2f}" if exact == round(exact, 2) else f"{exact:f}"
