"""Find the cells of a workbook's sheet that hold an error such as #N/A; the reader shows them as blank."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError, fromstring, iterparse

__all__ = ["ParseError", "column_number", "error_cells"]


def error_cells(archive: zipfile.ZipFile, name: str | None = None) -> set[tuple[int, int]]:
    """Return (row, place of the column from 0) of each cell of a sheet that holds an error.

    name  of the sheet; None = the first one
    """
    with archive.open(_part_of(archive, name)) as stream:
        return {(row, column - 1) for row, column, kind in _cells(stream) if kind == "e"}


def _cells(stream: IO[bytes]) -> Iterator[tuple[int, int, str]]:
    """Yield row, column (both from 1) and kind of each cell; a place that is left out follows the one before."""
    row = column = 0
    for event, element in iterparse(stream, events=("start", "end")):  # noqa: S314 - no DOCTYPE gets here
        tag = element.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif event == "end" and tag == "c":
            column = column_number(re.sub("[^A-Za-z]", "", element.get("r") or "").encode()) or column + 1
            yield row, column, element.get("t") or ""
            element.clear()


def _part_of(archive: zipfile.ZipFile, name: str | None) -> str:
    """Return the name of the part that holds a sheet."""
    book = fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    sheets = book.findall(".//{*}sheets/{*}sheet")
    sheet = next((one for one in sheets if name in {None, one.get("name")}), None)
    wanted = next((text for name, text in (sheet.items() if sheet is not None else ()) if name.endswith("}id")), "")
    for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels")):  # noqa: S314
        if relation.get("Id") == wanted:
            return posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
    raise KeyError(wanted)


def column_number(letters: bytes) -> int:
    """Return the number of a column, from 1, by its letters; 0 for none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
