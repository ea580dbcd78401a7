"""Cells are read by their kind and exactly; what does not fit counts as blank and is reported."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sync.model import TABLES
from sync.tables.cells import FEW, READERS, by_value, read_stamp, read_stamps
from tests.folders import column_of, read, seed, unreadable
from tests.support import write_tables

DATES = {
    "2026-04-03": date(2026, 4, 3), "4/3/2026": date(2026, 4, 3), "04/03/2026": date(2026, 4, 3),
    "12/31/2026": date(2026, 12, 31), "2024-02-29": date(2024, 2, 29), "2/29/2024": date(2024, 2, 29),
}  # fmt: skip
NO_DATES = [
    "2026-4-3", "2026-02-29", "2/29/2026", "13/1/2026", "31/12/2026", "4/3/26", "20260403", "2026/04/03",
    "4-3-2026", "2026-04-03T00:00:00", "2026-04-03 00:00", "April 3, 2026", "45750", "0000-01-01", "4/0/2026",
    "\u0662\u0660\u0662\u0666-\u0660\u0664-\u0660\u0663", "2026-04", "today", "004/03/2026",
]  # fmt: skip
STAMPS = {
    "2026-04-03": datetime(2026, 4, 3, tzinfo=UTC),
    "4/3/2026": datetime(2026, 4, 3, tzinfo=UTC),
    "2026-04-03T10:15:00Z": datetime(2026, 4, 3, 10, 15, tzinfo=UTC),
    "2026-04-03t10:15:00z": datetime(2026, 4, 3, 10, 15, tzinfo=UTC),
    "2026-04-03T10:15:00.250Z": datetime(2026, 4, 3, 10, 15, 0, 250_000, tzinfo=UTC),
    "2026-04-03T10:15:00-07:00": datetime(2026, 4, 3, 17, 15, tzinfo=UTC),
    "2026-04-03T00:30:00+05:30": datetime(2026, 4, 2, 19, tzinfo=UTC),
    "2026-04-03T10:15:00-00:00": datetime(2026, 4, 3, 10, 15, tzinfo=UTC),
}
NO_STAMPS = [
    "2026-04-03T10:15:00", "2026-04-03T10:15Z", "2026-04-03T10Z", "2026-04-03T10:15:00+0700", "10:15:00Z",
    "2026-04-03T24:00:00Z", "2026-04-03T10:60:00Z", "2026-04-03T10:15:61Z", "2026-02-30T10:15:00Z",
    "2026-04-03T10:15:00+24:00", "2026-04-03T10:15:00+05:99", "2026-04-03T10:15:00,5Z", "20260403T101500Z",
    "2026-W14-5", "1775000000", "2026-04-03T10:15:00.Z",
]  # fmt: skip
MONEY = {
    "0": "0.00", "5": "5.00", "5.25": "5.25", "$5.25": "5.25", "-5.25": "-5.25", "-$5.25": "-5.25",
    "1250": "1250.00", "1,250": "1250.00", "1,250.00": "1250.00", "$12,345,678.90": "12345678.90",
    "0.10": "0.10", "9007199254740993.01": "9007199254740993.01",
    "100000000000000000000000.10": "100000000000000000000000.10",
}  # fmt: skip
NO_MONEY = [
    "5.2", "5.255", "5.", ".50", "1,25", "12,50.00", "1250,000", "1,2500", "1,,250", ",250", "1,250,00",
    "1.250,00", "$-5.25", "--5", "+5", "(5.25)", "5.25-", "5 000", "5e2", "USD 5", "5$", "$", "-", "$$5",
    "\u0665", "nan", "inf", "0x10", "1_000", "5.25 each", "\u20ac5",
]  # fmt: skip


def test_a_cell_is_read_alike_in_a_short_column_and_in_a_long_one() -> None:
    more = ["yes", " N ", "1", "2", "Maybe", "2016-12-31T23:59:60Z", "2026-04", "long-term", "May", "refused", "", "a"]
    texts = [None, *DATES, *NO_DATES, *STAMPS, *NO_STAMPS, *MONEY, *NO_MONEY, *more]

    for reader, dtype in (*READERS.values(), (read_stamp, pl.Datetime("us", "UTC"))):
        alone = [by_value(pl.Series([text], dtype=pl.String), reader, dtype) for text in texts]
        assert by_value(pl.Series(texts * FEW), reader, dtype).equals(pl.concat(alone * FEW), check_dtypes=True)
    stamps = [read_stamps(pl.Series([text], dtype=pl.String)) for text in texts]
    assert read_stamps(pl.Series(texts * FEW)).equals(pl.concat(stamps * FEW), check_dtypes=True)


def test_dates_are_read_in_two_forms(tmp_path: Path) -> None:
    assert column_of(tmp_path, "services", "start_date", list(DATES)) == list(DATES.values())


@pytest.mark.parametrize("text", NO_DATES)
def test_nothing_else_is_a_date(tmp_path: Path, text: str) -> None:
    assert column_of(tmp_path, "services", "start_date", [text, "2026-04-03"]) == [None, date(2026, 4, 3)]
    assert unreadable(read(tmp_path)) == [(2, "start_date")]


def test_every_day_is_read_alike_in_each_form_it_may_have(tmp_path: Path) -> None:
    chance = random.Random(seed())
    days = [date(1990, 1, 1) + timedelta(days=chance.randrange(20_000)) for _ in range(300)]
    forms = [
        chance.choice(
            [
                f"{day:%Y-%m-%d}",
                f"{day:%m/%d/%Y}",
                f"{day.month}/{day.day}/{day.year}",
                f"{day.month}/{day:%d/%Y}",
            ]
        )
        for day in days
    ]

    assert column_of(tmp_path, "services", "end_date", forms) == days


def test_a_stamp_is_a_date_or_an_instant_with_offset(tmp_path: Path) -> None:
    assert column_of(tmp_path, "services", "modified_at", list(STAMPS)) == list(STAMPS.values())


@pytest.mark.parametrize("text", NO_STAMPS)
def test_nothing_else_is_a_stamp(tmp_path: Path, text: str) -> None:
    assert column_of(tmp_path, "services", "modified_at", [text]) == [None]
    assert unreadable(read(tmp_path)) == [(2, "modified_at")]


def test_a_leap_second_is_an_instant(tmp_path: Path) -> None:
    read_as = column_of(tmp_path, "services", "modified_at", ["2016-12-31T23:59:60Z", "2016-12-31T15:59:60-08:00"])

    assert None not in read_as


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-04-03", date(2026, 4, 3)),
        ("4/3/2026", date(2026, 4, 3)),
        ("2026-04-03T00:00:00Z", date(2026, 4, 2)),
        ("2026-04-03T06:59:59Z", date(2026, 4, 2)),
        ("2026-04-03T07:00:00Z", date(2026, 4, 3)),
        ("2026-01-03T07:59:59Z", date(2026, 1, 2)),
        ("2026-01-03T08:00:00Z", date(2026, 1, 3)),
        ("2026-11-01T06:59:59Z", date(2026, 10, 31)),
        ("2026-11-02T07:59:59Z", date(2026, 11, 1)),
        ("2026-04-03T01:00:00+09:00", date(2026, 4, 2)),
        ("2026-04-02T23:59:59-07:00", date(2026, 4, 2)),
    ],
)
def test_the_day_of_an_instant_is_its_day_in_los_angeles(tmp_path: Path, stamp: str, day: date) -> None:
    rows = [{"line_id": "service:S1", "answer": "delivered", "answered_by": "Coach", "answered_on": stamp}]
    write_tables(tmp_path, {"choices": rows})

    assert read(tmp_path)["choices"]["answered_on_day"].to_list() == [day]


def test_months_are_written_year_first(tmp_path: Path) -> None:
    assert column_of(tmp_path, "ims_scopes", "month", ["2026-04", "0999-12"]) == [
        2026 * 12 + 3,
        999 * 12 + 11,
    ]


@pytest.mark.parametrize("text", ["2026-4", "2026-13", "2026-00", "4/2026", "2026-04-01", "202604", "April", "26-04"])
def test_nothing_else_is_a_month_and_a_row_without_it_has_no_id(tmp_path: Path, text: str) -> None:
    assert column_of(tmp_path, "ims_scopes", "month", [text]) == []
    assert read(tmp_path).rejected["line"].to_list() == [2]


def test_amounts_are_read_exactly(tmp_path: Path) -> None:
    assert column_of(tmp_path, "payments", "amount", list(MONEY)) == list(MONEY.values())


@pytest.mark.parametrize("text", NO_MONEY)
def test_nothing_else_is_an_amount(tmp_path: Path, text: str) -> None:
    assert column_of(tmp_path, "payments", "amount", [text]) == [None]
    assert unreadable(read(tmp_path)) == [(2, "amount")]


def test_no_cent_is_lost_in_any_amount(tmp_path: Path) -> None:
    chance = random.Random(seed())
    cents = [chance.randrange(-(10**18), 10**18) for _ in range(300)]
    texts = []
    for amount in cents:
        sign, whole = ("-" if amount < 0 else ""), abs(amount) // 100
        number = f"{whole:,}" if chance.random() < 0.5 else str(whole)
        texts.append(f"{sign}{chance.choice(['', '$'])}{number}.{abs(amount) % 100:02}")

    read_as = column_of(tmp_path, "payments", "amount", texts)

    assert [Decimal(str(amount)) * 100 for amount in read_as] == cents


def test_yes_and_no_have_eight_words_in_any_case(tmp_path: Path) -> None:
    words = {
        "yes": True,
        "Y": True,
        "TRUE": True,
        "1": True,
        "No": False,
        "n": False,
        "fALSE": False,
        "0": False,
    }

    read_as = column_of(tmp_path, "enrollments", "documentation_complete", [*words, "", "  "])

    assert read_as == [*words.values(), None, None]
    assert unreadable(read(tmp_path)) == []


@pytest.mark.parametrize("text", ["yep", "x", "2", "on", "-", "unknown", "ja", "01"])
def test_nothing_else_is_yes_or_no(tmp_path: Path, text: str) -> None:
    assert column_of(tmp_path, "enrollments", "documentation_complete", [text]) == [None]
    assert unreadable(read(tmp_path)) == [(2, "documentation_complete")]


@pytest.mark.parametrize(
    ("table", "column", "good", "wrong"),
    [
        (
            "customers",
            "birth_month_day",
            ["02/29", "12/31", "01/01"],
            ["2/3", "13/01", "02/30", "0229", "01-02"],
        ),
        ("customers", "last4_ssn", ["0123", "REFUSED", "refused"], ["123", "12345", "12a4", "none"]),
        (
            "goals",
            "term",
            ["long", "Long Term", "long-term", "SHORT", "short term", "Short-Term"],
            ["medium", "l"],
        ),
        (
            "ims_entries",
            "kind",
            ["orientation", "Plan", "SUPPORT", "component", "assessment"],
            ["service", "other"],
        ),
        ("ims_eligibility", "snap_status", ["eligible", "Not  Eligible", "unknown"], ["yes", "ineligible"]),
        ("rent_payments", "for_month", ["April", "april", "4", "04", "12"], ["13", "0", "Apr", "avril"]),
        ("rent_engagements", "engaged", ["Training", "not engaged", "Job Searching"], ["yes", "sometimes"]),
        ("ims_scopes", "row_count", ["0", "12"], ["1.5", "many", "1,000"]),
    ],
)
def test_cells_of_a_closed_list_are_read_in_any_case_and_nothing_else_is(
    tmp_path: Path, table: str, column: str, good: list[str], wrong: list[str]
) -> None:
    read_as = column_of(tmp_path, table, column, [*good, *wrong])
    if len(read_as) == len(good):
        read_as += [None] * len(wrong)

    assert [cell is None for cell in read_as] == [False] * len(good) + [True] * len(wrong)
    assert [line for line, name in unreadable(read(tmp_path)) if name == column] == [
        len(good) + 2 + place for place in range(len(wrong))
    ]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_required_column_may_be_blank_without_stopping_the_run(tmp_path: Path, table: str) -> None:
    columns = [column.name for column in TABLES[table].columns]
    rows = [dict.fromkeys(columns, "") | {columns[0]: "X1"}, dict.fromkeys(columns, "")]
    write_tables(tmp_path, {table: rows})

    tables = read(tmp_path)

    assert 3 in tables.rejected["line"].to_list()
    kept = 1 if TABLES[table].keeps_versions else 0  # a bad answer is rejected, but outweighs older ones
    assert len(tables[table]) + len(tables.rejected) == len(rows) + kept


def test_labels_are_shown_as_they_came_and_ids_are_trimmed(tmp_path: Path) -> None:
    row = {
        "service_id": " S1\t",
        "customer_id": "\u00a0C1 ",
        "service": " Career  Coaching ",
        "copied_from": " S0 ",
    }
    write_tables(tmp_path, {"services": [row]})

    shown = read(tmp_path)["services"].row(0, named=True)

    assert [shown[name] for name in row] == ["S1", "C1", " Career  Coaching ", "S0"]


def test_ids_that_differ_in_case_or_zeros_are_different(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        {"customers": [{"customer_id": name} for name in ("c1", "C1", "01", "1", "1.0", "C 1", "C  1")]},
    )

    assert len(read(tmp_path)["customers"]) == 7
