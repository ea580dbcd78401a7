"""Somebody new, with the demo's links alone, does a day's work in real Chromium by what the pages say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.store.accounts import Role
from tests.browser.newcomer import Newcomer, newcomer


@pytest.fixture
def somebody(opened: Chromium, tmp_path: Path) -> Iterator[Newcomer]:
    with newcomer(opened, tmp_path) as one:
        yield one


def test_a_reviewer_finds_why_one_payment_cannot_be_invoiced(somebody: Newcomer) -> None:
    somebody.enter(Role.REVIEWER)

    somebody.follow("Money that cannot be invoiced")
    somebody.follow("There was no service in the month of the payment, so it cannot be invoiced.")
    page = somebody.page

    assert page.get_by_text("What to do: A reviewer: look for a service of that month").is_visible()
    assert page.get_by_text("$240.00").is_visible()
    assert page.get_by_text("Source: Career Boost Data Entry Guide").is_visible()
    somebody.follow("Explain it in full")
    page.get_by_text("There was no service in the month of the payment").first.wait_for()


def test_a_reviewer_settles_a_mismatch(somebody: Newcomer) -> None:
    somebody.enter(Role.REVIEWER)
    page = somebody.page

    somebody.follow("Claims without evidence")
    somebody.surfer.click(page.locator("table.listed th a").first)
    page.get_by_role("radio").first.check()
    page.locator("#settle-reason").fill("looked at both systems")
    somebody.surfer.send("Settle it")

    assert page.get_by_text("It is settled.").is_visible()


def test_a_keyer_keys_a_customer_and_after_the_night_the_read_back_shows_it(somebody: Newcomer) -> None:
    somebody.enter(Role.KEYER)
    page = somebody.page
    somebody.follow("Go to the queue")
    somebody.surfer.send("Open the next customer")
    while page.locator(".entry--open").count():
        somebody.key_open_entry()
    assert page.get_by_text("Nothing of this customer is open").is_visible()
    somebody.surfer.pages.clock.sleep(60)
    somebody.leave()

    somebody.enter(Role.OPERATIONS)
    somebody.follow("Move the date, or let the night pass")
    somebody.surfer.send("Let the night pass")

    assert page.get_by_text("It is done").is_visible()
    assert page.get_by_role("region", name="Environment").get_by_text("today is 2026-04-21").is_visible()
    somebody.surfer.click(somebody.page.get_by_role("main").get_by_role("link", name="Runs"))
    somebody.surfer.send("Approve this plan", reason="looked at what is new")
    assert page.get_by_text("Approved by DEMO-OPERATIONS").is_visible()


def test_a_reviewer_closes_a_month(somebody: Newcomer) -> None:
    somebody.enter(Role.REVIEWER)
    page = somebody.page

    somebody.surfer.click(page.get_by_role("main").get_by_role("link", name="Months"))
    somebody.follow("ready")
    somebody.surfer.send("Sign 2026-03", name="DEMO-REVIEWER", reason="every line and the read-back")

    assert page.get_by_text("Signed by DEMO-REVIEWER").is_visible()


def test_axe_finds_nothing_on_the_page_of_the_rehearsal_at_any_size(somebody: Newcomer) -> None:
    somebody.enter(Role.OPERATIONS)
    wrongs = somebody.surfer.wrongs()
    somebody.surfer.go("/rehearsal")

    wrongs += somebody.surfer.wrongs()
    somebody.surfer.send("Let the night pass")
    wrongs += somebody.surfer.wrongs()
    somebody.surfer.send("Move the date", day="2026-04-01")
    wrongs += somebody.surfer.wrongs()

    assert somebody.page.get_by_role("alert").is_visible()
    assert wrongs == []
