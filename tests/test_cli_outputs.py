"""What decide writes beside the decisions: mismatches and worklist, to files and to stdout."""

import subprocess
from pathlib import Path

import pytest

from sync.rules.mismatch import COLUMNS
from tests.commands import run_command_for_text
from tests.folders import AS_OF
from tests.support import CASES

# every line of this case is entered or rightly left out, but the record of its provider was never completed
SETTLED = CASES / "second-coaching-in-march-is-left-out"


def _decide(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command_for_text("decide", "--input", SETTLED, "--as-of", AS_OF, *arguments)


def test_a_mismatch_that_is_more_than_a_note_needs_a_person(tmp_path: Path) -> None:
    out = str(tmp_path / "out.csv")

    assert _decide("--out", out).returncode == 0
    assert _decide("--out", out, "--mismatches", str(tmp_path / "m.csv")).returncode == 1
    assert "registration-incomplete:E3" in (tmp_path / "m.csv").read_text("utf-8")


def test_mismatches_go_to_stdout_as_csv_and_nothing_else_does(tmp_path: Path) -> None:
    done = _decide("--out", str(tmp_path / "out.csv"), "--mismatches", "-")

    assert done.stdout.splitlines()[0] == ",".join(COLUMNS)
    assert all(line.count(",") >= len(COLUMNS) - 1 for line in done.stdout.splitlines())


@pytest.mark.parametrize("also", [("--mismatches", "-"), ("--json",)])
def test_two_outputs_cannot_share_stdout(also: tuple[str, ...]) -> None:
    done = _decide("--out", "-", *also)

    assert done.returncode == 2
    assert done.stdout == ""


@pytest.mark.parametrize("option", ["--out", "--mismatches", "--worklist"])
def test_an_ending_that_no_output_has_is_refused(option: str, tmp_path: Path) -> None:
    given = {"--out": str(tmp_path / "out.csv"), option: str(tmp_path / "file.pdf")}

    done = _decide(*(word for pair in given.items() for word in pair))

    assert done.returncode == 2
    assert ".pdf" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_holds_the_same_decisions_under_the_same_digest(tmp_path: Path) -> None:
    told = [_decide("--out", str(tmp_path / name)).stderr.splitlines()[-1] for name in ("out.csv", "out.xlsx")]

    assert told[0] == told[1]
    assert told[0].startswith("digest: ")
