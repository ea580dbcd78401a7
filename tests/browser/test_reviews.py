"""Real Chromium looks at the reviews: axe finds nothing; mouse, or keyboard without script, are enough to settle."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser as Chromium

from sync.jobs.review import PAGE_ROWS, item, work_list
from sync.jobs.review_filter import Filter
from sync.store import migrate, open_database
from sync.store.accounts import Role
from sync.store.review_handles import Stands, handles_of
from sync.store.review_states import ReviewState
from tests.browser.surf import SCRIPT, Surfer, surfing
from tests.web import Pages, found, pages_over, with_everybody

MANY = 1_000


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("everybody")
    with open_database(f"sqlite:///{folder / 'ims-sync.db'}") as database:
        migrate(database)
        yield with_everybody(database, folder)


@pytest.fixture
def surfer(opened: Chromium, everybody: Pages) -> Iterator[Surfer]:
    with surfing(opened, everybody) as one:
        yield one


def first(pages: Pages, query: str) -> tuple[str, str]:
    """Return the id and the address of the first item that a query selects."""
    found_id = work_list(pages.service, Filter.read(query)).rows[0].item_id
    return found_id, f"/reviews/{handles_of(pages.service.db, Stands.ITEM, [found_id])[found_id]}"


def state(pages: Pages, item_id: str) -> ReviewState:
    return item(pages.service, item_id).row.state


def test_axe_finds_nothing_on_any_page_of_the_reviews(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-AXE-REVIEWS")
    _, mismatch = first(surfer.pages, "kind=component-differs")
    _, choice = first(surfer.pages, "reason=choose-ims-type")
    wrongs = {}

    for path in ("/reviews", "/reviews?severity=claim&month=2026-03", "/reviews?state=deferred", "/reviews?severty=x",
                 "/reviews/causes", "/reviews/causes?state=deferred", mismatch, choice, f"{choice}/explained",
                 "/reviews/together?kind=not-copied&listed=1", "/reviews/together?state=deferred"):  # fmt: skip
        surfer.go(path)
        surfer.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wrongs[path] = surfer.wrongs()

    assert not {path: told for path, told in wrongs.items() if told}


def test_axe_finds_nothing_where_an_act_is_refused_done_or_taken_back(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-AXE-ACTS")
    _, address = first(surfer.pages, "kind=provider-differs")
    page, wrongs = surfer.page, {}

    surfer.go(address)
    page.get_by_label("It was looked at").check()
    surfer.send("Settle it", reason=" ")
    wrongs["refused"] = surfer.wrongs()
    surfer.send("Settle it", reason="it is right")
    wrongs["settled"] = surfer.wrongs()
    surfer.send("Take that back")
    wrongs["taken back"] = surfer.wrongs()
    surfer.go("/reviews/together?kind=auto-exit-due")
    page.get_by_label("It was looked at").check()
    surfer.send("Settle 3 items", reason="they are known")
    wrongs["together"] = surfer.wrongs()
    surfer.send("Take all of it back")
    wrongs["together, taken back"] = surfer.wrongs()

    assert page.get_by_text("All of it was taken back").is_visible()
    assert not {name: told for name, told in wrongs.items() if told}


def test_axe_finds_nothing_for_those_who_only_read(surfer: Surfer) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-AXE-READER")
    wrongs = {}

    for path in ("/reviews", "/reviews/causes", first(surfer.pages, "severity=claim")[1]):
        surfer.go(path)
        wrongs[path] = surfer.wrongs()

    assert not {path: told for path, told in wrongs.items() if told}


def test_a_list_of_a_thousand_is_shown_page_by_page(opened: Chromium, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("many")
    with open_database(f"sqlite:///{folder / 'ims-sync.db'}") as database:
        migrate(database)
        pages = pages_over(database, folder)
        found(pages, *({"item_id": f"date-differs:{number:04d}"} for number in range(MANY)))
        with surfing(opened, pages) as surfer:
            surfer.sign_in(Role.REVIEWER, "DEMO-MANY")
            surfer.go("/reviews")
            wrongs = surfer.wrongs()
            surfer.click(surfer.page.get_by_role("link", name=f"Page {MANY // PAGE_ROWS}"))

            rows = surfer.page.locator("tbody tr")
            assert not wrongs
            assert surfer.page.get_by_text("1,000 items fit").is_visible()
            assert rows.count() == PAGE_ROWS
            assert surfer.page.get_by_role("link", name="Next").count() == 0


def test_planted_script_runs_on_no_page_of_the_reviews(
    opened: Chromium, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("planted")
    cells = dict.fromkeys(("customer_id", "program", "provider", "month", "line_id", "entry_id"), SCRIPT)
    facts = json.dumps(dict.fromkeys(("line.provider", "entry.provider", "line.date", "line.label"), SCRIPT))
    with open_database(f"sqlite:///{folder / 'ims-sync.db'}") as database:
        migrate(database)
        pages = pages_over(database, folder)
        planted = {**cells, "facts": facts, "cause": f"same|date-differs|{SCRIPT}", "place": SCRIPT}
        found(pages, *({**planted, "item_id": f"{SCRIPT}{number}"} for number in range(2)))
        address = first(pages, "")[1]
        with surfing(opened, pages, bypass_csp=True) as surfer:
            surfer.sign_in(Role.REVIEWER, SCRIPT[:50])
            surfer.go(address)
            surfer.page.get_by_label("It was looked at").check()
            surfer.send("Settle it", reason=SCRIPT, note=SCRIPT)
            queries = (urlencode({"provider": SCRIPT}), urlencode({SCRIPT: "x"}), "state=settled", "")
            for path in (address, "/reviews/causes", "/reviews/together", *(f"/reviews?{one}" for one in queries)):
                surfer.go(path)
                page = surfer.page
                assert (page.title().startswith("RAN"), page.locator("script, img").count()) == (False, 0), path
                assert SCRIPT[2:10] in page.locator("body").inner_text() or path == "/reviews/together", path


def test_a_mismatch_is_settled_with_the_mouse(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-MOUSE")
    settled, _ = first(surfer.pages, "severity=claim")
    page = surfer.page

    surfer.click(page.get_by_role("link", name="Claims without evidence"))
    surfer.click(page.locator("tbody tr").first.get_by_role("link"))
    page.get_by_text("It was entered, corrected or taken out").click()
    page.get_by_label("Why?").first.fill("taken out by the State")
    surfer.send("Settle it")

    page.get_by_text("It is settled.").wait_for()
    assert state(surfer.pages, settled) is ReviewState.SETTLED
    surfer.click(page.get_by_role("link", name="Back to the list"))
    assert "severity=claim" in page.url


def test_a_mismatch_is_settled_by_keyboard_alone_without_script(opened: Chromium, everybody: Pages) -> None:
    settled, address = first(everybody, "severity=claim")
    with surfing(opened, everybody, java_script_enabled=False) as surfer:
        surfer.sign_in(Role.REVIEWER, "DEMO-KEYS")
        surfer.go(address)
        keys = surfer.page.keyboard

        surfer.tab_to_field("decision")
        keys.press("Space")
        surfer.tab_to_field("reason")
        keys.type("taken out by the State")
        surfer.press_enter()

        surfer.page.get_by_text("It is settled.").wait_for()
        assert state(everybody, settled) is ReviewState.SETTLED


def test_those_ticked_are_decided_about_together(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-TICKS")
    page = surfer.page

    surfer.go("/reviews?kind=not-copied")
    page.get_by_label("Choose number 2:").check()
    page.get_by_label("Choose number 3:").check()
    surfer.send("Decide about those ticked")
    page.get_by_text("Assign them").click()
    surfer.send("Assign 2 items")

    page.get_by_text("2 items decided together").wait_for()
    assert work_list(surfer.pages.service, Filter.read("assigned=DEMO-TICKS")).total == 2


def test_filters_are_chosen_and_taken_off(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-FILTERS")
    page = surfer.page

    surfer.go("/reviews")
    page.get_by_role("checkbox", name="money (").check()
    surfer.send("Show these")
    narrowed = page.url
    surfer.click(page.locator("a", has_text="Severity: money"))

    assert "severity=money" in narrowed
    assert "state=open&state=reopened" in narrowed
    assert "severity" not in page.url
