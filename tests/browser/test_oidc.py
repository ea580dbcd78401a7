"""Somebody comes in with their agency's account, in real Chromium and at a real OpenID provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Browser as Chromium

from sync.store import Database
from sync.store.accounts import Role
from tests.browser.surf import Surfer, surfing
from tests.web import pages_over, with_oidc


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def surfer(opened: Chromium, database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Surfer]:
    with run_server_in_thread(require_nonce=True) as server:
        pages = with_oidc(pages_over(database, tmp_path), f"http://localhost:{server.server_port}")
        with surfing(opened, pages, java_script_enabled=request.param) as one:
            yield one


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_link_ties_the_account_and_later_one_button_is_enough(surfer: Surfer) -> None:
    _, link = surfer.pages.invite(Role.REVIEWER)

    surfer.go(link)
    surfer.click(surfer.page.get_by_role("link", name="Use your agency's account"))
    surfer.send("Authorize", sub="subject-of-DEMO")
    surfer.send("Sign out")
    surfer.click(surfer.page.get_by_role("link", name="Sign in with your agency's account"))
    surfer.send("Authorize", sub="subject-of-DEMO")

    assert surfer.page.get_by_text("DEMO-REVIEWER (reviewer)").is_visible()
