"""Put rows that were proposed into a draft, for a person who decided so: a new draft, or one that waits already."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sync.crosswalk.check import KEYS
from sync.crosswalk.edit import added, ended
from sync.crosswalk.files import Row, read_rows
from sync.crosswalk.texts import Files, laid
from sync.errors import WrongCall
from sync.jobs.crosswalk_edits import On, Words, edit, looked_at
from sync.jobs.service import Service
from sync.model import fold
from sync.store.crosswalk_versions import Draft

Proposed = tuple[str, Mapping[str, str]]
"""A table, and the cells of a row of it."""
Edit = Callable[[Files], Files]


@dataclass(frozen=True, slots=True)
class Said:
    """Carry what a person says when they put a row into a draft.

    on  the files that they saw; None = the newest version
    """

    reason: str
    checked: str
    on: On | None = None


def said(service: Service, words: Words, draft: int | None) -> Said:
    """Return what a person says of a draft by its number, as it is now; WrongCall where there is none."""
    return Said(words.reason, words.checked, looked_at(service, draft).on)


def put(service: Service, make: Edit, wish: Said) -> Draft:
    """Save a draft of the files that a person saw, as edited; it goes the road of every draft.

    Raises Overtaken where they are not as they were seen.
    """
    on = wish.on or looked_at(service, None).on
    return edit(service, on, Words(wish.reason, wish.checked), make=make)


def with_rows(files: Files, rows: Iterable[Proposed]) -> dict[str, str]:
    """Return the files with further rows; WrongCall where one has the key of a row that is there without an end."""
    made = dict(files)
    for table, cells in rows:
        if _open_rows(made, table, cells):
            key = ", ".join(cells[column] for column in KEYS[table] if cells.get(column))
            raise WrongCall(f"{table} has a row for this already ({key})", "Look at that row, and change it instead.")
        made = added(made, table, cells)
    return made


def without(files: Files, rows: Iterable[Proposed], last: date) -> dict[str, str]:
    """Return the files with a last day for the rows of these keys that have none."""
    made = dict(files)
    for table, cells in rows:
        for row in _open_rows(made, table, cells):
            made = ended(made, table, row.line, last=last)
    return made


def _open_rows(files: Files, table: str, cells: Mapping[str, str]) -> list[Row]:
    """Return the rows with the key of some cells that have no last day."""
    with laid(files) as folder:
        rows, _ = read_rows(folder / "crosswalk")
    wanted = [fold(cells.get(column, "")) for column in KEYS[table]]
    same = [row for row in rows if row.table == table and [fold(row[column]) for column in KEYS[table]] == wanted]
    return [row for row in same if row.last is None]
