"""An admin goes the crosswalk's whole road in a rehearsal, with nothing but what the pages say, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser as Chromium

from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_impact import impact
from sync.store.accounts import Role
from sync.store.crosswalk_versions import DraftState, drafts
from tests.browser.newcomer import rehearsed
from tests.browser.surf import Surfer, surfing
from tests.crosswalk_road import as_told, differing, lines_now, told_of
from tests.support import CONFIG
from tests.web import PASSWORD

AUTHOR, APPROVER, OPERATING = "DEMO-AUTHOR", "DEMO-APPROVER", "DEMO-OPERATING"
STANDS_FOR, LINE = "Career Coaching", "service:DEMO-06-SER1"


class Walker:
    """Somebody without a mouse, whose browser runs no script, at the pages of a rehearsal."""

    def __init__(self, surfer: Surfer) -> None:
        self.surfer, self.page, self.pages = surfer, surfer.page, surfer.pages

    def enter(self, name: str) -> None:
        """Sign in, in the place of who was; each code holds once."""
        if self.page.get_by_role("button", name="Sign out").count():
            self.surfer.send("Sign out")
        self.pages.clock.sleep(60)
        self.surfer.go("/sign-in")
        self.surfer.send("Continue", name=name, password=PASSWORD)
        self.surfer.send("Sign in", code=self.surfer.code_of(name))
        self.page.get_by_role("heading", name="Money").wait_for()

    def press(self, words: str, then: str = "") -> str:
        """Press what says these words; return what the page says once it says `then`."""
        self.surfer.tab_to(words)
        if self.page.locator(":focus").get_attribute("role") == "region":  # a table that scrolls says all that is in it
            self.surfer.tab_to(words)
        self.surfer.press_enter()
        self.page.get_by_text(then or words).first.wait_for()
        return self.main

    def write(self, **cells: str) -> None:
        for name, text in cells.items():
            self.surfer.tab_to_field(name)
            self.page.keyboard.type(text)

    @property
    def main(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def lines(self) -> pl.DataFrame:
        return lines_now(self.pages.service.db)

    def files(self) -> dict[str, str]:
        return read_files(self.pages.service.config or CONFIG)

    def told(self) -> pl.DataFrame:
        """Return the lines that the draft which waits would change, as its impact tells them."""
        service = self.pages.service
        with service.db.read() as conn:
            (draft,) = drafts(conn, DraftState.OPEN)
        return impact(service, draft.files).changed

    def publish_waiting(self) -> str:
        """Find on Home what waits for a second person, look at what it would change, and publish it."""
        self.press("Look at draft", "How it stands")
        seen = self.press("Work out what would change", "This report:")
        self.press("Publish draft", "It is published")
        return seen

    def let_night_pass(self) -> pl.DataFrame:
        self.enter(OPERATING)
        self.press("Rehearsal", "Let the night pass")
        self.press("Let the night pass", "The last night")
        return self.lines()


@pytest.fixture
def walker(opened: Chromium, tmp_path: Path) -> Iterator[Walker]:
    with rehearsed(tmp_path) as pages:
        for name, role in ((AUTHOR, Role.ADMIN), (APPROVER, Role.ADMIN), (OPERATING, Role.OPERATIONS)):
            pages.member(role, name=name)
        with surfing(opened, pages, java_script_enabled=False) as surfer:
            yield Walker(surfer)


def draft_alias(walker: Walker) -> str:
    """Find the label, ask what an alias would clear, and put it into a draft; return what was told it would clear."""
    for words, following in (("Crosswalk", "The files in use"), ("Labels", "Labels that nothing knows")):
        walker.press(words, following)
    walker.press(f"May stand for {STANDS_FOR}", "What does it stand for?")
    walker.press("What would it clear?", "would clear")
    cleared = walker.page.get_by_role("status").inner_text()
    walker.write(reason="both mean the same", checked="asked the provider")
    walker.press("Put this alias into a draft", "It is saved in this draft")
    return cleared


def go_back(walker: Walker) -> None:
    """Make a draft of the version before, from the list of versions."""
    walker.press("Crosswalk", "The files in use")
    walker.press("Versions", "What was published")
    walker.press("Go back", "It becomes a draft")
    walker.write(reason="it was wrong", checked="the guide")
    walker.press("Make a draft of version 1", "How it stands")


def test_an_alias_clears_in_the_next_night_what_the_pages_told_and_is_taken_back(walker: Walker) -> None:
    before, files = walker.lines(), walker.files()
    walker.enter(AUTHOR)
    cleared, told = draft_alias(walker), walker.told()

    walker.enter(APPROVER)
    seen = walker.publish_waiting()
    after = walker.let_night_pass()
    walker.enter(APPROVER)
    go_back(walker)
    walker.enter(AUTHOR)
    walker.publish_waiting()
    back = walker.let_night_pass()

    assert "would clear 1 flag: 1 line" in cleared
    assert "Lines that would change\n1\n" in seen
    assert told.select("line_id", "then_decision", "now_decision").rows() == [(LINE, "flag", "enter")]
    then, now = differing(before, after)
    assert as_told(then, told, "then") == told_of(told, "then")
    assert as_told(now, told, "now") == told_of(told, "now")
    assert differing(before, back) == ([], [])
    assert walker.files() == files
