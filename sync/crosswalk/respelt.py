"""Write a table of the crosswalk with other rows, and leave the spelling of those that stay as it was."""

import csv
import io
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from sync.crosswalk.files import COLUMNS

_BOM = "\ufeff"
_TO_QUOTE = ',"\r\n'


def respelt(text: str, rows: Sequence[Mapping[str, str]]) -> str:
    """Return the text of a table that has these rows, in this order, and no others.

    text  the table as it stands, without mistakes in its headings; where its rows are the same, it is returned
    Rows that stand there with the same cells keep their quotes, and all rows its order of columns and line ends.
    """
    (head, headings), *others = _spelled(text)
    names = [heading.strip() for heading in headings]
    ending = "\r\n" if head.endswith("\r\n") else "\n"
    there = [(raw, _cells(names, record)) for raw, record in others if any(cell.strip() for cell in record)]
    wanted = [tuple(row[name] for name in names) for row in rows]
    if wanted == [cells for _, cells in there]:
        return text
    known: defaultdict[tuple[str, ...], deque[str]] = defaultdict(deque)
    for raw, cells in there:
        known[cells].append(raw.rstrip("\r\n"))
    lines = [known[row].popleft() if known[row] else written(row) for row in wanted]
    return "".join(f"{line}{ending}" for line in [head.rstrip("\r\n"), *lines])


def written(cells: Iterable[str]) -> str:
    """Return cells as a line of CSV without its end; a cell is quoted exactly when it has to be."""
    return ",".join(_quoted(cell) for cell in cells)


def bare(table: str) -> str:
    """Return the text of a table without rows."""
    return written(COLUMNS[table]) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in _TO_QUOTE) else cell


def _cells(names: Sequence[str], record: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in record[: len(names)])


def _spelled(text: str) -> list[tuple[str, list[str]]]:
    """Return each record of a CSV text as it is spelled, and its cells; empty lines are passed over."""
    lines = list(io.StringIO(text.removeprefix(_BOM), newline=""))
    reader = csv.reader(lines, strict=True)
    found, start = [], 0
    for record in reader:
        found.append(("".join(lines[start : reader.line_num]), record))
        start = reader.line_num
    (head, headings), *others = [(raw, record) for raw, record in found if record]
    mark = _BOM if text.startswith(_BOM) else ""
    return [(mark + head, headings), *others]
