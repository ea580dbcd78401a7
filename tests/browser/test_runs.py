"""Real Chromium looks at the pages about runs: axe finds nothing in any state; keyboard and no script are enough."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.store import migrate, open_database
from sync.store.accounts import Role
from sync.store.findings import store_found
from sync.web.words import RUN_PAGES
from tests.browser.surf import SCRIPT, Surfer, surfing
from tests.store_rows import found_items, offer_lines, read_back
from tests.test_web_runs import pushed
from tests.web import PASSWORD, Pages, pages_over, with_people


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """The pages over a plan, a push before it, entries on several days, and items that wait."""
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        made = pages_over(database, tmp_path)
        for days in range(12):
            then = made.clock.at - timedelta(days=days)
            ids = [f"service:DEMO-{days}-{number}" for number in range(days % 5 + 1)]
            offer_lines(database, *({"line_id": one} for one in ids), now=then)
            read_back(database, *ids, now=then)
        items = [{"item_id": f"item {number}"} for number in range(9)]
        store_found(database, found_items(*items[:6]), now=made.clock.at - timedelta(weeks=5))
        store_found(database, found_items(*items), now=made.clock.at)
        pushed(made, 8)
        yield with_people(made, tmp_path)


@pytest.fixture
def surfer(opened: Chromium, pages: Pages) -> Iterator[Surfer]:
    with surfing(opened, pages) as one:
        yield one


def test_axe_finds_nothing_on_any_page_about_runs(surfer: Surfer) -> None:
    surfer.sign_in(Role.OPERATIONS, "DEMO-RUNNER")
    wrongs = {}

    for words in RUN_PAGES.values():
        surfer.go("/runs")
        surfer.click(surfer.page.get_by_role("navigation", name="Pages about runs").get_by_role("link", name=words))
        wrongs[words] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_axe_finds_nothing_while_a_run_is_asked_for_refused_and_taken_back(surfer: Surfer) -> None:
    surfer.sign_in(Role.OPERATIONS, "DEMO-ASKER")
    wrongs = {}

    surfer.go("/runs")
    surfer.send("Ask for this run", month="2099-01", because="too early")
    surfer.page.get_by_role("alert").wait_for()
    wrongs["refused"] = surfer.wrongs()
    surfer.send("Ask for this run", month="2026-03", because="late rows")
    surfer.page.get_by_role("button", name="Take back the run of 2026-03").wait_for()
    wrongs["waits"] = surfer.wrongs()
    surfer.send("Take back the run of 2026-03")
    surfer.page.get_by_text("Taken back by DEMO-ASKER").wait_for()
    wrongs["taken back"] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_planted_script_that_is_typed_to_ask_for_a_run_stays_text(opened: Chromium, pages: Pages) -> None:
    with surfing(opened, pages, bypass_csp=True) as surfer:
        surfer.sign_in(Role.OPERATIONS, "DEMO-PLANTER")
        surfer.go("/runs")

        surfer.send("Ask for this run", month="2026-03", because=SCRIPT)
        surfer.page.get_by_role("button", name="Take back the run of 2026-03").wait_for()

        assert surfer.page.get_by_role("cell", name=SCRIPT).is_visible()
        assert "RAN" not in surfer.page.title()
        assert surfer.page.locator("main img").count() == 0


def test_axe_finds_nothing_where_there_is_nothing_to_show_yet(opened: Chromium, tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        with surfing(opened, pages_over(database, tmp_path)) as surfer:
            surfer.sign_in(Role.REVIEWER, "DEMO-EARLY")
            wrongs = {}
            for path in ("/runs", "/runs/history", "/runs/pictures", "/runs/connections"):
                surfer.go(path)
                wrongs[path] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_a_picture_is_read_aloud_with_its_title_and_what_it_tells(surfer: Surfer) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-LISTENER")
    surfer.go("/runs/pictures")

    for title in ("Entries by day, last 30 days", "What waits, by its age"):
        assert surfer.page.get_by_role("img", name=title).is_visible()


def test_what_is_written_and_drawn_in_pictures_stands_out_from_the_page(surfer: Surfer) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-SEER")
    surfer.go("/runs/pictures")

    drawn = surfer.page.locator(".picture text, .picture rect").all()
    fills = {one.evaluate("one => getComputedStyle(one).fill") for one in drawn}

    assert len(fills) == 3
    assert all(contrast_with_white(fill) >= 4.5 for fill in fills)


def contrast_with_white(fill: str) -> float:
    """Return the contrast of a colour such as rgb(27, 27, 27) with white, as WCAG works it out."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", fill)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_the_pages_about_runs_are_reached_by_keyboard_and_without_script(opened: Chromium, pages: Pages) -> None:
    name = pages.member(Role.REVIEWER, name="DEMO-KEYBOARD").name
    with surfing(opened, pages, java_script_enabled=False) as surfer:
        surfer.go("/sign-in")
        surfer.send("Continue", name=name, password=PASSWORD)
        surfer.send("Sign in", code=surfer.code_of(name))
        surfer.page.get_by_text("Sign out").wait_for()
        surfer.go("/runs")

        link = surfer.page.locator("a:focus", has_text="Pictures")
        for _ in range(40):
            if link.count():
                break
            surfer.page.keyboard.press("Tab")
        surfer.press_enter()

        surfer.page.get_by_role("heading", name="Pictures", level=1).wait_for()
        assert surfer.page.url.endswith("/runs/pictures")
