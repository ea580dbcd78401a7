"""Lists: page after page, and whether they were seen whole."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from responses import matchers

from sync.clients import ItracGateway, Limits
from sync.errors import Unreachable
from tests.gateways import URL, Watch, mocked
from tests.lists import answer_pages, answering, assessment, page_of, pull

STARVED = Limits(pages=3, tries=2, backoff_s=0.01)


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with answering() as mock:
        yield mock


def test_a_list_is_read_to_its_last_page(answers: responses.RequestsMock) -> None:
    cursors = [{"limit": "2"}, {"limit": "2", "cursor": "b"}]
    for params, page in zip(
        cursors,
        [page_of([assessment(1), assessment(2)], "b"), page_of([assessment(3)], as_of="2026-04-20T09:00:00Z")],
        strict=True,
    ):
        answers.get(f"{URL}/v1/assessments", json=page, match=[matchers.query_param_matcher(params)])

    pulled = pull()

    assert [row["assessment_id"] for row in pulled.rows] == ["A1", "A2", "A3"]
    assert (pulled.complete, pulled.why, pulled.total) == (True, None, 3)
    assert pulled.as_of == datetime(2026, 4, 20, 9, tzinfo=UTC)


def test_a_pull_asks_for_what_changed_since_an_instant_in_utc(answers: responses.RequestsMock) -> None:
    answer_pages(answers, page_of([], total=0))
    since = datetime(2026, 4, 13, 3, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=-7)))

    with mocked() as session:
        ItracGateway(session).pull("assessments", since, 2)

    asked = dict(parse_qsl(urlsplit(str(answers.calls[-1].request.url)).query))
    assert asked == {"limit": "2", "modified_since": "2026-04-13T10:00:00.500000Z"}


def test_rows_on_both_sides_of_a_page_edge_count_once_as_seen_last(answers: responses.RequestsMock) -> None:
    answer_pages(
        answers, page_of([assessment(1), assessment(2)], "b"), page_of([assessment(2, provider="POIC"), assessment(3)])
    )

    pulled = pull()

    assert [(row["assessment_id"], row["provider"]) for row in pulled.rows] == [
        ("A1", "IRCO"), ("A2", "POIC"), ("A3", "IRCO"),
    ]  # fmt: skip
    assert pulled.complete


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ([page_of([assessment(1), assessment(2)], "b"), page_of([assessment(2)])], "2 distinct keys seen, 3 announced"),
        ([page_of([assessment(1), assessment(2)], "b", total=2), page_of([assessment(3)])], "the total changed"),
        (
            [page_of([assessment(1)], "b"), page_of([assessment(2)], "b"), page_of([assessment(3)])],
            "a cursor came twice",
        ),
        (
            [page_of([assessment(1)], "b"), page_of([assessment(2)], "c"), page_of([assessment(3)], "b")],
            "a cursor came twice",
        ),
        ([page_of([assessment(1), assessment(2), assessment(3), assessment(4)])], "4 distinct keys seen, 3 announced"),
        ([page_of([assessment(1), assessment(2), assessment(3, assessment_id=None)])], "an item came without its id"),
        (
            [page_of([assessment(1)], "b"), page_of([assessment(2)], "c"), page_of([assessment(3)], "d")],
            "did not end after 3 pages",
        ),
    ],
    ids=lambda cell: cell if isinstance(cell, str) else "",
)
def test_a_list_that_was_not_seen_whole_says_so_and_keeps_what_it_brought(
    answers: responses.RequestsMock, pages: list[dict[str, Any]], why: str
) -> None:
    answer_pages(answers, *pages)

    pulled = pull(limits=STARVED)

    assert not pulled.complete
    assert why in str(pulled.why)
    assert len(pulled.rows) >= 2


def test_a_list_whose_body_was_cut_short_is_incomplete_though_asked_again(answers: responses.RequestsMock) -> None:
    cut = json.dumps(page_of([assessment(1), assessment(2)], "b"))[:-20]
    answers.get(f"{URL}/v1/assessments", body=cut)
    answer_pages(answers, page_of([assessment(1), assessment(2), assessment(3)]))

    pulled = pull()

    assert (len(pulled.rows), pulled.why) == (3, "a body was cut short")


def test_a_list_that_breaks_off_keeps_what_came(answers: responses.RequestsMock) -> None:
    answer_pages(answers, page_of([assessment(1), assessment(2)], "b"))
    answers.get(f"{URL}/v1/assessments", status=503)

    pulled = pull()

    assert len(pulled.rows) == 2
    assert "it broke off: iMatchSkills: GET /v1/assessments: status 503, 2 times" in str(pulled.why)


def test_a_list_whose_first_page_does_not_come_is_unreachable(answers: responses.RequestsMock) -> None:
    answers.get(f"{URL}/v1/assessments", body=requests.ConnectionError("reset"))

    with pytest.raises(Unreachable, match="connection lost after sending, 2 times") as wrong:
        pull()

    assert wrong.value.exit_code == 4


def test_a_tombstone_brings_the_keys_alone(answers: responses.RequestsMock) -> None:
    rows = [assessment(1), {"assessment_id": " A2 ", "deleted": True}, {"assessment_id": 3, "deleted": "yes"}]
    answer_pages(answers, page_of([*rows, assessment(1, deleted=False)]))

    pulled = pull()

    assert pulled.deleted == (("A2",), ("3",))
    assert ([row["assessment_id"] for row in pulled.rows], pulled.complete) == (["A1"], True)


def test_a_row_that_is_gone_by_a_later_page_is_gone(answers: responses.RequestsMock) -> None:
    answer_pages(
        answers, page_of([assessment(1)], "b", total=1), page_of([{"assessment_id": "A1", "deleted": True}], total=1)
    )

    pulled = pull()

    assert (pulled.rows, pulled.deleted, pulled.complete) == ((), (("A1",),), True)


def test_parts_of_an_id_are_compared_as_the_tables_compare_them(answers: responses.RequestsMock) -> None:
    rows = [
        {"customer_id": "C1", "program": name, "housing_status": "Rental"}
        for name in ("EOP Portland", "eop  portland ")
    ]
    answers.get(f"{URL}/v1/housing_at_exit", json=page_of(rows, total=1))

    pulled = pull(table="housing_at_exit")

    assert (len(pulled.rows), pulled.complete) == (1, True)


def test_reads_wait_longer_each_time_and_as_long_as_they_are_told(answers: responses.RequestsMock) -> None:
    watch = Watch()
    for headers in ({}, {}, {"Retry-After": "9"}):
        answers.get(f"{URL}/v1/assessments", status=503, headers=headers)
    answer_pages(answers, page_of([], total=0))

    pull(watch, Limits(tries=4, backoff_s=1.0))

    first, second, third = watch.slept
    assert 0.5 <= first < 1 <= second < 2
    assert third == 9.0


def test_a_read_waits_out_a_pause_once(answers: responses.RequestsMock) -> None:
    watch = Watch()
    answers.get(f"{URL}/v1/assessments", status=429, headers={"Retry-After": "40"})
    answer_pages(answers, page_of([], total=0))

    pull(watch)

    assert [seconds for seconds in watch.slept if seconds] == [40.0]


@pytest.mark.parametrize("table", ["ims_entries", "choices", "../oauth", "unknown"])
def test_only_tables_of_itrac_are_pulled(table: str) -> None:
    with pytest.raises(ValueError, match="no table of I-Trac"):
        pull(table=table)
