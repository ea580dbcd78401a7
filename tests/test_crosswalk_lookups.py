"""A look-up uses the row in force on the day, after aliases, the more specific before the general."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from sync.crosswalk import Crosswalk, InForce
from tests.support import crosswalk_row, shipped_crosswalk

DAY = date(2026, 4, 20)
TRAINING = "Career/Technical Education or other Vocational Training"
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def on(rows: Rows, day: date = DAY) -> InForce:
    """Return what is in force on the day of a crosswalk with these rows alone."""
    made = [crosswalk_row(table, line, row) for table, some in rows.items() for line, row in enumerate(some, 2)]
    return Crosswalk(made).on(day)


def service(component: str, first: str = "", last: str = "", **cells: str) -> dict[str, str]:
    labels = {"program": "CCTP", "control": "Services", "service": "Career Coaching"}
    return labels | cells | {"component": component, "first": first, "last": last}


def alias(kind: str, label: str, stands_for: str, **cells: str) -> dict[str, str]:
    return {"kind": kind, "label": label, "stands_for": stands_for} | cells


@pytest.mark.parametrize(
    ("day", "component"),
    [
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), "Job Search Training"),
        (date(2026, 4, 30), "Job Search Training"),
        (date(2026, 5, 1), "Job Retention"),
        (date(2026, 5, 2), None),
        (date(1, 1, 1), None),
        (date(9999, 12, 31), None),
    ],
)
def test_a_row_is_in_force_from_its_first_to_its_last_day_both_included(day: date, component: str | None) -> None:
    rows = [
        service("Job Search Training", "2026-04-01", "2026-04-30"),
        service("Job Retention", "2026-05-01", "2026-05-01"),
    ]

    answer = on({"services": rows}, day).service("CCTP", "Services", "Career Coaching")

    assert answer.component == component
    assert answer.qualifying


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2026, 3, 31), date(9999, 12, 31)])
def test_a_row_with_blank_days_is_open(day: date) -> None:
    answer = on({"services": [service("Job Retention")]}, day).service("CCTP", "Services", "Career Coaching")

    assert answer.component == "Job Retention"


@pytest.mark.parametrize(
    ("first", "last", "day", "found"),
    [
        ("2026-04-20", "", date(2026, 4, 19), False),
        ("2026-04-20", "", date(2026, 4, 20), True),
        ("", "2026-04-20", date(2026, 4, 20), True),
        ("", "2026-04-20", date(2026, 4, 21), False),
        ("2026-04-20", "9999-12-31", date(9999, 12, 31), True),
    ],
)
def test_first_and_last_day_count_in_every_table(first: str, last: str, day: date, found: bool) -> None:
    dated = {"first": first, "last": last}
    force = on(
        {
            "services": [service("Job Retention")],
            "support": [{"payment_type": "Tools", "ims_type": "Work Tools"} | dated],
            "funders": [{"component": TRAINING, "selection": "Funder"} | dated],
            "aliases": [alias("service", "Coaching", "Career Coaching", **dated)],
            "contracts": [{"provider": "irco", "allowed": "job retention"} | dated],
            "known_services": [{"service": "Workshop"} | dated],
        },
        day,
    )

    assert (force.support_types("CCTP", "Tools") == ("Work Tools",)) is found
    assert (force.funder(TRAINING, "CCTP", "POIC") == "Funder") is found
    assert (force.service("CCTP", "Services", "Coaching").component is not None) is found
    assert force.contracted("irco", "job retention") is found
    assert force.service("CCTP", "Services", "Workshop").known is found


@pytest.mark.parametrize("label", ["career  COACHING", " Career\tCoaching\u00a0", "Career\nCoaching", "OST"])
def test_labels_are_compared_without_case_blanks_and_composition(label: str) -> None:
    rows = {"services": [service("Job Retention"), service("Job Retention", service="Café")]}
    rows["aliases"] = [alias("service", "o s t", "other"), alias("service", "ost", "CAREER COACHING")]

    force = on(rows)

    assert force.service("cctp ", "SERVICES", label).component == "Job Retention"
    assert force.service("CCTP", "Services", "Cafe\u0301").component == "Job Retention"
    assert force.service("CCTP", "Services", "CareerCoaching").component is None


def test_the_most_specific_funder_row_wins() -> None:
    every = {"component": TRAINING}
    rows = [
        every | {"selection": "neither"},
        every | {"provider": "POIC", "selection": "provider"},
        every | {"program": "CCTP", "selection": "program"},
        every | {"program": "CCTP", "provider": "POIC", "selection": "both"},
    ]

    left = [on({"funders": rows[:count]}).funder(TRAINING, "cctp", "poic") for count in range(5)]
    turned = on({"funders": rows[::-1]})

    assert left == [None, "neither", "provider", "program", "both"]
    assert turned.funder(TRAINING, "CCTP", "POIC") == "both"
    assert turned.funder(TRAINING, "CCTP", "IRCO") == "program"
    assert turned.funder(TRAINING, "NextGen", "POIC") == "provider"
    assert turned.funder(TRAINING, "NextGen", "IRCO") == "neither"
    assert turned.funder("Job Retention", "CCTP", "POIC") is None


def test_the_shipped_funders_hold_for_their_program_and_provider_alone() -> None:
    force = shipped_crosswalk().on(DAY)

    assert force.funder(TRAINING, "Training-Hauler", "WSPM SE") == "Funder and Provider"
    assert force.funder(TRAINING, "EOP-ISVT Healthcare", "IRCO") == "Funder"
    assert force.funder("Pre-Apprenticeship/Apprenticeship", "CCTP", "Construction Hope") == "Funder and Provider"
    assert force.funder(TRAINING, "Training-Hauler", "IRCO") is None
    assert force.funder(TRAINING, "Training-WEX", "WSPM SE") is None


def test_an_alias_of_the_program_goes_before_one_of_all_programs() -> None:
    rows = {
        "services": [service("Job Retention", service="One"), service("Job Search Training", service="Two")],
        "aliases": [alias("service", "Talk", "One"), alias("service", "Talk", "Two", scope="CCTP")],
    }
    rows["services"].append(service("Job Retention", service="One", program="NextGen"))

    for aliases in (rows["aliases"], rows["aliases"][::-1]):
        force = on(rows | {"aliases": aliases})

        assert force.service("CCTP", "Services", "talk").component == "Job Search Training"
        assert force.service("NextGen", "Services", "Talk").component == "Job Retention"


def test_a_scope_may_name_its_program_by_an_alias_too() -> None:
    rows = {
        "services": [service("Job Retention", service="One")],
        "aliases": [alias("program", "Yard", "CCTP"), alias("service", "Talk", "One", scope="yard")],
    }

    assert on(rows).service("CCTP", "Services", "Talk").component == "Job Retention"
    assert on(rows).service("Yard", "Services", "Talk").component == "Job Retention"


def test_aliases_apply_on_the_side_of_the_crosswalk_too() -> None:
    rows = {
        "services": [service("Job Retention", service="OST")],
        "support": [{"payment_type": "Gear", "ims_type": "Work Tools"}],
        "aliases": [alias("service", "OST", "Skills"), alias("payment_type", "Gear", "Tools")],
    }

    assert on(rows).service("CCTP", "Services", "Skills").component == "Job Retention"
    assert on(rows).service("CCTP", "Services", "ost").component == "Job Retention"
    assert on(rows).support_types("CCTP", "tools") == on(rows).support_types("CCTP", "Gear") == ("Work Tools",)


def test_work_experience_has_two_names_in_two_programs() -> None:
    force = shipped_crosswalk().on(DAY)

    for program in ("PDX Youth@Work", "Training-WEX"):
        for label in ("Work Experience", "Internship/Work Experience"):
            found = force.service(program, "Work Based Training", label)

            assert found.component == "Work Based Learning-Other"


def test_several_support_types_come_in_the_order_of_the_file() -> None:
    force = shipped_crosswalk().on(DAY)

    assert force.support_types("CCTP", "transportation") == ("Bus Pass", "Gas Voucher", "Other-Ride Share")
    assert force.support_types("CCTP", "Tools-Software") == ("Textbooks and Supplies",)
    assert force.support_types("CCTP", "Tools") == ("Work Tools",)
    assert force.support_types("CCTP", "Bicycle") == ()


def test_near_misses_unknown_labels_and_unmapped_services_are_told_apart() -> None:
    force = shipped_crosswalk().on(DAY)

    near = force.service("NextGen", "Services", "Career Mapping Workshop")
    unknown = force.service("NextGen", "Services", "Horse Riding")
    unmapped = force.service("NextGen", "Services", "Workforce Prep")

    assert (near.component, near.near_miss) == (None, True)
    assert (unknown.component, unknown.near_miss, unknown.known) == (None, False, False)
    assert (unmapped.component, unmapped.near_miss, unmapped.known) == (None, False, True)
    assert not force.service("Elsewhere", "Services", "Career Coaching").qualifying
