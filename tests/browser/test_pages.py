"""Real Chromium looks at every page: axe finds nothing, a keyboard is enough, and planted script runs nowhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from sync.jobs.demo import demo
from sync.pretend.person import Person, payment
from sync.pretend.person import service as coaching
from sync.settings import ServiceSettings
from sync.store import migrate, newest_plan, open_database
from sync.store.accounts import Role
from sync.web.policy import PAGES, Stage, may
from tests.browser.surf import SCRIPT, SIZES, Surfer, surfing
from tests.services import done, lay_exports, planned, quiet
from tests.support import CONFIG
from tests.web import AS_OF, PASSWORD, Pages, pages_over

PLAIN = [name for name, page in PAGES.items() if page.method == "GET" and "<" not in page.path]
SIGNED_IN = [name for name in PLAIN if PAGES[name].stage is Stage.WHOLE]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages over the database of the demo."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'ims-sync.db'}"
    demo(CONFIG, quiet, database=url)
    with open_database(url) as database:
        yield pages_over(database, folder)


@pytest.fixture
def surfer(opened: Chromium, played: Pages) -> Iterator[Surfer]:
    with surfing(opened, played) as one:
        yield one


@pytest.mark.parametrize("role", Role)
def test_axe_finds_nothing_on_any_page_of_a_role_at_any_size(surfer: Surfer, role: Role) -> None:
    surfer.sign_in(role, f"DEMO-AXE-{role}")
    wrongs = {}

    for endpoint in SIGNED_IN:
        if may(role, endpoint):
            surfer.go(PAGES[endpoint].path)
            wrongs[endpoint] = surfer.wrongs()

    assert {"home", "my_account"} <= set(wrongs)
    assert not {endpoint: found for endpoint, found in wrongs.items() if found}
    assert len(SIZES) == 3


def test_axe_finds_nothing_on_the_way_in_and_where_it_goes_wrong(surfer: Surfer) -> None:
    name, link = surfer.pages.invite(Role.REVIEWER, name="DEMO-WAY-IN")
    wrongs = {}

    surfer.go(link)
    wrongs["first visit"] = surfer.wrongs()
    surfer.send("Save both", password="short", again="short", code="1")
    wrongs["first visit, wrong"] = surfer.wrongs()
    surfer.send("Save both", password=PASSWORD, again=PASSWORD, code=surfer.code_of(name, -1))
    wrongs["sign in"] = surfer.wrongs()
    surfer.send("Continue", name=name, password="wrong")
    wrongs["sign in, wrong"] = surfer.wrongs()
    surfer.send("Continue", name=name, password=PASSWORD)
    wrongs["code"] = surfer.wrongs()
    surfer.send("Sign in", code="1")
    wrongs["code, wrong"] = surfer.wrongs()
    surfer.send("Sign in", code=surfer.code_of(name))
    for path in ("/accounts", "/no-such-page"):
        surfer.go(path)
        wrongs[path] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_axe_finds_nothing_about_a_customer_masked_or_named(surfer: Surfer) -> None:
    surfer.sign_in(Role.REVIEWER, "DEMO-AXE-CUSTOMER")
    wrongs = {}

    surfer.go("/customers")
    surfer.send("Find", asked="DEMO-C99999")
    wrongs["not found"] = surfer.wrongs()
    surfer.send("Find", asked="DEMO-C53")
    wrongs["masked"] = surfer.wrongs()
    surfer.send("Show the name")
    wrongs["named"] = surfer.wrongs()

    assert surfer.page.get_by_text("It was written down that you saw it").is_visible()
    assert not {state: found for state, found in wrongs.items() if found}


def test_axe_finds_nothing_while_sending_is_stopped_and_when_a_link_is_shown(surfer: Surfer) -> None:
    surfer.sign_in(Role.ADMIN, "DEMO-AXE-STATES")
    wrongs = {}

    surfer.go("/runs")
    surfer.send("Stop sending now", why="testing")
    wrongs["stopped"] = surfer.wrongs()
    surfer.go("/")
    wrongs["home, stopped"] = surfer.wrongs()
    surfer.go("/runs")
    surfer.send("Let sending go on")
    surfer.go("/accounts")
    surfer.page.locator("[name=role]").select_option("keyer")
    surfer.send("Add the account", name="DEMO-LINKED")
    wrongs["a link"] = surfer.wrongs()
    surfer.go("/my-account")
    surfer.send("Change it", now="x", password="x", again="x")
    wrongs["my account, wrong"] = surfer.wrongs()

    assert not {state: found for state, found in wrongs.items() if found}


def test_a_keyboard_and_no_script_are_enough_to_sign_in_and_look_around(opened: Chromium, played: Pages) -> None:
    name = played.member(Role.REVIEWER, name="DEMO-KEYBOARD").name
    with surfing(opened, played, java_script_enabled=False) as surfer:
        keys = surfer.page.keyboard
        surfer.go("/sign-in")
        for text in ("", name, PASSWORD):  # the first stop is the link that skips to the content
            keys.press("Tab")
            keys.type(text)
        surfer.press_enter()
        surfer.page.get_by_label("Code").wait_for()
        keys.press("Tab")
        surfer.press_enter()
        keys.press("Tab")
        keys.type(surfer.code_of(name))
        surfer.press_enter()
        surfer.page.get_by_text("Sign out").wait_for()

        surfer.go("/customers")

        assert surfer.page.get_by_role("heading", name="Find a customer").is_visible()


def test_planted_script_runs_nowhere_even_where_the_browser_would_let_it(opened: Chromium, tmp_path: Path) -> None:
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        pages = pages_over(database, tmp_path)
        _plant(pages, tmp_path)
        with surfing(opened, pages, bypass_csp=True) as surfer:
            shown = _everything(surfer)

    assert len(shown) > 10
    assert not [path for path, (title, tags, _) in shown.items() if "RAN" in title or tags]
    assert sum(SCRIPT[2:10] in text for _, _, text in shown.values()) >= 5


def _plant(pages: Pages, folder: Path) -> None:
    """Let every text of a table hold a script."""
    person = Person(1)
    coaching("2026-04-07", service=SCRIPT, provider=SCRIPT)(person)
    payment("2026-04-08", amount="25.00", payment_type=SCRIPT)(person)
    person.tables["customers"][0] |= {"first_name": SCRIPT, "last_name": SCRIPT}
    lay_exports(folder, {"ims_entries": [], **person.tables})
    done(pages.service, "pull")
    done(pages.service, "readback")
    planned(replace(pages.service, actor=SCRIPT), AS_OF)


def _everything(surfer: Surfer) -> dict[str, tuple[str, int, str]]:
    """Type the script into every field there is; return of each page its title, its foreign tags, and its text."""
    shown: dict[str, tuple[str, int, str]] = {}

    def see(state: str) -> None:
        page = surfer.page
        shown[state] = page.title(), page.locator("script, img").count(), page.locator("body").inner_text()

    surfer.go("/sign-in")
    surfer.send("Continue", name=SCRIPT, password=SCRIPT)
    see("sign in")
    surfer.sign_in(Role.OPERATIONS, SCRIPT[:50])
    surfer.go("/runs")
    surfer.send("Stop sending now", why=SCRIPT)
    see("stopped")
    for path in ("/", "/my-account", "/customers"):
        surfer.go(path)
        see(path)
    surfer.send("Find", asked=SCRIPT)
    see("not found")
    surfer.send("Find", asked="DEMO-C01")
    see("customer")
    surfer.send("Show the name")
    see("named")
    surfer.send("Sign out")
    surfer.sign_in(Role.ADMIN, "DEMO-PLANTER")
    for path in ("/accounts", "/looks", "/runs"):
        surfer.go(path)
        see(path)
    surfer.go("/accounts")
    surfer.page.locator("[name=role]").select_option("keyer")
    surfer.send("Add the account", name=SCRIPT[2:50], providers=SCRIPT)
    see("added")
    return shown


def test_nothing_is_asked_of_another_machine(surfer: Surfer) -> None:
    asked: list[str] = []
    surfer.page.on("request", lambda request: asked.append(request.url))

    surfer.sign_in(Role.OPERATIONS, "DEMO-OWN-MACHINE")
    surfer.go("/runs")

    assert newest_plan(surfer.pages.service.db) is not None
    assert any(".woff2" in url for url in asked)
    assert all(url.startswith(surfer.address) for url in asked)
    assert ServiceSettings().web.host == "127.0.0.1"
