"""Folders and CSV files that are no tables are refused with place, found, expected and advice."""

from pathlib import Path

import pytest

from sync.errors import BadInput
from sync.model import TABLES
from sync.settings import read_headings
from sync.tables import read_folder
from sync.tables.raw import Limits
from tests.folders import decide_folder, lay, read, refusal, unreadable
from tests.support import CONFIG

HEAD = "customer_id,job_seeker_id,last_name"


@pytest.mark.parametrize(
    "head",
    [
        "customer_id,last_name,last_name",
        "customer_id,Extra,extra",
        "customer_id,WS JobSeekerID,job_seeker_id",
    ],
)
def test_a_heading_that_stands_twice_stops_the_run(tmp_path: Path, head: str) -> None:
    lay(tmp_path, "customers.csv", f"{head}\nC1,a,b\n")

    with pytest.raises(BadInput) as caught:
        read_folder(tmp_path, read_headings(CONFIG))

    assert all(word in str(caught.value) for word in ("customers.csv", "line 1", "columns 2 and 3", "expected one"))


def test_a_missing_required_column_stops_the_run_with_file_line_and_column(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", "customer id,last_name\nC1,Test\n")

    message = refusal(tmp_path)

    assert all(word in message for word in ("customers.csv", "line 1", "'customer_id'", "expected", "columns.toml"))


@pytest.mark.parametrize("other", ["customers.xlsx", "CUSTOMERS.XLSX", "Customers.csv"])
def test_one_table_in_two_files_stops_the_run(tmp_path: Path, other: str) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1\n")
    lay(tmp_path, other, f"{HEAD}\nC1\n")

    message = refusal(tmp_path)

    assert "customers.csv" in message
    assert other in message


def test_a_folder_without_any_table_stops_the_run(tmp_path: Path) -> None:
    lay(tmp_path, "notes.txt", "no table")

    assert "services.csv" in refusal(tmp_path)
    assert "no such folder" in refusal(tmp_path / "missing")


def test_files_of_other_names_are_named_and_absent_tables_are_empty(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1\n")
    lay(tmp_path, "cutsomers.csv", "a\n1\n")

    tables = read(tmp_path)

    assert [note for note in tables.notes if "cutsomers.csv" in note]
    assert all(len(tables[name]) == 0 for name in TABLES if name != "customers")


@pytest.mark.parametrize("kind", ["a folder", "a dangling link"])
def test_what_only_bears_a_tables_name_stops_the_run_or_is_passed_over(tmp_path: Path, kind: str) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1\n")
    if kind == "a folder":
        (tmp_path / "services.csv").mkdir()
    else:
        (tmp_path / "services.csv").symlink_to("nowhere")

    try:
        said = " ".join(read(tmp_path).notes)
    except BadInput as wrong:
        said = str(wrong)

    assert "services.csv" in said


_GOOD = f"{HEAD}\nC1,J1,Test\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ((_GOOD + "C2,J2,José\n").encode("latin-1"), ("line 3", "0xe9 found", "expected UTF-8")),
        (f"{HEAD}\rC1,J1,Test\rC2,J2,José\r".encode("latin-1"), ("line 3", "0xe9 found", "expected UTF-8")),
        (_GOOD.encode("utf-16"), ("line 1", "UTF-16", "expected UTF-8")),
        (b"\xfe\xff" + _GOOD.encode("utf-16-be"), ("line 1", "UTF-16", "expected UTF-8")),
        (_GOOD.encode("utf-16-le"), ("line 1", "NUL", "expected text")),
        (_GOOD.encode() + b"C2,J\x002,x\n", ("line 3", "NUL", "expected text")),
        (_GOOD.encode() + b'C2,J2,"never closed\nC3,J3,x\n', ("line 3", "quoting", "expected")),
        (_GOOD.encode() + b'C2,"J2"x,Testa\n', ("line 3", "quoting", "expected")),
        (b"", ("line 1", "empty", "expected a header row")),
        (b"\xef\xbb\xbf\n \n", ("line 1", "empty", "expected a header row")),
        (b",,\nC1,J1,Test\n", ("line 1", "no header row found", "expected")),
        (b"PK\x03\x04rest", ("workbook found", "expected CSV", ".xlsx")),
    ],
    ids=[
        "Latin-1",
        "Latin-1 with lone CR",
        "UTF-16",
        "UTF-16 big-endian",
        "UTF-16 without mark",
        "NUL",
        "quote never closed",
        "text after a quote",
        "no byte",
        "blanks alone",
        "no heading",
        "a workbook",
    ],
)
def test_what_is_no_csv_is_refused_with_place_found_expected_and_advice(
    tmp_path: Path, content: bytes, words: tuple[str, ...]
) -> None:
    lay(tmp_path, "customers.csv", content)

    message = refusal(tmp_path)

    assert [word for word in ("customers.csv", *words) if word not in message] == []


@pytest.mark.parametrize("limits", [Limits(file_bytes=20), Limits(rows=2), Limits(columns=2)])
@pytest.mark.parametrize("name", ["Test", '"two\nlines"'])
def test_a_file_beyond_the_limits_is_refused(tmp_path: Path, limits: Limits, name: str) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1,J1,{name}\nC2,J2,Testa\nC3,J3,Testb\n")

    assert "customers.csv" in refusal(tmp_path, limits)


def test_what_a_private_cell_holds_is_never_shown(tmp_path: Path) -> None:
    head = "customer_id,birth_month_day,last4_ssn"
    lay(tmp_path / "in", "customers.csv", f"{head}\nC1,31/12,98-76\n")
    lay(
        tmp_path / "in",
        "ims_eligibility.csv",
        "job_seeker_id,month,snap_status,tanf\nJ1,2026-04,secretly,perhaps\n",
    )

    done = decide_folder(tmp_path / "in", tmp_path / "out.csv", "--json")

    assert unreadable(read(tmp_path / "in")) == [
        (2, "birth_month_day"), (2, "last4_ssn"), (2, "snap_status"), (2, "tanf"),
    ]  # fmt: skip
    assert not [fact for fact in (b"31/12", b"98-76", b"secretly", b"perhaps") if fact in done.stdout + done.stderr]


def test_a_file_without_its_header_row_shows_nobodys_name(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", "C1,J1,Testname,Testname,01/02,1234\n")

    assert "testname" not in refusal(tmp_path).casefold()
