"""A real spreadsheet program opens the worklist and shows what was decided, and runs none of it."""

import csv
import shutil
import subprocess
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sync.pretend.person import write
from sync.pretend.stories import people
from sync.summary import summarise
from sync.tables.worklist_file import write_worklist
from sync.worklist import COLUMNS, totals_of, worklist
from tests.support import decided_folder

AS_OF = date(2026, 4, 20)
OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (libreoffice-calc-nogui)")


def _opened(book: Path) -> list[list[str]]:
    """Open a workbook in LibreOffice and return what its first sheet shows."""
    assert OFFICE is not None
    profile = (book.parent / "profile").as_uri()
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
    command += ["csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", str(book.parent)]
    subprocess.run([*command, str(book)], check=True, capture_output=True, timeout=120)
    return list(csv.reader(book.with_suffix(".csv").read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("demo")
    write(people(), folder)
    return decided_folder(folder, AS_OF)


def test_the_sheet_shows_every_line_to_key_and_its_totals(lines: pl.DataFrame, tmp_path: Path) -> None:
    made = worklist(lines, summarise(lines))
    totals = totals_of(made, "abc")
    write_worklist(tmp_path / "worklist.xlsx", made.rows, COLUMNS, totals=totals)

    sheet = _opened(tmp_path / "worklist.xlsx")

    expected = [["☐" if name == "done" else row[name] or "" for name in COLUMNS] for row in made.rows.to_dicts()]
    assert sheet[0] == list(COLUMNS.values())
    assert sheet[1 : len(expected) + 1] == expected
    assert [row[1] for row in sheet[len(expected) + 2 :]] == totals


def test_the_sheet_runs_no_cell_as_a_formula(lines: pl.DataFrame, tmp_path: Path) -> None:
    made = worklist(lines, summarise(lines))
    hostile = made.rows.head(6).with_columns(
        pl.Series("provider", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(1)", "\t=1+1"])
    )
    write_worklist(tmp_path / "worklist.xlsx", hostile, COLUMNS, totals=[])

    sheet = _opened(tmp_path / "worklist.xlsx")

    place = list(COLUMNS).index("provider")
    assert [row[place] for row in sheet[1:7]] == hostile["provider"].to_list()
