"""Real Chromium walks the crosswalk's road, by mouse and by keyboard alone; axe finds nothing at any size."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import publish
from sync.store import migrate, open_database
from sync.store.accounts import Role
from sync.store.crosswalk_versions import versions
from tests.browser.surf import SCRIPT, Surfer, surfing
from tests.crosswalk_pages import over_version_1
from tests.crosswalks import by, drafted, edited
from tests.support import CONFIG
from tests.web import PASSWORD, Pages, pages_over

AUTHOR, APPROVER = "DEMO-AUTHOR", "DEMO-APPROVER"
ALIAS = {"cell-label": "Baking Class", "cell-stands_for": "Career Coaching", "cell-source": "agreed",
         "reason": "a new label", "checked": "asked the provider"}  # fmt: skip


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """The pages over version 1, with two admins and somebody whose label no row knows."""
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        made = over_version_1(database, tmp_path)
        for name in (AUTHOR, APPROVER):
            made.member(Role.ADMIN, name=name)
        yield made


def enter(surfer: Surfer, name: str) -> None:
    """Sign in as an admin, in the place of who was; each code holds once."""
    if surfer.page.get_by_role("button", name="Sign out").count():
        surfer.send("Sign out")
    surfer.pages.clock.sleep(60)
    surfer.go("/sign-in")
    surfer.send("Continue", name=name, password=PASSWORD)
    surfer.send("Sign in", code=surfer.code_of(name))
    surfer.page.get_by_role("button", name="Sign out").wait_for()


def published(pages: Pages) -> list[int]:
    with pages.service.db.read() as conn:
        return [one.number for one in versions(conn)]


def test_an_alias_is_added_published_by_the_second_admin_and_taken_back_with_the_mouse(
    opened: Chromium, pages: Pages
) -> None:
    wrongs: dict[str, list[str]] = {}
    with surfing(opened, pages) as surfer:
        page = surfer.page

        def look(name: str, words: str) -> None:
            page.get_by_text(words).first.wait_for()
            wrongs[name] = surfer.wrongs()

        enter(surfer, AUTHOR)
        surfer.click(page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name="Crosswalk"))
        look("rows", "The files in use are those of the newest version.")
        surfer.click(page.get_by_role("link", name="Add a row to Aliases"))
        look("form", "What you save is kept as a new draft")
        page.locator("[name=cell-kind]").select_option("service")
        surfer.send("Save the row", **{**ALIAS, "cell-first": "soon"})
        look("refused", "expected a date")
        surfer.send("Save the row", **{"cell-first": ""})
        look("own draft", "takes a second person")
        draft = page.url.partition("?")[0].removeprefix(surfer.address)
        enter(surfer, APPROVER)
        surfer.go(draft)
        surfer.send("Work out what would change")
        look("impact", "This report:")
        surfer.click(page.get_by_role("link", name="Open the lines"))
        look("lines", "Lines that draft")
        surfer.click(page.get_by_role("link", name="Back to the draft"))
        surfer.send("Publish draft")
        look("versions", "It is published")
        surfer.click(page.get_by_role("link", name="What changed"))
        look("compared", "From version 1 to version 2")
        page.get_by_text("Go back").last.click()
        surfer.send("Make a draft of version 1", reason="it was wrong", checked="the guide")
        back = page.url.partition("?")[0].removeprefix(surfer.address)
        enter(surfer, AUTHOR)
        surfer.go(f"{back}?impact=1")
        surfer.send("Publish draft")
        page.get_by_text("It is published").wait_for()

    assert published(pages) == [3, 2, 1]
    assert read_files(pages.service.config or CONFIG) == read_files(CONFIG)
    assert not {state: found for state, found in wrongs.items() if found}


def test_an_alias_is_added_published_and_taken_back_by_keyboard_alone_without_script(
    opened: Chromium, pages: Pages
) -> None:
    with surfing(opened, pages, java_script_enabled=False) as surfer:
        page = surfer.page

        def press(words: str, then: str) -> None:
            surfer.tab_to(words)
            surfer.press_enter()
            page.get_by_text(then).first.wait_for()

        def write(**cells: str) -> None:
            for name, text in cells.items():
                surfer.tab_to_field(name)
                page.keyboard.type(text)

        enter(surfer, AUTHOR)
        surfer.go("/")
        press("Crosswalk", "The files in use are those of the newest version.")
        surfer.tab_to("Add a row to")
        for _ in ("Support services", "Funders", "Aliases"):
            page.keyboard.press("Tab")
        surfer.press_enter()
        page.get_by_role("heading", name="Aliases: add a row").wait_for()
        surfer.tab_to_field("cell-kind")
        page.keyboard.type("serv")
        write(**ALIAS)
        press("Save the row", "takes a second person")
        draft = page.url.partition("?")[0].removeprefix(surfer.address)
        enter(surfer, APPROVER)
        surfer.go(draft)
        press("Work out what would change", "This report:")
        press("Publish draft", "It is published")
        press("Go back", "It becomes a draft")
        write(reason="it was wrong", checked="the guide")
        press("Make a draft of version 1", "How it stands")
        back = page.url.partition("?")[0].removeprefix(surfer.address)
        enter(surfer, AUTHOR)
        surfer.go(back)
        press("Work out what would change", "This report:")
        press("Publish draft", "It is published")

    assert published(pages) == [3, 2, 1]
    assert read_files(pages.service.config or CONFIG) == read_files(CONFIG)


def test_axe_finds_nothing_on_calendar_switches_drafts_and_what_is_refused(opened: Chromium, pages: Pages) -> None:
    wrongs: dict[str, list[str]] = {}
    with surfing(opened, pages) as surfer:
        page = surfer.page
        enter(surfer, AUTHOR)

        def look(path: str, words: str) -> None:
            surfer.go(path)
            page.get_by_text(words).first.wait_for()
            wrongs[path] = surfer.wrongs()

        look("/crosswalk/drafts", "No draft waits")
        look("/crosswalk?text=nothing-like-it", "No row fits")
        look("/crosswalk?on=soon", "The day is no date")
        look("/crosswalk/calendar", "Nobody said yet")
        look("/crosswalk/calendar?odd=yes", "No service has a gap")
        look("/crosswalk/switches?try=plan.long_term_target&value=required", "into a draft")
        look("/crosswalk/switches?try=contracts.enforced&value=true", "contracts.csv has no row")
        surfer.go("/crosswalk/rows?table=services")
        page.locator("[name=cell-component]").select_option("Job Retention")
        row = {"cell-program": "CCTP", "cell-control": "Training & Education",
               "cell-service": "Pre-Apprenticeship Training", "cell-first": "2026-09-01", "cell-source": "x",
               "reason": "a new service", "checked": "the guide"}  # fmt: skip
        surfer.send("Save the row", **row)
        page.get_by_text("1 mistake.").wait_for()
        draft = page.url.partition("?")[0].removeprefix(surfer.address)
        number = draft.rpartition("/")[2]
        look(draft, "1 mistake.")
        look("/crosswalk/drafts", "Draft")
        look(f"/crosswalk?draft={number}&every=yes&table=services", "in this draft")
        look(f"/crosswalk/calendar?draft={number}&odd=yes", "Overlap")
        look(f"/crosswalk/rows?table=services&line=2&draft={number}", "End the row")
        page.get_by_text("End the row").first.click()
        wrongs["end"] = surfer.wrongs()
        surfer.go(draft)
        surfer.send("Discard draft")
        page.get_by_text("The draft is discarded").wait_for()
        wrongs["discarded"] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_of_two_admins_at_once_the_second_sees_what_the_first_did_and_saves_again(
    opened: Chromium, pages: Pages
) -> None:
    with surfing(opened, pages) as first:
        enter(first, AUTHOR)
        first.go("/crosswalk/rows?table=aliases")
        first.page.locator("[name=cell-kind]").select_option("service")
        first.send("Save the row", **ALIAS)
        number = first.page.url.partition("?")[0].rpartition("/")[2]
        with surfing(opened, pages) as second:
            enter(second, APPROVER)
            second.go(f"/crosswalk/rows?table=services&line=3&draft={number}")
            second.page.get_by_text("End the row").first.click()
            first.go(f"/crosswalk/rows?table=aliases&draft={number}")
            first.page.locator("[name=cell-kind]").select_option("service")
            first.send("Save the row", **{**ALIAS, "cell-label": "Bakery"})
            second.page.locator("[name=end-last]").fill("2026-05-31")
            second.send("End the row")
            second.page.get_by_text("aliases: added: service, Bakery").wait_for()
            wrongs = second.wrongs()
            second.send("End the row")
            second.page.get_by_text("last was blank, is “2026-05-31”").wait_for()
            first.go(f"/crosswalk/rows?table=services&line=3&draft={number}")
            second.go(f"/crosswalk/rows?table=services&line=3&draft={number}")
            second.send("Save the row", **{"cell-source": "another source"})
            second.page.get_by_text("What differs").wait_for()
            first.send("Save the row", **{"cell-source": "my own source"})
            first.page.get_by_text("the row is not as you saw it").wait_for()
            wrongs += first.wrongs()

    assert wrongs == []


def test_axe_finds_nothing_on_a_draft_that_another_one_overtook(opened: Chromium, pages: Pages) -> None:
    made = by(pages.service, AUTHOR)
    config = made.config or CONFIG
    old, new = (drafted(made, edited(config, "aliases", f"service,,{label},Career Coaching,,,agreed"))
                for label in ("Bakery", "Baking Class"))  # fmt: skip
    publish(by(made, APPROVER), config, new.id, impact_hash=impact(made, new.files).hash)
    with surfing(opened, pages) as surfer:
        enter(surfer, APPROVER)

        surfer.go(f"/crosswalk/drafts/{old.id}")
        surfer.page.get_by_text("Version 2 was published since this draft was begun").wait_for()
        wrongs = surfer.wrongs()
        surfer.send("Discard draft")
        surfer.page.get_by_text("The draft is discarded").wait_for()

    assert wrongs == []


def test_planted_script_stays_text(opened: Chromium, pages: Pages) -> None:
    with surfing(opened, pages, bypass_csp=True) as surfer:
        enter(surfer, AUTHOR)
        surfer.go("/crosswalk/rows?table=aliases")
        surfer.page.locator("[name=cell-kind]").select_option("service")
        surfer.send("Save the row", **{**ALIAS, "cell-label": SCRIPT, "reason": SCRIPT})
        seen = []
        for path in ("/crosswalk/drafts", "/crosswalk/drafts/1?impact=1", "/crosswalk?draft=1", "/crosswalk/switches"):
            surfer.go(path)
            seen.append((surfer.page.title(), surfer.page.locator("script").count()))

    assert all("RAN" not in title and scripts == 0 for title, scripts in seen)


def test_axe_finds_nothing_where_nothing_was_published_yet(opened: Chromium, tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        with surfing(opened, pages_over(database, tmp_path)) as surfer:
            surfer.sign_in(Role.ADMIN, "DEMO-FIRST")
            wrongs = {}
            for page in ("", "/rows", "/drafts", "/versions", "/calendar", "/switches"):
                surfer.go(f"/crosswalk{page}")
                wrongs[page] = surfer.wrongs()

    assert not {page: found for page, found in wrongs.items() if found}
