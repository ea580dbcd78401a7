"""Every kind of mismatch can be explained: what disagrees, on which rows of which files, and what to do."""

import csv
import json
import subprocess
from pathlib import Path

import polars as pl
import pytest

from sync.explain import Basis, ExplainedMismatch, explain_mismatch
from sync.explain.mismatches import CHECKS
from sync.jobs.decide_files import decide_folder, read_configuration
from sync.jobs.demo import ledger_of
from sync.jobs.mismatches import all_mismatches
from sync.model import TABLES
from sync.pretend.everybody import slipped, write_everybody
from sync.pretend.stories import AS_OF
from tests.commands import run_command_for_text
from tests.support import CONFIG, enforced_configuration


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("everybody")
    write_everybody(made)
    return made


@pytest.fixture(scope="module")
def explained(folder: Path) -> list[ExplainedMismatch]:
    configuration = enforced_configuration()
    decided = decide_folder(folder, configuration, AS_OF, tell=lambda step, done, total: None)
    found = all_mismatches(decided.worked, decided.lines, ledger_of(slipped()))
    basis = Basis(decided.tables, decided.worked, decided.lines)
    told = [explain_mismatch(basis, found, mismatch_id) for mismatch_id in found["mismatch_id"]]
    return [one for one in told if one is not None]


def test_every_kind_is_explained(explained: list[ExplainedMismatch]) -> None:
    assert {told.mismatch["kind"] for told in explained} == set(CHECKS)


def test_every_mismatch_has_words_source_advice_and_facts(explained: list[ExplainedMismatch]) -> None:
    for told in explained:
        assert told.words.endswith(".")
        assert (told.mismatch["advice"] or "").endswith(".")
        assert "Guide" in told.source or "agreed" in told.source
        assert told.facts, told.mismatch["mismatch_id"]


def test_a_mismatch_shows_the_cells_that_it_names(explained: list[ExplainedMismatch]) -> None:
    for told in explained:
        named = {name for name in (told.mismatch["field"] or "").split(";") if name}
        tables = {fact.table for fact in told.facts}
        expected = {name for name in named for table in tables if name in {one.name for one in TABLES[table].columns}}

        assert expected <= {fact.field for fact in told.facts}, told.mismatch["mismatch_id"]


def test_every_row_of_a_mismatch_stands_in_the_file(explained: list[ExplainedMismatch], folder: Path) -> None:
    files = {path.name: list(csv.reader(path.read_text("utf-8").splitlines())) for path in folder.iterdir()}

    for fact in (fact for told in explained for fact in told.facts):
        assert fact.file is not None
        assert fact.line is not None
        assert fact.id in files[fact.file][fact.line - 1], fact


def test_a_mismatch_about_a_line_explains_the_line_too(explained: list[ExplainedMismatch]) -> None:
    about = [told for told in explained if told.mismatch["kind"] == "money-at-risk"]

    assert about
    assert all(told.line and told.line.line["line_id"] == told.mismatch["line_id"] for told in about)


def test_an_id_with_colons_finds_its_own_row(tmp_path: Path) -> None:
    rows = "service_id,customer_id,program,provider,control,service,start_date,end_date,status\n"
    for name in ("S", "S:1", "S:1:status"):
        rows += f"{name},C1,EOP Portland,IRCO,Services,Career Coaching,2026-04-07,2026-04-07,Started\n"
    (tmp_path / "services.csv").write_text(rows, "utf-8")
    decided = decide_folder(tmp_path, read_configuration(CONFIG), AS_OF, tell=lambda step, done, total: None)
    found = all_mismatches(decided.worked, decided.lines)
    basis = Basis(decided.tables, decided.worked, decided.lines)

    told = [explain_mismatch(basis, found, f"service-status:{name}") for name in ("S", "S:1", "S:1:status")]

    assert [{fact.id for fact in one.facts} if one else None for one in told] == [{"S"}, {"S:1"}, {"S:1:status"}]


def _run(folder: Path, asked: str, *more: str) -> subprocess.CompletedProcess[str]:
    return run_command_for_text("explain", asked, "--input", folder, "--as-of", AS_OF.isoformat(), *more)


def test_the_command_explains_a_mismatch(folder: Path, explained: list[ExplainedMismatch]) -> None:
    asked = next(told.mismatch["mismatch_id"] for told in explained if told.mismatch["kind"] == "amount-differs")

    page, document = _run(folder, str(asked)), _run(folder, str(asked), "--json")

    assert page.returncode == document.returncode == 1
    assert "iMatchSkills says: 210.00" in page.stdout
    told = json.loads(document.stdout)
    assert told["mismatch"]["itrac_value"] == "120.00"
    assert told["line"]["findings"][0]["reason"] == "possibly-in-ims"


def test_a_note_needs_nobody(folder: Path, explained: list[ExplainedMismatch]) -> None:
    asked = next(told.mismatch["mismatch_id"] for told in explained if told.mismatch["kind"] == "not-copied")

    assert _run(folder, str(asked)).returncode == 0


def test_no_page_about_anybody_names_a_person(explained: list[ExplainedMismatch]) -> None:
    told = "\n".join(str(one) for one in explained)

    for private in ("Testperson", "Number", "Testvendor", "Testlandlord", "Testworks"):
        assert private not in told


def test_the_checks_name_the_tables_that_they_start_from() -> None:
    for check in CHECKS.values():
        assert check.table in {"", *TABLES}
        assert not check.key or check.key in {column.name for column in TABLES[check.table].columns}


def test_mismatches_without_ids_are_not_explained(folder: Path) -> None:
    decided = decide_folder(folder, read_configuration(CONFIG), AS_OF, tell=lambda step, done, total: None)
    basis = Basis(decided.tables, decided.worked, decided.lines)

    assert explain_mismatch(basis, pl.DataFrame({"mismatch_id": ["a:b"]}), "c:d") is None
