"""The fields of lists: as the texts that files have, as promised, or named."""

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from sync.errors import ChangedInterface, Forbidden, Unreachable
from tests.gateways import URL, Watch
from tests.lists import answer_pages, answering, assessment, page_of, pull


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with answering() as mock:
        yield mock


def test_cells_come_as_the_texts_that_files_have(answers: responses.RequestsMock) -> None:
    row = {
        "payment_id": 17, "customer_id": "C1", "program": "EOP Portland", "provider": "IRCO", "control": "x",
        "amount": 50, "other_resources_unavailable": True, "paid_to": None, "justification": "  ",
        "status": "a\0b\ud800",
    }  # fmt: skip
    answers.get(f"{URL}/v1/payments", json=page_of([row], total=1))

    (read,) = pull(table="payments").rows

    assert {name: cell for name, cell in read.items() if cell is not None} == {
        "payment_id": "17", "customer_id": "C1", "program": "EOP Portland", "provider": "IRCO", "control": "x",
        "amount": "50", "other_resources_unavailable": "yes", "status": "a\ufffdb\ufffd",
    }  # fmt: skip
    assert list(read) == [
        "payment_id", "customer_id", "program", "provider", "control", "payment_date", "status", "payment_type",
        "amount", "paid_to", "justification", "other_resources_unavailable", "for_service_id", "modified_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"amount": 50.0}, "'amount' is a JSON float"), ({"payment_id": True}, "'payment_id' is a JSON bool"),
        ({"provider": ["IRCO"]}, "'provider' is a JSON list"), ({"payment_date": 20260407}, "'payment_date'"),
        ({"other_resources_unavailable": 0.0}, "'other_resources_unavailable'"), ({"deleted": "perhaps"}, "'deleted'"),
        ({"provider": ...}, "lacks the field 'provider'"),
    ],
    ids=str,
)  # fmt: skip
def test_a_field_missing_or_of_another_type_is_a_changed_interface(
    answers: responses.RequestsMock, changed: dict[str, Any], named: str
) -> None:
    row = {"payment_id": "P1", "customer_id": "C1", "program": "x", "provider": "x", "control": "x"} | changed
    row = {name: cell for name, cell in row.items() if cell is not ...}
    answers.get(f"{URL}/v1/payments", json=page_of([row], total=1))

    with pytest.raises(ChangedInterface, match=named) as wrong:
        pull(table="payments")

    assert wrong.value.exit_code == 4
    assert "iMatchSkills: payments" in str(wrong.value)


def test_a_digit_lost_to_a_number_is_a_changed_interface(answers: responses.RequestsMock) -> None:
    answers.get(f"{URL}/v1/customers", json=page_of([{"customer_id": "C1", "last4_ssn": 123}], total=1))

    with pytest.raises(ChangedInterface, match="last4_ssn") as wrong:
        pull(table="customers")

    assert "123" not in str(wrong.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"items": None}, {"items": {}}, {"items": ["A1"]}, {"next_cursor": ""}, {"next_cursor": 7}, {"total": "3"},
        {"total": True}, {"total": -1}, {"total": 3.0}, {"as_of": None}, {"as_of": "2026-04-20"}, {"as_of": "soon"},
        {"as_of": "2026-04-20T10:00:00"}, {"as_of": 7},
        {"items": ...}, {"next_cursor": ...}, {"total": ...}, {"as_of": ...},
    ],
    ids=str,
)  # fmt: skip
def test_an_envelope_that_is_not_as_promised_is_a_changed_interface(
    answers: responses.RequestsMock, changed: dict[str, Any]
) -> None:
    page = {name: cell for name, cell in (page_of([]) | changed).items() if cell is not ...}
    answer_pages(answers, page)

    with pytest.raises(ChangedInterface, match=next(iter(changed))):
        pull()


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b"[" * 99_999 + b"x", b'{"items": NaN}'])
def test_an_answer_that_is_no_such_json_is_a_changed_interface(answers: responses.RequestsMock, body: bytes) -> None:
    answers.get(f"{URL}/v1/assessments", body=body)

    with pytest.raises(ChangedInterface):
        pull()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (204, ChangedInterface), (206, ChangedInterface), (302, ChangedInterface), (400, ChangedInterface),
        (403, Forbidden), (404, ChangedInterface), (418, ChangedInterface), (429, Unreachable), (500, Unreachable),
        (502, Unreachable), (503, Unreachable), (504, Unreachable),
    ],
)  # fmt: skip
def test_each_status_of_a_read_says_who_acts_next(
    answers: responses.RequestsMock, status: int, error: type[Exception]
) -> None:
    answers.get(f"{URL}/v1/assessments", status=status, headers={"Location": "/x"} if status == 302 else {})

    with pytest.raises(error, match=f"iMatchSkills: GET /v1/assessments: status {status}"):
        pull()


def test_fields_we_do_not_know_are_named_once(answers: responses.RequestsMock) -> None:
    watch = Watch()
    answer_pages(
        answers,
        page_of([assessment(1, colour="red"), assessment(2, colour="blue")], "b", extra=1),
        page_of([assessment(3, colour=1)]),
    )

    pulled = pull(watch)

    assert pulled.complete
    assert "colour" not in pulled.rows[0]
    assert watch.noted == [
        "iMatchSkills: assessments: the field 'extra' is not known and was passed over",
        "iMatchSkills: assessments: the field 'colour' is not known and was passed over",
    ]


def test_a_flood_of_unknown_fields_does_not_flood_the_log(answers: responses.RequestsMock) -> None:
    watch = Watch()
    answer_pages(answers, page_of([assessment(1, **{f"f{place}\r\n{'x' * 99}": 1 for place in range(500)})], total=1))

    pull(watch)

    assert len(watch.noted) == 100
    assert max(len(text) for text in watch.noted) < 140
    assert not [text for text in watch.noted if "\n" in text]
