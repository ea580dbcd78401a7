"""Hold a table as it stands in its file, before any cell is read."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sync.errors import BadInput

SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound what one file may hold, so that a wrong or hostile file is refused before it fills the memory."""

    file_bytes: int = 2 * 1024**3
    unpacked_bytes: int = 2 * 1024**3
    rows: int = 20_000_000
    columns: int = 500
    sheet_cells: int = 60_000_000


@dataclass(frozen=True, slots=True)
class RawTable:
    """Carry the rows of one file.

    header_line  the line or row of the header
    headings     as they came, in file order
    rows      String columns "0", "1", ... (null = blank or not there), `line` (1-based line or row in
              the file) and `surplus` (true where the row has more cells than the header)
    unread    cells of a workbook that hold an error: `line`, `column` (its place, from 0)
    """

    path: Path
    header_line: int
    headings: list[str]
    rows: pl.DataFrame
    unread: pl.DataFrame


def refuse(path: Path, what: str, advice: str | None = None) -> BadInput:
    """Return the error for a file that is no table; `what` goes on from the file's name."""
    return BadInput(f"{path}: {what}", advice)


def check_width(path: Path, headings: list[str], limits: Limits, *, line: int = 1) -> None:
    """Raise BadInput where the header is empty or has more columns than the limit."""
    if not any(heading.strip() for heading in headings):
        raise refuse(path, f"line {line}: no header row found, expected the headings of the table")
    if len(headings) > limits.columns:
        raise refuse(path, f"line {line}: {len(headings)} columns found, expected {limits.columns} at the most")


def no_unread() -> pl.DataFrame:
    """Return the empty table of cells that hold an error."""
    return pl.DataFrame(schema={"line": pl.Int64, "column": pl.Int64})
