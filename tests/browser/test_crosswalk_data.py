"""Real Chromium sees what our own rows say of the crosswalk; axe finds nothing, and the keyboard alone is enough."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.jobs.crosswalk_publish import adopt
from sync.pretend.person import payment
from sync.pretend.person import service as coaching
from sync.store import migrate, open_database
from sync.store.accounts import Role
from sync.store.crosswalk_versions import DraftState, drafts
from sync.tables.sheets import sheets_bytes
from tests.browser.surf import Surfer, surfing
from tests.configurations import added, copied
from tests.crosswalks import edited
from tests.support import CONFIG
from tests.test_crosswalk_proposed import planned, same_at
from tests.test_crosswalk_sheets import BAKING, sheets_of
from tests.test_web_months import lay
from tests.web import Pages, pages_over

ALIAS = "service,EOP Portland,Coaching,Career Coaching,,,both mean the same"
PAID = (coaching("2026-04-07"), payment("2026-04-08", amount="25.00"))


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """The pages over version 1, whose contracts allow little, with a label that reads almost like a known one."""
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        config = copied(tmp_path)
        added(config, "contracts", "IRCO,Support Service,2026-01-01,2026-04-30,contract 7")
        made = pages_over(database, tmp_path, config=config)
        lay(made, tmp_path, (coaching("2026-04-07", service="Coaching"),), PAID)
        adopt(made.service, config, reason="as the guide has it")
        yield made


@pytest.fixture
def surfer(opened: Chromium, pages: Pages) -> Iterator[Surfer]:
    with surfing(opened, pages, accept_downloads=True) as one:
        yield one


def test_axe_finds_nothing_on_any_of_the_pages_and_in_any_state(surfer: Surfer, tmp_path: Path) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-ADMIN")
    page, wrongs = surfer.page, {}

    def look(path: str = "", name: str = "") -> None:
        if path:
            surfer.go(path)
        for one in page.locator("details:not([open]) > summary").all():
            one.click()
        wrongs[name or path] = surfer.wrongs()

    for path in ("use", "use?months=0", "labels", "labels?work=1", "proposed", "contracts", "contracts?flags=1",
                 "contracts?on=soon", "contracts?on=2020-01-01", "import"):  # fmt: skip
        look(f"/crosswalk/{path}")
    surfer.go("/crosswalk/labels")
    page.locator("details > summary").first.click()
    page.get_by_label("Or another label of the crosswalk").fill("OST")
    page.get_by_label("In every program").check()
    surfer.send("What would it clear?")
    look(name="an alias that cannot stand")
    for file, content in (("edited.xlsx", sheets_bytes(sheets_of(edited(CONFIG, "services", BAKING)))),
                          ("a.txt", b"CCTP\tServices"), ("b.xlsx", b"no")):  # fmt: skip
        surfer.go("/crosswalk/import")
        (tmp_path / file).write_bytes(content)
        page.get_by_label("The file", exact=True).set_input_files(tmp_path / file)
        surfer.send("Show what it would change")
        look(name=file)
    planned(surfer.pages.service, tmp_path, *[same_at("I.R.C.O.")] * 3)
    look("/crosswalk/proposed", "with a proposal")

    assert len(wrongs) == 15
    assert not {state: found for state, found in wrongs.items() if found}


def test_an_alias_for_a_label_of_the_rows_is_tried_and_drafted_by_keyboard_alone_without_script(
    opened: Chromium, pages: Pages
) -> None:
    name = pages.member(Role.ADMIN, name="DEMO-KEYBOARD").name
    with surfing(opened, pages, java_script_enabled=False) as surfer:
        surfer.go("/sign-in")
        surfer.send("Continue", name=name, password="correct horse battery")
        surfer.send("Sign in", code=surfer.code_of(name))
        keys = surfer.page.keyboard
        for words in ("Crosswalk", "Labels", "May stand for Career Coaching"):
            surfer.tab_to(words)
            surfer.press_enter()
        surfer.tab_to("What would it clear?")
        surfer.press_enter()
        cleared = surfer.page.get_by_role("status").inner_text()
        surfer.tab_to_field("reason")
        keys.type("both mean the same")
        surfer.tab_to_field("checked")
        keys.type("asked the provider")
        surfer.tab_to("Put this alias into a draft")
        surfer.press_enter()
        surfer.page.get_by_text("It is saved in this draft").wait_for()
        draft = surfer.page.get_by_role("main").inner_text()

    assert "Career Coaching would clear 1 flag" in cleared
    assert "aliases: added: service, EOP Portland, Coaching" in draft
    with pages.service.db.read() as conn:
        (kept,) = drafts(conn, DraftState.OPEN)
    assert kept.files["crosswalk/aliases.csv"] == edited(CONFIG, "aliases", ALIAS)["crosswalk/aliases.csv"]


def test_a_workbook_is_taken_edited_and_brought_back_with_the_mouse(surfer: Surfer, tmp_path: Path) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-ADMIN")
    page = surfer.page
    surfer.go("/crosswalk")
    surfer.click(page.get_by_role("link", name="Import and export"))
    with page.expect_download() as download:
        page.get_by_role("link", name="as a workbook").click()
    out = tmp_path / "out.xlsx"
    download.value.save_as(out)

    page.get_by_label("The file", exact=True).set_input_files(out)
    surfer.send("Show what it would change")
    page.get_by_text("It says the same as version 1.").wait_for()
    out.write_bytes(sheets_bytes(sheets_of(edited(CONFIG, "services", BAKING))))
    page.get_by_label("The file", exact=True).set_input_files(out)
    surfer.send("Show what it would change")
    page.get_by_text("contracts: removed").wait_for()
    page.get_by_label("Why is it changed?").fill("a new service")
    page.get_by_label("What did you check?").fill("the guide")
    surfer.send("Keep this as a draft")
    page.get_by_text("It is saved in this draft").wait_for()

    assert page.get_by_text("services: added: EOP Portland, Services, Baking Class").is_visible()
