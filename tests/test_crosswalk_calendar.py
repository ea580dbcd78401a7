"""The calendar says of each service when which component holds, and where days are missing, double or at an end."""

from datetime import date

import pytest

from sync.crosswalk.calendar import Dated, calendar
from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_diff import rows_of
from tests.support import CONFIG

HEAD = "program,control,service,component,first,last,source\n"


def of(*days: str, service: str = "Coaching") -> list[Dated]:
    """Return the calendar of one service whose rows hold on these days, each as FIRST,LAST."""
    rows = "".join(f"CCTP,Services,{service},Job Retention,{one},x\n" for one in days)
    return calendar(rows_of({**read_files(CONFIG), "crosswalk/services.csv": HEAD + rows}))["CCTP"]


def told(*days: str) -> tuple[list[str], int, str | None]:
    (one,) = of(*days)
    gaps = [f"{first} to {last}" for first, last in one.gaps]
    return gaps, len(one.overlaps), one.ends.isoformat() if one.ends else None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((",",), ([], 0, None)),
        ((",2026-03-31", "2026-04-01,"), ([], 0, None)),
        ((",2026-03-31", "2026-04-02,"), (["2026-04-01 to 2026-04-01"], 0, None)),
        (("2026-06-01,2026-06-30", ",2026-03-31"), (["2026-04-01 to 2026-05-31"], 0, "2026-06-30")),
        ((",2026-03-31", "2026-03-31,"), ([], 1, None)),
        (("2026-01-01,2026-12-31", "2026-02-01,2026-02-28", "2027-01-01,"), ([], 1, None)),
        (("2026-01-01,", "2026-02-01,2026-02-28"), ([], 1, None)),
        (("2026-01-01,2026-06-30", "2026-02-01,2026-02-28"), ([], 1, "2026-06-30")),
    ],
)
def test_gaps_overlaps_and_the_end_are_found(
    days: tuple[str, ...], expected: tuple[list[str], int, str | None]
) -> None:
    assert told(*days) == expected


def test_labels_that_differ_in_case_alone_are_one_service_and_others_are_not() -> None:
    files = {**read_files(CONFIG), "crosswalk/services.csv": HEAD + "".join(
        f"{program},Services,{service},Job Retention,{days},x\n"
        for program, service, days in (
            ("CCTP", "Coaching", ",2025-12-31"), ("cctp", "COACHING", "2026-01-01,"), ("CCTP", "Planning", ","),
        )
    )}  # fmt: skip

    found = calendar(rows_of(files))

    assert list(found) == ["CCTP"]
    assert [(one.service, len(one.rows)) for one in found["CCTP"]] == [("Coaching", 2), ("Planning", 1)]


def test_what_holds_on_a_day_is_told_to_the_day() -> None:
    (one,) = of("2026-01-01,2026-03-31")

    held = [bool(one.holding(date(2026, month, day))) for month, day in ((1, 1), (3, 31), (4, 1))]

    assert held == [True, True, False]
    assert (one.begins, one.is_odd) == (date(2026, 1, 1), True)
