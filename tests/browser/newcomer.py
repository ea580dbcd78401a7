"""Be somebody new in front of a rehearsal: nothing but the demo's one-time links, and what the pages say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium

from sync.jobs.demo import write_configuration
from sync.jobs.rehearsal_pages import rehearsal
from sync.store.accounts import Role
from sync.web.passwords import code_of
from tests.browser.surf import Surfer, surfing
from tests.services import Clock, quiet
from tests.support import CONFIG
from tests.web import PASSWORD, Pages, app_over

WALL = datetime(2026, 11, 28, 18, tzinfo=UTC)


@contextmanager
def rehearsed(folder: Path) -> Iterator[Pages]:
    """Make a rehearsal in a folder, with its pages; only the test moves its clock."""
    write_configuration(folder / "config", CONFIG)
    clock, database = Clock(WALL), f"sqlite:///{folder / 'ims-sync.db'}"
    with rehearsal(folder / "config", folder / "pages", database, tell=quiet, wall=clock.now) as service:
        yield Pages(app_over(service), service, clock)


class Newcomer:
    """Somebody who has the demo's links, one for each role, and follows what the pages say."""

    def __init__(self, surfer: Surfer) -> None:
        self.surfer, self.page = surfer, surfer.page

    def enter(self, role: Role) -> None:
        """Follow the link of a role, set up both halves of the sign-in as the page tells, and sign in."""
        name, link = self.surfer.pages.invite(role)
        self.surfer.go(link)
        secret = "".join(self.page.locator(".secret code").inner_text().split())
        step = int(self.surfer.pages.clock.at.timestamp()) // 30
        self.surfer.send("Save both", password=PASSWORD, again=PASSWORD, code=code_of(secret, step))
        self.surfer.pages.clock.sleep(30)
        self.surfer.send("Continue", name=name, password=PASSWORD)
        self.surfer.send("Sign in", code=code_of(secret, step + 1))
        self.page.get_by_role("button", name="Sign out").wait_for()

    def leave(self) -> None:
        self.surfer.send("Sign out")

    def follow(self, link: str) -> None:
        """Follow a link by its words."""
        self.surfer.click(self.page.get_by_role("link", name=link).first)

    def key_open_entry(self) -> None:
        """Type again what the page says is to be keyed."""
        places = self.page.locator(".entry--open .fields")
        words = dict(
            zip(places.locator("dt").all_inner_texts(), places.locator(".typed").all_inner_texts(), strict=True)
        )
        self.surfer.send("I keyed it", date=words["Date"], name=words["Check or choose"])


@contextmanager
def newcomer(opened: Chromium, folder: Path, **options: Any) -> Iterator[Newcomer]:
    """Serve a rehearsal to somebody new."""
    with rehearsed(folder) as pages, surfing(opened, pages, **options) as surfer:
        yield Newcomer(surfer)
