"""What an answer to a write means: every row of the table, and what a success has to show."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
import urllib3.exceptions

from sync.clients import ImsGateway, Limits, Meaning, Outcome, body_of
from sync.clients.meanings import TABLE, row_of
from sync.clients.seen import Seen
from tests.gateways import BODY, ENTRY, LINE, TOKEN, URL, Watch, mocked

AFTER_SENDING = [
    requests.ReadTimeout("late"),
    requests.ConnectionError("reset"),
    requests.exceptions.ChunkedEncodingError("short"),
]


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{URL}/oauth/token", json=TOKEN)
        yield mock


def _written(answers: responses.RequestsMock, watch: Watch | None = None, **answer: Any) -> Outcome:
    answers.post(f"{URL}/v1/entries", **answer)
    with mocked(watch) as session:
        return ImsGateway(session).write(BODY, "service:DEMO-S1")


def _not_connected(reason: type[urllib3.exceptions.NewConnectionError]) -> requests.ConnectionError:
    pool = urllib3.HTTPSConnectionPool("ims.example.org")
    inner = urllib3.exceptions.MaxRetryError(pool, "/", reason.__new__(reason))
    return requests.ConnectionError(inner)


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        (_not_connected(urllib3.exceptions.NameResolutionError), Seen.NAME_NOT_RESOLVED),
        (_not_connected(urllib3.exceptions.NewConnectionError), Seen.REFUSED),
        (requests.ConnectTimeout("late"), Seen.CONNECT_TIMEOUT),
        (requests.exceptions.SSLError("bad certificate"), Seen.TLS_FAILURE),
    ],
)
def test_what_was_never_sent_is_not_written(answers: responses.RequestsMock, wrong: Exception, seen: Seen) -> None:
    outcome = _written(answers, body=wrong)

    assert (outcome.meaning, outcome.seen, outcome.status) == (Meaning.NOT_WRITTEN, seen, None)


@pytest.mark.parametrize("wrong", AFTER_SENDING, ids=lambda wrong: type(wrong).__name__)
def test_without_a_whole_answer_it_is_unclear(answers: responses.RequestsMock, wrong: Exception) -> None:
    outcome = _written(answers, body=wrong)

    assert outcome.meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, Meaning.UNCLEAR) for status in (500, 502, 503, 504)),
        *((status, Meaning.STOP) for status in (300, 301, 302, 303, 304, 307, 308, 401, 403)),
        *((status, Meaning.REFUSED) for status in (400, 422)),
        (404, Meaning.FLAGGED),
        (409, Meaning.CONFLICT),
        (429, Meaning.PAUSED),
        *((status, Meaning.UNCLEAR) for status in (402, 405, 408, 410, 413, 415, 418, 451, 501, 505, 599)),
        *((status, Meaning.UNCLEAR_STOP) for status in (200, 202, 204, 206)),
    ],
)
def test_each_status_has_its_meaning(answers: responses.RequestsMock, status: int, meaning: Meaning) -> None:
    headers = {"Location": f"{URL}/elsewhere"} if 300 <= status < 400 else {}

    outcome = _written(answers, status=status, headers=headers)

    assert (outcome.meaning, outcome.status) == (meaning, status)
    assert not [call for call in answers.calls if call.request.url == f"{URL}/elsewhere"]


def test_everything_that_can_be_seen_stands_in_one_row() -> None:
    rows = [[row for row in TABLE if seen in row.seen] for seen in Seen]

    assert [len(found) for found in rows] == [1] * len(Seen)


def test_only_what_was_surely_not_written_may_be_sent_again_without_a_look_up() -> None:
    assert {row.meaning for row in TABLE if row.meaning is Meaning.NOT_WRITTEN and row.may_be_written} == set()
    assert row_of(418).may_be_written


def test_an_entry_that_agrees_is_written(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=201, json=ENTRY)

    assert outcome.meaning is Meaning.WRITTEN
    assert outcome.entry is not None
    assert outcome.entry.entry_id == "DEMO-E1"


def test_provider_and_name_agree_in_any_case_and_spacing(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=201, json={**ENTRY, "provider": " irco", "name": "JOB  search training"})

    assert outcome.meaning is Meaning.WRITTEN


def test_an_entry_whose_reference_is_not_kept_is_written(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=201, json={**ENTRY, "client_reference": None})

    assert outcome.meaning is Meaning.WRITTEN


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("job_seeker_id", "DEMO-J2"), ("provider", "POIC"), ("kind", "support"), ("name", "Job Retention"),
        ("date", "2026-04-08"), ("client_reference", "service:DEMO-S2"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 201])
def test_an_entry_of_another_stops_everything(
    answers: responses.RequestsMock, field: str, other: str, status: int
) -> None:
    outcome = _written(answers, status=status, json={**ENTRY, field: other})

    assert outcome.meaning is Meaning.FOREIGN
    assert outcome.entry is not None
    assert getattr(outcome.entry, field) == other


def test_an_entry_that_agrees_under_another_success_is_unclear_and_stops(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=200, json=ENTRY)

    assert (outcome.meaning, outcome.entry is not None) == (Meaning.UNCLEAR_STOP, True)


@pytest.mark.parametrize(
    "body",
    [
        "", "<html>Welcome</html>", "[]", "null", "{}", '{"entry_id": NaN}', "\ufeff{}", "[" * 100_000,
        json.dumps(ENTRY)[:-1], json.dumps({**ENTRY, "entry_id": None}), json.dumps({**ENTRY, "entry_id": " "}),
        json.dumps({**ENTRY, "date": "4/7/2026"}), json.dumps({**ENTRY, "kind": "service"}),
        json.dumps({**ENTRY, "name": ["Job Search Training"]}), json.dumps({**ENTRY, "amount": 12.5}),
        json.dumps({name: cell for name, cell in ENTRY.items() if name != "entry_id"}),
        json.dumps({name: cell for name, cell in ENTRY.items() if name != "job_seeker_id"}),
    ],
    ids=lambda body: body[:24] or "nothing",
)  # fmt: skip
def test_a_success_that_is_not_the_promised_json_is_unclear_and_stops(
    answers: responses.RequestsMock, body: str
) -> None:
    outcome = _written(answers, status=201, body=body.encode())

    assert outcome.meaning is Meaning.UNCLEAR_STOP


def test_a_refusal_comes_in_the_targets_own_words(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=422, json={"message": "the month\r\n is\tclosed\u202e\x00"})

    assert outcome.words == "the month is closed"
    assert "closed" not in repr(outcome)


@pytest.mark.parametrize("body", ["no " * 500, json.dumps({"error": "no " * 500}), json.dumps(["no"] * 500)])
def test_words_are_cut(answers: responses.RequestsMock, body: str) -> None:
    outcome = _written(answers, status=400, body=body)

    assert 190 < len(outcome.words) <= 200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0), ("0", 0.0), ("99999999", 300.0), ("Thu, 01 Jan 1970 00:16:52 GMT", 12.0), (None, 30.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", 30.0), ("-5", 30.0), ("9" * 5000, 30.0),
    ],
    ids=lambda cell: str(cell)[:12],
)  # fmt: skip
def test_too_many_pauses_for_as_long_as_the_target_says_but_no_longer_than_the_cap(
    answers: responses.RequestsMock, text: str | None, seconds: float
) -> None:
    outcome = _written(answers, status=429, headers={"Retry-After": text} if text else {})

    assert (outcome.meaning, outcome.retry_after) == (Meaning.PAUSED, seconds)


def test_an_unavailable_target_says_when_to_come_back(answers: responses.RequestsMock) -> None:
    outcome = _written(answers, status=503, headers={"Retry-After": "12"})

    assert (outcome.meaning, outcome.retry_after) == (Meaning.UNCLEAR, 12.0)


def test_a_write_is_sent_once_as_the_very_bytes(answers: responses.RequestsMock) -> None:
    _written(answers, status=500)

    sent = [call.request for call in answers.calls if call.request.url == f"{URL}/v1/entries"]
    assert [request.body for request in sent] == [BODY]
    assert sent[0].headers["Idempotency-Key"] == "service:DEMO-S1"


def test_a_key_that_no_header_can_hold_is_written_otherwise(answers: responses.RequestsMock) -> None:
    answers.post(f"{URL}/v1/entries", status=201, json=ENTRY)

    with mocked() as session:
        ImsGateway(session).write(BODY, "service:Å 1\r\n")

    assert answers.calls[-1].request.headers["Idempotency-Key"] == "service:%C3%85%201%0D%0A"


def test_the_bytes_of_a_line_are_always_the_same() -> None:
    shuffled = dict(reversed(LINE.items()))

    assert _body_text(LINE) == _body_text(shuffled)
    assert _body_text({**LINE, "amount": "", "provider": "Nu\u00f1ez"}) == (
        '{"amount":null,"client_reference":"service:DEMO-S1","date":"2026-04-07","funder_selection":null,'
        '"job_seeker_id":"DEMO-J1","kind":"component","name":"Job Search Training","provider":"Nu\u00f1ez"}'
    )


def _body_text(line: dict[str, str | None]) -> str:
    return body_of(line).decode("utf-8")


@pytest.mark.parametrize("column", ["job_seeker_id", "provider", "entry_kind", "entry_name", "date"])
def test_a_line_that_cannot_be_entered_makes_no_body(column: str) -> None:
    with pytest.raises(ValueError, match="service:DEMO-S1"):
        _body_text({**LINE, column: None})


def test_an_open_breaker_sends_nothing(answers: responses.RequestsMock) -> None:
    watch = Watch()
    answers.post(f"{URL}/v1/entries", body=requests.ConnectTimeout("late"))

    with mocked(watch, Limits(breaker_after=3, breaker_s=30.0)) as session:
        gateway = ImsGateway(session)
        outcomes = [gateway.write(BODY, "k") for _ in range(4)]

    assert [outcome.seen for outcome in outcomes] == [Seen.CONNECT_TIMEOUT] * 3 + [Seen.NOT_TRIED]
    assert (outcomes[-1].meaning, outcomes[-1].retry_after) == (Meaning.NOT_WRITTEN, 30.0)
    assert len(answers.calls) == 4
