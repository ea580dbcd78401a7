"""The demo shows every reason, on synthetic people alone."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sync.jobs.decide_files import Decided, read_configuration
from sync.jobs.demo import demo
from sync.model import Decision, Reason
from sync.pretend.person import write
from sync.pretend.stories import STORIES, people
from sync.tables import digest_of
from tests.support import CONFIG, ROOT


@pytest.fixture(scope="module")
def played() -> Decided:
    return demo(read_configuration(CONFIG), lambda step, done, total: None)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sync", "demo", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", range(1, len(STORIES) + 1), ids=lambda n: f"{n}-{STORIES[n - 1].shows}")
def test_each_person_shows_the_reason_they_were_planted_for(number: int, played: Decided) -> None:
    story = STORIES[number - 1]

    lines = played.lines.filter(
        (pl.col("customer_id") == f"DEMO-C{number:02d}") & pl.col("reasons").str.split(";").list.contains(story.shows)
    )

    assert len(lines) > 0
    assert story.decision in {None, *lines["decision"]}


def test_every_reason_and_every_decision_occurs(played: Decided) -> None:
    assert set(played.summary.by_reason) == set(Reason)
    assert all(played.summary.by_decision[decision] for decision in Decision)


def test_the_demo_as_a_document_has_the_figures_that_the_contract_fixes(played: Decided) -> None:
    done = _run("--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["digest"] == digest_of(played.lines)
    assert told["lines"] == sum(told["by_decision"].values()) == len(played.lines)
    assert set(told["money"]) >= {"invoiceable", "at_risk"}


def test_a_newcomer_sees_which_payment_cannot_be_invoiced_and_why(played: Decided) -> None:
    done = _run()

    assert "Payments that cannot be invoiced as they stand" in done.stdout
    assert "240.00" in done.stdout
    assert "There was no service in the month of the payment" in " ".join(done.stdout.replace("│", " ").split())
    assert f"digest: {digest_of(played.lines)}" in done.stderr


def test_all_people_are_recognisably_synthetic(tmp_path: Path) -> None:
    write(people(), tmp_path)

    for path in tmp_path.iterdir():
        ids = pl.read_csv(path, infer_schema=False).to_series(0)
        assert ids.str.contains("DEMO-").all(), path.name
