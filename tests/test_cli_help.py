"""Every command explains itself with an example."""

import subprocess
import sys

import pytest

from tests.support import ROOT

COMMANDS = ["", "decide", "demo", "crosswalk", "crosswalk check", "crosswalk show"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    asked = [sys.executable, "-m", "sync", *command.split(), "--help"]

    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert f"Example: ims-sync {command or 'decide'}" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["", "crosswalk"])
def test_a_command_alone_shows_its_help_and_no_empty_complaint(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr
    assert "ims-sync: \n" not in done.stderr
