"""Every page is in one table; nobody sees a page that the table does not give them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.jobs.approval import approve
from sync.jobs.keying import Keyer, open_next
from sync.jobs.months import handle_of as place_handle
from sync.store import Database, migrate, newest_plan, open_database
from sync.store.accounts import Role, all_accounts
from sync.store.keying import open_claim
from sync.store.looks import handle_of
from sync.store.review_handles import Stands, handles_of
from sync.web.app import VIEWS, add_pages
from sync.web.headers import CSP_WITH_SCRIPT, FOREVER, HEADERS
from sync.web.policy import PAGES, Object, Page, Stage
from tests.store_rows import rows_in
from tests.web import ITEM, Browser, Pages, pages_over, with_crosswalk, with_people, with_reviews

OTHER, MISSING = "other", "missing"
OF_PROVIDERS = {Object.CUSTOMER, Object.ITEM, Object.TOGETHER, Object.PROVIDER_MONTH}
COPY = """<script src="{{ url_for('static', version=version, name='copy.js') }}" defer></script>"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    """Somebody of each role, who may see the provider of the demo, and one who may see another one alone."""
    folder = tmp_path_factory.mktemp("pages")
    with open_database(f"sqlite:///{folder / 'ims-sync.db'}") as database:
        migrate(database)
        pages = with_crosswalk(with_reviews(with_people(pages_over(database, folder), folder)))
        approve(pages.service, plan_of_pages(pages), "checked")
        people = {str(role): pages.signed_in(role, "IRCO") for role in Role}
        people["another keyer"] = pages.signed_in(Role.KEYER, "IRCO", name="DEMO-OTHER-KEYER")
        people["elsewhere"] = pages.signed_in(Role.REVIEWER, "POIC", name="DEMO-ELSEWHERE")
        open_next(pages.service, Keyer("DEMO-KEYER"))
        people["operating"] = pages.signed_in(Role.OPERATIONS, "POIC", name="DEMO-OPERATING")
        yield {**people, "nobody": pages.browser()}


def plan_of_pages(pages: Pages) -> str:
    plan = newest_plan(pages.service.db)
    assert plan is not None
    return plan.digest


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return pages_over(database, tmp_path)


def path_of(page: Page, browser: Browser, which: str = "own") -> str:
    db = browser.service.db
    handle = _handle(page, db) if which != MISSING else "nothing-like-it"
    account = next(one for one in all_accounts(db) if one.name == "DEMO-KEYER").id if which != MISSING else 9999
    item = handles_of(db, Stands.ITEM, [ITEM])[ITEM] if which != MISSING else "nothing-like-it"
    common = str(rows_in(db, "review_event")[0]["together"]) if which != MISSING else "nothing-like-it"
    path = page.path.replace("<handle>", handle).replace("<int:account_id>", str(account))
    provider = place_handle("irco") if which != MISSING else "nothing-like-it"
    path = path.replace("<item>", item).replace("<common>", common)
    path = path.replace("<provider>", provider).replace("<month>", "2026-04")
    path = path.replace("<int:draft>", "1" if which != MISSING else "9999")
    path = path.replace("<int:number>", "1" if which != MISSING else "9999")
    return path.replace("<version>", "x").replace("<path:name>", "x").replace("<token>", "x")


def _handle(page: Page, db: Database) -> str:
    if page.object is not Object.CLAIM:
        return handle_of(db, "DEMO-C01")
    with db.read() as conn:
        claim = open_claim(conn, "DEMO-KEYER")
    assert claim is not None
    return claim.handle


def ask(browser: Browser, endpoint: str, which: str = "own") -> int:
    """Ask for a page without the token of a form: whoever is let through to it then fails at that, with 400."""
    page = PAGES[endpoint]
    return browser.client.open(path_of(page, browser, which), method=page.method).status_code


GUARDED = [name for name, page in PAGES.items() if page.stage is Stage.WHOLE]


@pytest.mark.parametrize("endpoint", GUARDED)
@pytest.mark.parametrize("role", Role)
def test_each_role_sees_exactly_the_pages_of_the_table(world: dict[str, Browser], endpoint: str, role: Role) -> None:
    page = PAGES[endpoint]
    allowed = 200 if page.method == "GET" else 400

    assert ask(world[role], endpoint) == (allowed if role in page.roles else 403)


@pytest.mark.parametrize("endpoint", GUARDED)
def test_nobody_sees_anything_without_signing_in(world: dict[str, Browser], endpoint: str) -> None:
    answer = world["nobody"].client.open(path_of(PAGES[endpoint], world["nobody"]), method=PAGES[endpoint].method)

    assert answer.status_code == (303 if PAGES[endpoint].method == "GET" else 401)
    assert "DEMO-" not in answer.text


@pytest.mark.parametrize("endpoint", [name for name, page in PAGES.items() if page.object])
@pytest.mark.parametrize("role", Role)
def test_what_is_not_there_is_not_found_whoever_asks(world: dict[str, Browser], endpoint: str, role: Role) -> None:
    assert ask(world[role], endpoint, MISSING) == (404 if role in PAGES[endpoint].roles else 403)


@pytest.mark.parametrize("endpoint", [name for name, page in PAGES.items() if page.object in OF_PROVIDERS])
def test_what_is_of_another_provider_is_as_what_is_not_there(world: dict[str, Browser], endpoint: str) -> None:
    page, person = PAGES[endpoint], world["elsewhere" if Role.REVIEWER in PAGES[endpoint].roles else "operating"]
    answers = [person.client.open(path_of(page, person, which), method=page.method) for which in (OTHER, MISSING)]

    assert [answer.status_code for answer in answers] == [404, 404]
    # The token of a form holds the second in which it was made.
    shown = [re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.text) for answer in answers]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("endpoint", [name for name, page in PAGES.items() if page.object is Object.CLAIM])
def test_a_claim_of_another_keyer_is_as_one_that_is_not_there(world: dict[str, Browser], endpoint: str) -> None:
    page, person = PAGES[endpoint], world["another keyer"]
    answers = [person.client.open(path_of(page, person, which), method=page.method) for which in (OTHER, MISSING)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_the_table_gives_somebody_every_page_and_roles_to_guarded_ones_alone() -> None:
    assert all(bool(page.roles) == (page.stage is Stage.WHOLE) for page in PAGES.values())


def test_who_may_see_and_do_what_is_as_agreed() -> None:
    """Said a second time on purpose: a slip in the table would else go through with its tests."""
    changing_crosswalk = {"crosswalk_row", "save_crosswalk_row", "crosswalk_drafts", "crosswalk_draft", "reword_draft",
                          "publish_draft", "discard_draft", "reopen_draft", "roll_back", "say_checked",
                          "crosswalk_switches", "put_switch", "crosswalk_labels", "put_alias", "crosswalk_proposed",
                          "put_proposal", "put_contracts", "crosswalk_import", "preview_import", "save_import",
                          "draft_workbook"}  # fmt: skip
    admins = {"accounts", "add_account", "renew_account", "disable_account", "looks", *changing_crosswalk}
    about_customers = {"look_up", "find_customer", "customer", "show_name"}
    deciding = {"review_together", "act_together", "undo_together", "settle_review", "defer_review", "assign_review",
                "undo_review"}  # fmt: skip
    shown = {"reviews", "review_causes", "review", "done_together"}

    assert {name for name, page in PAGES.items() if page.roles == {Role.ADMIN}} == admins
    of_operations = {"approve", "pass_night", "ask_run", "take_back_run", "reopen_month"}
    assert {name for name, page in PAGES.items() if page.roles == {Role.OPERATIONS}} == of_operations
    about_runs = {"runs", "runs_history", "runs_pictures", "runs_connections"}
    assert all(PAGES[name].roles == set(Role) - {Role.KEYER} for name in about_runs)
    assert PAGES["stop"].roles == PAGES["go_on"].roles == {Role.OPERATIONS, Role.ADMIN}
    assert PAGES["rehearsal"].roles == PAGES["move_rehearsal"].roles == {Role.OPERATIONS, Role.ADMIN}
    assert PAGES["pass_night"].roles == {Role.OPERATIONS}
    assert all(PAGES[name].roles == set(Role) - {Role.ADMIN} for name in about_customers)
    assert {name for name, page in PAGES.items() if page.roles == {Role.REVIEWER}} == deciding
    assert all(PAGES[name].roles == set(Role) - {Role.KEYER} for name in shown)
    assert PAGES["review_explained"].roles == {Role.REVIEWER, Role.OPERATIONS}
    to_key = {"open_next", "claim", "show_name_to_key", "say", "take_back", "give_back", "extend"}
    assert {name for name, page in PAGES.items() if page.roles == {Role.KEYER}} == to_key
    assert PAGES["keying"].roles == {Role.KEYER, Role.OPERATIONS}
    assert {name for name, page in PAGES.items() if page.script} == {"claim", "show_name_to_key", "say"}
    closing = {"declare_month", "sign_month", "decide_adjustment", "take_back_word", "month_evidence"}
    assert all(PAGES[name].roles == {Role.REVIEWER, Role.OPERATIONS} for name in closing)
    assert PAGES["months"].roles == PAGES["month"].roles == {Role.REVIEWER, Role.OPERATIONS, Role.ADMIN}
    read = {"crosswalk", "crosswalk_versions", "crosswalk_files", "crosswalk_calendar", "crosswalk_use",
            "crosswalk_contracts", "version_workbook"}  # fmt: skip
    assert all(PAGES[name].roles == {Role.REVIEWER, Role.OPERATIONS, Role.ADMIN} for name in read)
    assert PAGES["crosswalk_lines"].roles == {Role.OPERATIONS, Role.ADMIN}
    open_to_all = {name for name, page in PAGES.items() if page.stage is Stage.NOT}
    of_oidc = {"oidc", "oidc_first", "oidc_back"}
    assert open_to_all == {"static", "sign_in", "check_password", "first_visit", "enrol", *of_oidc}


def test_a_page_that_is_not_in_the_table_stops_the_start(pages: Pages) -> None:
    with pytest.raises(RuntimeError, match="differ in secret"):
        add_pages(pages.app, {**VIEWS, "secret": lambda: ""})


def test_what_is_served_is_exactly_the_table(pages: Pages) -> None:
    assert {rule.endpoint for rule in pages.app.url_map.iter_rules()} == set(PAGES)


def test_an_address_that_nobody_listed_is_not_found_even_where_it_was_smuggled_in(pages: Pages) -> None:
    pages.app.add_url_rule("/smuggled", "smuggled", lambda: "secret")

    assert pages.browser().get("/smuggled").status_code == 404


@pytest.mark.parametrize("path", ["/sign-in", "/", "/no-such-page", "/static/x/pages.css", "/sign-out"])
def test_every_answer_has_the_headers_and_is_not_kept(pages: Pages, path: str) -> None:
    answer = pages.browser().get(path)

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_static_files_are_kept_for_ever_under_the_name_of_their_content(pages: Pages) -> None:
    links = re.findall(r'href="(/static/[^"]+)"', pages.browser().get("/sign-in").text)

    answers = [pages.browser().get(link) for link in links]

    for answer in answers:
        answer.close()
    assert len(links) == 3
    assert {(answer.status_code, answer.headers["Cache-Control"]) for answer in answers} == {(200, FOREVER)}


def test_a_request_under_another_name_of_this_machine_is_refused(pages: Pages) -> None:
    answer = pages.app.test_client().get("/sign-in", headers={"Host": "rebound.example"})

    assert answer.status_code == 400


def test_only_a_page_that_has_a_script_lets_one_run_and_only_our_own(world: dict[str, Browser]) -> None:
    keyer = world["keyer"]
    answers = {name: keyer.client.open(path_of(page, keyer), method=page.method) for name, page in PAGES.items()}
    policies = {name: answer.headers["Content-Security-Policy"] for name, answer in answers.items()}

    assert {name for name, policy in policies.items() if "script-src" in policy} == {"claim", "show_name_to_key", "say"}
    assert policies["claim"] == CSP_WITH_SCRIPT
    assert "unsafe" not in CSP_WITH_SCRIPT


def test_no_page_has_any_script_or_style_of_its_own_but_for_the_copy_buttons() -> None:
    folder = Path(__file__).parent.parent / "sync" / "web" / "templates"
    for template in folder.glob("*.html"):
        text = template.read_text("utf-8").replace(COPY if template.name == "claim.html" else "", "", 1)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text)
