"""Show the rows of the crosswalk, of the version in use or of a draft, with filters that stand in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import request

from sync.crosswalk.files import COLUMNS, Row
from sync.errors import WrongCall
from sync.jobs.crosswalk_diff import read_of, rows_of
from sync.jobs.crosswalk_edits import LookedAt
from sync.jobs.crosswalk_standing import unpublished
from sync.model import fold
from sync.web.crosswalk_looked import asked_files, open_drafts, show, wrong_of
from sync.web.policy import may
from sync.web.shell import Views, account, service

_SHOWN = 300
_PROGRAM = {"services": "program", "funders": "program", "aliases": "scope"}
TITLES = {
    "services": "Services", "support": "Support services", "funders": "Funders", "aliases": "Aliases",
    "contracts": "Contracts", "known_services": "Known services",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """Say which rows are wanted; `on` is the day on which they hold, and None = on any."""

    program: str
    table: str
    text: str
    day: date
    every: bool

    def takes(self, row: Row) -> bool:
        """Tell whether a row is wanted."""
        place = _PROGRAM.get(row.table, "")
        return (
            (not self.table or row.table == self.table)
            and (not self.program or fold(row.cells.get(place, "")) == fold(self.program))
            and fold(self.text) in fold(" ".join(row.cells.values()))
            and (self.every or row.holds_on(self.day))
        )


def crosswalk() -> tuple[str, int] | str:
    """Show the rows that are asked for."""
    found = asked_files()
    if found is None:
        return show("crosswalk.html", found=None)
    try:
        wanted = _filter()
    except WrongCall as refused:
        wrong = wrong_of(refused)
        return _rows(found, Filter("", "", "", service().today, every=False), wrong=wrong), 400
    return _rows(found, wanted)


def _rows(found: LookedAt, wanted: Filter, **cells: object) -> str:
    rows, mistakes = read_of(found.files)
    fitting = [row for row in rows if wanted.takes(row)]
    base = {_whole(row) for row in rows_of(found.version.files)} if found.draft else {_whole(row) for row in rows}
    return show(
        "crosswalk.html", found=found, rows=_by_table(fitting[:_SHOWN]), number=len(fitting), every=len(rows),
        shown=_SHOWN, wanted=wanted, programs=programs_of(rows), tables=TITLES, columns=COLUMNS, mistakes=mistakes,
        is_new=lambda row: _whole(row) not in base, standing=_standing(), drafts=open_drafts(),
        may_edit=may(account().role, "save_crosswalk_row"), asked_on=request.args.get("on", ""), **cells,
    )  # fmt: skip


def _whole(row: Row) -> tuple[str, tuple[str, ...]]:
    return row.table, tuple(row.cells.values())


def _by_table(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.table, []).append(row)
    return found


def programs_of(rows: Iterable[Row]) -> list[str]:
    """Return the programs that any row names, each once, in order."""
    named = {fold(row[_PROGRAM[row.table]]): row[_PROGRAM[row.table]] for row in rows if row.table in _PROGRAM}
    return [words for key, words in sorted(named.items()) if key]


def _standing() -> list[str] | None:
    """Return how the files in use differ from the newest version; None where the pages do not know the files."""
    made = service()
    return unpublished(made.db, made.config) if made.config else None


def _filter() -> Filter:
    """Read the address; WrongCall where the day is none, or there is no such table."""
    given = {name: request.args.get(name, "").strip() for name in ("program", "table", "text", "on")}
    if given["table"] and given["table"] not in COLUMNS:
        raise WrongCall("The crosswalk has no such table, so that no filter was used", "Choose one from the list.")
    try:
        day = date.fromisoformat(given["on"]) if given["on"] else service().today
    except ValueError:
        raise WrongCall("The day is no date, so that no filter was used", "Give it as YYYY-MM-DD.") from None
    return Filter(given["program"], given["table"], given["text"], day, every="every" in request.args)


VIEWS: Views = {"crosswalk": crosswalk}
