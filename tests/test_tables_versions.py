"""Of rows with one id the newest speaks; equal rows count once; what text alone chose is marked."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from sync.tables import Tables
from tests.folders import filled, lay, read, rejected, rows_of, seed
from tests.support import write_tables

NAMES = ("service_id", "service", "modified_at")
Version = tuple[str, str, str]


def versions(folder: Path, *rows: Version) -> Tables:
    """Lay down services as (id, service, stamp) and read them."""
    write_tables(folder, {"services": [filled("services", dict(zip(NAMES, row, strict=True))) for row in rows]})
    return read(folder)


def spoken(tables: Tables) -> Sequence[tuple[object, ...]]:
    """Return id, service and tie mark of the rows used."""
    return rows_of(tables, "services", "service_id", "service", "tie")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2026-04-01", "2026-04-02"),
        ("4/9/2026", "4/10/2026"),
        ("", "2020-01-01"),
        ("not a stamp", "2020-01-01"),
        ("2026-04-02", "2026-04-02T00:00:01Z"),
        ("2026-04-02T23:00:00-07:00", "2026-04-03T06:00:01Z"),
        ("2026-04-03T02:00:00+09:00", "2026-04-02T20:00:00Z"),
        ("2026-04-02T10:00:00.1Z", "2026-04-02T10:00:00.11Z"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_by_stamp_speaks_and_the_older_is_rejected_with_its_line(
    tmp_path: Path, older: str, newer: str, turned: bool
) -> None:
    rows = [("S1", "Z older", older), ("S1", "A newer", newer)]

    tables = versions(tmp_path, *(reversed(rows) if turned else rows))

    assert spoken(tables) == [("S1", "A newer", False)]
    assert rejected(tables) == [("services.csv", 3 if turned else 2)]
    assert "superseded" in tables.rejected["why"][0]


@pytest.mark.parametrize(
    ("first", "second"),
    [("2026-04-01", "2026-04-01"), ("2026-04-01", "2026-04-01T00:00:00Z"), ("", ""), ("?", "")],
)
def test_where_the_newest_tie_the_greatest_text_is_used_and_marked(tmp_path: Path, first: str, second: str) -> None:
    tables = versions(tmp_path, ("S1", "A", first), ("S1", "B", second), ("S2", "A", first))

    assert spoken(tables) == [("S1", "B", True), ("S2", "A", False)]
    assert rejected(tables) == [("services.csv", 2)]


def test_older_versions_that_tie_do_not_mark_the_newest(tmp_path: Path) -> None:
    tables = versions(tmp_path, ("S1", "B", "2026-04-01"), ("S1", "C", "2026-04-01"), ("S1", "A", "2026-04-02"))

    assert spoken(tables) == [("S1", "A", False)]
    assert rejected(tables) == [("services.csv", 2), ("services.csv", 3)]


def test_the_columns_are_compared_in_the_order_of_the_table_not_of_the_file(tmp_path: Path) -> None:
    head = "service,control,provider,program,customer_id,service_id"
    lay(tmp_path, "services.csv", f"{head}\nZ,Z,Z,P,C1,S1\nA,A,A,P,C2,S1\n")

    tables = read(tmp_path)

    assert rows_of(tables, "services", "customer_id", "tie") == [("C2", True)]


@pytest.mark.parametrize(("less", "greater"), [("a", "b"), ("B", "a"), ("z", "é"), ("\ufffd", "\U00010000"), ("", "A")])
def test_texts_are_ranked_by_code_point_and_blank_is_least(tmp_path: Path, less: str, greater: str) -> None:
    tables = versions(tmp_path, ("S1", greater, ""), ("S1", less, ""))

    assert spoken(tables) == [("S1", greater, True)]


def test_rows_that_are_the_same_count_once_and_nothing_is_said(tmp_path: Path) -> None:
    head = "service_id,customer_id,program,provider,control,service,status,Surplus"
    same = [
        "S1,C1,P,I,Services,Career Coaching,,1",
        " S1 ,C1\t,P,I,Services,Career Coaching,  ,2",
        "S1,C1,P,I,Services,Career Coaching",
    ]
    lay(tmp_path, "services.csv", "\n".join([head, *same, same[0]]) + "\n")

    tables = read(tmp_path)

    assert spoken(tables) == [("S1", "Career Coaching", False)]
    assert rejected(tables) == []


def test_rows_that_differ_by_text_alone_are_versions_though_they_mean_the_same(tmp_path: Path) -> None:
    rows = [filled("services", {"service_id": "S1", "start_date": day}) for day in ("2026-04-03", "4/3/2026")]
    write_tables(tmp_path, {"services": rows})

    tables = read(tmp_path)

    assert rows_of(tables, "services", "line", "tie") == [(3, True)]
    assert rejected(tables) == [("services.csv", 2)]


def test_an_older_good_row_never_speaks_for_a_newer_bad_one(tmp_path: Path) -> None:
    head = "enrollment_id,customer_id,program,provider,modified_at"
    lay(tmp_path, "enrollments.csv", f"{head}\nE1,C1,P,I,2026-04-01\nE1,C1,,I,2026-04-02\n")

    tables = read(tmp_path)
    tables_with_lines = versions(tmp_path, ("S1", "Career Coaching", "2026-04-01"), ("S1", "", "2026-04-02"))

    assert len(tables["enrollments"]) == 0
    assert rejected(tables) == [("enrollments.csv", 2), ("enrollments.csv", 3)]
    assert rows_of(tables_with_lines, "services", "service", "bad") == [(None, True)]


def test_without_a_stamp_column_the_greatest_text_is_used(tmp_path: Path) -> None:
    lay(tmp_path, "customers.csv", "customer_id,job_seeker_id\nC1,J2\nC1,J1\n")

    tables = read(tmp_path)

    assert rows_of(tables, "customers", "job_seeker_id") == [("J2",)]
    assert rejected(tables) == [("customers.csv", 3)]


@pytest.mark.parametrize(
    ("table", "rows", "used"),
    [
        (
            "ims_scopes",
            [
                {"provider": "IRCO", "month": "2026-04", "complete": "no", "taken_at": "2026-04-02"},
                {"provider": " irco", "month": "2026-04", "complete": "yes", "taken_at": "2026-04-03"},
                {"provider": "IRCO", "month": "2026-05", "complete": "no", "taken_at": "2026-04-01"},
            ],
            [3, 4],
        ),
        (
            "ims_scopes",
            [
                {
                    "provider": "Cafe\u0301  One",
                    "month": "2026-04",
                    "complete": "no",
                    "taken_at": "2026-04-02",
                },
                {
                    "provider": "caf\u00e9 ONE",
                    "month": " 2026-04 ",
                    "complete": "yes",
                    "taken_at": "2026-04-03",
                },
            ],
            [3],
        ),
        (
            "ims_eligibility",
            [
                {
                    "job_seeker_id": "J1",
                    "month": "2026-04",
                    "snap_status": "unknown",
                    "checked_on": "2026-04-01",
                },
                {
                    "job_seeker_id": "j1",
                    "month": "2026-04",
                    "snap_status": "unknown",
                    "checked_on": "2026-04-01",
                },
                {
                    "job_seeker_id": "J1 ",
                    "month": "2026-04",
                    "snap_status": "eligible",
                    "checked_on": "2026-04-02",
                },
            ],
            [3, 4],
        ),
        (
            "housing_at_exit",
            [
                {"customer_id": "C1", "program": "RENT", "housing_status": "B"},
                {"customer_id": "C1", "program": "rent", "housing_status": "A"},
                {"customer_id": "C2", "program": "Rent", "housing_status": "A"},
            ],
            [3, 4],
        ),
        (
            "registrations",
            [
                {"customer_id": "C1", "program": "NextGen", "age_at_application": "19"},
                {"customer_id": "C1", "program": "Reinvest", "age_at_application": "19"},
            ],
            [2, 3],
        ),
    ],
    ids=[
        "provider in any case",
        "provider in any spelling",
        "job seeker to the letter",
        "program",
        "two programs",
    ],
)
def test_an_id_of_several_columns_compares_providers_and_programs_folded(
    tmp_path: Path, table: str, rows: list[dict[str, str]], used: list[int]
) -> None:
    write_tables(tmp_path, {table: rows})

    tables = read(tmp_path)

    assert tables[table]["line"].to_list() == used
    assert len(tables.rejected) == len(rows) - len(used)


@pytest.mark.parametrize("blank", ["customer_id", "program"])
def test_a_row_with_part_of_its_id_blank_is_rejected(tmp_path: Path, blank: str) -> None:
    row = {"customer_id": "C1", "program": "RENT", "housing_status": "A"} | {blank: " "}
    write_tables(tmp_path, {"housing_at_exit": [row]})

    tables = read(tmp_path)

    assert len(tables["housing_at_exit"]) == 0
    assert rejected(tables) == [("housing_at_exit.csv", 2)]


def test_whatever_order_the_rows_come_in_the_same_row_speaks(tmp_path: Path) -> None:
    chance = random.Random(seed())
    stamps = ["", "2026-04-01", "2026-04-02", "2026-04-01T00:00:00Z", "4/2/2026", "?"]
    rows = [(f"S{chance.randrange(12)}", chance.choice("ABCD"), chance.choice(stamps)) for _ in range(60)]

    first = versions(tmp_path, *rows)
    chance.shuffle(rows)
    second = versions(tmp_path, *rows)

    assert sorted(spoken(first)) == sorted(spoken(second))
    assert len(first["services"]) + len(first.rejected) == len(set(rows))
