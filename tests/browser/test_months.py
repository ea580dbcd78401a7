"""Real Chromium closes a month, by mouse and by keyboard alone; axe finds nothing on the way, at any size."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.jobs.evidence import Sample, evidence
from sync.jobs.months import Asked
from sync.pretend.person import payment
from sync.store import migrate, open_database
from sync.store.accounts import Role
from tests.browser.surf import SCRIPT, SIZES, Surfer, surfing
from tests.months import APRIL, PAID
from tests.test_web_months import HELD, MARCH, lay
from tests.web import Pages, pages_over


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """The pages over a March with something to enter, something held, and somebody with nothing."""
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        made = pages_over(database, tmp_path)
        lay(made, tmp_path, (*PAID, HELD), APRIL)
        yield made


@pytest.fixture
def surfer(opened: Chromium, pages: Pages) -> Iterator[Surfer]:
    with surfing(opened, pages, accept_downloads=True) as one:
        yield one


def test_a_month_is_closed_with_the_mouse_and_axe_finds_nothing_on_the_way(surfer: Surfer, tmp_path: Path) -> None:
    surfer.sign_in(Role.OPERATIONS, "DEMO-CLOSER")
    page, wrongs = surfer.page, {}

    def look(name: str) -> None:
        wrongs[name] = surfer.wrongs()

    surfer.go("/")
    look("home")
    surfer.click(page.get_by_role("main").get_by_role("link", name="Months"))
    look("list")
    surfer.click(page.get_by_role("link", name="IRCO, 2026-03"))
    look("checklist")
    page.get_by_role("button", name="Declare what is ticked").click()  # the browser asks for what is missing
    page.get_by_label("Why does it stay so?").fill("known to the provider")
    surfer.send("Declare what is ticked")
    look("error")
    for box in page.locator("input[name=point], input[name=customer]").all():
        box.check()
    surfer.send("Declare what is ticked")
    look("ready")
    page.get_by_label("Your account's name").fill("DEMO-CLOSER")
    page.get_by_label("What did you look at?").fill("all of it")
    surfer.send("Sign 2026-03 of IRCO")
    look("signed")
    lay(surfer.pages, tmp_path, (*PAID, HELD, payment("2026-03-13", amount="9.00")), APRIL)
    page.reload()
    page.get_by_text("Decide about").click()
    look("adjustments")
    page.get_by_label("Why?").fill("came late")
    surfer.send("Accept the change")
    look("accepted")

    assert page.get_by_role("cell", name="Accepted").is_visible()
    assert not {state: found for state, found in wrongs.items() if found}
    assert len(SIZES) == 3


def test_a_month_is_closed_by_keyboard_alone_and_without_script(opened: Chromium, pages: Pages) -> None:
    name = pages.member(Role.REVIEWER, name="DEMO-KEYBOARD").name
    with surfing(opened, pages, java_script_enabled=False) as surfer:
        surfer.go("/sign-in")
        surfer.send("Continue", name=name, password="correct horse battery")
        surfer.send("Sign in", code=surfer.code_of(name))
        surfer.page.get_by_text("Sign out").wait_for()
        surfer.go(MARCH)
        ticks = surfer.page.locator("input[type=checkbox][name=point], input[type=checkbox][name=customer]").count()

        surfer.tab_to_field("point")
        for _ in range(ticks):
            surfer.page.keyboard.press("Space")
            surfer.page.keyboard.press("Tab")
        surfer.page.keyboard.type("known to the provider")
        surfer.press_enter()
        surfer.page.get_by_label("Your account's name").wait_for()
        surfer.tab_to_field("name")
        surfer.page.keyboard.type(name)
        surfer.page.keyboard.press("Tab")
        surfer.page.keyboard.type("all of it")
        surfer.press_enter()

        surfer.page.get_by_text("Changes since it was signed").first.wait_for()
        assert surfer.page.get_by_text(f"Signed by {name}").is_visible()


def test_the_evidence_pack_comes_as_a_file(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-AUDITED")
    surfer.go(MARCH)

    with surfer.page.expect_download() as coming:
        surfer.page.locator("[name=seed]").fill("7")
        surfer.page.get_by_role("button", name="Make the evidence pack").click()

    assert coming.value.suggested_filename.endswith("-2026-03.zip")


def _open_page_of(pack: Path, surfer: Surfer) -> None:
    """Unpack the first page and open it from the disk, as an auditor does."""
    with zipfile.ZipFile(pack) as opened:
        surfer.page.goto(Path(opened.extract("pages/001.html", pack.parent)).as_uri())


def test_axe_finds_nothing_on_a_printed_page_of_the_evidence(surfer: Surfer, tmp_path: Path) -> None:
    pack = tmp_path / "pack.zip"
    with pack.open("wb") as out:
        evidence(surfer.pages.service, Asked("IRCO", "2026-03"), Sample(1, "7"), out=out)

    _open_page_of(pack, surfer)

    assert surfer.wrongs() == []


def test_planted_script_stays_text_on_pages_and_in_evidence(opened: Chromium, tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        pages = pages_over(database, tmp_path)
        odd = payment("2026-03-12", amount="7.50", payment_type=SCRIPT)
        lay(pages, tmp_path, (*PAID, odd), APRIL)
        with surfing(opened, pages, bypass_csp=True) as surfer:
            surfer.sign_in(Role.REVIEWER, "DEMO-PLANTER")
            surfer.go(MARCH)
            surfer.page.get_by_label("Why does it stay so?").fill(SCRIPT)
            surfer.send("Declare what is ticked")
            seen = surfer.page.title(), surfer.page.locator("script").count()
            pack = tmp_path / "pack.zip"
            with pack.open("wb") as out:
                evidence(pages.service, Asked("IRCO", "2026-03"), Sample(1, "7"), out=out)
            _open_page_of(pack, surfer)
            packed = surfer.page.title(), surfer.page.locator("script").count()

    assert "RAN" not in seen[0] + packed[0]
    assert (seen[1], packed[1]) == (0, 0)
