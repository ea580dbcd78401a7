"""The work list shows what is wanted in its order, and counts what it shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import WrongCall
from sync.jobs.review import PAGE_ROWS, needs_a_person, work_list
from sync.jobs.review_acts import Whose, settle
from sync.jobs.review_filter import Filter
from sync.jobs.review_together import selection
from sync.jobs.service import Service
from sync.store import Database
from sync.store.findings import store_found
from tests.review_items import ONE, RULING, found, target
from tests.services import Clock, service
from tests.store_rows import found_items


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(database: Database, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    found(database, {"item_id": ONE, "facts": '{"line.date":"2026-04-07"}'})
    yield service(database, tmp_path, clock=clock)


def test_the_list_is_grave_first_then_money_then_age_and_counts_what_it_shows(own: Service) -> None:
    found(
        own.db,
        {"item_id": "d"},
        {"item_id": "small", "severity": "money", "rank": 1, "cents": 500},
        {"item_id": "large", "severity": "money", "rank": 1, "cents": 90_000, "provider": "POIC", "place": "poic"},
        {"item_id": "claim", "severity": "claim", "rank": 0},
    )

    page = work_list(own, Filter())
    money = work_list(own, Filter.read("severity=money&provider=POIC&page=3"))

    assert [row.item_id for row in page.rows] == ["claim", "large", "small", "d"]
    assert page.facets["severity"] == {"claim": 1, "data": 1, "money": 2}
    assert (money.total, money.facets["provider"], money.facets["severity"]) == (
        1,
        {"IRCO": 1, "POIC": 1},
        {"money": 1},
    )
    assert all(map(needs_a_person, page.rows))


@pytest.mark.parametrize("number", [1, 2 * PAGE_ROWS, 5 * PAGE_ROWS - 1, 5 * PAGE_ROWS + 1])
def test_the_pages_together_show_every_item_once_in_one_order(own: Service, number: int) -> None:
    found(own.db, *({"item_id": f"item:{place:03}", "rank": place * 7 % 4} for place in range(number)))

    pages = [work_list(own, Filter(), page) for page in range(1, work_list(own, Filter()).pages + 1)]

    in_order = sorted((place * 7 % 4, f"item:{place:03}") for place in range(number))
    assert [row.item_id for page in pages for row in page.rows] == [item_id for _, item_id in in_order]
    assert {len(page.rows) for page in pages[:-1]} <= {PAGE_ROWS}


def test_a_filter_is_the_same_in_the_url() -> None:
    given = Filter.read("?severity=money&month=2026-03&month=2026-04&cause=label%7CA%26B&assigned=&age=30&page=2")

    assert Filter.read(given.query()) == given
    assert given.assigned == frozenset({""})
    for wrong in ("state=nonsense", "severity=x", "age=-1", "age=x"):
        with pytest.raises(WrongCall):
            Filter.read(wrong)


def test_a_person_sees_and_settles_nothing_of_other_providers(own: Service) -> None:
    other = Whose("cleo", frozenset({"POIC"}))

    with pytest.raises(WrongCall, match="nothing to review has this id"):
        settle(own, target(own), ruling=RULING, whose=other)

    assert work_list(own, Filter(), sees=other.sees).total == 0
    assert work_list(own, Filter(), sees=frozenset({" irco"})).total == 1
    assert selection(own, Filter(), sees=other.sees).number == 0


def test_an_old_item_is_found_by_its_age(own: Service, clock: Clock) -> None:
    clock.sleep(31 * 86_400)
    store_found(own.db, found_items({"item_id": ONE}, {"item_id": "date-differs:new"}), now=clock.at)

    assert [row.item_id for row in work_list(own, Filter(age=30)).rows] == [ONE]


def test_what_is_gone_is_listed_only_if_it_is_asked_for(own: Service) -> None:
    found(own.db)

    page = work_list(own, Filter(state=frozenset({"gone"})))
    assert work_list(own, Filter()).total == 0
    assert ([row.item_id for row in page.rows], page.total) == ([ONE], 1)
