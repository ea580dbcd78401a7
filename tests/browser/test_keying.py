"""Real Chromium keys customers: by mouse, by keyboard alone without any script, and with the copy buttons."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.jobs.approval import approve
from sync.store import State, counts, migrate, newest_plan, open_database
from sync.store.accounts import Role
from tests.browser.surf import SCRIPT, Surfer, surfing
from tests.store_rows import rows_in
from tests.web import Pages, pages_over, with_people

Facts = dict[str, str]


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Pages]:
    """Pages over an approved plan about two people, five entries each."""
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        pages = with_people(pages_over(database, tmp_path), tmp_path)
        plan = newest_plan(database)
        assert plan is not None
        approve(pages.service, plan.digest, "checked")
        yield pages


@pytest.fixture
def surfer(opened: Chromium, played: Pages) -> Iterator[Surfer]:
    with surfing(opened, played) as one:
        one.sign_in(Role.KEYER)
        one.go("/keying")
        yield one


def shown(surfer: Surfer) -> Facts:
    """Read what to type where, as the keyer does."""
    places = surfer.page.locator(".entry--open .fields")
    return dict(zip(places.locator("dt").all_inner_texts(), places.locator(".typed").all_inner_texts(), strict=True))


def key(surfer: Surfer) -> None:
    facts = shown(surfer)
    surfer.send("I keyed it", date=facts["Date"], name=facts["Check or choose"])


def test_a_customer_is_keyed_in_with_the_mouse(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    for _ in range(5):
        key(surfer)
    surfer.page.get_by_text("Nothing of this customer is open").wait_for()

    surfer.send("Open the next customer")

    assert surfer.page.get_by_role("heading", name="Key customer DEMO-C02").is_visible()
    assert counts(surfer.pages.service.db)[State.KEYED] == 5


def test_a_customer_is_keyed_in_with_the_keyboard_alone_and_no_script(opened: Chromium, played: Pages) -> None:
    with surfing(opened, played, java_script_enabled=False) as surfer:
        surfer.sign_in(Role.KEYER)
        surfer.go("/keying")
        keys = surfer.page.keyboard
        surfer.page.get_by_role("button", name="Open the next customer").focus()
        surfer.press_enter()
        for number in range(1, 6):
            surfer.page.get_by_role("heading", name=f"{number}. ").and_(surfer.page.locator("#open")).wait_for()
            facts = shown(surfer)
            for text in (facts["Date"], facts["Check or choose"]):  # from the entry's heading, straight to its fields
                keys.press("Tab")
                keys.type(text)
            surfer.press_enter()
        surfer.page.get_by_text("Nothing of this customer is open").wait_for()

        assert surfer.page.locator("[data-copy]").count() == 0
        assert counts(played.service.db)[State.KEYED] == 5


def test_without_script_there_is_no_copy_button_that_does_nothing(opened: Chromium, played: Pages) -> None:
    with surfing(opened, played, java_script_enabled=False) as surfer:
        surfer.sign_in(Role.KEYER)
        surfer.go("/keying")
        surfer.send("Open the next customer")
        surfer.page.locator("[data-copy]").first.wait_for(state="attached")

        assert not surfer.page.locator("[data-copy]").first.is_visible()


def test_a_copy_button_copies_its_cell_and_says_so(opened: Chromium, played: Pages) -> None:
    with surfing(opened, played, permissions=["clipboard-read", "clipboard-write"]) as surfer:
        surfer.sign_in(Role.KEYER)
        surfer.go("/keying")
        surfer.send("Open the next customer")

        surfer.send("Copy Date")
        surfer.page.get_by_text("Copied: Date").wait_for()

        assert surfer.page.evaluate("navigator.clipboard.readText()") == shown(surfer)["Date"]
        assert surfer.page.get_by_role("status").inner_text() == "Copied: Date"


def test_where_the_browser_does_not_let_us_copy_the_page_says_what_to_do(surfer: Surfer) -> None:
    surfer.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    surfer.send("Open the next customer")

    surfer.send("Copy Date")

    surfer.page.get_by_text("could not be copied: select the text and copy it").wait_for()


def test_a_slip_is_taken_back_and_what_is_wrong_is_named_at_its_field(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    surfer.send("I keyed it", date="4/1/2025", name=shown(surfer)["Check or choose"])
    alert = surfer.page.get_by_role("alert")
    alert.get_by_role("link", name="To the entry").click()
    focused = surfer.page.evaluate("document.activeElement.name")
    key(surfer)
    surfer.send("That was a slip")

    assert focused == "date"
    assert surfer.page.get_by_role("heading", name="1. Orientation").is_visible()
    assert counts(surfer.pages.service.db)[State.KEYED] == 0


def _queue(surfer: Surfer) -> None:
    surfer.go("/keying")


def _claim(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    for summary in surfer.page.locator("summary").all():
        summary.click()


def _wrong(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    surfer.send("I keyed it", date="x", name="x")


def _named(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    key(surfer)
    surfer.send("Show the name")


def _over(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    surfer.pages.clock.sleep(14 * 60)
    surfer.page.reload()
    surfer.pages.clock.sleep(60)
    surfer.page.reload()
    assert surfer.page.get_by_text("Your time was over").is_visible()


def _ended(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    surfer.page.locator("summary", has_text="could not").click()
    surfer.send("I could not key it", reason="the screen was closed")


def _holding(surfer: Surfer) -> None:
    surfer.send("Open the next customer")
    surfer.go("/keying")


def _nothing(surfer: Surfer) -> None:
    for _ in range(2):
        _ended(surfer)
    surfer.send("Open the next customer")
    assert surfer.page.get_by_role("heading", name="Nothing can be keyed now").is_visible()


def _not_found(surfer: Surfer) -> None:
    surfer.go("/keying/nothing-like-it")


STATES = (_queue, _claim, _wrong, _named, _over, _ended, _holding, _nothing, _not_found)


@pytest.mark.parametrize("state", STATES, ids=lambda one: one.__name__.strip("_"))
def test_axe_finds_nothing_in_any_state_of_the_queue_at_any_size(
    surfer: Surfer, state: Callable[[Surfer], None]
) -> None:
    state(surfer)

    assert surfer.wrongs() == []


def test_planted_script_that_a_keyer_types_stays_text(opened: Chromium, played: Pages) -> None:
    with surfing(opened, played, bypass_csp=True) as surfer:
        surfer.sign_in(Role.KEYER)
        surfer.go("/keying")
        surfer.send("Open the next customer")
        shown_after = []

        surfer.send("I keyed it", date=SCRIPT, name=SCRIPT, entry_number=SCRIPT)
        shown_after.append((surfer.page.title(), surfer.page.locator("img").count()))
        surfer.page.get_by_text("I could not key it, or I am not sure").click()
        surfer.page.locator("[name=reason]").fill(SCRIPT)
        surfer.send("I could not key it")
        surfer.page.get_by_text("could not").first.wait_for()
        shown_after.append((surfer.page.title(), surfer.page.locator("img").count()))

        assert not [one for one in shown_after if "RAN" in one[0] or one[1]]
        assert [line["words"] for line in rows_in(played.service.db, "ledger") if SCRIPT in str(line["words"])]
