"""The runbook names all that an operator can meet."""

import re
from inspect import getsource

import pytest

from sync.alerts.causes import Cause, as_markdown
from sync.jobs import looked_at, status_checks
from tests.support import ROOT
from tests.test_cli_help import COMMANDS

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
TROUBLES = RUNBOOK.partition("## Troubles")[2].partition("\n## ")[0]
ALERTS = (ROOT / "docs" / "alerts.md").read_text("utf-8")


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "crosswalk"])
def test_every_command_has_its_line_in_the_runbook(command: str) -> None:
    assert f"\n| `{command}` |" in RUNBOOK


def test_the_page_of_alerts_is_up_to_date_and_the_runbook_leads_there() -> None:
    assert as_markdown() == ALERTS, "run `make docs`"
    assert "(alerts.md)" in RUNBOOK


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_of_an_alert_has_its_line(cause: Cause) -> None:
    assert f"\n| `{cause}` |" in ALERTS


@pytest.mark.parametrize("check", status_checks.CHECKS, ids=lambda check: check.__name__)
def test_every_check_of_status_has_its_trouble_in_the_runbook(check: status_checks.Check) -> None:
    words = {
        "whole": "not so:",
        "trail": "the audit trail is not whole",
        "stop_switch": "pushing is stopped",
        "ended_badly": "*job* is failed",
        "missed": "was due and no scheduler began it",
        "lines": "are unclear",
        "approval": "waits for approval",
        "found_something": "mismatches need a person",
        "exports": "the folder of I-Trac's exports",
    }

    assert f"{words[check.__name__]}" in TROUBLES


def test_what_status_says_of_lines_and_of_a_database_it_cannot_use_is_in_the_runbook() -> None:
    said = re.findall(r'State\.\w+,\s+"([^"]+)"', getsource(status_checks.lines))
    said += re.findall(r'StoreUnfit\(\s*"([^"]+)"', getsource(looked_at))

    assert len(said) == 7
    assert [words for words in said if words not in TROUBLES] == []
