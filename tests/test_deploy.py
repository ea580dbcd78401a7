"""What stands in deploy/ fits the commands that exist."""

import re
import shlex
from datetime import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync.cli.main import app
from tests.support import ROOT

DEPLOY = ROOT / "deploy"
FILES = sorted(DEPLOY.iterdir())


def _called() -> list[list[str]]:
    calls = [
        shlex.split(line)[1:]
        for file in DEPLOY.glob("*.service")
        for line in re.findall(r"^ExecStart=(.+)$", file.read_text("utf-8"), re.MULTILINE)
    ]
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    assert 'ENTRYPOINT ["ims-sync"]' in image
    return [*calls, *(re.findall(r'"([^"]+)"', line) for line in re.findall(r"^CMD (.+)$", image, re.MULTILINE))]


@pytest.mark.parametrize("call", _called(), ids=" ".join)
def test_what_is_started_is_a_command_with_options_that_it_has(call: list[str]) -> None:
    shown = CliRunner().invoke(app, [call[0], "--help"], env={"COLUMNS": "200"})

    assert shown.exit_code == 0
    assert [word for word in call if word.startswith("--") and f"{word} " not in shown.output] == []


def test_the_units_and_the_image_start_something() -> None:
    assert sorted(call[0] for call in _called()) == ["backup", "schedule", "schedule", "web"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_secret_stands_in_a_file(file: Path) -> None:
    text = file.read_text("utf-8")

    assert not re.search(r"(SECRET|PASSWORD|CLIENT_ID|BACKUP_KEY(_FILE)?)\s*=|AGE-SECRET-KEY", text)


@pytest.mark.parametrize("timer", sorted(DEPLOY.glob("*.timer")), ids=lambda file: file.name)
def test_no_timer_begins_in_the_hours_that_daylight_saving_moves(timer: Path) -> None:
    begins = re.findall(
        r"^OnCalendar=\S+ (\d\d:\d\d:\d\d) America/Los_Angeles$", timer.read_text("utf-8"), re.MULTILINE
    )

    assert begins
    assert [at for at in begins if time(1) <= time.fromisoformat(at) < time(3)] == []
