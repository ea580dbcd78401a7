"""Let a person add, change, end or remove one row of the crosswalk within a draft; what was published is ended."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.crosswalk.check import KEYS
from sync.crosswalk.edit import added, cells_at, changed, removed
from sync.crosswalk.files import COLUMNS, Row
from sync.crosswalk.texts import Files
from sync.errors import WrongCall
from sync.jobs.crosswalk_diff import read_of, rows_of
from sync.jobs.crosswalk_edits import On, Words, edit
from sync.jobs.service import Service
from sync.model import fold
from sync.store.crosswalk_versions import Draft, version_numbered

LONGEST_CELL = 300


class RowAct(StrEnum):
    """What is done to a row; a row without a line is added."""

    SAVE = "save"
    END = "end"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Say what becomes of the row that begins on a line of a table.

    line   None: the row is added
    cells  those of the form; to end a row `last` alone
    """

    table: str
    line: int | None
    act: RowAct
    cells: Mapping[str, str]


def edit_row(service: Service, on: On, wanted: RowEdit, *, words: Words) -> Draft:
    """Do it within the draft that a person saw, or in a new one on the version that they saw.

    Raises WrongCall, and nothing is kept, where a cell is blank or no date, or where a row of the version would be
    gone; what is wrong between rows is kept, and named where the draft is shown. Raises Overtaken as `edit` does.
    """
    with service.db.read() as conn:
        base = version_numbered(conn, on.version)

    def make(files: Files) -> Files:
        now = _done(files, wanted)
        _refuse_mistakes(files, now)
        _refuse_lost(base.files if base else files, files, now)
        return now

    return edit(service, on, words, make=make)


def _done(files: Files, wanted: RowEdit) -> Files:
    cells = {
        name: " ".join(cell.split()) for name, cell in wanted.cells.items() if name in COLUMNS.get(wanted.table, ())
    }
    if too_long := [name for name, cell in cells.items() if len(cell) > LONGEST_CELL]:
        raise WrongCall(f"{too_long[0]} is longer than {LONGEST_CELL} characters", "Say it in fewer words.")
    if wanted.line is None:
        return added(files, wanted.table, cells)
    if wanted.act is RowAct.REMOVE:
        return removed(files, wanted.table, wanted.line)
    if wanted.act is RowAct.END and not cells.get("last"):
        raise WrongCall("it was not said on which day the row ends", "Give its last day as YYYY-MM-DD.")
    given = {"last": cells["last"]} if wanted.act is RowAct.END else cells
    there = cells_at(files, wanted.table, wanted.line)
    unlike = {name: cell for name, cell in given.items() if cell != there[name]}
    return changed(files, wanted.table, wanted.line, cells=unlike) if unlike else files


def _refuse_mistakes(before: Files, now: Files) -> None:
    """Raise WrongCall where a cell cannot be read; mistakes that were there before stay."""
    known = set(read_of(before)[1])
    if new := [mistake for mistake in read_of(now)[1] if mistake not in known]:
        told = "; ".join(mistake.split(": ", 1)[1] for mistake in new)
        raise WrongCall(f"nothing was saved: {told}", "Correct it in the form, and save it again.")


def _refuse_lost(base: Files, before: Files, now: Files) -> None:
    """Raise WrongCall where a row of the version is gone, or stands under other labels, and was not so before."""
    published, then, after = (_by_key(rows_of(files)) for files in (base, before, now))
    lost = [key for key, number in published.items() if after[key] < min(then[key], number)]
    if lost:
        raise WrongCall(
            "nothing was saved: the row was published, so lines may rest on it, and what it is about stays",
            "End it instead, by its last day, and add another row where one is needed.",
        )


def _by_key(rows: Iterable[Row]) -> Counter[tuple[str, ...]]:
    return Counter((row.table, *(fold(row[column]) for column in KEYS[row.table])) for row in rows)


def is_published(base: Files, files: Files, place: tuple[str, int]) -> bool:
    """Tell whether the row on a line of a table stands for one of the version, so that it is ended, not removed."""
    table, line = place
    there = cells_at(files, table, line)
    key = (table, *(fold(there[column]) for column in KEYS[table]))
    published, now = _by_key(rows_of(base)), _by_key(rows_of(files))
    return now[key] <= published[key]


def line_now(then: Files, now: Files, place: tuple[str, int]) -> int | None:
    """Return on which line a row begins in other files, if it stands there to the letter."""
    table, line = place
    wanted = cells_at(then, table, line)
    return next((row.line for row in rows_of(now) if row.table == table and row.cells == wanted), None)
