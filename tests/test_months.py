"""The figures by month and provider are those of the whole, and show of whom nothing is recorded."""

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from sync.cli.decide import decide
from sync.jobs.decide_files import Decided, decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.pretend.person import Act, Person, changed, payment, service, write
from sync.pretend.stories import people
from sync.summary import MONTH_COLUMNS, by_month, money, summarise_mismatches
from tests.support import CONFIG

AS_OF = date(2026, 4, 20)


def _decided(folder: Path) -> Decided:
    return decide_folder(folder, read_configuration(CONFIG), AS_OF, tell=lambda step, done, total: None)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    folder = tmp_path_factory.mktemp("demo")
    write(people(), folder)
    return _decided(folder)


def _months(decided: Decided) -> pl.DataFrame:
    return by_month(decided.worked, decided.lines, all_mismatches(decided.worked, decided.lines))


def _of(folder: Path, *persons: list[Act]) -> pl.DataFrame:
    made = []
    for number, acts in enumerate(persons, start=1):
        person = Person(number)
        for act in acts:
            act(person)
        made.append(person)
    write(made, folder)
    return _months(_decided(folder)).filter(pl.col("month") == "2026-04")


def _cents(amounts: pl.Series) -> int:
    return sum(int(amount.replace(".", "")) for amount in amounts)


def test_the_months_add_up_to_the_whole(demo: Decided) -> None:
    months, found = _months(demo), all_mismatches(demo.worked, demo.lines)

    told: Counter[str] = Counter()
    for text in months["reasons"].drop_nulls():
        told.update({part.split()[0]: int(part.split()[1]) for part in text.split("; ")})

    assert months.columns == list(MONTH_COLUMNS)
    assert months["lines"].sum() == demo.summary.lines
    for decision, count in demo.summary.by_decision.items():
        assert months[decision.replace("-", "_")].sum() == count
    assert dict(told) == demo.summary.by_reason
    for severity, count in summarise_mismatches(found).by_severity.items():
        assert months[f"{severity}_mismatches"].sum() == count
    for name in ("invoiceable", "at_risk", "not_invoiceable"):
        assert _cents(months[name]) == getattr(demo.summary, name)


def test_money_is_exact_and_stands_in_its_month(tmp_path: Path) -> None:
    april = _of(tmp_path, [service("2026-04-07"), payment("2026-04-08", amount="0.07"), payment("2026-04-01")])

    assert april.select("invoiceable", "at_risk", "not_invoiceable").row(0) == ("0.07", "120.00", "0.00")
    assert money(7) == "0.07"


def test_a_customer_with_nothing_in_the_month_is_counted(tmp_path: Path) -> None:
    april = _of(tmp_path, [service("2026-04-07")], [])

    assert april["customers"].to_list() == [1]
    assert april["customers_with_nothing"].to_list() == [1]


@pytest.mark.parametrize(
    ("last", "counted"), [("2026-03-31", 0), ("2026-04-01", 1)], ids=["left in March", "left on April 1"]
)
def test_a_customer_who_left_before_the_month_is_not_missed(last: str, counted: int, tmp_path: Path) -> None:
    left = changed("enrollments", {"program": "EOP Portland"}, exit_date=last)

    april = _of(tmp_path, [service("2026-04-07")], [left])

    assert april["customers_with_nothing"].to_list() == [counted]


@pytest.mark.parametrize(
    ("day", "counted"), [("2026-05-01", 0), ("2026-04-30", 1)], ids=["registered in May", "registered on April 30"]
)
def test_a_customer_counts_from_the_career_boost_registration_on(day: str, counted: int, tmp_path: Path) -> None:
    registered = changed("enrollments", {"program": "Career Boost"}, registration_completed_on=day)

    april = _of(tmp_path, [service("2026-04-07")], [registered])

    assert april["customers_with_nothing"].to_list() == [counted]


def test_two_spellings_of_a_provider_are_one(tmp_path: Path) -> None:
    april = _of(tmp_path, [service("2026-04-07"), service("2026-04-08", provider="ircO ")])

    assert april["provider"].to_list() == ["IRCO"]
    assert april["lines"].to_list() == [2]


def test_the_command_writes_the_months(tmp_path: Path) -> None:
    write(people(), tmp_path)
    out = tmp_path / "out"
    out.mkdir()

    decide(input_=tmp_path, as_of=AS_OF.isoformat(), out=out / "d.csv", summary=out / "months.xlsx", config=CONFIG)

    sheet = CalamineWorkbook.from_path(str(out / "months.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[0] == list(MONTH_COLUMNS)
