"""Rows that move while a list is read: either every row was seen, or the list says that it is incomplete."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from sync.clients import ImsGateway, ItracGateway, Limits, Session
from sync.pretend.asked import Asked, System
from sync.pretend.ims import PretendIms
from sync.pretend.itrac import PretendItrac
from tests.gateways import ENTRY, TOKEN, URL, Watch, target

Move = tuple[str, int]
moves = st.lists(st.tuples(st.sampled_from(["put", "delete"]), st.integers(0, 9)), max_size=3)


@contextmanager
def _between_pages(system: System, act: Callable[[], None], limits: Limits) -> Iterator[Session]:
    """Answer for a system, and let something happen after each page."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(str(request.url))
        told = system.answer(Asked("GET", parts.path, dict(parse_qsl(parts.query))))
        act()
        return told.status, {}, json.dumps(told.document)

    with responses.RequestsMock() as mock, Session(target(limits=limits), Watch().edges()) as session:
        mock.post(f"{URL}/oauth/token", json=TOKEN)
        for path in ("assessments", "entries"):
            mock.add_callback("GET", f"{URL}/v1/{path}", answer)
        mock.assert_all_requests_are_fired = False
        yield session


class _Minutes:
    """A clock that goes on by a minute each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 4, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _move(itrac: PretendItrac, step: Move) -> None:
    what, place = step
    if what == "delete":
        itrac.delete("assessments", f"A{place}")
        return
    itrac.put("assessments", {"assessment_id": f"A{place}", "customer_id": "C", "provider": "IRCO"})


def _keys(itrac: PretendItrac) -> set[tuple[str, bool]]:
    items = itrac.answer(Asked("GET", "/v1/assessments")).document["items"]
    return {(item["assessment_id"], "deleted" in item) for item in items}


@given(
    start=st.lists(st.integers(0, 9), unique=True, max_size=8),
    between=st.lists(moves, max_size=12),
    limit=st.integers(1, 4),
)
def test_a_complete_pull_of_itrac_has_every_row(start: list[int], between: list[list[Move]], limit: int) -> None:
    itrac = PretendItrac(_Minutes())
    for place in start:
        _move(itrac, ("put", place))
    turns = iter(between)
    at_the_end: set[str] = set()

    def act() -> None:
        at_the_end.clear()
        at_the_end.update(key for key, _ in _keys(itrac))
        for step in next(turns, []):
            _move(itrac, step)

    with _between_pages(itrac, act, Limits(pages=60)) as session:
        pulled = ItracGateway(session).pull("assessments", None, limit)

    brought = {row["assessment_id"] for row in pulled.rows} | {key for (key,) in pulled.deleted}
    assert not pulled.complete or brought == at_the_end


@given(
    rows=st.integers(0, 6),
    between=st.lists(st.integers(0, 2), max_size=10),
    limit=st.integers(1, 3),
)
def test_a_complete_scope_of_imatchskills_has_every_entry(rows: int, between: list[int], limit: int) -> None:
    ims = PretendIms(clock=_Minutes())
    keyed = {**ENTRY, "entry_id": None}
    for _ in range(rows):
        ims.put_entry(keyed)
    turns = iter(between)
    at_the_end: set[str] = set()

    def act() -> None:
        at_the_end.clear()
        at_the_end.update(item["entry_id"] for item in ims.entries())
        for _ in range(next(turns, 0)):
            ims.put_entry(keyed)

    with _between_pages(ims, act, Limits(page_rows=limit, pages=60)) as session:
        pulled = ImsGateway(session).entries("IRCO", "2026-04")

    assert not pulled.complete or {row["entry_id"] for row in pulled.rows} == at_the_end


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_rows_that_stand_still_are_always_seen_whole(limit: int) -> None:
    itrac = PretendItrac(_Minutes())
    for place in range(5):
        _move(itrac, ("put", place))
    _move(itrac, ("delete", 2))

    with _between_pages(itrac, lambda: None, Limits()) as session:
        pulled = ItracGateway(session).pull("assessments", None, limit)

    assert (len(pulled.rows), pulled.deleted, pulled.complete) == (4, (("A2",),), True)


def test_the_next_pull_brings_what_was_changed_meanwhile() -> None:
    clock = _Minutes()
    itrac = PretendItrac(clock)
    for place in range(3):
        _move(itrac, ("put", place))

    with _between_pages(itrac, lambda: None, Limits()) as session:
        gateway = ItracGateway(session)
        first = gateway.pull("assessments", None, 2)
        _move(itrac, ("put", 1))
        second = gateway.pull("assessments", first.as_of, 2)

    assert [row["assessment_id"] for row in second.rows] == ["A1"]
    assert second.complete
