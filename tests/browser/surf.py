"""Serve the pages for real, and let a real Chromium look at them; axe says what is wrong with each.

IMS_SYNC_TEST_LATE_MS=300 lets every page come late and in two pieces, as over a slow line: who reads too early fails.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, sync_playwright

from sync.store.accounts import Role, account_named
from sync.web import serving
from sync.web.passwords import code_of
from tests.web import PASSWORD, Pages

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
SCRIPT = "\"><script>document.title = 'RAN'</script><img src=x onerror=\"document.title = 'RAN'\">"
# A window of 1280 at 200 % lays pages out as one of half the width does.
SIZES = {"320 px": (320, 1), "1280 px": (1280, 1), "200 %": (640, 2)}
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations', 'incomplete']})"
_PATIENCE_MS = 10_000
_LATE_MS = int(os.environ.get("IMS_SYNC_TEST_LATE_MS", "0"))
_MOST_STOPS = 80
_LEADS_ON = "e => e.matches('a[href], button[type=submit], input:not([type=checkbox], [type=radio])')"


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Open the machine's own Chromium, or skip where it has none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium is installed on this machine (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Surfer:
    """Somebody in front of a browser, at the pages that are served at an address."""

    page: Page
    address: str
    pages: Pages

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def send(self, button: str, **cells: str) -> None:
        """Fill a form in and send it."""
        for name, text in cells.items():
            self.page.locator(f"[name={name}]").first.fill(text)
        self.click(self.page.get_by_role("button", name=button).first)

    def click(self, place: Locator) -> None:
        """Click; where that leads to a page, wait until it is there whole, as somebody does who reads it next."""
        with self._coming(place):
            place.click()

    def press_enter(self) -> None:
        """Press Enter where the keyboard is, and wait in the same way."""
        with self._coming(self.page.locator(":focus")):
            self.page.keyboard.press("Enter")

    @contextmanager
    def _coming(self, place: Locator) -> Iterator[None]:
        if not place.evaluate(_LEADS_ON):
            yield
            return
        with self.page.expect_navigation():
            yield

    def code_of(self, name: str, later: int = 0) -> str:
        account = account_named(self.pages.service.db, name)
        assert account is not None
        return code_of(account.totp_secret, int(self.pages.clock.at.timestamp()) // 30 + later)

    def tab_to(self, words: str) -> None:
        """Go from stop to stop, as somebody without a mouse does, until one says this or is labelled so."""
        said = "e => [e.innerText, e.value, ...[...(e.labels || [])].map(one => one.innerText)].join(' ')"
        self._tab(words, lambda focused: words in str(focused.evaluate(said)))

    def tab_to_field(self, name: str) -> None:
        """Go on in the same way to the field of this name."""
        self._tab(name, lambda focused: focused.get_attribute("name") == name)

    def _tab(self, wanted: str, reached: Callable[[Locator], bool]) -> None:
        for _ in range(_MOST_STOPS):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count() and reached(focused):
                return
        raise AssertionError(f"the keyboard never came to {wanted}")

    def sign_in(self, role: Role, name: str = "") -> None:
        """Set up an account and sign in with it."""
        called = self.pages.member(role, name=name).name
        self.go("/sign-in")
        self.send("Continue", name=called, password=PASSWORD)
        self.send("Sign in", code=self.code_of(called))
        self.page.get_by_text("Sign out").wait_for()

    def wrongs(self) -> list[str]:
        """Return what axe finds wrong, or cannot tell, about the page as it stands, at every size."""
        found: list[str] = []
        self.page.evaluate(AXE)
        for size, (width, _) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": 800})
            told: dict[str, Any] = self.page.evaluate(_RUN, _WCAG)
            found += [
                f"{size}: {one['id']} {node['target']}"
                for kind in ("violations", "incomplete")
                for one in told[kind]
                for node in one["nodes"]
                if not _in_picture(kind, one["id"], node["html"])
            ]
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            found += [f"{size}: the page is {wide} wide"] if wide > width else []
        return found


def _in_picture(kind: str, rule: str, html: str) -> bool:
    """Tell whether axe cannot judge a contrast because the text is drawn; a test of its own looks at those colours."""
    return (kind, rule) == ("incomplete", "color-contrast") and html.startswith("<text")


@contextmanager
def _coming_late(app: Flask, late_s: float) -> Iterator[None]:
    """Let each page come late, and its second half later still."""
    whole = app.wsgi_app

    def late(environ: Any, start_response: Any) -> Any:
        answer: Any = whole(environ, start_response)
        if environ["PATH_INFO"].startswith("/static/"):
            return answer
        time.sleep(late_s)
        with closing(answer):
            return _halves(b"".join(answer), late_s)

    app.wsgi_app = late  # type: ignore[method-assign]
    try:
        yield
    finally:
        app.wsgi_app = whole  # type: ignore[method-assign]


def _halves(page: bytes, late_s: float) -> Iterator[bytes]:
    yield page[: len(page) // 2]
    time.sleep(late_s)
    yield page[len(page) // 2 :]


@contextmanager
def surfing(opened: Chromium, pages: Pages, late_ms: int = _LATE_MS, **options: Any) -> Iterator[Surfer]:
    """Serve pages on a free port of this machine, and open an empty window."""
    web = pages.service.settings.web.model_copy(update={"port": 0})
    slowly = _coming_late(pages.app, late_ms / 1000) if late_ms else nullcontext()
    with slowly, serving(pages.app, web) as port:
        context = opened.new_context(**options)
        context.set_default_timeout(_PATIENCE_MS)
        try:
            yield Surfer(context.new_page(), f"http://127.0.0.1:{port}", pages)
        finally:
            context.close()
