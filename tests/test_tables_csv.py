"""CSV exports: every line is accounted for."""

import csv
import io
import random
from pathlib import Path

import pytest

from sync.settings import read_headings
from sync.tables import read_folder
from tests.folders import decide_folder, lay, read, rejected, rows_of, seed, unreadable
from tests.support import CONFIG

HEAD = "customer_id,job_seeker_id,last_name"
SERVICES = "service_id,customer_id,program,provider,control,service"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_passed_over(tmp_path: Path, mark: bytes) -> None:
    lay(tmp_path, "customers.csv", mark + b'"customer_id",job_seeker_id\nC1,J1\n')

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "customer_id", "job_seeker_id") == [("C1", "J1")]


def test_columns_may_come_in_any_order_and_a_surplus_one_is_named_once(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", "last_name,Shoe size,customer_id\nTest,41,C1\nTesta,42,C2\n")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "customer_id", "last_name") == [("C1", "Test"), ("C2", "Testa")]
    assert len([note for note in tables.notes if "Shoe size" in note and "customers.csv" in note]) == 1


def test_the_command_names_a_surplus_column_once_on_stderr(tmp_path: Path) -> None:
    lay(tmp_path / "in", "customers.csv", "customer_id,Shoe size\nC1,41\nC2,42\n")

    done = decide_folder(tmp_path / "in", "-")

    assert done.stderr.count(b"Shoe size") == 1


def test_a_short_row_is_padded_with_blanks_and_nothing_is_said(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1\nC2,J2\n")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", *HEAD.split(",")) == [("C1", None, None), ("C2", "J2", None)]
    assert not len(tables.rejected)
    assert not len(tables.unreadable)


@pytest.mark.parametrize("surplus", [",more", ",", ',"a, b"', ",1,2,3"])
@pytest.mark.parametrize("quirk", ["", 'C9,,"two\nlines"\n'])
def test_a_long_row_loses_its_surplus_cells_and_is_reported(tmp_path: Path, surplus: str, quirk: str) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1,J1,Test{surplus}\nC2,J2,Testa\n{quirk}")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", *HEAD.split(","))[:2] == [("C1", "J1", "Test"), ("C2", "J2", "Testa")]
    assert unreadable(tables) == [(2, None)]


@pytest.mark.parametrize("name", ["Test", '"Test\nlines"'])
@pytest.mark.parametrize("place", ["before", "within", "after"])
def test_empty_lines_are_skipped(tmp_path: Path, name: str, place: str) -> None:
    empty = {"before": ("\n\n", "", ""), "within": ("", "\n\n", ""), "after": ("", "", "\n\n")}[place]
    lay(tmp_path, "customers.csv", f"{empty[0]}{HEAD}\nC1,J1,{name}\n{empty[1]}C2,J2,Testa\n{empty[2]}")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "customer_id") == [("C1",), ("C2",)]
    assert rejected(tables) == []


@pytest.mark.parametrize("name", ["a, b", 'the "best"', "two\nlines", '",\n"', "back\\slash", "#x", "a\u2028b"])
def test_a_quoted_cell_keeps_commas_quotes_and_line_breaks(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1,J1,{quoted}\nC2,J2,Testa\n")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "last_name") == [(name,), ("Testa",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["Test", '"Test, a"', '"two\nlines"'])
def test_every_kind_of_line_end_is_read_alike(tmp_path: Path, end: str, name: str) -> None:
    lines = [HEAD, f"C1,J1,{name}", "", ",J2,Testa", "C3,J3,Testb"]
    lay(tmp_path, "customers.csv", end.join([*lines, ""]))

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "customer_id") == [("C1",), ("C3",)]
    assert rejected(tables) == [("customers.csv", 5 if "\n" in name else 4)]


@pytest.mark.parametrize("inner", ["\r\n", "\r", "\n"])
def test_a_line_break_within_a_cell_is_kept_as_it_came(tmp_path: Path, inner: str) -> None:
    lay(
        tmp_path,
        "services.csv",
        f'{SERVICES}\r\nS1,C1,EOP Portland,IRCO,Services,"Career{inner}Coaching"\r\n',
    )

    tables = read(tmp_path)

    assert rows_of(tables, "services", "service") == [(f"Career{inner}Coaching",)]


@pytest.mark.parametrize("blank", ["", "  ", '" "', '""', "\u00a0"])
def test_a_row_without_its_id_is_rejected_with_file_and_line(tmp_path: Path, blank: str) -> None:
    lay(tmp_path, "customers.csv", f"{HEAD}\nC1,J1,Test\n\n{blank},J2,Testa\n")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "customer_id") == [("C1",)]
    assert rejected(tables) == [("customers.csv", 4)]


def test_a_rejected_row_is_named_by_its_first_line_also_after_cells_of_several_lines(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", f'{HEAD}\nC1,J1,"one\ntwo\nthree"\n\n,J2,"four\nfive"\n,J3,six\n')

    tables = read(tmp_path)

    assert rejected(tables) == [("customers.csv", 6), ("customers.csv", 8)]


def test_the_json_document_names_rejected_rows(tmp_path: Path) -> None:
    lay(tmp_path / "in", "customers.csv", f"{HEAD}\n,J1,Test\n")

    done = decide_folder(tmp_path / "in", tmp_path / "out.csv", "--json")

    assert b'"file": "customers.csv"' in done.stdout
    assert b'"line": 2' in done.stdout


def test_a_row_with_another_required_cell_blank_makes_a_line_or_is_rejected(tmp_path: Path) -> None:
    lay(tmp_path, "services.csv", f"{SERVICES}\nS1,C1,,IRCO,Services,Career Coaching\n")
    lay(tmp_path, "enrollments.csv", "enrollment_id,customer_id,program,provider\nE1,C1, ,IRCO\n")

    tables = read(tmp_path)

    assert rows_of(tables, "services", "service_id", "bad") == [("S1", True)]
    assert not len(tables["enrollments"])
    assert rejected(tables) == [("enrollments.csv", 2)]


def test_the_headings_of_the_screens_are_understood_in_any_case_beside_the_canonical_ones(
    tmp_path: Path,
) -> None:
    lay(tmp_path, "customers.csv", "i-trac  CUSTOMERID,WS JobSeekerID,LAST_NAME\nC1,J1,Test\n")

    tables = read_folder(tmp_path, read_headings(CONFIG))

    assert rows_of(tables, "customers", "customer_id", "job_seeker_id", "last_name") == [("C1", "J1", "Test")]


def test_a_file_with_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", HEAD)

    assert len(read(tmp_path)["customers"]) == 0


class Quoted(csv.excel):
    """Quote every cell."""

    quoting = csv.QUOTE_ALL


def test_whatever_a_csv_writer_writes_is_read_as_it_was(tmp_path: Path) -> None:
    chance = random.Random(seed())
    alphabet = ["a", "B", " x", ",", '"', "\n", "é", "\t", "'", "\\", "\u2028", "7"]
    rows = []
    for place in range(400):
        name = "".join(chance.choice(alphabet) for _ in range(chance.randrange(6)))
        rows.append((f"C{place}", f"J{chance.randrange(99)}", name))
    text = io.StringIO()
    for row in [tuple(HEAD.split(",")), *rows]:
        csv.writer(text, chance.choice([csv.excel, Quoted]), lineterminator="\n" * chance.choice([1, 1, 3])).writerow(
            row
        )

    tables = read(lay(tmp_path, "customers.csv", text.getvalue()))

    shown = [(customer, seeker, name if name.strip() else None) for customer, seeker, name in rows]
    assert rows_of(tables, "customers", *HEAD.split(",")) == shown
