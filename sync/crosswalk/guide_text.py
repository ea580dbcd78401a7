"""Read the guide's table of services by program as it is copied from the guide, and take it over into the crosswalk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sync.crosswalk.files import Row
from sync.model import fold

HEADINGS = ("Program Name", "I-Trac Control Name", "I-Trac Service", "iMatchSkills DHS Component")
_KEY = ("program", "control", "service")
_WIDTH = len(HEADINGS)
_Cell = list[str]


@dataclass(frozen=True, slots=True)
class GuideRow:
    """Carry one service of the guide's table, with the line on which its row begins."""

    line: int
    program: str
    control: str
    service: str
    component: str

    @property
    def key(self) -> tuple[str, ...]:
        """Return program, control and service as they are compared."""
        return fold(self.program), fold(self.control), fold(self.service)


def read_guide(name: str, text: str) -> tuple[list[GuideRow], list[str]]:
    """Return the services of the guide's table, and what in it cannot be read, by line.

    The cells of a row stand each on a line of its own, behind a tab, with a blank line after the row; or all on one
    line with tabs between them. A cell of several lines names several services. What stands before the first heading
    of the table, or after a title that ends it, is passed over; without any heading all of the text is the table.
    """
    rows: list[GuideRow] = []
    mistakes: list[str] = []
    for line, cells in _of_table(list(_blocks(text))):
        if len(cells) != _WIDTH:
            expected = "program, control, service and component"
            mistakes.append(f"{name}:{line}: {len(cells)} cells found, expected {_WIDTH}: {expected}")
            continue
        program, control, _, component = (" ".join(cell) for cell in cells)
        rows += [GuideRow(line, program, control, service, component) for service in cells[2]]
    if not rows and not mistakes:
        mistakes = [f"{name}:1: no row of the guide's table found, expected {', '.join(HEADINGS)}"]
    return _once(rows), mistakes + _two_answers(name, rows)


def _of_table(blocks: list[tuple[int, list[_Cell]]]) -> Iterator[tuple[int, list[_Cell]]]:
    inside = headless = not any(_is_heading(cells) for _, cells in blocks)
    for line, cells in blocks:
        if _is_heading(cells):
            inside = True
        elif len(cells) == 1 and not headless:
            inside = False
        elif inside:
            yield line, cells


def _is_heading(cells: list[_Cell]) -> bool:
    """Tell whether cells are the table's headings; the guide has its first ones right below a sentence."""
    return [fold(" ".join(cell)) for cell in cells[-_WIDTH:]] == [fold(heading) for heading in HEADINGS]


def _blocks(text: str) -> Iterator[tuple[int, list[_Cell]]]:
    """Yield what stands together without a blank line: the line of its beginning, and its cells."""
    tabbed = "\t" in text
    begin, cells = 0, list[_Cell]()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        words = " ".join(line.split())
        in_one_line = "\t" in line.strip()
        if cells and (not words or in_one_line):
            yield begin, cells
            cells = []
        if in_one_line:
            yield number, [[" ".join(cell.split())] for cell in line.strip().split("\t")]
        elif words:
            begin = begin if cells else number
            cells = _with(cells, words, another=not tabbed or line.startswith("\t"))


def _with(cells: list[_Cell], words: str, *, another: bool) -> list[_Cell]:
    """Return the cells with another one, or with another line of the last."""
    if another or not cells:
        return [*cells, [words]]
    return [*cells[:-1], [*cells[-1], words]]


def _once(rows: list[GuideRow]) -> list[GuideRow]:
    return list({row.key: row for row in reversed(rows)}.values())[::-1]


def _two_answers(name: str, rows: list[GuideRow]) -> list[str]:
    first: dict[tuple[str, ...], GuideRow] = {}
    found = []
    for row in rows:
        other = first.setdefault(row.key, row)
        if fold(other.component) != fold(row.component):
            told = f"{row.component!r} here, {other.component!r} in line {other.line}"
            found.append(f"{name}:{row.line}: two answers: {told} ({row.program}, {row.control}, {row.service})")
    return found


def taken_over(
    guide: Sequence[GuideRow], rows: Iterable[Row], *, file: str, source: str, first: date | None = None
) -> list[Row]:
    """Return the rows of `services` as the guide's table has them.

    file   how the text is called, for rows that come from it
    first  the day from which the table holds: rows that it has otherwise end on the day before, and others begin.
           None = they are changed and taken away as if they had never been otherwise
    Rows of programs that the table does not name stay, and so do rows that ended before.
    """
    wanted = {row.key: row for row in guide}
    named = {row.key[0] for row in guide}
    kept: list[Row] = []
    there: set[tuple[str, ...]] = set()
    for row in rows:
        told = wanted.get(_key(row))
        ends = first is not None and (row.first is None or row.first < first)
        if not _stands(row, first) or _key(row)[0] not in named or (told and _same(row, told)):
            kept.append(row)
        elif first and ends:
            kept.append(_ended(row, first - timedelta(days=1)))
        elif told:
            kept.append(replace(row, cells={**row.cells, "component": told.component, "source": source}))
        there |= {_key(row)} if told and _stands(row, first) and (_same(row, told) or not ends) else set()
    for told in wanted.values():
        if told.key not in there:
            kept.insert(_place(kept, told), _row(told, file, source, first=first))
    return kept


def _stands(row: Row, first: date | None) -> bool:
    return row.last is None or (first is not None and row.last >= first)


def _same(row: Row, told: GuideRow) -> bool:
    return fold(row["component"]) == fold(told.component)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(fold(row[column]) for column in _KEY)


def _ended(row: Row, last: date) -> Row:
    return replace(row, cells={**row.cells, "last": last.isoformat()}, last=last)


def _place(rows: list[Row], told: GuideRow) -> int:
    """Return where a row goes: behind the last one of its program, or at the end."""
    same = [place for place, row in enumerate(rows) if _key(row)[0] == told.key[0]]
    return same[-1] + 1 if same else len(rows)


def _row(told: GuideRow, file: str, source: str, *, first: date | None) -> Row:
    cells = {
        "program": told.program, "control": told.control, "service": told.service, "component": told.component,
        "first": first.isoformat() if first else "", "last": "", "source": source,
    }  # fmt: skip
    return Row("services", file, told.line, cells, first, None)
