"""Each row says how many of our own lines rest on it, so that rows that nobody needs can be found."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from sync.errors import WrongCall
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.crosswalk_use import RowUse, month_before, use
from sync.jobs.decide_files import read_configuration
from sync.jobs.service import Service
from sync.model import fold
from sync.pretend.everybody import write_everybody
from sync.pretend.person import payment, training
from sync.pretend.person import service as coached
from sync.store import Database, lines_of_plan, migrate, newest_plan, open_database
from tests.configurations import Command, added, copied
from tests.crosswalks import adopted
from tests.services import done as did
from tests.services import lay_exports, planned
from tests.services import service as service_over
from tests.support import enforced_configuration
from tests.test_crosswalk_impact import lay, plan_of
from tests.web import AS_OF


def counted(made: Service, table: str, **cells: str) -> tuple[int, str | None]:
    """Return the use of the one row with these cells."""
    (found,) = [one for one in use(made).rows
                if one.row.table == table and all(one.row[name] == cell for name, cell in cells.items())]  # fmt: skip
    return found.lines, found.last_month


def test_a_row_counts_the_lines_of_the_last_months_and_names_the_newest(database: Database, tmp_path: Path) -> None:
    made, _ = adopted(database, tmp_path)
    lay(tmp_path, [coached("2026-04-07"), coached("2026-03-09"), coached("2025-05-05")], [coached("2026-04-08")],
        [coached("2025-06-05", control="Follow-Up")])  # fmt: skip
    plan_of(made)

    found = use(made)

    coaching = {"program": "EOP Portland", "service": "Career Coaching"}
    assert (found.since, found.until) == ("2025-11", "2026-04")
    assert counted(made, "services", control="Services", **coaching) == (3, "2026-04")
    assert counted(made, "services", control="Follow-Up", **coaching) == (0, "2025-06")
    assert counted(made, "services", program="CCTP") == (0, None)
    assert [one.lines for one in found.rows] == sorted(one.lines for one in found.rows)
    assert found.unused == len(found.rows) - 1
    assert use(made, 12).unused == found.unused - 1
    assert use(made, 12).rows[-1].lines == 4


def test_a_line_rests_on_every_row_that_it_was_found_through(database: Database, tmp_path: Path) -> None:
    config = copied(tmp_path)
    added(config, "contracts", "POIC,Pre-Apprenticeship/Apprenticeship,,,x", "IRCO,Support Service,,,x")
    added(config, "aliases", "program,,EOP Pdx,EOP Portland,,,x", "service,EOP Portland,Coaching,Career Coaching,,,x",
          "provider,,I.R.C.O.,IRCO,,,x", "payment_type,,Kids,Child Care,,,x")  # fmt: skip
    made = service_over(database, tmp_path, configuration=read_configuration(config))
    adopt(made, config, reason="the first")
    aliased = {"program": "EOP Pdx", "provider": "I.R.C.O.", "status": "Complete"}
    lay(tmp_path, [coached("2026-04-07", service="Coaching", **aliased)], [training("2026-04-07")],
        [payment("2026-04-08", payment_type="kids"), payment("2026-04-08", payment_type="Transportation")],
        [coached("2026-04-07", service="OST")])  # fmt: skip
    plan_of(made)

    used = {(one.row.table, *one.row.cells.values()): one.lines for one in use(made).rows if one.lines}

    assert {key[:4] for key in used if key[0] == "aliases"} == {
        ("aliases", "program", "", "EOP Pdx"), ("aliases", "service", "EOP Portland", "Coaching"),
        ("aliases", "provider", "", "I.R.C.O."), ("aliases", "payment_type", "", "Kids"),
        ("aliases", "status", "", "Complete"), ("aliases", "service", "", "OST"),
    }  # fmt: skip
    assert {key[1] for key in used if key[0] == "services"} == {"EOP Portland", "CCTP"}
    assert {key[2] for key in used if key[0] == "support"} == {
        "Child Care",
        "Bus Pass",
        "Gas Voucher",
        "Other-Ride Share",
    }
    assert {key[1] for key in used if key[0] == "contracts"} == {"POIC", "IRCO"}
    assert {key[1] for key in used if key[0] == "known_services"} == {"Occupational Skills Training"}
    assert {key[3] for key in used if key[0] == "funders"} == {"POIC"}


def of_everybody(database: Database, folder: Path) -> Service:
    """Return a service whose plan is about everybody of the demo."""
    made = service_over(database, folder, configuration=enforced_configuration())
    (folder / "made").mkdir()
    write_everybody(folder / "made")
    there = (folder / "made").iterdir()
    lay_exports(folder, {one.stem: list(csv.DictReader(one.read_text("utf-8").splitlines())) for one in there})
    did(made, "pull")
    did(made, "readback")
    planned(made, AS_OF)
    return made


def test_the_count_is_that_of_going_through_the_lines_one_by_one(database: Database, tmp_path: Path) -> None:
    made = of_everybody(database, tmp_path)
    adopt(made, copied(tmp_path), reason="the first")
    plan = newest_plan(database)
    assert plan is not None
    services, supports = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for line in lines_of_plan(database, plan.id).iter_rows(named=True):
        if not line["month"] or line["month"] < "2025-11":
            continue
        if line["source_kind"] == "services" and line["entry_name"]:
            services[fold(line["program"]), fold(line["control"]), line["entry_name"]] += 1
        if line["source_kind"] == "payments":
            for name in {line["entry_name"]} if line["entry_name"] else set((line["choices"] or "").split("|")) - {""}:
                supports[fold(line["label"]), name] += 1

    told = use(made).rows

    assert sum(services.values()) > 50
    assert summed(told, "services", "program", "control", "component") == services
    assert summed(told, "support", "payment_type", "ims_type") == supports


def summed(rows: list[RowUse], table: str, *columns: str) -> Counter[tuple[str, ...]]:
    """Return the lines of the rows of a table by some of their cells; the last one is not folded."""
    found = Counter[tuple[str, ...]]()
    for one in rows:
        if one.row.table == table and one.lines:
            *keys, last = (one.row[name] for name in columns)
            found[(*map(fold, keys), last)] += one.lines
    return found


def test_without_a_plan_or_a_version_the_count_says_what_is_missing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(WrongCall, match="no version"):
        use(service_over(database, tmp_path))
    made, _ = adopted(database, tmp_path)
    with pytest.raises(WrongCall, match="nothing was planned yet"):
        use(made)
    for months in (0, 121):
        with pytest.raises(WrongCall, match="no number of months"):
            use(made, months)


def test_months_are_counted_back_over_the_end_of_a_year() -> None:
    assert [month_before("2026-04", back) for back in (0, 3, 4, 16)] == ["2026-04", "2026-01", "2025-12", "2024-12"]


def test_the_command_shows_unused_rows_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(url) as database:
        migrate(database)
        made, config = adopted(database, tmp_path)
        lay(tmp_path, [coached("2026-04-07")])
        plan_of(made)
    command = Command(monkeypatch, capsys)
    place = ("--config", config, "--database", url)

    code, said, _ = command("crosswalk", "use", *place)
    _, told = command.json("crosswalk", "use", "--months", "2", *place)

    assert code == 0
    assert said.rstrip().endswith("rows have no line from 2025-11 to 2026-04.")
    assert told["rows"][0]["lines"] == 0
    assert told["rows"][-1] == {
        "table": "services", "line": told["rows"][-1]["line"], "lines": 1, "last_month": "2026-04",
        "row": told["rows"][-1]["row"],
    }  # fmt: skip
    assert (told["since"], told["unused"]) == ("2026-03", len(told["rows"]) - 1)
