"""People sign in with an account of their agency, at a real OpenID provider that runs beside the test."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from oidc_provider_mock import run_server_in_thread

from sync.errors import BadConfiguration
from sync.jobs.accounts import disable, new_link
from sync.settings import read_service_settings
from sync.store import Database, verify_audit
from sync.store.accounts import Role, account_named
from sync.web.oidc import NOT_BACK, NOT_REACHED, UNKNOWN
from tests.web import PASSWORD, Browser, Pages, pages_over, with_oidc

SUBJECT = "subject-of-DEMO"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def pages(database: Database, tmp_path: Path, issuer: str) -> Pages:
    return with_oidc(pages_over(database, tmp_path), issuer)


def at_the_provider(person: Browser, begin: str, subject: str = SUBJECT, **answers: str) -> str:
    """Follow a browser to the provider, say there who it is, and return where it is sent back to."""
    away = person.get(begin)
    assert away.status_code == 303
    back = requests.post(away.location, data={"sub": subject, **answers}, timeout=10, allow_redirects=False)
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def linked(pages: Pages, role: Role = Role.REVIEWER) -> Browser:
    """Return somebody whose account is tied to the provider, signed in by it."""
    name, link = pages.invite(role)
    person = pages.browser(name)
    assert person.get(at_the_provider(person, f"{link}/oidc")).location == "/"
    return person


def test_the_first_visit_ties_an_account_to_its_owner_and_lets_them_in(pages: Pages) -> None:
    person = linked(pages)

    assert "DEMO-REVIEWER (reviewer)" in person.get("/").text
    assert verify_audit(pages.service.db) is None


def test_the_owner_comes_back_by_the_agencys_sign_in_alone(pages: Pages) -> None:
    linked(pages)
    later = pages.browser("DEMO-REVIEWER")

    answer = later.get(at_the_provider(later, "/sign-in/oidc"))

    assert answer.location == "/"
    assert "DEMO-REVIEWER" in later.get("/").text
    assert later.sign_in(PASSWORD).status_code == 401


def test_somebody_whom_nobody_let_in_stays_out(pages: Pages) -> None:
    linked(pages)
    stranger = pages.browser()

    answer = stranger.get(at_the_provider(stranger, "/sign-in/oidc", subject="subject-of-nobody"))

    assert answer.status_code == 401
    assert UNKNOWN[0] in answer.text
    assert stranger.get("/").location == "/sign-in"


def test_a_link_works_once(pages: Pages) -> None:
    name, link = pages.invite(Role.KEYER)
    first, second = pages.browser(name), pages.browser(name)
    ways = [at_the_provider(one, f"{link}/oidc", subject) for one, subject in ((first, "one"), (second, "two"))]

    answers = [one.get(way) for one, way in zip((first, second), ways, strict=True)]

    assert [answer.status_code for answer in answers] == [303, 401]
    assert first.get(f"{link}/oidc").status_code == 404


def test_a_disabled_account_and_one_with_a_new_link_let_nobody_in(pages: Pages) -> None:
    person = linked(pages)
    disable(pages.service, person.name)
    shut = person.get(at_the_provider(person, "/sign-in/oidc"))
    new_link(pages.service, person.name)

    untied = person.get(at_the_provider(person, "/sign-in/oidc"))

    assert (shut.status_code, untied.status_code) == (401, 401)
    assert person.get("/").location == "/sign-in"


def test_one_person_has_one_account(pages: Pages) -> None:
    linked(pages)
    _, link = pages.invite(Role.ADMIN)
    person = pages.browser()

    answer = person.get(at_the_provider(person, f"{link}/oidc"))

    assert answer.status_code == 409
    assert "You have another account already" in answer.text


@pytest.mark.parametrize("query", ["", "?code=x&state=forged", "?error=access_denied&state=x", "?state="])
def test_what_does_not_come_from_a_sign_in_of_this_browser_is_refused(pages: Pages, query: str) -> None:
    person = pages.browser()
    person.get("/sign-in/oidc")

    answer = person.get(f"/sign-in/oidc/back{query}")

    assert answer.status_code == 401
    assert NOT_BACK[0] in answer.text


def test_the_answer_to_another_browser_is_of_no_use(pages: Pages) -> None:
    owner = linked(pages)
    way = at_the_provider(owner, "/sign-in/oidc")

    answer = pages.browser().get(way)

    assert answer.status_code == 401


def test_a_provider_that_does_not_answer_is_said_to_be_so(database: Database, tmp_path: Path) -> None:
    pages = with_oidc(pages_over(database, tmp_path), "http://localhost:9")

    answer = pages.browser().get("/sign-in/oidc")

    assert answer.status_code == 503
    assert NOT_REACHED[0] in answer.text


def test_without_a_provider_there_is_neither_button_nor_page(database: Database, tmp_path: Path) -> None:
    pages = pages_over(database, tmp_path)

    answers = [pages.browser().get(path) for path in ("/sign-in/oidc", "/sign-in/oidc/back")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "agency" not in pages.browser().get("/sign-in").text


def test_who_signs_in_by_the_agency_changes_no_password_here(pages: Pages) -> None:
    person = linked(pages)

    shown = person.get("/my-account").text

    assert "no password is kept here" in shown
    assert "New password" not in shown
    assert account_named(pages.service.db, person.name).subject is not None  # type: ignore[union-attr]


def test_a_provider_needs_https_and_a_client(tmp_path: Path) -> None:
    for issuer, environment in (("http://login.example.org", {"IMS_SYNC_OIDC__CLIENT_ID": "x"}), ("https://a.org", {})):
        (tmp_path / "settings.toml").write_text(f'[oidc]\nissuer = "{issuer}"\n')

        with pytest.raises(BadConfiguration, match="oidc"):
            read_service_settings(tmp_path, environment)
