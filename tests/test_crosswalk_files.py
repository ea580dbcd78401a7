"""The shipped crosswalk says what the guide says, and the commands check and show it."""

from pathlib import Path

import pytest

from sync.crosswalk import COLUMNS, Crosswalk
from tests.configurations import Command, added, copied, rewritten
from tests.support import CONFIG, shipped_crosswalk

TRAINING = "Career/Technical Education or other Vocational Training"
APPRENTICE = "Pre-Apprenticeship/Apprenticeship"
COMPONENT = {
    ("Services", ""): "Job Search Training",
    ("Follow-Up", ""): "Job Retention",
    ("Training & Education", ""): TRAINING,
    ("Training & Education", "Pre-Apprenticeship Training"): APPRENTICE,
    ("Work Based Training", ""): "Work Based Learning-Other",
}
COACHING = "Services: Career Coaching; Services: Job Search Assistance"
FOLLOW_UP = "Follow-Up: Career Coaching; Follow-Up: Job Search Assistance"
EOP = f"Services: Career and Resource Planning; {COACHING}; Services: Career Mapping Workshop; {FOLLOW_UP}"
SKILLS = "Training & Education: Occupational Skills Training"
TWO_SKILLS = f"{SKILLS} | Pre-Requisite Training"
APPRENTICESHIP = "Training & Education: Pre-Apprenticeship Training"
GUIDE = {
    "CCTP": APPRENTICESHIP,
    **dict.fromkeys(["EOP AHFE", "EOP COEP", "EOP DCJ", "EOP Portland", "EOP WA County"], EOP),
    "NextGen": f"{COACHING}; Services: Career Mapping; {FOLLOW_UP}",
    "PDX Youth@Work": "Work Based Training: Work Experience",
    "Reinvest SNAP": f"{TWO_SKILLS}; {APPRENTICESHIP}; {COACHING}; Services: Career and Resource Planning",
    "Training-BankWorks": f"{COACHING}; {SKILLS}",
    "Training-CareerWorks": f"{COACHING}; {SKILLS}",
    "Training-Competitive Strategies": f"{COACHING}; {TWO_SKILLS}; {APPRENTICESHIP}",
    "Training-Construction ITA": f"{COACHING}; {SKILLS}; {APPRENTICESHIP}",
    "Training-Hauler": f"{COACHING}; {SKILLS}",
    "Training-Healthcare": f"{COACHING}; {TWO_SKILLS}",
    "Training-Technology": f"{COACHING}; {SKILLS}",
    "Training-WEX": "Work Based Training: Internship/Work Experience",
}
SUPPORT = {
    "Books/Fees": ["Textbooks and Supplies"],
    "Tools-Software": ["Textbooks and Supplies"],
    "Child Care": ["Child Care"],
    "Clothing and Personal Care": [
        "Work Clothes/Shoes",
        "Job Search Clothes/Shoes",
        "Other-Personal Hygiene",
    ],
    "Rent Assistance": ["Housing"],
    "Housing Assistance": ["Housing"],
    "Laptop": ["Other"],
    "Employment Documentation": ["ID Application Fees"],
    "Professional Test/License/Organization Fees": ["ID Application Fees"],
    "Tools": ["Work Tools"],
    "Transportation": ["Bus Pass", "Gas Voucher", "Other-Ride Share"],
    "Utilities": ["Internet", "Phone"],
}
FUNDERS = {
    (TRAINING, "Training-BankWorks", "WSPM SE", "Funder and Provider"),
    (TRAINING, "Training-CareerWorks", "WSPM SE", "Funder and Provider"),
    (TRAINING, "Training-Hauler", "WSPM SE", "Funder and Provider"),
    (TRAINING, "EOP-ISVT Healthcare", "IRCO", "Funder"),
    (TRAINING, "Individual Training Scholarships", "WSPM Centers", "Funder"),
    (APPRENTICE, "CCTP", "Constructing Hope", "Funder and Provider"),
    (APPRENTICE, "CCTP", "Oregon Tradeswomen", "Funder and Provider"),
    (APPRENTICE, "CCTP", "POIC", "Funder and Provider"),
    (APPRENTICE, "CCTP", "Portland YouthBuilders", "Funder and Provider"),
}
ALIASES = {
    ("control", "", "Training, Post-Secondary Education & Employment Skills", "Training & Education"),
    ("control", "", "Support Service Payments", "Support Services Payments"),
    ("service", "", "OST", "Occupational Skills Training"),
    ("service", "PDX Youth@Work", "Internship/Work Experience", "Work Experience"),
    ("service", "Training-WEX", "Work Experience", "Internship/Work Experience"),
    ("provider", "", "Construction Hope", "Constructing Hope"),
    ("status", "", "Canceled", "Cancelled"),
    ("status", "", "Complete", "Completed"),
    ("status", "", "Approve", "Approved"),
    ("program", "", "Career Boost \u2013 LWA Portland Metro \u2013 All Agencies & Projects", "Career Boost"),
    ("program", "", "Career Boost - LWA Portland Metro - All Agencies & Projects", "Career Boost"),
}
KNOWN = {
    "Career and Resource Planning", "Career Coaching", "Career Mapping Workshop", "Career Mapping",
    "Job Search Assistance", "Pre-Requisite Training", "OST", "Occupational Skills Training",
    "Pre-Apprenticeship Training", "Workforce Prep", "Entrepreneurial Training",
    "Internship/Work Experience", "Work Experience",
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Crosswalk:
    return shipped_crosswalk()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def cells(crosswalk: Crosswalk, table: str) -> list[tuple[str, ...]]:
    """Return the cells of a table without first, last and source."""
    return [tuple(row[name] for name in COLUMNS[table][:-3]) for row in crosswalk.rows if row.table == table]


def guide_rows() -> list[tuple[str, str, list[str]]]:
    """Return the rows of the guide's table as program, control and the services of the cell."""
    split = [(program, *row.split(": ")) for program, rows in GUIDE.items() for row in rows.split("; ")]
    return [(program, control, services.split(" | ")) for program, control, services in split]


def test_every_row_of_the_guide_is_a_mapping_and_nothing_else_is(shipped: Crosswalk) -> None:
    expected = {
        (program, control, service, COMPONENT.get((control, service), COMPONENT[control, ""]))
        for program, control, services in guide_rows()
        for service in services
    }

    mappings = cells(shipped, "services")

    assert (len(GUIDE), len(guide_rows()), len(mappings)) == (17, 66, 69)
    assert set(mappings) == expected
    assert len({component for *_, component in mappings}) == 5


def test_support_services_are_mapped_cell_by_cell_in_the_order_of_the_guide(shipped: Crosswalk) -> None:
    assert cells(shipped, "support") == [(paid, kind) for paid, kinds in SUPPORT.items() for kind in kinds]


def test_funders_aliases_contracts_and_known_services_are_those_of_the_guides(shipped: Crosswalk) -> None:
    assert sorted(cells(shipped, "funders")) == sorted(FUNDERS)
    assert sorted(cells(shipped, "aliases")) == sorted(ALIASES)
    assert cells(shipped, "contracts") == []
    assert sorted(cells(shipped, "known_services")) == sorted((service,) for service in KNOWN)


def test_every_shipped_row_is_open_at_both_ends_and_names_its_source(shipped: Crosswalk) -> None:
    assert {(row.first, row.last) for row in shipped.rows} == {(None, None)}
    assert all("Guide" in row["source"] for row in shipped.rows)


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_stand_in_the_agreed_order(table: str) -> None:
    expected = {
        "services": "program,control,service,component",
        "support": "payment_type,ims_type",
        "funders": "component,program,provider,selection",
        "aliases": "kind,scope,label,stands_for",
        "contracts": "provider,allowed",
        "known_services": "service",
    }

    header = (CONFIG / "crosswalk" / f"{table}.csv").read_text("utf-8").splitlines()[0]

    assert header == f"{expected[table]},first,last,source"


def test_check_of_the_shipped_configuration_finds_no_mistake(command: Command) -> None:
    code, out, err = command("crosswalk", "check", "--config", CONFIG)

    assert (code, err) == (0, "")
    assert "69 services" in out


def test_check_names_each_mistake_on_stderr_and_leaves_with_2(tmp_path: Path, command: Command) -> None:
    config = copied(tmp_path)
    line = added(config, "support", "Tools,Work Tools,,,x", "Tools,,,,x")

    code, out, err = command("crosswalk", "check", "--config", config)

    assert (code, out) == (2, "")
    assert f"support.csv:{line}:" in err
    assert f"support.csv:{line + 1}:" in err
    assert "Traceback" not in err


def test_check_as_json_is_one_document_with_the_same_exit_code(tmp_path: Path, command: Command) -> None:
    config = copied(tmp_path)
    line = added(config, "support", "Tools,Work Tools,,,x")

    good_code, good = command.json("crosswalk", "check", "--config", CONFIG)
    code, document = command.json("crosswalk", "check", "--config", config)

    assert (good_code, good["mistakes"]) == (0, [])
    assert code == 2
    assert [mistake for mistake in document["mistakes"] if f"support.csv:{line}:" in mistake]


def test_decide_refuses_a_bad_configuration_with_2_and_writes_nothing(tmp_path: Path, command: Command) -> None:
    config = copied(tmp_path)
    rewritten(config, "rules.toml", 'absent = "flag"', 'absent = "perhaps"')
    out = tmp_path / "decisions.csv"

    code, _, err = command("decide", "--config", config, "--input", CONFIG, "--as-of", "2026-04-20", "--out", out)

    assert code == 2
    assert "rules.toml" in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2026-03-31", set()),
        ("2026-04-01", {"One Program"}),
        ("2026-04-30", {"One Program"}),
        ("2026-05-01", {"Another Program"}),
        ("2027-05-01", {"Another Program"}),
    ],
)
def test_show_prints_only_rows_in_force_on_the_day(tmp_path: Path, command: Command, day: str, shown: set[str]) -> None:
    config = copied(tmp_path)
    added(
        config,
        "services",
        "One Program,Services,Career Coaching,Job Search Training,2026-04-01,2026-04-30,x",
        "Another Program,Services,Career Coaching,Job Search Training,2026-05-01,,x",
    )

    code, document = command.json("crosswalk", "show", "--config", config, "--on", day)

    assert code == 0
    assert {row["program"] for row in document["services"]} - set(GUIDE) == shown
    assert len(document["services"]) == 69 + len(shown)


def test_show_as_json_has_every_table_with_its_columns_version_and_hash(command: Command, shipped: Crosswalk) -> None:
    code, document = command.json("crosswalk", "show", "--config", CONFIG, "--on", "2026-04-20")

    assert code == 0
    assert {"services", "support", "funders", "aliases", "contracts", "version", "hash"} <= set(document)
    assert all(set(row) == set(COLUMNS["funders"]) for row in document["funders"])
    assert (len(document["services"]), len(document["support"])) == (69, 17)
    assert document["hash"] == shipped.hash


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "4/3/2026", ""])
def test_show_on_what_is_no_day_is_called_wrongly(command: Command, day: str) -> None:
    code, _, err = command("crosswalk", "show", "--config", CONFIG, "--on", day)

    assert code == 2
    assert "YYYY-MM-DD" in err


def test_the_version_changes_with_any_byte_of_the_six_files(tmp_path: Path, command: Command) -> None:
    config = copied(tmp_path)
    added(config, "known_services", "Another Service,,,x")

    _, changed = command.json("crosswalk", "check", "--config", config)
    _, shipped_one = command.json("crosswalk", "check", "--config", CONFIG)

    assert changed["version"] != shipped_one["version"]
