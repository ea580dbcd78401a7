"""The demo shows every reason and every mismatch, on synthetic people alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sync.checks.kinds import KINDS as CHECKED
from sync.errors import WrongCall
from sync.jobs.demo import Played, demo, lay_down, planted
from sync.jobs.rehearsal import pretended, rehearse
from sync.model import TABLES, Decision, Reason
from sync.model.schemas import Kind
from sync.pretend.everybody import SLIPS, slipped, write_everybody
from sync.pretend.stories import STORIES
from sync.reconcile.kinds import KINDS as RECONCILED
from sync.tables import digest_of
from tests.commands import run_command_for_text
from tests.support import CONFIG, ROOT


@pytest.fixture(scope="module")
def played() -> Played:
    return demo(CONFIG, lambda step, done, total: None)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sync", "demo", *arguments]
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=wide)


@pytest.fixture(scope="module")
def printed() -> subprocess.CompletedProcess[str]:
    return _run()


@pytest.fixture(scope="module")
def document() -> subprocess.CompletedProcess[str]:
    return _run("--json")


def _quiet(step: str, done: int, total: int) -> None:
    pass


def _in_one_line(page: str) -> str:
    return " ".join(page.replace("│", " ").split())


@pytest.mark.parametrize("number", range(1, len(STORIES) + 1), ids=lambda n: f"{n}-{STORIES[n - 1].shows}")
def test_each_person_shows_the_reason_they_were_planted_for(number: int, played: Played) -> None:
    story = STORIES[number - 1]

    lines = played.decided.lines.filter(
        (pl.col("customer_id") == f"DEMO-C{number:02d}")
        & pl.col("reasons").str.split(";").list.contains(str(story.shows))
    )

    assert len(lines) > 0
    assert story.decision in {None, *lines["decision"]}


def test_every_reason_and_every_decision_occurs(played: Played) -> None:
    assert set(played.decided.summary.by_reason) == set(Reason)
    assert all(played.decided.summary.by_decision[decision] for decision in Decision)


def test_every_kind_of_mismatch_occurs(played: Played) -> None:
    assert set(played.mismatches["kind"]) == {check.kind for check in (*RECONCILED, *CHECKED)}


def test_among_everybody_each_slip_shows_exactly_what_it_shows_alone(played: Played) -> None:
    declared = {
        (person.customer, slip.title, kind)
        for person, slip in zip(slipped(), SLIPS, strict=True)
        for kind in (slip.shows, *slip.also)
    }

    shown = planted(played.mismatches)

    assert len(shown) == len(declared)
    assert set(shown.select("customer", "title", "kind").iter_rows()) == declared


def test_the_gravest_mismatches_come_first(played: Played) -> None:
    severities = planted(played.mismatches)["severity"].to_list()

    assert list(dict.fromkeys(severities)) == ["claim", "money", "data", "note"]
    assert severities == sorted(severities, key=["claim", "money", "data", "note"].index)


def test_the_demo_as_a_document_has_the_figures_that_the_contract_fixes(
    played: Played, document: subprocess.CompletedProcess[str]
) -> None:
    told = json.loads(document.stdout)

    assert document.returncode == 1
    assert told["digest"] == digest_of(played.decided.lines)
    assert told["lines"] == sum(told["by_decision"].values()) == len(played.decided.lines)
    assert set(told["money"]) >= {"invoiceable", "at_risk"}
    assert told["mismatches"] == dict(played.mismatches["kind"].value_counts().iter_rows())


def test_a_newcomer_sees_which_payment_cannot_be_invoiced_and_why(
    played: Played, printed: subprocess.CompletedProcess[str]
) -> None:
    last = printed.stdout[printed.stdout.index("Payments that cannot be invoiced as they stand") :]

    assert "240.00" in last
    assert "There was no service in the month of the payment" in _in_one_line(last)
    assert "What the two systems disagree about" not in last
    assert "Where to look next" in last
    assert f"digest: {digest_of(played.decided.lines)}" in printed.stderr


def test_a_newcomer_sees_what_the_two_systems_disagree_about_and_how_it_came_about(
    printed: subprocess.CompletedProcess[str],
) -> None:
    table = _in_one_line(printed.stdout[printed.stdout.index("What the two systems disagree about") :])

    assert "DEMO-M02 A coaching was keyed as job retention. component-differs claim" in table
    assert table.index("unsupported-in-ims") < table.index("missing-in-ims") < table.index("rent-month")


def test_the_demo_is_the_same_to_the_byte_every_time(
    tmp_path: Path, document: subprocess.CompletedProcess[str]
) -> None:
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        write_everybody(folder)

    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)

    assert first == second
    assert _run("--json").stdout == document.stdout


def test_all_people_are_recognisably_synthetic(tmp_path: Path) -> None:
    write_everybody(tmp_path)

    for path in tmp_path.iterdir():
        rows = pl.read_csv(path, infer_schema=False)
        for name in {*TABLES[path.stem].names(Kind.ID), "line_id"} & set(rows.columns):
            ids = rows[name].drop_nulls()
            assert ids.str.contains("DEMO-").all(), f"{path.name}, {name}"


def test_the_demo_can_be_kept_and_any_line_of_it_explained(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = _run("--keep", str(kept))
    asked = next(line for line in done.stdout.splitlines() if line.strip().startswith("ims-sync explain")).split()[1:]

    told = run_command_for_text(*asked)

    assert told.returncode == 1
    assert "payment-before-first-service" in told.stdout


def test_a_folder_in_use_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    done = _run("--keep", str(tmp_path))

    assert done.returncode == 2
    assert "holds something already" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_whole_way_enters_everything_once_in_spite_of_a_power_cut(played: Played) -> None:
    went = played.rehearsed

    assert went.digest == digest_of(played.decided.lines)
    assert went.pushed == went.confirmed == played.decided.summary.by_decision[Decision.ENTER]
    assert (went.unclear, went.duplicates) == (0, 0)
    assert went.audit_whole


def test_on_the_way_every_mismatch_stays_but_what_was_missing_and_what_was_called_off_is_named(played: Played) -> None:
    before = set(played.mismatches["kind"])

    assert before - set(played.rehearsed.mismatches) == {"missing-in-ims"}
    assert "retracted-after-entry" in played.rehearsed.mismatches


def test_the_document_tells_how_the_way_went(played: Played, document: subprocess.CompletedProcess[str]) -> None:
    told = json.loads(document.stdout)

    assert (told["pushed"], told["confirmed"], told["unclear"], told["duplicates"]) == (played.rehearsed.pushed,
            played.rehearsed.confirmed, 0, 0)  # fmt: skip


def test_the_demo_plays_on_any_empty_database(database_url: str, tmp_path: Path) -> None:
    lay_down(tmp_path / "demo", CONFIG)
    tables, config = tmp_path / "demo" / "tables", tmp_path / "demo" / "config"

    with pretended(tables, config, database_url, tell=_quiet) as (service, ims):
        went = rehearse(service, ims, tables)

    assert (went.pushed, went.unclear, went.duplicates, went.audit_whole) == (went.confirmed, 0, 0, True)
    with pytest.raises(WrongCall, match="used before"), pretended(tables, config, database_url, tell=_quiet):
        pass
