"""Every command explains itself with an example."""

from collections.abc import Iterator

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sync.cli.main import app
from tests.commands import run_command_for_text

FIXED = {
    "decide", "demo", "pull", "plan", "push", "readback", "reconcile", "run", "worklist", "keyed", "explain", "runs",
    "backup", "restore", "verify",
    "status", "schedule",
    "crosswalk check", "crosswalk show",
    "user add", "user disable", "user list", "web",
}  # fmt: skip


def _commands() -> Iterator[str]:
    for name, command in getattr(get_command(app), "commands", {}).items():
        below = getattr(command, "commands", None)
        yield name
        yield from (f"{name} {inner}" for inner in below or ())


COMMANDS = sorted(_commands())


def test_the_commands_of_the_contract_are_there() -> None:
    assert set(COMMANDS) >= FIXED


GROUPS = ("crosswalk", "key", "month", "review", "user")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})

    assert shown.exit_code == 0
    assert f"Example: ims-sync {command or 'decide'}" in " ".join(shown.output.split())


@pytest.mark.parametrize(
    "command", [name for name in COMMANDS if name not in {"crosswalk", "key", "month", "review", "user"}]
)
def test_every_command_takes_what_every_command_takes(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})

    for option in ("--config", "--database", "--json"):
        assert option in shown.output


@pytest.mark.parametrize("command", ["", *GROUPS])
def test_a_command_alone_shows_its_help_and_no_empty_complaint(command: str) -> None:
    done = run_command_for_text(*command.split())

    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr
    assert "ims-sync: \n" not in done.stderr
