"""The commands about the pages: serving them, over the demo too, and who may use them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.cli import accounts
from sync.cli.web import kept_database
from sync.errors import WrongCall
from sync.store.accounts import Role
from tests.support import CONFIG, ROOT

Call = Callable[..., dict[str, Any]]
ASKED = "ims-sync: asked to stop; what is under way ends or is parked first. Ask again to end at once.\n"
BAR, END_OF_A_BAR = "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * 9, "\x1b[?25h"


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(command: Callable[..., int], *given: str, **options: Any) -> dict[str, Any]:
        command(*given, config=CONFIG, database=f"sqlite:///{tmp_path / 'ims-sync.db'}", json=True, **options)
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return run


def test_accounts_are_added_listed_disabled_and_let_in_again(call: Call) -> None:
    added = call(accounts.add, "DEMO-ADMIN", role=Role.ADMIN)
    call(accounts.add, "DEMO-KEYER", role=Role.KEYER, provider=["IRCO"])

    disabled = call(accounts.disable, "DEMO-KEYER")

    assert re.fullmatch(r"http://127\.0\.0\.1:8600/first-visit/[\w-]{43}", added["link"])
    assert disabled == {"disabled": "DEMO-KEYER"}
    listed = [(one["name"], one["providers"], one["state"]) for one in call(accounts.list_)["accounts"]]
    assert listed == [("DEMO-ADMIN", [], "waits"), ("DEMO-KEYER", ["IRCO"], "disabled")]
    assert call(accounts.link, "DEMO-KEYER")["link"] != added["link"]
    assert call(accounts.list_)["accounts"][1]["state"] == "waits"


def test_an_account_that_nobody_has_cannot_be_disabled(call: Call) -> None:
    with pytest.raises(WrongCall, match="no account has this name"):
        call(accounts.disable, "DEMO-NOBODY")


def test_pages_without_a_secret_key_are_refused_with_what_to_do(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "SECRET_KEY" not in name}
    command = [sys.executable, "-m", "sync", "web", "--database", f"sqlite:///{tmp_path / 'ims-sync.db'}"]

    refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert refused.returncode == 2
    assert "IMS_SYNC_SECRET_KEY is not set" in refused.stderr
    assert "openssl rand" in refused.stderr


def test_the_demo_shows_its_pages_gives_a_link_for_each_role_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with _command("demo", "--keep", tmp_path / "kept", "--web") as shown, requests.Session() as kept:
        assert shown.stdout is not None
        links = []
        for line in shown.stdout:
            links += re.findall(r"http://\S+/first-visit/\S+", line)
            if len(links) == len(Role):
                break
        pages = [kept.get(link, timeout=60).text for link in links]
        told = _told_at(signal.SIGINT, shown)

    assert [f"DEMO-{role.upper()}" in page for role, page in zip(Role, pages, strict=True)] == [True] * len(Role)
    assert shown.returncode == 1  # as the demo leaves: something needs a person
    assert told.endswith(ASKED)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_pages_end_when_they_are_asked_to_though_a_browser_keeps_its_connection(
    number: signal.Signals, tmp_path: Path
) -> None:
    with (
        _command("web", "--database", f"sqlite:///{tmp_path / 'ims-sync.db'}") as shown,
        requests.Session() as kept,
    ):
        assert shown.stdout is not None
        (address,) = re.findall(r"http://\S+", shown.stdout.readline())
        found = kept.get(f"{address}/sign-in", timeout=60)
        told = _told_at(number, shown)

    assert (found.status_code, shown.returncode) == (200, 0)
    assert told.endswith(ASKED)  # before it, where the machine is busy: that a call had to wait


def test_at_a_terminal_no_bar_goes_on_once_the_pages_are_there(tmp_path: Path) -> None:
    screen, terminal = os.openpty()
    with _command("demo", "--keep", tmp_path / "kept", "--web", stdout=terminal, stderr=terminal) as shown:
        os.close(terminal)
        before = _read_until("The pages are at", screen)
        shown.send_signal(signal.SIGINT)
        after = _read_until(ASKED.strip()[-20:], screen)
    os.close(screen)

    assert before.rindex(END_OF_A_BAR) > before.rindex(BAR)
    assert BAR not in after


def _read_until(words: str, screen: int) -> str:
    """Return what is written to a screen until it says this."""
    seen = ""
    while words not in seen:
        seen += os.read(screen, 4096).decode(errors="replace")
    return seen


def _told_at(number: signal.Signals, running: subprocess.Popen[str]) -> str:
    """Return what a command says once it got a signal, until it ended."""
    running.send_signal(number)
    return running.communicate(timeout=60)[1]


@contextmanager
def _command(*words: str | Path, **pipes: int) -> Iterator[subprocess.Popen[str]]:
    """Run a command that serves pages on a port that is free."""
    environment = {**os.environ, "IMS_SYNC_WEB__PORT": "0", "IMS_SYNC_SECRET_KEY": "k" * 64}
    told: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **pipes}
    with subprocess.Popen([sys.executable, "-m", "sync", *words], cwd=ROOT, env=environment, **told) as running:
        try:
            yield running
        finally:
            running.kill()


def test_the_demo_shows_no_pages_over_what_is_thrown_away() -> None:
    with pytest.raises(WrongCall, match="demo --keep DIR --web"):
        kept_database(None, None)
