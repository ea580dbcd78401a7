"""Everybody of the demo, with items of every kind: each has its page, and what is answered reaches the plan."""

import re
from collections.abc import Iterator

import pytest

from sync.jobs.review import item, work_list
from sync.jobs.review_filter import Filter
from sync.store import lines_of_plan, migrate, open_database
from sync.store.accounts import Role
from sync.store.review_handles import Stands, handles_of
from tests.services import planned
from tests.web import AS_OF, Browser, Pages, with_everybody

Reviewer = tuple[Pages, Browser]


@pytest.fixture(scope="module")
def reviewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewer]:
    folder = tmp_path_factory.mktemp("everybody")
    with open_database(f"sqlite:///{folder / 'ims-sync.db'}") as database:
        migrate(database)
        pages = with_everybody(database, folder)
        yield pages, pages.signed_in(Role.REVIEWER)


def every_id(pages: Pages) -> list[str]:
    number = work_list(pages.service, Filter()).pages
    return [row.item_id for page in range(1, number + 1) for row in work_list(pages.service, Filter(), page).rows]


def first_with(pages: Pages, reason: str) -> str:
    return work_list(pages.service, Filter(reason=frozenset({reason}))).rows[0].item_id


def address_of(pages: Pages, item_id: str) -> str:
    return f"/reviews/{handles_of(pages.service.db, Stands.ITEM, [item_id])[item_id]}"


def test_every_item_has_a_page_and_every_kind_is_explained_in_full(reviewer: Reviewer) -> None:
    pages, person = reviewer
    of_kind = {}

    for item_id in every_id(pages):
        answer = person.get(address_of(pages, item_id))
        assert (answer.status_code, "Settle it" in answer.text) == (200, True), item_id
        row = item(pages.service, item_id).row
        of_kind[row.reason or row.kind] = item_id
    explained = {kind: person.get(f"{address_of(pages, one)}/explained").text for kind, one in of_kind.items()}

    assert len(of_kind) > 40
    unexplained = [
        kind for kind, shown in explained.items() if "What disagrees" not in shown and "The line" not in shown
    ]
    assert unexplained == ["entry-for-unknown-person"]
    assert not [kind for kind, shown in explained.items() if "Testperson" in shown]


def test_the_pages_of_the_list_show_every_item_once(reviewer: Reviewer) -> None:
    pages, person = reviewer
    numbers = range(1, work_list(pages.service, Filter()).pages + 1)

    shown = [person.get(f"/reviews?page={number}").text for number in numbers]

    handles = [handle for page in shown for handle in re.findall(r'<a href="/reviews/([\w-]{22})', page)]
    assert len(numbers) > 2
    assert sorted(handles) == sorted(handles_of(pages.service.db, Stands.ITEM, every_id(pages)).values())
    assert 'rel="next"' in shown[0]
    assert 'rel="next"' not in shown[-1]
    assert 'rel="prev"' in shown[-1]


@pytest.mark.parametrize("name", ["severity", "state", "kind", "reason", "month", "provider", "program"])
def test_each_filter_selects_as_many_as_it_says_beside_it(reviewer: Reviewer, name: str) -> None:
    _, person = reviewer
    offered = re.findall(
        rf'name="{name}" value="([^"]*)"[^>]*>\s*<label[^>]*>[^<]*<span class="small">\(([\d,]+)\)',
        person.get("/reviews").text,
    )

    assert offered
    for value, number in offered:
        shown = person.client.get("/reviews", query_string={name: value.replace("&amp;", "&")}).text
        assert f"{number} item{' fits' if number == '1' else 's fit'};" in shown, value


def test_a_type_is_named_on_the_page_and_the_next_plan_enters_it(reviewer: Reviewer) -> None:
    pages, person = reviewer
    told = item(pages.service, first_with(pages, "choose-ims-type"))
    address = address_of(pages, told.row.item_id)

    refused = person.post(f"{address}/settle", address, seen=str(told.seen), decision="type", reason="the receipt")
    answer = person.post(f"{address}/settle", address, seen=str(told.seen), decision="type", reason="the receipt",
                         answer=told.types[0])  # fmt: skip

    plan = planned(pages.service, AS_OF).plan
    line = lines_of_plan(pages.service.db, plan.id, line_ids=[told.row.line_id or ""]).to_dicts()[0]
    assert refused.status_code == 400
    assert "No type that it can be" in refused.text
    assert answer.status_code == 303
    assert line["entry_name"] == told.types[0]
    assert f"settled it as type: {told.types[0]}".replace("&", "&amp;") in person.get(address).text
