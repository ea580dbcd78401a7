"""Read a folder of exports: one file for each table, absent tables empty, bad rows set aside."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import polars as pl

from sync.errors import BadInput
from sync.model import TABLES
from sync.tables.headings import Headings
from sync.tables.raw import Limits
from sync.tables.table import (
    READERS,
    REJECTED,
    UNREADABLE,
    ReadTable,
    TextTable,
    empty,
    read_table,
    read_texts,
    settled,
)

T = TypeVar("T")
DATABASE = "database"
"""In place of a file's name, for rows that were kept: their lines are no lines of a file."""
Tell = Callable[[str, int, int], None]
"""Hears of a step: its name, how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Carry every table as a frame, and what was set aside on the way.

    frames      canonical columns read by kind, `line`, `tie` (chosen by text alone) and `bad` (a
                required cell other than the id is blank; only in tables that make lines)
    superseded  older versions of rows, in the same shape
    rejected    rows not used: table, file, line, why
    unreadable  cells that count as blank: table, file, line, why, column, found (private cells hidden)
    notes       files and columns that were passed over
    files       the names of the files read; none where the rows come from the database
    """

    frames: Mapping[str, pl.DataFrame]
    superseded: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    unreadable: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNREADABLE))
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def rejecting(self, table: str, rows: pl.DataFrame) -> "Tables":
        """Return the tables with further rows of one table named as rejected: `line` and `why`."""
        named = rows.select(pl.lit(table).alias("table"), pl.lit(self.file_of(table)).alias("file"), "line", "why")
        return replace(self, rejected=pl.concat([self.rejected, named.match_to_schema(self.rejected.schema)]))

    def file_of(self, table: str) -> str:
        """Return the name of the file that a table came from; the table's own name where there was none."""
        return next((name for name in self.files if name.rpartition(".")[0].lower() == table), table)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.frames[name]


@dataclass(frozen=True, slots=True)
class Texts:
    """Carry the tables of a folder as text, and notes on files that were passed over."""

    tables: Mapping[str, TextTable]
    notes: tuple[str, ...] = ()


def read_folder(
    folder: Path,
    headings: Headings,
    *,
    limits: Limits | None = None,
    tell: Tell | None = None,
) -> Tables:
    """Read every table of a folder; `tell` hears each file's name, how many are done and of how many.

    Raises BadInput where the folder holds no table, or a table twice, or a file that is no table.
    """
    files, notes = find_files(folder)

    def read(name: str) -> ReadTable:
        return read_table(files[name], TABLES[name], headings.get(name, {}), limits=limits or Limits())

    return _gathered(_each(files, read, tell or _keep_quiet), [path.name for path in files.values()], notes)


def read_folder_texts(folder: Path, headings: Headings, *, tell: Tell | None = None) -> Texts:
    """Read every table of a folder as text, to be kept; errors as for `read_folder`."""
    files, notes = find_files(folder)

    def read(name: str) -> TextTable:
        return read_texts(files[name], TABLES[name], headings.get(name, {}), limits=Limits())

    return Texts(_each(files, read, tell or _keep_quiet), tuple(notes))


def tables_of(texts: Texts) -> Tables:
    """Read the cells of tables by kind, settle versions, set bad rows aside."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        names = list(texts.tables)
        read = dict(zip(names, pool.map(lambda name: settled(texts.tables[name], TABLES[name]), names), strict=True))
    return _gathered(read, [table.file for table in texts.tables.values()], texts.notes)


def _gathered(read: Mapping[str, ReadTable], files: Iterable[str], notes: Iterable[str]) -> Tables:
    absent = {name: empty(table) for name, table in TABLES.items() if name not in read}
    return Tables(
        frames={name: table.used for name, table in read.items()} | absent,
        superseded={name: table.superseded for name, table in read.items()} | absent,
        rejected=pl.concat([pl.DataFrame(schema=REJECTED), *(table.rejected for table in read.values())]),
        unreadable=pl.concat([pl.DataFrame(schema=UNREADABLE), *(table.unreadable for table in read.values())]),
        files=tuple(file for file in files if file != DATABASE),
        notes=(*notes, *(note for table in read.values() for note in table.notes)),
    )


def _each(files: Mapping[str, Path], read: Callable[[str], T], tell: Tell) -> dict[str, T]:
    """Read the files two at a time, the largest first."""
    order = sorted(files, key=lambda name: -files[name].stat().st_size)
    with ThreadPoolExecutor(max_workers=2) as pool:
        read_of = {name: pool.submit(read, name) for name in order}
        for done, name in enumerate(order):
            tell(files[name].name, done, len(files))
            read_of[name].result()
    return {name: read_of[name].result() for name in files}


def find_files(folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Return the file of each table in the folder, and a note for each file that is none."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder", "Give the folder that holds the exports.")
    files: dict[str, Path] = {}
    notes = []
    for path in sorted(folder.iterdir()):
        name = path.stem.lower()
        if path.suffix.lower() not in READERS or name not in TABLES or not path.is_file():
            notes.append(f"{path.name}: no file of a table; passed over")
        elif name in files:
            raise BadInput(
                f"{path}: the table {name} stands twice, also as {files[name].name}",
                "Take one of the two away.",
            )
        else:
            files[name] = path
    if not files:
        raise BadInput(
            f"{folder}: none of the tables found, expected files such as services.csv or services.xlsx",
            f"Put the exports there, named {', '.join(sorted(TABLES))}.",
        )
    return files, notes


def _keep_quiet(step: str, done: int, total: int) -> None:
    pass
