"""Contracts say who may enter what; what enforcing them would flag is seen before it is switched on."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from sync.crosswalk.texts import RULES
from sync.errors import WrongCall
from sync.jobs.crosswalk_contracts import Flagged, contracts, propose_contracts
from sync.jobs.crosswalk_drafts import mistakes_of, newest_or_refuse
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.crosswalk_put import Said
from sync.jobs.decide_files import read_configuration
from sync.jobs.service import Service
from sync.pretend.person import payment, training
from sync.pretend.person import service as coached
from sync.store import Database, migrate, open_database
from tests.configurations import Command, added, copied, rewritten
from tests.crosswalks import adopted, edited
from tests.services import service as service_over
from tests.test_crosswalk_impact import lay, plan_of

SAID = Said("as contract 7 says", "the contract")
PAID = (coached("2026-04-07"), payment("2026-04-08", amount="25.00"))
ROWS = ("IRCO,Job Search Training,,2026-03-31,x", "IRCO,Support Service,2026-04-10,,x", "POIC,Job Retention,,,x")
ENFORCED = ("enforced = false", "enforced = true")


def with_contracts(
    database: Database,
    folder: Path,
    *rows: str,
    enforced: bool = False,
    more: Mapping[str, Sequence[str]] | None = None,
) -> Service:
    config = copied(folder)
    for table, others in {"contracts": rows, **(more or {})}.items():
        added(config, table, *others)
    if enforced:
        rewritten(config, RULES, *ENFORCED)
    made = service_over(database, folder, configuration=read_configuration(config))
    adopt(made, config, reason="the first")
    return made


def test_the_contracts_of_a_day_are_those_in_force_on_it(database: Database, tmp_path: Path) -> None:
    made = with_contracts(database, tmp_path, *ROWS)
    lay(tmp_path, PAID)
    plan_of(made)

    now, before = contracts(made, flags=False), contracts(made, on=date(2026, 3, 1), flags=False)

    assert (now.on, now.every, now.enforced, now.flags) == (date(2026, 4, 20), 3, False, None)
    assert [(row["provider"], row["allowed"]) for row in now.rows] == [
        ("IRCO", "Support Service"), ("POIC", "Job Retention")
    ]  # fmt: skip
    assert [(row["provider"], row["allowed"]) for row in before.rows] == [
        ("IRCO", "Job Search Training"), ("POIC", "Job Retention")
    ]  # fmt: skip


def test_what_enforcing_would_flag_is_what_it_flags(database: Database, tmp_path: Path) -> None:
    made = with_contracts(database, tmp_path, *ROWS)
    lay(tmp_path, PAID, PAID, [coached("2026-03-09")], [training("2026-04-07")])
    before = plan_of(made)

    told = contracts(made).flags

    assert told == [
        Flagged("IRCO", "Job Search Training", 2, 0), Flagged("IRCO", "Support Service", 2, 5000),
        Flagged("POIC", "Pre-Apprenticeship/Apprenticeship", 1, 0),
    ]  # fmt: skip
    files = newest_or_refuse(made).files
    flipped = impact(made, {**files, RULES: files[RULES].replace(*ENFORCED)})
    assert sum(one.lines for one in told) == len(flipped.changed)
    assert len(before) > 5


def test_where_contracts_are_enforced_the_lines_that_are_flagged_are_shown(database: Database, tmp_path: Path) -> None:
    made = with_contracts(database, tmp_path, *ROWS, enforced=True)
    lay(tmp_path, PAID)
    plan_of(made)

    found = contracts(made)

    assert found.enforced
    assert found.flags == [Flagged("IRCO", "Job Search Training", 1, 0), Flagged("IRCO", "Support Service", 1, 2500)]


def test_where_no_row_stands_what_was_entered_is_proposed(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    lay(tmp_path, PAID, [coached("2026-03-09")], [coached("2025-03-10")], [coached("2026-04-07", service="Nonsense")])
    plan_of(made)

    found = contracts(made)
    draft = propose_contracts(made, [one.key for one in found.entered], SAID)

    assert (found.rows, found.every, found.flags) == ([], 0, None)
    assert [(one.provider, one.allowed, one.lines, one.last_month) for one in found.entered] == [
        ("IRCO", "Job Search Training", 2, "2026-04"), ("IRCO", "Support Service", 1, "2026-04")
    ]  # fmt: skip
    assert draft.files == edited(
        config,
        "contracts",
        "IRCO,Job Search Training,,,as contract 7 says",
        "IRCO,Support Service,,,as contract 7 says",
    )
    assert mistakes_of(draft.files) == []


def test_what_a_row_allows_by_now_is_not_proposed(database: Database, tmp_path: Path) -> None:
    alias = {"aliases": ["provider,,I.R.C.O.,IRCO,,,x"]}
    made = with_contracts(database, tmp_path, "I.R.C.O.,Job Search Training,,,x", more=alias)
    lay(tmp_path, PAID)
    plan_of(made)

    (one,) = contracts(made, flags=False).entered

    assert one.allowed == "Support Service"
    with pytest.raises(WrongCall, match="not all that was chosen"):
        propose_contracts(made, [one.key, "0" * 12], SAID)
    with pytest.raises(WrongCall, match="not all that was chosen"):
        propose_contracts(made, [], SAID)


def test_the_command_shows_contracts_and_says_what_to_do_where_there_are_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(url) as database:
        migrate(database)
        made, config = adopted(database, tmp_path)
        lay(tmp_path, PAID)
        plan_of(made)
    command = Command(monkeypatch, capsys)
    place = ("--config", config, "--database", url)

    _, said, _ = command("crosswalk", "contracts", "--on", "2026-04-01", *place)
    _, told = command.json("crosswalk", "contracts", *place)
    keys = [part for one in told["entered_without_row"] for part in ("--propose", one["key"])]
    code, draft, _ = command("crosswalk", "contracts", *keys, "--reason", "a", "--checked", "b", *place)
    wrong, _, _ = command("crosswalk", "contracts", "--on", "soon", *place)

    assert "Contracts on 2026-04-01" in said
    assert "put rows in a draft first" in said
    assert (told["rows"], told["flags"], len(keys)) == ([], None, 4)
    assert (code, wrong, draft.startswith("Draft 1 is saved")) == (0, 2, True)
