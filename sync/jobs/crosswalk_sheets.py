"""Give the crosswalk away as a workbook, and take one back, or a table as CSV, or the guide's own table as text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sync.crosswalk import check
from sync.crosswalk.difference import RowChange
from sync.crosswalk.files import COLUMNS, Row, read_rows, records_of, rows_of
from sync.crosswalk.guide_text import read_guide, taken_over
from sync.crosswalk.respelt import respelt
from sync.crosswalk.texts import RULES, Files, hash_of, laid
from sync.errors import BadConfiguration, WrongCall
from sync.jobs.crosswalk_diff import FilesDifference, difference
from sync.jobs.crosswalk_drafts import Wish, configuration_of, mistakes_of, newest_or_refuse, save_draft
from sync.jobs.service import Service
from sync.model import fold
from sync.store.crosswalk_versions import Draft, Version, draft_numbered, version_numbered, version_with
from sync.tables.raw import Limits
from sync.tables.sheets import Sheet, read_sheets, sheets_bytes
from sync.tables.writing import check_output, whole

MIB = 1024 * 1024
LARGEST = 4 * MIB
_LIMITS = Limits(file_bytes=LARGEST, unpacked_bytes=64 * MIB, rows=50_000, columns=100, sheet_cells=1_000_000)
ABOUT, _BEGUN, _HASH = "about", "begun from version", "hash of the files"
GUIDE_SOURCE = "Career Boost Data Entry Guide: Crosswalk of I-Trac services to iMatchSkills services"
_KINDS = "Give an .xlsx as `ims-sync crosswalk export` writes it, a .csv of one table, or the guide's table as .txt."
_DRAFT = "draft-"
_MOST_VERSIONS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Came:
    """Carry a file as it came.

    table   the one table to take from it; None = all that it has
    first   for the guide's table: the day from which it holds; None = as if it always had
    source  for the guide's table: what new rows name as their source
    """

    name: str
    content: bytes
    table: str | None = None
    first: date | None = None
    source: str = GUIDE_SOURCE


@dataclass(frozen=True, slots=True)
class Imported:
    """Tell what a file would make of the crosswalk.

    files     those of `base` with the tables of the file; without mistakes alone can they be kept
    mistakes  by file, sheet and line
    notes     what is good to know and no mistake
    """

    base: Version
    files: Files
    mistakes: list[str]
    notes: list[str]

    @property
    def difference(self) -> FilesDifference:
        """Return what the file changes; rows with mistakes are left out."""
        return difference(self.base.files, self.files)


def workbook(service: Service, files: Files, name: str) -> bytes:
    """Return the tables of the crosswalk as a workbook; BadConfiguration where they have rows that cannot be read.

    name  how the files were asked for: the version that they began from is kept, so that nobody's work is undone
    """
    with laid(files) as folder:
        rows, mistakes = read_rows(folder / "crosswalk")
    if mistakes:
        raise BadConfiguration([mistake.replace(f"{folder}/", "") for mistake in mistakes])
    sheets = {table: [list(columns), *_of_table(rows, table)] for table, columns in COLUMNS.items()}
    about = [
        ["what", "says"], ["exported", name], [_BEGUN, _begun_from(service, files, name)], [_HASH, hash_of(files)],
        [RULES, "is not in this workbook: change settings in the file itself, or on their page"],
        ["to take it back", "ims-sync crosswalk import FILE --preview"],
    ]  # fmt: skip
    return sheets_bytes({**sheets, ABOUT: about})


def write_workbook(service: Service, files: Files, name: str, *, out: Path) -> None:
    """Write the workbook into a file, whole or not at all."""
    check_output(out, (".xlsx",))
    content = workbook(service, files, name)
    with whole(out) as part:
        part.write_bytes(content)


def _of_table(rows: list[Row], table: str) -> list[list[str]]:
    return [[row[column] for column in COLUMNS[table]] for row in rows if row.table == table]


def _begun_from(service: Service, files: Files, name: str) -> str:
    number = name.removeprefix(_DRAFT)
    with service.db.read() as conn:
        is_draft = name.startswith(_DRAFT) and number.isdecimal()
        draft = draft_numbered(conn, int(number)) if is_draft else None
        version = version_with(conn, hash_of(files))
    found = draft.based_on if draft else version.number if version else ""
    return str(found)


def imported(service: Service, came: Came) -> Imported:
    """Say what a file would change, and every mistake in it; nothing is kept.

    Raises WrongCall and BadInput where it is none of the kinds of files that can be taken over.
    """
    if came.table is not None and came.table not in COLUMNS:
        raise WrongCall(f"{came.table}: there is no such table", f"The tables are {', '.join(COLUMNS)}.")
    ending = Path(came.name).suffix.lower()
    if ending not in {".xlsx", ".csv", ".txt"}:
        raise WrongCall(f"{came.name}: cannot be read by its ending", _KINDS)
    if len(came.content) > LARGEST:
        raise WrongCall(
            f"{came.name}: larger than {LARGEST // MIB} MiB", "It holds more than a crosswalk can: see what."
        )
    if ending == ".xlsx":
        return _of_workbook(service, came)
    base = newest_or_refuse(service)
    try:
        return _of_csv(base, came) if ending == ".csv" else _of_guide(base, came)
    except BadConfiguration as wrong:
        return Imported(base, base.files, wrong.mistakes, [])


def keep_import(service: Service, found: Imported, *, reason: str, checked: str) -> Draft:
    """Save what was imported as a draft, which goes the road of every draft.

    Raises BadConfiguration with every mistake, and Overtaken where a version was published since the export.
    """
    if found.mistakes:
        raise BadConfiguration(found.mistakes)
    if hash_of(found.files) == found.base.hash:
        what = f"nothing was saved: the file says the same as version {found.base.number}"
        raise WrongCall(what, "Change the file first.")
    return save_draft(service, Wish(files=found.files, reason=reason, checked=checked, based_on=found.base.number))


def _of_workbook(service: Service, came: Came) -> Imported:
    sheets = {sheet.name: sheet for sheet in read_sheets(came.name, came.content, _LIMITS)}
    base, notes = _base(service, sheets.pop(ABOUT, None))
    wanted = [came.table] if came.table else list(COLUMNS)
    mistakes = [f"{came.name}: the sheet {name!r} is missing" for name in wanted if name not in sheets]
    if came.table is None:
        expected = ", ".join(COLUMNS)
        mistakes += [
            f"{came.name}: unknown sheet {name!r}; expected {expected}" for name in sheets if name not in COLUMNS
        ]
    tables: dict[str, list[Row]] = {}
    for name in (name for name in wanted if name in sheets):
        try:
            tables[name], wrong_rows = _of_sheet(came.name, sheets[name])
            mistakes += wrong_rows
        except BadConfiguration as wrong:
            mistakes += wrong.mistakes
    return _put_together(base, tables, mistakes, notes=notes)


def _base(service: Service, about: Sheet | None) -> tuple[Version, list[str]]:
    """Return the version that a workbook was begun from, or the newest where it does not say."""
    newest = newest_or_refuse(service)
    told = {row[0]: row[1] for _, row in about.rows if len(row) > 1} if about else {}
    number = told.get(_BEGUN, "")
    if not number.isdecimal() or int(number) == newest.number:
        return newest, []
    with service.db.read() as conn:
        found = version_numbered(conn, int(number)) if int(number) <= _MOST_VERSIONS else None
    if found is None:
        raise WrongCall(f"the workbook was begun from version {number}, which is not here", "Export it here first.")
    note = f"version {newest.number} was published since this workbook was exported from version {found.number}"
    return found, [f"{note}: export it again before you save"]


def _of_sheet(file: str, sheet: Sheet) -> tuple[list[Row], list[str]]:
    place = f"{file}, sheet {sheet.name}"
    mistakes = [f"{place}: {cells} are merged; give every row its own cells" for cells in sheet.merged]
    mistakes += [f"{place}: {cell} holds an error such as #N/A" for cell in sheet.unread]
    rows, wrong = rows_of(place, sheet.name, _narrowed(sheet.rows))
    return rows, mistakes + wrong


def _narrowed(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return rows as wide as their headings; what stands beside the table keeps its row longer."""
    if not rows:
        return []
    width = max(place for place, cell in enumerate(rows[0][1], start=1) if cell.strip())
    return [(line, row[:width] + [cell for cell in row[width:] if cell.strip()]) for line, row in rows]


def _of_csv(base: Version, came: Came) -> Imported:
    records = records_of(came.name, came.content)
    headings = {heading.strip() for heading in records[0][1]} if records else set()
    same = next((table for table, columns in COLUMNS.items() if headings == set(columns)), None)
    named = Path(came.name).stem if Path(came.name).stem in COLUMNS else None
    table = came.table or same or named
    if table is None:
        raise WrongCall(f"{came.name}: it is not clear which table this is", "Name it with --table.")
    rows, mistakes = rows_of(came.name, table, records)
    return _put_together(base, {table: rows}, mistakes, notes=[])


def _of_guide(base: Version, came: Came) -> Imported:
    if came.table not in {None, "services"}:
        raise WrongCall(f"the guide's table cannot be taken over into {came.table}", "It fills services.")
    try:
        text = came.content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = came.content[: wrong.start].count(b"\n") + 1
        raise BadConfiguration([f"{came.name}:{line}: no UTF-8 text; save it as UTF-8"]) from None
    told, mistakes = read_guide(came.name, text)
    if mistakes:
        raise BadConfiguration(mistakes)
    there = _rows(base.files)["services"]
    rows = taken_over(told, there, file=came.name, source=came.source.strip(), first=came.first)
    named = {one.key[0] for one in told}
    unnamed = sorted({row["program"] for row in there if fold(row["program"]) not in named})
    notes = [f"{len(told)} services of the guide's table were read"]
    notes += [f"the text does not name {', '.join(unnamed)}: their rows stay"] if unnamed else []
    return _put_together(base, {"services": rows}, [], notes=notes)


def _rows(files: Files) -> dict[str, list[Row]]:
    """Return the rows of files by table, named as the files are in config/."""
    with laid(files) as folder:
        rows, _ = read_rows(folder / "crosswalk")
    named = [replace(row, file=f"crosswalk/{row.table}.csv") for row in rows]
    return {table: [row for row in named if row.table == table] for table in COLUMNS}


def _put_together(base: Version, tables: Mapping[str, list[Row]], mistakes: list[str], *, notes: list[str]) -> Imported:
    """Return the files with other tables, and the mistakes between rows that are named by the file that came."""
    files = dict(base.files)
    for table, rows in tables.items():
        name = f"crosswalk/{table}.csv"
        files[name] = respelt(files[name], [row.cells for row in rows])
    every = {**_rows(base.files), **tables}
    known = configuration_of(base.files).rules.components.known
    mistakes = mistakes + check.mistakes([row for rows in every.values() for row in rows], known)
    found = Imported(base, files, sorted(mistakes or mistakes_of(files)), notes)
    return replace(found, notes=[*notes, *_taken_away(found)])


def _taken_away(found: Imported) -> list[str]:
    """Say how many published rows would be gone: on pages such a row is ended, never removed."""
    number = sum(one.change is RowChange.REMOVED for one in found.difference.rows)
    if not number:
        return []
    rows = "1 row" if number == 1 else f"{number} rows"
    return [f"{rows} of version {found.base.number} would be gone as if never there; a last day ends a row instead"]


def shown_before(service: Service, base: int, texts: Files) -> Imported:
    """Return what a person saw in a preview, from the tables that it would change; checked anew.

    base  the number of the version that the file was held against
    """
    with service.db.read() as conn:
        found = version_numbered(conn, base) if 0 < base <= _MOST_VERSIONS else None
    if found is None or not set(texts) <= set(found.files) - {RULES}:
        raise WrongCall("what was shown before cannot be saved", "Choose the file again.")
    files = {**found.files, **texts}
    return Imported(found, files, sorted(mistakes_of(files)), [])
