"""What is decided about many at once is what was seen; who may see less, sees and decides about less."""

import re
from html import unescape
from pathlib import Path

import pytest

from sync.jobs.review import item, work_list
from sync.jobs.review_filter import Filter
from sync.store import Database
from sync.store.accounts import Role
from sync.store.review_handles import Stands, handles_of
from sync.store.review_states import ReviewState
from tests.store_rows import rows_in
from tests.web import ITEM, Browser, Pages, found, pages_over, with_people

POSSIBLY = {"facts": '{"line.reasons":"possibly-in-ims"}', "kind": "flag", "reason": "possibly-in-ims"}
NAMES = ("act", "query", "number", "hash")


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested in the store."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    made = with_people(pages_over(database, tmp_path), tmp_path)
    three = [{"item_id": f"date-differs:{number}"} for number in range(3)]
    found(made, *three, {"item_id": "poic", "provider": "POIC", "place": "poic", "cause": "same|date-differs|POIC"})
    return made


def handles(pages: Pages, *ids: str) -> list[str]:
    made = handles_of(pages.service.db, Stands.ITEM, ids)
    return [made[item_id] for item_id in ids]


def form(shown: str, act: str) -> dict[str, str]:
    """Return the hidden cells of one of the forms of the page."""
    forms = [dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', one)) for one in shown.split("<form")]
    cells = next(one for one in forms if one.get("act") == act)
    return {name: unescape(cells[name]) for name in NAMES}


def decide(person: Browser, wanted: str, act: str = "settle", **cells: str) -> tuple[int, str, str]:
    """Decide about all that is wanted; return status, where it leads, and the page."""
    address = f"/reviews/together?{wanted}"
    given = {**form(person.get(address).text, act), "decision": "accepted", "reason": "old", **cells}
    answer = person.post("/reviews/together", address, **given)
    return answer.status_code, answer.location or "", answer.text


def total(pages: Pages, query: str = "") -> int:
    return work_list(pages.service, Filter.read(query)).total


def test_all_that_the_filter_selects_is_settled_and_taken_back_as_one(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    offered = person.get("/reviews?provider=IRCO").text

    status, done, _ = decide(person, "provider=IRCO&listed=3")
    settled, left = total(pages, "state=settled"), total(pages)
    shown = person.get(done).text
    taken_back = person.post(f"{done.partition('?')[0]}/undo", done)

    assert 'href="/reviews/together?provider=IRCO&amp;listed=3"' in offered
    assert (status, settled, left) == (303, 3, 1)
    assert "3 items decided together" in shown
    assert "About each of 3 items: DEMO-REVIEWER settled it as accepted" in shown
    assert 'href="/reviews?provider=IRCO"' in shown
    assert "All of it was taken back" in person.get(taken_back.location).text
    assert total(pages) == 4


def test_those_ticked_are_decided_about_and_no_others(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    ticked = "&".join(f"item={handle}" for handle in handles(pages, "date-differs:0", "date-differs:2"))

    status, _, _ = decide(person, ticked, "defer", until="2026-05-04")

    assert status == 303
    states = [item(pages.service, f"date-differs:{number}").row.state for number in range(3)]
    assert states == [ReviewState.DEFERRED, ReviewState.OPEN, ReviewState.DEFERRED]


def test_many_are_assigned_to_somebody_who_reviews(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    refused = decide(person, "provider=IRCO", "assign", to="DEMO-NOBODY")
    status, _, _ = decide(person, "provider=IRCO", "assign", to="DEMO-REVIEWER")

    assert refused[0] == 400
    assert "Nobody who reviews has this account" in refused[2]
    assert status == 303
    assert total(pages, "assigned=DEMO-REVIEWER") == 3
    assert "3 items fit" in person.get("/reviews?assigned=me").text


def test_nothing_is_written_where_the_number_moved_and_what_was_written_is_kept(pages: Pages) -> None:
    first, second = (pages.signed_in(Role.REVIEWER, name=f"DEMO-{name}") for name in ("FIRST", "SECOND"))
    saw = form(second.get("/reviews/together").text, "settle")
    decide(first, f"item={handles(pages, 'poic')[0]}")

    refused = second.post("/reviews/together", "/reviews/together", **saw, decision="accepted", reason="all are old")

    assert refused.status_code == 409
    assert "The filter selects 3 items now, not the 4 that were seen" in refused.text
    assert 'value="all are old"' in refused.text
    assert total(pages) == 3
    again = {**form(refused.text, "settle"), "decision": "accepted", "reason": "all are old"}
    assert second.post("/reviews/together", "/reviews/together", **again).status_code == 303
    assert total(pages) == 0


def test_nothing_is_written_where_one_was_acted_on_though_the_number_is_the_same(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    saw = form(person.get("/reviews/together").text, "settle")
    decide(person, f"item={handles(pages, 'poic')[0]}", "assign", to="DEMO-REVIEWER")

    refused = person.post("/reviews/together", "/reviews/together", **saw, decision="accepted", reason="old")

    assert refused.status_code == 409
    assert total(pages) == 4


def test_a_list_that_moved_before_it_was_decided_about_says_so(pages: Pages) -> None:
    shown = pages.signed_in(Role.REVIEWER).get("/reviews/together?listed=5").text

    assert "The list showed 5; now 4 items fit." in shown


@pytest.mark.parametrize(
    "wrong",
    [{"decision": "written-off"}, {"decision": "nonsense"}, {"reason": ""}, {"hash": ""}, {"number": "x"},
     {"until": "2020-01-01"}, {"act": "defer", "until": ""}, {"reason": "x" * 201}],
)  # fmt: skip
def test_a_form_that_lacks_something_changes_nothing(pages: Pages, wrong: dict[str, str]) -> None:
    person = pages.signed_in(Role.REVIEWER)

    status, _, shown = decide(person, "", **wrong)

    assert status in {400, 409}
    assert 'role="alert"' in shown
    assert total(pages) == 4


def test_a_form_with_a_wrong_filter_says_so(pages: Pages) -> None:
    status, _, shown = decide(pages.signed_in(Role.REVIEWER), "", query="severty=claim")

    assert status == 400
    assert "is no filter of this list" in shown


def test_together_only_that_is_offered_which_all_of_them_allow(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    found(pages, {"item_id": "a", **POSSIBLY}, {"item_id": "b", **POSSIBLY}, {"item_id": "c", "severity": "note"})

    same = person.get("/reviews/together?kind=flag").text
    mixed = person.get("/reviews/together").text

    assert 'value="different"' in same
    assert 'value="different"' not in mixed
    assert 'value="accepted"' in mixed


def test_what_was_done_together_is_not_taken_back_over_what_somebody_did_since(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    _, done, _ = decide(person, "provider=IRCO")
    decide(person, f"state=settled&item={handles(pages, 'date-differs:0')[0]}", "assign", to="DEMO-REVIEWER")

    refused = person.post(f"{done.partition('?')[0]}/undo", "/")

    assert "Nothing was taken back" in person.get(refused.location).text
    assert "About 1 of them something was done since" in person.get(done).text
    assert total(pages, "state=settled") == 3


def test_whoever_may_see_one_provider_sees_counts_and_decides_about_its_items_alone(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER, "IRCO")
    elsewhere = handles(pages, "poic")[0]

    shown = person.get("/reviews").text
    by_cause = person.get("/reviews/causes").text
    decide(person, "")

    assert "3 items fit" in shown
    assert "POIC" not in shown + by_cause
    assert person.get(f"/reviews/{elsewhere}").status_code == 404
    assert person.post(f"/reviews/{elsewhere}/settle", "/reviews/together").status_code == 404
    assert item(pages.service, "poic").row.state is ReviewState.OPEN
    assert "Nothing is selected" in person.get(f"/reviews/together?item={elsewhere}").text
    assert 'href="/reviews?severity=data">Records that disagree</a></dt><dd>0</dd>' in person.get("/").text


def test_what_was_done_to_items_that_somebody_may_not_all_see_is_not_there_for_them(pages: Pages) -> None:
    _, done, _ = decide(pages.signed_in(Role.REVIEWER), "")

    person = pages.signed_in(Role.REVIEWER, "IRCO", name="DEMO-IRCO")

    assert person.get(done).status_code == 404


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.REVIEWER, Role.ADMIN])
def test_home_counts_what_is_open_by_severity_as_the_list_does(pages: Pages, role: Role) -> None:
    found(pages, {"item_id": "a", "severity": "claim", "rank": 0}, {"item_id": "b"}, {"item_id": "c"})
    person = pages.signed_in(role)

    shown = person.get("/").text

    assert 'href="/reviews?severity=claim">Claims without evidence</a></dt><dd>1</dd>' in shown
    assert 'href="/reviews?severity=data">Records that disagree</a></dt><dd>2</dd>' in shown
    assert "2 items fit" in person.get("/reviews?severity=data").text


def test_an_admin_reads_the_reviews_without_a_trace_of_any_customer(pages: Pages) -> None:
    facts = '{"line.job_seeker_id":"DEMO-J01","entry.job_seeker_id":"DEMO-J01","line.date":"2026-04-07"}'
    found(
        pages,
        {
            "item_id": ITEM,
            "line_id": "service:DEMO-01-SER1",
            "facts": facts,
            "reason": "identity-conflict",
            "kind": "flag",
            "cause": "job-seeker|DEMO-C01",
        },
        {"item_id": "b", "cause": "job-seeker|DEMO-C01"},
    )
    person, looks = pages.signed_in(Role.ADMIN), len(rows_in(pages.service.db, "look"))
    address = f"/reviews/{handles(pages, ITEM)[0]}"

    shown = [person.get(path).text for path in ("/reviews", "/reviews/causes", address)]

    assert "The right job seeker id of customer (not shown) clears 2." in shown[1]
    assert "Both sides" in shown[2]
    assert not [page for page in shown if re.search("DEMO-[CJ0]", page)]
    assert "<form" not in shown[2].partition("<main")[2]
    assert len(rows_in(pages.service.db, "look")) == looks


def test_operations_read_and_decide_nothing(pages: Pages) -> None:
    person = pages.signed_in(Role.OPERATIONS)

    shown = person.get("/reviews").text
    one = person.get(f"/reviews/{handles(pages, 'poic')[0]}").text

    assert "together" not in shown
    assert 'type="checkbox" id="item-' not in shown
    assert "Settle it" not in one
    assert "DEMO-C01" in one


def test_next_leads_through_the_list_in_its_order(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    order = [row.item_id for row in work_list(pages.service, Filter()).rows]
    passed, address = [], f"/reviews/{handles(pages, order[0])[0]}"

    while address:
        passed.append(address.removeprefix("/reviews/"))
        link = re.search(r'href="(/reviews/[^"?]+)[^"]*">Next: ', person.get(address).text)
        address = link[1] if link else ""

    assert passed == handles(pages, *order)
