"""Decisions are written exactly, whole or not at all, and no spreadsheet runs what stands in them."""

import hashlib
import os
import resource
from collections.abc import Sequence
from pathlib import Path

import hypothesis
import polars as pl
import pytest
from hypothesis import strategies
from python_calamine import CalamineWorkbook

from sync.errors import WrongCall
from sync.model import LINE_COLUMNS
from sync.tables import csv_bytes, write_table
from tests.folders import decide_folder, good_folder, lay, seed

ODD = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    '=HYPERLINK("http://x")',
    "{=1}",
    "http://x",
    "1",
    " a ",
    "'",
    "_x0041_",
    "0012",
    "1e5",
    "TRUE",
]
TEXT = strategies.text(strategies.sampled_from("a é,\"\n\r\t;'=\\#\u2028\U0001f600"), min_size=1, max_size=6)
SEED = seed()


def plainly(rows: Sequence[Sequence[str | None]]) -> bytes:
    """Write rows as the contract says: a cell is quoted exactly when it holds , \" CR or LF."""

    def cell(text: str | None) -> str:
        return '"' + text.replace('"', '""') + '"' if text and set(text) & set(',"\r\n') else text or ""

    return "".join(",".join(cell(text) for text in row) + "\n" for row in rows).encode()


def frame(columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def written(path: Path, cells: Sequence[str | None]) -> Sequence[Sequence[object]]:
    """Write cells as a workbook, one in each row, and return its first sheet as it is read back."""
    table = frame(["label", "other"], [(cell, "x") for cell in cells])
    write_table(path, table)
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


@hypothesis.seed(SEED)
@hypothesis.settings(max_examples=300, deadline=None, database=None)
@hypothesis.given(strategies.lists(strategies.tuples(TEXT | strategies.none(), TEXT | strategies.none()), max_size=6))
def test_a_cell_is_quoted_exactly_when_it_holds_comma_quote_or_line_break(
    rows: list[tuple[str | None, str | None]],
) -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")

    content = csv_bytes(frame(["line_id", "label"], rows))

    assert content == plainly([("line_id", "label"), *rows])


def test_many_rows_are_written_in_their_order() -> None:
    rows = [(str(place), None if place % 3 else f"a,{place}") for place in range(20_000)]

    assert csv_bytes(frame(["line_id", "label"], rows)) == plainly([("line_id", "label"), *rows])


def test_a_table_without_rows_is_its_header(tmp_path: Path) -> None:
    table = frame(LINE_COLUMNS, [])

    write_table(tmp_path / "out.csv", table)

    assert (tmp_path / "out.csv").read_bytes() == (",".join(LINE_COLUMNS) + "\n").encode()


def test_a_workbook_holds_strings_alone_and_runs_nothing(tmp_path: Path) -> None:
    back = written(tmp_path / "out.xlsx", ODD)

    assert back == [["label", "other"], *[[cell, "x"] for cell in ODD]]


def test_a_workbook_shows_blank_cells_as_blank_and_keeps_line_breaks(tmp_path: Path) -> None:
    back = written(tmp_path / "out.xlsx", [None, "two\nlines", "two\rlines", "two\r\nlines", "a\x0bb"])

    assert [row[0] for row in back[1:]] == ["", "two\nlines", "two\rlines", "two\r\nlines", "a\x0bb"]


def test_a_workbook_keeps_long_cells_whole_or_is_refused(tmp_path: Path) -> None:
    label = "a" * 40_000

    try:
        back = written(tmp_path / "out.xlsx", [label])
    except WrongCall:
        assert list(tmp_path.iterdir()) == []
    else:
        assert back[1][0] == label


def test_writing_twice_gives_the_same_file_in_place_of_the_older_one(tmp_path: Path) -> None:
    table = frame(["label"], [("a",)])
    path = tmp_path / "out.csv"
    path.write_bytes(b"a much longer older file")

    for _ in range(2):
        write_table(path, table)

        assert path.read_bytes() == b"label\na\n"
        assert list(tmp_path.iterdir()) == [path]


def test_the_digest_is_that_of_the_csv_whatever_is_written(tmp_path: Path) -> None:
    folder = good_folder(tmp_path / "in")
    text = (folder / "services.csv").read_text("utf-8")
    lay(folder, "services.csv", text.replace("Career Coaching", '"=Career,  ""Coaching"""'))

    def anew() -> None:
        """Start each in a process of its own, in which Python hashes texts in another way."""

    printed = decide_folder(folder, "-", before=anew)
    csv_file = decide_folder(folder, tmp_path / "out.CSV", before=anew)
    book = decide_folder(folder, tmp_path / "out.xlsx", before=anew)

    digest = hashlib.sha256(printed.stdout).hexdigest().encode()
    assert printed.stdout == (tmp_path / "out.CSV").read_bytes()
    assert b',"=Career,  ""Coaching""",' in printed.stdout
    assert [run.returncode for run in (printed, csv_file, book)] == [1, 1, 1]
    assert all(b"digest: " + digest in run.stderr for run in (printed, csv_file, book))


@pytest.mark.parametrize("name", ["out.txt", "out.xls", "out.csv.gz", "out", ".csv", "out.json"])
def test_other_endings_are_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    folder = lay(tmp_path / "in", "services.csv", b"\xff\xfe")

    done = decide_folder(folder, tmp_path / name)

    assert done.returncode == 2
    assert not (tmp_path / name).exists()
    assert b"expected .csv or .xlsx" in done.stderr


@pytest.mark.parametrize("kind", ["no such folder", "a folder itself", "not writable"])
def test_where_nothing_can_be_written_is_refused_before_anything_is_read(tmp_path: Path, kind: str) -> None:
    folder = lay(tmp_path / "in", "services.csv", b"\xff\xfe")
    out = {
        "no such folder": tmp_path / "missing" / "out.csv",
        "a folder itself": tmp_path / "out.csv",
        "not writable": closed_folder(tmp_path) / "out.csv",
    }[kind]
    if kind == "a folder itself":
        out.mkdir()

    done = decide_folder(folder, out)

    assert done.returncode == 2
    assert b"out.csv" in done.stderr


def closed_folder(near: Path) -> Path:
    """Return a folder in which nobody, not even the system's administrator, can make a file."""
    if os.geteuid() == 0:
        return Path("/proc")
    closed = near / "closed"
    closed.mkdir(mode=0o500)
    return closed


def test_the_longest_name_that_the_disk_takes_is_written(tmp_path: Path) -> None:
    out = tmp_path / ("a" * (os.pathconf(tmp_path, "PC_NAME_MAX") - 4) + ".csv")

    done = decide_folder(good_folder(tmp_path / "in"), out)

    assert done.returncode == 1, done.stderr
    assert out.exists()


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_a_disk_that_fills_leaves_the_older_file_and_no_other(tmp_path: Path, name: str) -> None:
    folder = good_folder(tmp_path / "in")
    out = lay(tmp_path / "out", name, "an older file") / name

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = decide_folder(folder, out, before=full)

    assert done.returncode not in {0, 1}
    assert b"digest: " not in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"fault of our own" not in done.stderr
    assert {path.name: path.read_text("utf-8") for path in out.parent.iterdir()} == {name: "an older file"}
