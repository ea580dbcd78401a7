"""Two main tasks with the mouse, and by keyboard alone without script; the others are tested beside their pages."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.store import Database, newest_plan, stopped
from sync.store.accounts import Role
from tests.browser.surf import surfing
from tests.web import Pages, with_everybody


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested in the store."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return with_everybody(database, tmp_path)


@pytest.mark.parametrize("late_ms", [0, 200], ids=["at once", "over a slow line"])
def test_why_a_payment_cannot_be_invoiced_is_found_with_the_mouse(opened: Chromium, pages: Pages, late_ms: int) -> None:
    with surfing(opened, pages, late_ms=late_ms) as surfer:
        surfer.sign_in(Role.REVIEWER)

        surfer.click(surfer.page.get_by_role("link", name="Money that cannot be invoiced"))
        surfer.click(surfer.page.locator("main table a").first)
        surfer.click(surfer.page.locator("main a[href^='/customers/']").first)

        assert surfer.page.get_by_role("heading", level=1).inner_text().startswith("Customer DEMO-")
        assert surfer.page.get_by_text("at risk").first.is_visible()
        assert surfer.page.get_by_role("heading", name="What happened").is_visible()


def test_why_a_payment_cannot_be_invoiced_is_found_by_keyboard_without_script(opened: Chromium, pages: Pages) -> None:
    with surfing(opened, pages, java_script_enabled=False) as surfer:
        surfer.sign_in(Role.REVIEWER)
        surfer.tab_to("Customers")
        surfer.press_enter()
        surfer.page.get_by_role("heading", name="Find a customer").wait_for()
        surfer.tab_to("Customer id, job seeker id or name")
        surfer.page.keyboard.type("DEMO-C53")
        surfer.press_enter()
        surfer.page.get_by_role("heading", name="Customer DEMO-C53").wait_for()

        surfer.tab_to("2026-04")
        surfer.press_enter()

        assert surfer.page.url.endswith("#month-2026-04")
        assert "payment:DEMO-53" in surfer.page.locator("main").inner_text()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_sending_is_stopped_let_go_on_and_a_plan_is_approved(opened: Chromium, pages: Pages, by: str) -> None:
    def press(field: str, text: str, button: str, then: str) -> None:
        if by == "mouse":
            if field:
                surfer.page.get_by_label(field).fill(text)
            surfer.send(button)
        else:
            if field:
                surfer.tab_to(field)
                surfer.page.keyboard.type(text)
            surfer.tab_to(button)
            surfer.press_enter()
        surfer.page.get_by_text(then).first.wait_for()

    with surfing(opened, pages, java_script_enabled=by == "mouse") as surfer:
        surfer.sign_in(Role.OPERATIONS)
        surfer.go("/runs")

        press("Why should nothing be sent?", "the target answers oddly", "Stop sending now", "Sending is stopped")
        held = stopped(pages.service.db)
        press("", "", "Let sending go on", "Nothing holds senders back")
        press("Why may it be pushed?", "looked through", "Approve this plan", "Approved by")

        plan = newest_plan(pages.service.db)
        assert held is not None
        assert plan is not None
        assert plan.approved_by == "DEMO-OPERATIONS"
