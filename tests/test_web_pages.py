"""What the pages show and do: figures as everywhere else, names masked, nothing done by accident."""

import re
from pathlib import Path

import pytest

from sync.store import Database, newest_plan, runs, stopped
from sync.store.accounts import Role, account_named
from sync.summary import money
from tests.store_rows import rows_in
from tests.web import Pages, pages_over, with_people

NAME = "Number 1 Testperson"


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested in the store."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return with_people(pages_over(database, tmp_path), tmp_path)


@pytest.mark.parametrize("role", Role)
def test_home_begins_with_money_at_risk_by_the_figures_of_the_plan(pages: Pages, role: Role) -> None:
    plan = newest_plan(pages.service.db)

    shown = pages.signed_in(role).get("/").text

    assert plan is not None
    assert f"<dt>At risk</dt><dd>${money(plan.counts['at_risk'])}</dd>" in shown
    assert f"<dd>${money(plan.counts['invoiceable'])}</dd>" in shown
    assert shown.index("At risk") < shown.index("To look at") < shown.index("Is the service well?")
    assert "This is a rehearsal" in shown


def test_home_without_a_plan_says_how_to_begin(database: Database, tmp_path: Path) -> None:
    pages = pages_over(database, tmp_path)

    assert "ims-sync plan" in pages.signed_in(Role.OPERATIONS).get("/").text


def test_a_customer_is_found_by_either_id_which_never_stands_in_the_address(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    answers = [person.post("/customers", "/customers", asked=asked) for asked in ("DEMO-C01", "DEMO-J01")]

    assert answers[0].location == answers[1].location
    assert "DEMO" not in answers[0].location
    assert "service:DEMO-01-SER1" in person.get(answers[0].location).text


def test_a_customer_that_is_not_there_is_said_so(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    for asked in ("DEMO-C99", "", "x" * 200, "' OR 1=1 --"):
        answer = person.post("/customers", "/customers", asked=asked)
        assert answer.status_code == 404
        assert "No customer of the newest plan has this id" in answer.text


def test_a_name_is_masked_until_somebody_asks_and_that_is_written_down(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    admin = pages.signed_in(Role.ADMIN)
    address = str(person.post("/customers", "/customers", asked="DEMO-C01").location)
    masked = person.get(address).text
    before = len(rows_in(pages.service.db, "look"))

    shown = person.post(f"{address}/name", address).text

    assert NAME not in masked
    assert NAME in shown
    assert NAME not in person.get(address).text
    newest = rows_in(pages.service.db, "look")
    assert [look["named"] for look in newest[before:]] == [False, True, False]
    seen = admin.get("/looks").text
    assert re.search(r"<td>DEMO-REVIEWER</td><td>DEMO-C01</td><td>customer</td><td>shown</td>", seen)
    assert NAME not in seen


def test_sending_is_stopped_with_a_reason_and_let_go_on_in_the_persons_name(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)

    answer = person.post("/runs/stop", "/runs", why="wrong  crosswalk")

    assert answer.location == "/runs"
    assert stopped(pages.service.db) == "wrong crosswalk"
    assert "Sending is stopped" in person.get("/").text
    assert runs(pages.service.db, 1)[0].actor == "DEMO-OPERATIONS"
    person.post("/runs/go-on", "/runs")
    assert stopped(pages.service.db) is None


@pytest.mark.parametrize("why", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_is_stopped(pages: Pages, why: str) -> None:
    answer = pages.signed_in(Role.OPERATIONS).post("/runs/stop", "/runs", why=why)

    assert answer.status_code == 409
    assert stopped(pages.service.db) is None


def test_the_plan_that_was_seen_is_approved_and_no_other(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)
    plan = newest_plan(pages.service.db)
    assert plan is not None

    refused = person.post("/runs/approve", "/runs", digest="0" * 64, reason="looked at it")
    answer = person.post("/runs/approve", "/runs", digest=plan.digest, reason="looked at it")

    after = newest_plan(pages.service.db)
    assert refused.status_code == 409
    assert "no plan has this digest" in refused.text.lower()
    assert answer.location == "/runs"
    assert after is not None
    assert after.approved_by == "DEMO-OPERATIONS"
    assert "Approved by DEMO-OPERATIONS" in person.get("/runs").text


def test_nothing_is_approved_while_sending_is_stopped(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)
    plan = newest_plan(pages.service.db)
    assert plan is not None
    person.post("/runs/stop", "/runs", why="testing")

    answer = person.post("/runs/approve", "/runs", digest=plan.digest, reason="looked at it")

    assert answer.status_code == 409
    assert newest_plan(pages.service.db) == plan


def test_an_admin_adds_an_account_whose_link_is_shown_once(pages: Pages) -> None:
    admin = pages.signed_in(Role.ADMIN)

    shown = admin.post("/accounts", "/accounts", name="DEMO-NEW", role="keyer", providers="IRCO\nPOIC\n").text

    added = account_named(pages.service.db, "DEMO-NEW")
    link = re.search(r"http://localhost(/first-visit/[\w-]+)", shown)
    assert added is not None
    assert (added.role, added.providers) == (Role.KEYER, ("IRCO", "POIC"))
    assert link is not None
    assert pages.browser().get(link[1]).status_code == 200
    assert "/first-visit/" not in admin.get("/accounts").text


@pytest.mark.parametrize(("name", "role"), [("DEMO-ADMIN", "keyer"), ("", "keyer"), ("DEMO-X", "boss")])
def test_an_account_that_cannot_be_is_refused_with_what_to_do(pages: Pages, name: str, role: str) -> None:
    admin = pages.signed_in(Role.ADMIN)

    answer = admin.post("/accounts", "/accounts", name=name, role=role)

    assert answer.status_code == 409
    assert len(rows_in(pages.service.db, "account")) == 1


def test_an_admin_disables_others_but_not_themselves(pages: Pages) -> None:
    admin, keyer = pages.signed_in(Role.ADMIN), pages.signed_in(Role.KEYER)
    ids = {row["name"]: row["id"] for row in rows_in(pages.service.db, "account")}

    own = admin.post(f"/accounts/{ids['DEMO-ADMIN']}/disable", "/accounts")
    other = admin.post(f"/accounts/{ids['DEMO-KEYER']}/disable", "/accounts")

    assert own.status_code == 409
    assert other.location == "/accounts"
    assert keyer.get("/").location == "/sign-in"
    assert admin.get("/").status_code == 200


def test_a_fault_of_ours_shows_nothing_of_what_went_wrong(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    def broken() -> str:
        raise ValueError("Testperson")

    pages.app.view_functions["home"] = broken
    answer = person.get("/")

    assert answer.status_code == 500
    assert "Testperson" not in answer.text
    assert "tell an admin" in answer.text
