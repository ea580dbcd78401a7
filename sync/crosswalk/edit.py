"""Write one row or one setting of the files otherwise; whatever else stands in them stays to the letter."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from sync.crosswalk.files import COLUMNS
from sync.crosswalk.texts import RULES, Files
from sync.errors import WrongCall

_MARK = "\ufeff"
_QUOTED = "\r\n"
"""What a cell may only hold in quotes: either of the two would else end the line."""


def added(files: Files, table: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the files with one more row at the end of a table; a column that is not given is blank."""
    sheet = _sheet(files, table)
    last = sheet.lines[-1]
    before = sheet.text if _end(last) else sheet.text + sheet.end
    return {**files, _file(table): before + sheet.written(sheet.filled({}, cells), sheet.end)}


def changed(files: Files, table: str, line: int, *, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the files with other cells in the row that begins on a line; those not given stay."""
    sheet = _sheet(files, table)
    span = sheet.span(line)
    there = dict(zip(sheet.columns, sheet.records[line], strict=False))
    row = sheet.written(sheet.filled(there, cells), _end(sheet.lines[span[1] - 1]))
    return sheet.put(files, span, row)


def ended(files: Files, table: str, line: int, *, last: date) -> dict[str, str]:
    """Return the files with a last day for the row that begins on a line."""
    return changed(files, table, line, cells={"last": last.isoformat()})


def removed(files: Files, table: str, line: int) -> dict[str, str]:
    """Return the files without the row that begins on a line; whether it may go, the caller decides."""
    sheet = _sheet(files, table)
    return sheet.put(files, sheet.span(line), "")


def cells_at(files: Files, table: str, line: int) -> dict[str, str]:
    """Return the cells of the row that begins on a line, trimmed, also where it has mistakes."""
    sheet = _sheet(files, table)
    sheet.span(line)
    there = zip(sheet.columns, sheet.records[line], strict=False)
    return {**dict.fromkeys(COLUMNS[table], ""), **{name: cell.strip() for name, cell in there}}


def setting_changed(files: Files, name: str, value: str | int | bool | list[str]) -> dict[str, str]:  # noqa: FBT001 - the type of a setting
    """Return the files with another value for one setting, called like `support.order`; comments stay.

    Raises WrongCall where rules.toml has no such setting, or one that holds rows of its own.
    """
    try:
        read = tomlkit.parse(files[RULES])
    except TOMLKitError:
        raise _unreadable(RULES) from None
    *sections, key = name.split(".")
    place: Any = read
    for section in sections:
        place = place.get(section) if isinstance(place, Mapping) else None
    if not isinstance(place, Mapping) or isinstance(place.get(key), AoT | Table | None):
        raise WrongCall(f"{RULES} has no setting {name}", "Name it as there, such as support.order.")
    place[key] = value  # type: ignore[index]
    return {**files, RULES: tomlkit.dumps(read)}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Hold a CSV file as its lines, and its records by the line on which each begins.

    text     all of it, to the letter
    columns  the headings in the order of the file
    ends     by the line on which a record begins the line on which it ends
    """

    table: str
    text: str
    lines: list[str]
    columns: list[str]
    records: dict[int, list[str]]
    ends: dict[int, int]

    @property
    def end(self) -> str:
        """Return how lines of the file end."""
        return _end(self.lines[0]) or "\n"

    def span(self, line: int) -> tuple[int, int]:
        """Return the places in `lines` of the row that begins on a line: its first, and the one after its last."""
        if line == min(self.records) or line not in self.records:
            raise WrongCall(f"{_file(self.table)}: no row begins on line {line}", "Look at the rows again.")
        return line - 1, self.ends[line]

    def filled(self, there: Mapping[str, str], cells: Mapping[str, str]) -> list[str]:
        """Return the cells of a row in the order of the file."""
        if odd := sorted(set(cells) - set(self.columns)):
            raise WrongCall(f"{_file(self.table)} has no column {odd[0]}", f"It has {', '.join(self.columns)}.")
        return [cells.get(name, there.get(name, "")) for name in self.columns]

    def written(self, cells: list[str], end: str) -> str:
        """Return a row as a line of the file."""
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator=_QUOTED).writerow(cells)
        return out.getvalue().removesuffix(_QUOTED) + end

    def put(self, files: Files, span: tuple[int, int], row: str) -> dict[str, str]:
        """Return the files with a text in the place of some lines of this one."""
        first, after = span
        lines = [*self.lines[:first], row, *self.lines[after:]]
        return {**files, _file(self.table): "".join(lines)}


def _sheet(files: Files, table: str) -> _Sheet:
    if table not in COLUMNS:
        raise WrongCall(f"the crosswalk has no table {table}", f"It has {', '.join(COLUMNS)}.")
    text = files[_file(table)]
    lines = list(io.StringIO(text, newline=""))
    records, ends = {}, {}
    for first, last, record in _records(table, lines):
        records[first], ends[first] = record, last
    if not records:
        raise _unreadable(_file(table))
    columns = [heading.strip() for heading in records[min(records)]]
    return _Sheet(table, text, lines, columns, records, ends)


def _records(table: str, lines: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last line of each record, and its cells; lines without any are passed over."""
    reader = csv.reader([line.removeprefix(_MARK) for line in lines[:1]] + lines[1:], strict=True)
    first = 1
    try:
        for record in reader:
            yield from [(first, reader.line_num, record)] if record else []
            first = reader.line_num + 1
    except csv.Error:
        raise _unreadable(_file(table)) from None


def _file(table: str) -> str:
    return f"crosswalk/{table}.csv"


def _unreadable(name: str) -> WrongCall:
    return WrongCall(f"{name} cannot be read row by row", "Mend the file itself: `ims-sync crosswalk draft` takes one.")


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
