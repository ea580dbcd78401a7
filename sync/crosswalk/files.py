"""Read the crosswalk's files row by row, and name every mistake by file and line."""

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sync.errors import BadConfiguration

DATED = ("first", "last", "source")
COLUMNS: dict[str, tuple[str, ...]] = {
    "services": ("program", "control", "service", "component", *DATED),
    "support": ("payment_type", "ims_type", *DATED),
    "funders": ("component", "program", "provider", "selection", *DATED),
    "aliases": ("kind", "scope", "label", "stands_for", *DATED),
    "contracts": ("provider", "allowed", *DATED),
    "known_services": ("service", *DATED),
}
MAY_BE_BLANK = {"first", "last", "scope", ("funders", "program"), ("funders", "provider")}
Record = tuple[int, list[str]]
"""The cells of a row as they came, with the line on which it starts."""
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One dated row of a crosswalk file; `first` and `last` are included, None = open."""

    table: str
    file: str
    line: int
    cells: dict[str, str]
    first: date | None
    last: date | None

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def holds_on(self, day: date) -> bool:
        """Tell whether the row is in force on the day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: "Row") -> bool:
        """Tell whether there is a day on which both rows are in force."""
        starts = max(self.first or date.min, other.first or date.min)
        return starts <= min(self.last or date.max, other.last or date.max)

    @property
    def place(self) -> str:
        """Name the row by file and line."""
        return f"{self.file}:{self.line}"


def read_rows(folder: Path) -> tuple[list[Row], list[str]]:
    """Return every row of the six files that can be read, and the mistakes of the others."""
    rows: list[Row] = []
    mistakes: list[str] = []
    for table in COLUMNS:
        try:
            rows += _read_file(folder / f"{table}.csv", table, mistakes)
        except BadConfiguration as wrong:
            mistakes += wrong.mistakes
    return rows, mistakes


def content_hash(folder: Path) -> str:
    """Return the SHA-256 (hex) over the six files, names and bytes, in the order of COLUMNS."""
    digest = hashlib.sha256()
    for table in COLUMNS:
        content = (folder / f"{table}.csv").read_bytes()
        digest.update(f"{table}.csv {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read_file(path: Path, table: str, mistakes: list[str]) -> list[Row]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BadConfiguration([f"{path}: the file is missing; --config names the folder"]) from None
    except OSError as wrong:
        raise BadConfiguration([f"{path}: cannot be read ({wrong.strerror})"]) from None
    rows, wrong_rows = rows_of(str(path), table, records_of(str(path), content))
    mistakes += wrong_rows
    return rows


def rows_of(place: str, table: str, records: list[Record]) -> tuple[list[Row], list[str]]:
    """Return the rows of one table that can be read, and the mistakes of the others; the first record is the heading.

    place  how the file, or the sheet, is named before a line
    """
    if not records:
        raise BadConfiguration([f"{place}:1: the file is empty, expected {','.join(COLUMNS[table])}"])
    (first, headings), *others = records
    names = [heading.strip() for heading in headings]
    _check_headings(f"{place}:{first}", table, names)
    read = [_row(place, table, line, names=names, record=record) for line, record in others]
    return [row for row, wrong in read if row and not wrong], [one for _, wrong in read for one in wrong]


def records_of(place: str, content: bytes) -> list[Record]:
    """Return the records of a CSV file with the line on which each starts; empty lines are passed over."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise BadConfiguration([f'{place}:{line}: no UTF-8 text; save it as "CSV UTF-8"']) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, start = [], 1
    try:
        for record in reader:
            records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as wrong:
        raise BadConfiguration([f"{place}:{start}: quoting trouble ({wrong})"]) from None
    return [(line, record) for line, record in records if record]


def _check_headings(place: str, table: str, headings: list[str]) -> None:
    expected = COLUMNS[table]
    mistakes = [f"{place}: unknown column {name!r}" for name in headings if name not in expected]
    mistakes += [f"{place}: column {name!r} is missing" for name in expected if name not in headings]
    mistakes += [f"{place}: column {name!r} stands twice" for name in expected if headings.count(name) > 1]
    if mistakes:
        raise BadConfiguration([f"{mistake}; expected {','.join(expected)}" for mistake in mistakes])


def _row(file: str, table: str, line: int, *, names: list[str], record: list[str]) -> tuple[Row | None, list[str]]:
    place = f"{file}:{line}"
    if len(record) != len(names):
        return None, [f"{place}: {len(record)} cells found, expected {len(names)}"]
    cells = {name: cell.strip() for name, cell in zip(names, record, strict=True)}
    if not any(cells.values()):
        return None, []
    wrong = [
        f"{place}: {name} is blank"
        for name in COLUMNS[table]
        if not cells[name] and name not in MAY_BE_BLANK and (table, name) not in MAY_BE_BLANK
    ]
    first, last = (_day(cells[name]) for name in ("first", "last"))
    wrong += [
        f"{place}: {name} is {cells[name]!r}, expected a date as YYYY-MM-DD or blank"
        for name, day in (("first", first), ("last", last))
        if cells[name] and day is None
    ]
    if first and last and first > last:
        wrong.append(f"{place}: first {cells['first']} is after last {cells['last']}")
    return Row(table, file, line, cells, first, last), wrong


def _day(text: str) -> date | None:
    if match := _DAY.fullmatch(text):
        year, month, day = match.groups()
    elif match := _US_DAY.fullmatch(text):
        month, day, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
