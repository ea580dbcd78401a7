"""Workbooks are read like CSV files, and hostile or damaged ones are refused before they fill the memory."""

import resource
from datetime import date, datetime
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from sync.model import TABLES
from sync.tables.raw import Limits
from tests.books import HEAD, SHEET, TAIL, lying, parts_of, plain_book, saved, with_part, with_sheet
from tests.folders import (
    Cells,
    decide_folder,
    good_folder,
    lay,
    lay_book,
    read,
    refusal,
    rejected,
    rows_of,
    unreadable,
)

SERVICES = (
    "service_id",
    "customer_id",
    "program",
    "provider",
    "control",
    "service",
    "start_date",
    "modified_at",
)
PAYMENTS = (
    "payment_id", "customer_id", "program", "provider", "control", "payment_date", "amount",
    "other_resources_unavailable",
)  # fmt: skip
SMALL = Limits(rows=2_000, sheet_cells=1_000, unpacked_bytes=1_000_000)


def book_of(folder: Path, table: str, *rows: Cells) -> Path:
    """Lay down one table as a workbook and return the folder."""
    folder.mkdir(exist_ok=True)
    lay_book(folder / f"{table}.xlsx", rows)
    return folder


def payment(ident: object, amount: object, day: object = "2026-04-03", unavailable: object = "yes") -> Cells:
    return (ident, "C1", "EOP Portland", "IRCO", "Support Services Payments", day, amount, unavailable)


def test_a_table_gives_the_same_rows_as_csv_and_as_workbook(tmp_path: Path) -> None:
    day = date(2026, 4, 3)
    rows: list[Cells] = [
        SERVICES,
        (1001, "C1", "EOP Portland", "IRCO", "Services", 'Career, "Coaching"', day, day),
        (),
        ("S2", 77, "EOP Portland", "IRCO", "Services", "two\nlines", "4/3/2026", "2026-04-03T10:15:00Z"),
        (None, 78, "EOP Portland", "IRCO", "Services", "Career Coaching", day, None),
        ("S4", 79, None, "IRCO", "Services", " Ünï ", "soon", None),
    ]
    book_of(tmp_path / "book", "services", *rows)
    text = ",".join(SERVICES) + (
        '\n1001,C1,EOP Portland,IRCO,Services,"Career, ""Coaching""",2026-04-03,2026-04-03\n'
        '\nS2,77,EOP Portland,IRCO,Services,"two lines",4/3/2026,2026-04-03T10:15:00Z\n'
        ",78,EOP Portland,IRCO,Services,Career Coaching,2026-04-03,\n"
        "S4,79,,IRCO,Services, Ünï ,soon,\n"
    )
    lay(tmp_path / "text", "services.csv", text)

    from_book, from_text = read(tmp_path / "book"), read(tmp_path / "text")

    shown = from_book["services"].with_columns(service=from_book["services"]["service"].str.replace("\n", " "))
    assert_frame_equal(shown, from_text["services"])
    assert rejected(from_book) == [("services.xlsx", line) for _, line in rejected(from_text)]
    assert unreadable(from_book) == unreadable(from_text)


def test_a_whole_case_is_decided_alike_from_workbooks(tmp_path: Path) -> None:
    text = good_folder(tmp_path / "text")
    (tmp_path / "book").mkdir()
    for path in text.glob("*.csv"):
        lines = path.read_text("utf-8").splitlines()
        lay_book(tmp_path / "book" / f"{path.stem}.xlsx", [line.split(",") for line in lines])

    from_book, from_text = read(tmp_path / "book"), read(text)

    for name in TABLES:
        assert_frame_equal(from_book[name], from_text[name])


def test_numbers_dates_and_yes_no_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    rows = [
        payment(1001, 45, date(2026, 4, 3), True),
        payment(2002.0, 45.5, datetime(2026, 4, 3), False),
        payment("P3", 1250.25, "4/3/2026", 1),
        payment("P4", "1,250.25", "2026-04-03", 0),
        payment("P5", -0.1),
        payment("P6", 90071992547409.9),
    ]

    tables = read(book_of(tmp_path, "payments", PAYMENTS, *rows))

    columns = ("payment_id", "payment_date", "amount", "other_resources_unavailable")
    day = date(2026, 4, 3)
    assert rows_of(tables, "payments", *columns) == [
        ("1001", day, "45.00", True),
        ("2002", day, "45.50", False),
        ("P3", day, "1250.25", True),
        ("P4", day, "1250.25", False),
        ("P5", day, "-0.10", True),
        ("P6", day, "90071992547409.90", True),
    ]
    assert unreadable(tables) == []


@pytest.mark.parametrize("amount", [12.345, 0.001, 1e-9, True, date(2026, 4, 3), "12.3"])
def test_what_has_not_at_most_two_decimals_is_no_amount(tmp_path: Path, amount: object) -> None:
    tables = read(book_of(tmp_path, "payments", PAYMENTS, payment("P1", amount)))

    assert rows_of(tables, "payments", "amount") == [(None,)]
    assert unreadable(tables) == [(2, "amount")]


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!"])
@pytest.mark.parametrize("column", ["service", "start_date", "modified_at"])
def test_a_cell_that_holds_an_error_counts_as_blank_and_is_reported(tmp_path: Path, error: str, column: str) -> None:
    cells: list[object] = ["S1", "C1", "P", "I", "Services", "Career Coaching", "2026-04-03", None]
    cells[SERVICES.index(column)] = ("error", error)

    tables = read(book_of(tmp_path, "services", SERVICES, cells))

    assert rows_of(tables, "services", column) == [(None,)]
    assert unreadable(tables) == [(2, column)]


@pytest.mark.parametrize("name", ["Test", None])
def test_a_row_whose_id_is_an_error_is_rejected(tmp_path: Path, name: str | None) -> None:
    rows: list[Cells] = [("customer_id", "last_name"), (("error", "#N/A"), name), ("C2", "Testa")]

    tables = read(book_of(tmp_path, "customers", *rows))

    assert rows_of(tables, "customers", "customer_id") == [("C2",)]
    assert rejected(tables) == [("customers.xlsx", 2)]


@pytest.mark.parametrize("above", [0, 2])
def test_blank_rows_are_skipped_and_rows_keep_their_numbers(tmp_path: Path, above: int) -> None:
    rows: list[Cells] = [*[()] * above, ("customer_id", "last_name"), (), ("C1", "Test"), (), (None, "Testa")]

    tables = read(book_of(tmp_path, "customers", *rows))

    assert rows_of(tables, "customers", "customer_id", "line") == [("C1", above + 3)]
    assert rejected(tables) == [("customers.xlsx", above + 5)]


def test_the_first_sheet_alone_is_read(tmp_path: Path) -> None:
    lay_book(tmp_path / "customers.xlsx", [("customer_id",), ("C1",)], [("anything",), ("C2",)])

    assert rows_of(read(tmp_path), "customers", "customer_id") == [("C1",)]


def test_a_header_in_another_sheet_does_not_count(tmp_path: Path) -> None:
    lay_book(tmp_path / "customers.xlsx", [], [("customer_id",), ("C1",)])

    assert "expected a header row" in refusal(tmp_path)


def test_a_missing_column_and_a_surplus_cell_are_named_as_for_csv(tmp_path: Path) -> None:
    book_of(tmp_path / "long", "customers", ("customer_id", "last_name"), ("C1", "Test", "more"), ("C2",))
    book_of(tmp_path / "missing", "customers", ("last_name",), ("Test",))

    message = refusal(tmp_path / "missing")

    assert unreadable(read(tmp_path / "long")) == [(2, None)]
    assert all(word in message for word in ("customers.xlsx", "1", "'customer_id'", "expected"))


_FAR = {
    "plain": b'<row r="900"><c r="CV900"><v>1</v></c></row>',
    "single quotes": b"<row r='900'><c r='CV900'><v>1</v></c></row>",
    "blanks around =": b'<row r = "900"><c r = "CV900"><v>1</v></c></row>',
    "line break before =": b'<row r\n="900"><c r\n=\n"CV900"><v>1</v></c></row>',
    "small letters": b'<row r="900"><c r="cv900"><v>1</v></c></row>',
    "row number alone": b'<row r="1500"><c><v>1</v></c></row>',
    "many rows": b'<row r="2500"><c r="A2500"><v>1</v></c></row>',
}


@pytest.mark.parametrize("rows", _FAR.values(), ids=_FAR)
def test_a_cell_far_outside_the_table_is_refused_however_it_is_written(tmp_path: Path, rows: bytes) -> None:
    saved(tmp_path, with_sheet(rows))

    assert "customers.xlsx" in refusal(tmp_path, SMALL)


def test_a_sheet_with_cells_in_two_corners_is_refused_within_bounded_memory_and_work(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    saved(tmp_path / "in", with_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (6 * 1024**3, 6 * 1024**3))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = decide_folder(tmp_path / "in", tmp_path / "out.csv", before=bounded)

    assert done.returncode == 3
    assert b"customers.xlsx" in done.stderr


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_a_small_file_that_unpacks_hugely_is_refused(tmp_path: Path, part: str) -> None:
    content = with_part(part, HEAD + b" " * 5_000_000 + TAIL)
    saved(tmp_path, content)

    message = refusal(tmp_path, SMALL)

    assert len(content) < SMALL.unpacked_bytes // 10
    assert str(SMALL.unpacked_bytes) in message


@pytest.mark.parametrize("shown", [b"", HEAD, HEAD + TAIL])
def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path, shown: bytes) -> None:
    far = b'<row r="900"><c r="CV900"><v>1</v></c></row>'
    content = with_part(SHEET, shown + far + TAIL + b" " * 5_000_000)
    saved(tmp_path, lying(content, SHEET, shown))

    assert "customers.xlsx" in refusal(tmp_path, SMALL)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_a_workbook_with_a_document_type_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    xml = parts_of(plain_book())[part].decode()
    declared = xml.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
    saved(tmp_path, with_part(part, declared.encode(encoding)))

    assert "customers.xlsx" in refusal(tmp_path, SMALL)


@pytest.mark.parametrize("kept", [0, 1, 4, 100, -1, -22, -100])
def test_a_truncated_workbook_is_refused(tmp_path: Path, kept: int) -> None:
    saved(tmp_path, plain_book()[:kept])

    assert "customers.xlsx" in refusal(tmp_path)


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 99])
def test_an_unknown_way_of_packing_is_refused(tmp_path: Path, method: int) -> None:
    content = bytearray(plain_book())
    entry = content.index(b"PK\x01\x02")
    content[entry + 10] = method
    saved(tmp_path, bytes(content))

    assert "customers.xlsx" in refusal(tmp_path)


@pytest.mark.parametrize(
    "content", [b"customer_id\nC1\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    saved(tmp_path, content)

    assert "customers.xlsx" in refusal(tmp_path)
