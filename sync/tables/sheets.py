"""Read every sheet of a small workbook, and write one of several sheets, to the letter both ways."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from sync.errors import BadInput, WrongCall
from sync.tables.raw import Limits, refuse
from sync.tables.sheet_errors import error_cells
from sync.tables.workbook import ADVICE, DAMAGE, inspect_parts, text_of
from sync.tables.writing import CELL_CHARACTERS

_MADE = datetime(1980, 1, 1, tzinfo=UTC)
_WIDEST = 60
_PER_CHARACTER = 1.1


@dataclass(frozen=True, slots=True)
class Sheet:
    """Carry one sheet as it came.

    rows    each row that has a cell: its number, and its cells as texts
    unread  the cells that hold an error such as #N/A, as in A1
    merged  the cells that are merged, as in A1:B2
    """

    name: str
    rows: list[tuple[int, list[str]]]
    unread: list[str]
    merged: list[str]


def read_sheets(name: str, content: bytes, limits: Limits) -> list[Sheet]:
    """Read all sheets; raise BadInput where the content is no workbook, or larger than the limits.

    name  how the file is called in messages
    """
    place = Path(name)
    if len(content) > limits.file_bytes:
        raise refuse(place, f"larger than {limits.file_bytes} bytes", "It holds more than a crosswalk can: see what.")
    unread = _unread(place, content, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet(book.get_sheet_by_name(one), unread.get(one, set())) for one in book.sheet_names]
    except (CalamineError, OSError, ValueError, IndexError, KeyError) as wrong:
        raise refuse(place, f"no readable workbook ({type(wrong).__name__})", ADVICE) from None
    except BaseException as wrong:  # the reader's own panics do not derive from Exception
        if type(wrong).__name__ != "PanicException":
            raise
        raise refuse(place, "no readable workbook (damaged inside)", ADVICE) from None


def _unread(place: Path, content: bytes, limits: Limits) -> dict[str, set[tuple[int, int]]]:
    """Make sure that the workbook unpacks to a bearable size; return by sheet the cells that hold errors."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _errors(content, archive) if inspect_parts(place, archive, limits) else {}
    except BadInput:
        raise
    except DAMAGE as wrong:
        raise refuse(place, f"no readable workbook ({type(wrong).__name__})", ADVICE) from None


def _errors(content: bytes, archive: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    return {name: error_cells(archive, name) for name in names}


def _sheet(sheet: CalamineSheet, unread: set[tuple[int, int]]) -> Sheet:
    texts = [[text_of(cell) or "" for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    rows = [(line, row) for line, row in enumerate(texts, start=1) if any(cell.strip() for cell in row)]
    merged = [f"{_called(*start)}:{_called(*end)}" for start, end in sheet.merged_cell_ranges or ()]
    return Sheet(sheet.name, rows, [_called(row - 1, column) for row, column in sorted(unread)], merged)


def _called(row: int, column: int) -> str:
    """Return how a spreadsheet calls a cell: letters and a number from 1."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def sheets_bytes(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return a workbook with these sheets, the first row of each its headings; the same rows give the same bytes.

    Every cell is text: no spreadsheet runs it, or takes a label for a number or a day.
    """
    longest = max((len(cell) for rows in sheets.values() for row in rows for cell in row), default=0)
    if longest > CELL_CHARACTERS:
        raise WrongCall(f"a cell of {longest} characters does not fit a sheet", "Export it as .zip instead.")
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _MADE})
        as_text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        for name, rows in sheets.items():
            _lay(book.add_worksheet(name), rows, as_text, bold=bold)
    return buffer.getvalue()


def _lay(
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: Sequence[Sequence[str]],
    as_text: xlsxwriter.format.Format,
    *,
    bold: xlsxwriter.format.Format,
) -> None:
    for column in range(len(rows[0])):
        longest = max(len(row[column]) for row in rows)
        sheet.set_column(column, column, min(_WIDEST, longest * _PER_CHARACTER + 2), as_text)
    cells = ((place, column, cell) for place, row in enumerate(rows) for column, cell in enumerate(row) if cell)
    for place, column, cell in cells:
        sheet.write_string(place, column, cell, as_text if place else bold)
    sheet.freeze_panes(1, 0)
