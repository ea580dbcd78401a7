"""Signing in: the token is kept, renewed once, and shown to nobody."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import responses

from sync.clients import Credentials, Edges, ImsGateway, Limits, Meaning, Session, body_of
from sync.clients.seen import Seen
from sync.errors import BadConfiguration, ChangedInterface, Forbidden, Unreachable
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.ims import PretendIms
from tests.gateways import BODY, ENTRY, LINE, TOKEN, URL, Watch, ims_over_http, mocked, target

OFFERS = {"read": True, "client_reference": True, "idempotency_window_s": None, "unique_reference": False}


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def _tokens_asked(answers: responses.RequestsMock) -> int:
    return sum(call.request.url == f"{URL}/oauth/token" for call in answers.calls)


def test_the_secret_goes_by_http_basic_alone(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/oauth/token", json=TOKEN)
    answers.get(f"{URL}/v1/capabilities", json=OFFERS)

    with mocked() as session:
        ImsGateway(session).capabilities()

    asked = answers.calls[0].request
    assert asked.headers["Authorization"] == "Basic dXM6c2VjcmV0"
    assert asked.body == b"grant_type=client_credentials"
    assert answers.calls[1].request.headers["Authorization"] == "Bearer token-1"


def test_a_token_is_kept_until_shortly_before_it_expires(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/oauth/token", json={**TOKEN, "expires_in": 100})
    answers.get(f"{URL}/v1/capabilities", json=OFFERS)
    watch = Watch()

    with mocked(watch) as session:
        gateway = ImsGateway(session)
        asked = []
        for moment in (0, 89, 91, 180):
            watch.now = 1_000.0 + moment
            gateway.capabilities()
            asked.append(_tokens_asked(answers))

    assert asked == [1, 1, 2, 2]


def test_a_refused_token_is_renewed_once_and_the_same_bytes_go_out_again(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/oauth/token", json=TOKEN)
    answers.post(f"{URL}/oauth/token", json={**TOKEN, "access_token": "token-2"})
    answers.post(f"{URL}/v1/entries", status=401)
    answers.post(f"{URL}/v1/entries", status=201, json=ENTRY)

    with mocked() as session:
        outcome = ImsGateway(session).write(BODY, "k")

    writes = [call.request for call in answers.calls if call.request.url == f"{URL}/v1/entries"]
    assert outcome.meaning is Meaning.WRITTEN
    assert [one.headers["Authorization"] for one in writes] == ["Bearer token-1", "Bearer token-2"]
    assert [(one.body, one.headers["Idempotency-Key"]) for one in writes] == [(BODY, "k")] * 2


def test_a_token_refused_after_a_renewal_stops_the_run(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/oauth/token", json=TOKEN)
    answers.post(f"{URL}/v1/entries", status=401)
    answers.get(f"{URL}/v1/capabilities", status=401)

    with mocked() as session:
        gateway = ImsGateway(session)
        outcome = gateway.write(BODY, "k")
        with pytest.raises(Forbidden, match="status 401"):
            gateway.capabilities()

    assert (outcome.meaning, outcome.status) == (Meaning.STOP, 401)


@pytest.mark.parametrize(
    ("answer", "meaning", "seen", "error"),
    [
        ({"status": 401}, Meaning.STOP, Seen.SIGN_IN_REFUSED, Forbidden),
        ({"status": 400}, Meaning.STOP, Seen.SIGN_IN_REFUSED, Forbidden),
        ({"status": 302, "headers": {"Location": "/x"}}, Meaning.STOP, Seen.SIGN_IN_NOT_PROMISED, ChangedInterface),
        ({"status": 200, "body": b"<html>"}, Meaning.STOP, Seen.SIGN_IN_NOT_PROMISED, ChangedInterface),
        ({"status": 503}, Meaning.NOT_WRITTEN, Seen.NOT_SIGNED_IN, Unreachable),
        ({"body": requests.ReadTimeout("late")}, Meaning.NOT_WRITTEN, Seen.NOT_SIGNED_IN, Unreachable),
        ({"status": 429}, Meaning.PAUSED, None, Unreachable),
    ],
)
def test_without_a_token_nothing_is_sent(
    answers: responses.RequestsMock, answer: dict[str, Any], meaning: Meaning, seen: Seen | None, error: type[Exception]
) -> None:
    answers.post(f"{URL}/oauth/token", **answer)

    with mocked() as session:
        gateway = ImsGateway(session)
        outcome = gateway.write(BODY, "k")
        with pytest.raises(error):
            gateway.capabilities()

    assert (outcome.meaning, outcome.seen, outcome.status) == (meaning, seen, None)
    assert _tokens_asked(answers) == len(answers.calls)


@pytest.mark.parametrize(
    "changed",
    [
        {"access_token": ""}, {"access_token": "two\r\nlines"}, {"access_token": None}, {"token_type": "mac"},
        {"expires_in": "3600"}, {"expires_in": 0}, {"expires_in": True}, {"expires_in": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_as_promised_is_a_changed_interface(
    answers: responses.RequestsMock, changed: dict[str, Any]
) -> None:
    answers.post(f"{URL}/oauth/token", body=json.dumps({**TOKEN, **changed}))

    with mocked() as session, pytest.raises(ChangedInterface):
        ImsGateway(session).capabilities()


def test_eight_threads_renew_a_token_once(answers: responses.RequestsMock) -> None:
    all_refused = threading.Barrier(8)

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] == "Bearer token-2":
            return 201, {}, json.dumps(ENTRY)
        all_refused.wait(timeout=30)
        return 401, {}, ""

    answers.add_callback("POST", f"{URL}/v1/entries", answer)
    for number in range(1, 10):
        answers.post(f"{URL}/oauth/token", json={**TOKEN, "access_token": f"token-{number}"})
    with mocked() as session, ThreadPoolExecutor(8) as pool:
        gateway = ImsGateway(session)
        outcomes = list(pool.map(lambda place: gateway.write(BODY, f"k{place}"), range(8)))

    assert {outcome.meaning for outcome in outcomes} == {Meaning.WRITTEN}
    assert _tokens_asked(answers) == 2


def test_eight_threads_over_http_are_let_in_again() -> None:
    with ims_over_http() as (gateway, served):
        gateway.capabilities()
        served.desk.revoke_tokens()
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda place: gateway.write(_body(place), f"k{place}"), range(32)))

    assert {outcome.meaning for outcome in outcomes} == {Meaning.WRITTEN}
    assert [call for call in served.desk.calls if call[1] == "/oauth/token"] == [("POST", "/oauth/token", 200)] * 2


def test_a_token_that_cannot_be_had_at_first_is_had_at_the_second_try() -> None:
    with ims_over_http(PretendIms(), Script(sign_ins=[Fault(Act.STATUS, 503)])) as (gateway, _):
        assert gateway.capabilities().level == 4


def _body(place: int) -> bytes:
    return body_of({**LINE, "line_id": f"service:{place}"})


def test_no_repr_shows_what_we_sign_in_with() -> None:
    known = Credentials("our-client", "our-secret")

    assert "our-" not in repr(known)
    assert "secret" not in repr(target())


@pytest.mark.parametrize(
    "url",
    [
        "http://ims.example.org", "ftp://ims.example.org", "ims.example.org", "https://", "https://us:pw@ims.example.org",
        "https://ims.example.org/?a=b", "https://ims.example.org:x", "http://127.0.0.1.example.org",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        target(url)

    assert "pw" not in str(refused.value)


def test_the_settings_of_a_session_leave_the_environment_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    with ims_over_http(edges=Edges(), limits=Limits(tries=1)) as (gateway, _):
        assert gateway.capabilities().read


def test_cookies_are_not_kept(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/oauth/token", json=TOKEN, headers={"Set-Cookie": "a=b; Path=/"})
    answers.get(f"{URL}/v1/capabilities", json=OFFERS)

    with Session(target(), Watch().edges()) as session:
        ImsGateway(session).capabilities()
        ImsGateway(session).capabilities()

    assert "Cookie" not in answers.calls[-1].request.headers
