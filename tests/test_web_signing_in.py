"""People sign in with password and code, and with nothing less."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import WrongCall
from sync.jobs.accounts import disable, new_link
from sync.settings import ServiceSettings, read_secret_key
from sync.store import Database, verify_audit
from sync.store.accounts import Role, account_named
from sync.web.signing_in import MOST_BY_ACCOUNT, TOO_MANY, TRIES_WITHIN, WRONG, WRONG_CODE
from tests.store_rows import rows_in
from tests.web import PASSWORD, Pages, pages_over


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return pages_over(database, tmp_path)


def test_password_and_code_together_let_somebody_in(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)

    answer = person.sign_in()

    assert (answer.status_code, answer.location) == (303, "/")
    assert "DEMO-REVIEWER (reviewer)" in person.get("/").text
    assert verify_audit(pages.service.db) is None


def test_a_password_alone_opens_nothing(pages: Pages) -> None:
    person = pages.member(Role.ADMIN)

    person.post("/sign-in", "/sign-in", name=person.name, password=PASSWORD)

    assert person.get("/").location == "/sign-in"
    assert person.get("/accounts").location == "/sign-in"


def test_an_unknown_account_a_wrong_password_and_a_disabled_account_get_the_same_answer(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)
    gone = pages.member(Role.KEYER)
    disable(pages.service, gone.name)
    waiting, _ = pages.invite(Role.OPERATIONS)

    answers = [
        pages.browser(name).post("/sign-in", "/sign-in", name=name, password=password)
        for name, password in [("nobody", "x"), (person.name, "x"), (gone.name, PASSWORD), (waiting, "")]
    ]

    shown = {answer.text.replace(f'value="{name}"', "").split('name="csrf_token"')[0] for answer, name in zip(
        answers, ["nobody", person.name, gone.name, waiting], strict=True
    )}  # fmt: skip
    assert {answer.status_code for answer in answers} == {401}
    assert len(shown) == 1
    assert WRONG in shown.pop()


def test_a_code_works_once(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)
    code = person.code()
    person.sign_in(code=code)
    person.post("/sign-out")

    answer = person.sign_in(code=code)

    assert answer.status_code == 401
    assert WRONG_CODE in answer.text


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "000000 or 1=1"])
def test_what_is_no_code_is_refused(pages: Pages, code: str) -> None:
    person = pages.member(Role.REVIEWER)
    person.post("/sign-in", "/sign-in", name=person.name, password=PASSWORD)

    assert person.post("/sign-in/code", "/sign-in/code", code=code).status_code == 401


def test_too_many_tries_are_refused_even_with_the_right_password_and_soon_allowed_again(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)
    for _ in range(MOST_BY_ACCOUNT):
        person.sign_in("wrong")

    refused = person.sign_in()
    pages.clock.at += TRIES_WITHIN

    assert refused.status_code == 429
    assert TOO_MANY in refused.text
    assert person.sign_in().status_code == 303


def test_tries_under_a_name_that_nobody_has_are_throttled_alike_and_the_name_is_not_kept(pages: Pages) -> None:
    stranger = pages.browser("nobody-at-all")

    answers = [stranger.sign_in("x").status_code for _ in range(MOST_BY_ACCOUNT + 1)]

    assert answers == [401] * MOST_BY_ACCOUNT + [429]
    assert "nobody" not in str(rows_in(pages.service.db, "sign_in_try"))


def test_codes_are_throttled_too(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)
    person.post("/sign-in", "/sign-in", name=person.name, password=PASSWORD)

    answers = [person.post("/sign-in/code", "/sign-in/code", code="000000") for _ in range(MOST_BY_ACCOUNT + 1)]

    assert answers[-1].status_code == 429


def test_a_session_ends_when_it_is_not_used(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    idle = timedelta(minutes=pages.service.settings.web.idle_min)

    pages.clock.at += idle - timedelta(seconds=1)
    used = person.get("/").status_code
    pages.clock.at += idle - timedelta(seconds=1)
    used_again = person.get("/").status_code
    pages.clock.at += idle

    assert (used, used_again) == (200, 200)
    assert person.get("/").location == "/sign-in"


def test_a_session_ends_at_the_latest_after_its_longest_time(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    end = pages.clock.at + timedelta(hours=pages.service.settings.web.absolute_h)

    while pages.clock.at + timedelta(minutes=10) < end:
        pages.clock.at += timedelta(minutes=10)
        assert person.get("/").status_code == 200
    pages.clock.at = end

    assert person.get("/").location == "/sign-in"


def test_whoever_is_disabled_is_out_at_once(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    disable(pages.service, person.name)

    assert person.get("/").location == "/sign-in"
    assert person.sign_in().status_code == 401


def test_a_new_password_ends_every_session_and_is_the_one_that_counts(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    elsewhere = pages.browser(person.name)
    pages.clock.at += timedelta(seconds=30)
    elsewhere.sign_in()
    new = "another long password"

    answer = person.post("/my-account", "/my-account", now=PASSWORD, password=new, again=new)

    assert answer.location == "/sign-in"
    assert [one.get("/").location for one in (person, elsewhere)] == ["/sign-in", "/sign-in"]
    pages.clock.at += timedelta(seconds=30)
    assert person.sign_in().status_code == 401
    assert person.sign_in(new).status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    cookie = person.client.get_cookie("ims_sync")
    assert cookie is not None

    person.post("/sign-out")
    person.client.set_cookie("ims_sync", cookie.value)

    assert person.get("/").location == "/sign-in"


def test_signing_in_changes_the_token_and_the_store_holds_none(pages: Pages) -> None:
    person = pages.member(Role.REVIEWER)
    person.post("/sign-in", "/sign-in", name=person.name, password=PASSWORD)
    half = person.client.get_cookie("ims_sync")
    person.post("/sign-in/code", "/sign-in/code", code=person.code())
    whole = person.client.get_cookie("ims_sync")

    assert half is not None
    assert whole is not None
    assert half.value != whole.value
    assert whole.http_only
    kept = rows_in(pages.service.db, "web_session")
    assert len(kept) == 1
    assert whole.value not in str(kept)


def test_a_one_time_link_works_once_and_only_for_a_day(pages: Pages) -> None:
    name, link = pages.invite(Role.REVIEWER)
    late_name, late = pages.invite(Role.KEYER)
    person = pages.browser(name)
    cells = {"password": PASSWORD, "again": PASSWORD}

    first = person.post(link, link, **cells, code=person.code())
    pages.clock.at += timedelta(hours=24)

    assert first.status_code == 303
    assert person.get(link).status_code == 404
    assert pages.browser(late_name).get(late).status_code == 404
    assert link.rpartition("/")[2] not in str(rows_in(pages.service.db, "account"))


@pytest.mark.parametrize(
    ("password", "again", "code"),
    [("short", "short", None), (PASSWORD, "other", None), ("DEMO-reviewer-and-more", "DEMO-reviewer-and-more", None),
     (PASSWORD, PASSWORD, "000000")],
)  # fmt: skip
def test_a_link_asks_for_a_good_password_twice_and_for_a_code(
    pages: Pages, password: str, again: str, code: str | None
) -> None:
    name, link = pages.invite(Role.REVIEWER)
    person = pages.browser(name)

    answer = person.post(link, link, password=password, again=again, code=code or person.code())

    assert answer.status_code == 400
    assert "Please look at this" in answer.text
    assert person.get(link).status_code == 200


def test_a_new_link_ends_the_old_password_and_brings_a_new_second_factor(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    before = account_named(pages.service.db, person.name)

    new_link(pages.service, person.name)

    after = account_named(pages.service.db, person.name)
    assert before is not None
    assert after is not None
    assert before.totp_secret != after.totp_secret
    assert person.get("/").location == "/sign-in"
    assert person.sign_in().status_code == 401


def test_a_form_without_its_token_is_refused(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)

    answer = person.client.post("/runs/stop", data={"why": "testing"})

    assert answer.status_code == 400
    assert "too old" in answer.text


def test_without_a_secret_key_the_pages_say_what_to_do() -> None:
    for environment in ({}, {"IMS_SYNC_SECRET_KEY": "short"}):
        with pytest.raises(WrongCall, match="openssl rand"):
            read_secret_key(environment)


@pytest.mark.parametrize("web", [{"host": "0.0.0.0"}, {"proxy": "10.0.0.1"}])
def test_the_pages_are_not_served_to_others_without_https(web: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="proxy is"):
        ServiceSettings.model_validate({"web": web})
