"""Lay down export folders, workbooks and configurations, read them, and run the real command over them."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from sync.errors import BadInput
from sync.model import TABLES
from sync.tables import Tables, read_folder
from sync.tables.raw import Limits
from tests.commands import run_command
from tests.support import CASES, CONFIG, ROOT, write_tables

GOOD_CASE = CASES / "bus-pass-before-the-first-service"
AS_OF = "2026-04-20"
Cells = Sequence[object]


def seed() -> int:
    """Return the seed of a randomised test and print it, so that a failure can be run again."""
    chosen = int(os.environ.get("IMS_SYNC_TEST_SEED") or random.SystemRandom().randrange(1, 2**32))
    print(f"IMS_SYNC_TEST_SEED={chosen}")
    return chosen


def lay(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file of a folder, byte for byte, and return the folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def lay_book(path: Path, *sheets: Sequence[Cells]) -> Path:
    """Write a workbook with XlsxWriter; a cell ("error", text) holds an error, any other its own kind."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        sheet.write_formula(place, column, "=1/0", None, cell[1])
                    elif isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif cell is not None:
                        sheet.write(place, column, cell)
    return path


def read(folder: Path, limits: Limits = Limits()) -> Tables:  # noqa: B008 - frozen
    """Read a folder with the canonical headings."""
    return read_folder(folder, {}, limits=limits)


def refusal(folder: Path, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    """Return the whole message with which a folder is refused; it always ends with advice."""
    with pytest.raises(BadInput) as caught:
        read(folder, limits)
    message = str(caught.value)
    assert "What to do: " in message
    return message


def good_folder(target: Path) -> Path:
    """Copy the tables of a good case."""
    target.mkdir()
    for name in TABLES:
        if (GOOD_CASE / f"{name}.csv").exists():
            shutil.copy(GOOD_CASE / f"{name}.csv", target)
    return target


def filled(table: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Return a row whose other required cells are filled with readable texts."""
    readable = {
        "month": "2026-04", "complete": "yes", "taken_at": "2026-04-20", "answered_on": "2026-04-20",
        "date": "2026-04-01", "kind": "component", "snap_status": "eligible", "term": "long",
        "engaged": "Training",
    }  # fmt: skip
    required = [column.name for column in TABLES[table].columns if column.required]
    return {name: readable.get(name, "x") for name in required} | dict(cells)


def column_of(folder: Path, table: str, column: str, texts: Sequence[str]) -> list[object]:
    """Return what the texts of one column are read as, one row each, in their order."""
    first = TABLES[table].columns[0].name
    rows = [filled(table, {first: f"R{place:05}", column: text}) for place, text in enumerate(texts)]
    write_tables(folder, {table: rows})
    return read(folder)[table].sort(first)[column].to_list()


def rejected(tables: Tables) -> list[tuple[str, int]]:
    """Return file and line of every rejected row."""
    return list(tables.rejected.select("file", "line").iter_rows())


def unreadable(tables: Tables) -> list[tuple[int, str | None]]:
    """Return line and column of every cell that is reported as unreadable."""
    return list(tables.unreadable.select("line", "column").iter_rows())


def rows_of(tables: Tables, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Return some columns of the rows used."""
    return list(tables[table].select(pl.col(*columns)).iter_rows())


def ims_sync(*words: str | Path, before: Callable[[], None] | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Run the real command; `before` runs in its process first (to set the system's limits), which is then new."""
    if before is None:
        return run_command(*words)
    return subprocess.run(
        [sys.executable, "-m", "sync", *map(str, words)],
        cwd=ROOT, capture_output=True, check=False, preexec_fn=before, timeout=120,
    )  # fmt: skip


def decide_folder(
    folder: Path, out: str | Path, *more: str | Path, before: Callable[[], None] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run `decide` over a folder under the shipped configuration."""
    words = ("decide", "--input", folder, "--as-of", AS_OF, "--out", out, "--config", CONFIG, *more)
    return ims_sync(*words, before=before)
