"""What would change if a setting were read otherwise: exactly those lines."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sync.errors import WrongCall
from sync.jobs.compare import differing, with_setting
from sync.jobs.decide_files import Configuration, Decided, decide_folder, read_configuration
from sync.pretend.person import write
from sync.pretend.stories import people
from tests.support import CONFIG

AS_OF = date(2026, 4, 20)
READINGS = [
    "first_of_month.type=service", "first_of_month.scope=customer", "support.order=component-same-month",
    "support.order=first-support-only", "continuing_training=every-month", "continuing_training=start-month-only",
    "plan.long_term_target=required", 'worksource.exempt_programs=["EOP Portland"]', "funder.absent=no-selection",
    "hold.max_days=400", "training.max_months=120",
]  # fmt: skip


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    return read_configuration(CONFIG)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people")
    write(people(), made)
    return made


def _decided(folder: Path, configuration: Configuration) -> Decided:
    return decide_folder(folder, configuration, AS_OF, tell=lambda step, done, total: None)


@pytest.mark.parametrize("reading", READINGS)
def test_exactly_the_lines_that_would_differ_are_listed(
    reading: str, folder: Path, configuration: Configuration
) -> None:
    other = with_setting(configuration, reading)
    now, then = (
        {line["line_id"]: line for line in _decided(folder, each).lines.iter_rows(named=True)}
        for each in (configuration, other)
    )

    listed = differing(_decided(folder, configuration), other)

    assert set(listed["line_id"]) == {line for line in now.keys() | then.keys() if now.get(line) != then.get(line)}


def test_the_payment_before_the_first_service_would_be_entered(folder: Path, configuration: Configuration) -> None:
    other = with_setting(configuration, "support.order=component-same-month")

    row = differing(_decided(folder, configuration), other).row(
        by_predicate=pl.col("line_id") == "payment:DEMO-53-PAY1", named=True
    )

    assert (row["decision_now"], row["reasons_now"]) == ("flag", "payment-before-first-service")
    assert row["decision_then"] == "enter"


@pytest.mark.parametrize(
    "text", ["support.order", "support=first", "support.orders=x", "nothing.at_all=1", "support.order=backwards",
             "hold.max_days=many", "contracts.enforced=true"],
)  # fmt: skip
def test_what_is_no_setting_or_no_reading_is_called_wrongly(text: str, configuration: Configuration) -> None:
    with pytest.raises(WrongCall):
        with_setting(configuration, text)
