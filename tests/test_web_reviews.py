"""A reviewer works through the list: sees what is to be looked at, decides, and never over what somebody else did."""

import re
from pathlib import Path

import pytest

from sync.jobs.review import item
from sync.store import Database
from sync.store.accounts import Role
from sync.store.review_handles import Stands, handles_of
from sync.store.review_states import ReviewState
from tests.crosswalk_pages import drafted, over_version_1
from tests.store_rows import rows_in
from tests.web import ITEM, Browser, Pages, found, pages_over, with_people

FACTS = '{"line.date":"2026-04-07","entry.date":"2026-04-09","line.provider":"IRCO","entry.provider":"irco"}'
OTHER_FACTS = FACTS.replace("04-07", "04-08")
ONE = {"item_id": ITEM, "facts": FACTS}
AT_RISK = "money-at-risk:payment:1"
RISK = {"item_id": AT_RISK, "kind": "money-at-risk", "reason": "no-service-this-month",
        "severity": "money", "rank": 1, "cents": 2_500, "cause": "service-of-month|DEMO-C01|2026-04"}  # fmt: skip


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested in the store."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    made = with_people(pages_over(database, tmp_path), tmp_path)
    found(made, ONE, RISK)
    return made


def address_of(pages: Pages, item_id: str = ITEM) -> str:
    return f"/reviews/{handles_of(pages.service.db, Stands.ITEM, [item_id])[item_id]}"


def seen(person: Browser, address: str) -> str:
    told = re.search(r'name="seen" value="([^"]+)"', person.get(address).text)
    assert told is not None
    return told[1]


def state(pages: Pages, item_id: str = ITEM) -> ReviewState:
    return item(pages.service, item_id).row.state


def settled(person: Browser, address: str, version: str = "", **cells: str) -> int:
    given = {"seen": version or seen(person, address), "decision": "accepted", "reason": "both days are right"}
    return person.post(f"{address}/settle", address, **{**given, **cells}).status_code


def test_an_item_about_an_unknown_label_leads_admins_to_the_label_and_tells_of_an_alias_that_waits(
    database: Database, tmp_path: Path
) -> None:
    pages = over_version_1(database, tmp_path)
    label = {"item_id": AT_RISK, "kind": "flagged", "reason": "label-unknown", "severity": "data",
             "cause": "label|EOP Portland|Services|baking  class"}  # fmt: skip
    found(pages, label)
    admin, reviewer = pages.signed_in(Role.ADMIN), pages.signed_in(Role.REVIEWER)
    address = address_of(pages, AT_RISK)

    before = [one.get(address).text for one in (admin, reviewer)]
    drafted(admin)
    after = reviewer.get(address).text

    leads = re.search(r'<a href="/crosswalk/labels#(label-[0-9a-f]+)">See its label', before[0])
    assert leads is not None
    assert f'id="{leads[1]}"' in admin.get("/crosswalk/labels").text
    assert "/crosswalk/labels" not in before[1]
    assert "An admin finds its label" in before[1]
    assert "An alias for its label waits in draft 1 of the crosswalk" in after


def test_the_list_is_grave_first_and_no_address_on_it_tells_who_anybody_is(pages: Pages) -> None:
    shown = pages.signed_in(Role.REVIEWER).get("/reviews").text

    assert shown.index("There was no service in the month") < shown.index("The entry has another date")
    assert "2 items fit" in shown
    assert "$25.00" in shown
    assert "customer DEMO-C01" in shown
    assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', shown) if "DEMO" in link or "payment" in link]


def test_what_is_at_risk_is_shown_by_its_reason_and_links_keep_the_filter(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    shown = person.get("/reviews?severity=money&provider=IRCO&page=9").text

    assert "1 item fits" in shown
    assert "no-service-this-month" in shown
    assert f"{address_of(pages, AT_RISK)}?severity=money&amp;provider=IRCO" in shown
    assert 'value="money" checked' in shown


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("severity=worst", "&#39;worst&#39; is no severity"),
        ("severty=claim", "&#39;severty&#39; is no filter"),
        ("state=done", "is no state"),
        ("age=old", "is no number of days"),
        ("page=two", "is no number of a page"),
        ("cause=nothing-like-it", "is no cause that is known here"),
        ("assigned=99", "is no assigned that is known here"),
    ],
)
@pytest.mark.parametrize("path", ["/reviews", "/reviews/causes", "/reviews/together"])
def test_a_wrong_filter_says_what_is_wrong(pages: Pages, path: str, query: str, why: str) -> None:
    answer = pages.signed_in(Role.REVIEWER).get(f"{path}?{query}")

    assert answer.status_code == 400
    assert why in answer.text
    assert 'href="/reviews"' in answer.text


def test_nothing_to_review_and_nothing_that_fits_each_say_what_to_do(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    none_fits = person.get("/reviews?severity=claim").text
    found(pages)

    assert "Nothing fits these filters" in none_fits
    assert "Nothing needs a person" in person.get("/reviews").text
    assert "Nothing needs a person" in person.get("/reviews/causes").text


def test_causes_link_to_what_they_clear(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    shown = person.get("/reviews/causes?month=2026-04").text
    links = re.findall(r'href="(/reviews\?month=2026-04&amp;cause=[^"]+)"', shown)

    assert "One service of customer DEMO-C01 in 2026-04 clears 1." in shown
    assert len(links) == 2
    assert all("1 item fits" in person.get(link.replace("&amp;", "&")).text for link in links)


def test_an_item_marks_in_words_what_differs_and_notes_who_looked(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    before = len(rows_in(pages.service.db, "look"))

    shown = person.get(address_of(pages)).text

    assert re.search(r"date</th><td>2026-04-07</td><td>2026-04-09</td><td><strong>Differs</strong>", shown)
    assert re.search(r"provider</th><td>IRCO</td><td>irco</td><td>The same", shown)
    looks = rows_in(pages.service.db, "look")[before:]
    assert [(look["customer_id"], look["page"], look["named"]) for look in looks] == [("DEMO-C01", "review", False)]


def test_the_customer_is_one_link_away(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    link = re.search(r'href="(/customers/[^"]+)">DEMO-C01', person.get(address_of(pages)).text)

    assert link is not None
    assert "Months of this customer" in person.get(link[1]).text


def test_a_mismatch_is_settled_in_the_persons_name_and_leaves_the_list(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    address = address_of(pages)

    answer = person.post(f"{address}/settle?severity=data", address, seen=seen(person, address), decision="accepted",
                         reason=" both days are right ", note="asked them")  # fmt: skip

    assert answer.status_code == 303
    assert answer.location == f"{address}?severity=data&page=1&did=settle"
    shown = person.get(answer.location).text
    assert "It is settled." in shown
    assert "DEMO-REVIEWER settled it as accepted" in shown
    assert "asked them" in shown
    assert state(pages) is ReviewState.SETTLED
    assert "1 item fits" in person.get("/reviews").text
    assert "1 item fits" in person.get("/reviews?state=settled").text


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"decision": "written-off"}, "Cannot be settled as that"),
        ({"reason": "  "}, "No reason is given"),
        ({"until": "2026-04-01"}, "is no day after today"),
        ({"reason": "x" * 201}, "The reason is longer than 200 characters"),
        ({"version": "nonsense"}, "This form is not of this page"),
    ],
)
def test_what_cannot_be_settled_is_refused_with_why_and_nothing_is_lost(
    pages: Pages, cells: dict[str, str], why: str
) -> None:
    person = pages.signed_in(Role.REVIEWER)
    address = address_of(pages)
    version = cells.pop("version", "") or seen(person, address)
    given = {"decision": "accepted", "reason": "right", "note": "a long note", "seen": version, **cells}

    answer = person.post(f"{address}/settle", address, **given)

    assert answer.status_code == 400
    assert why in answer.text
    assert 'role="alert"' in answer.text
    assert "a long note</textarea>" in answer.text
    assert state(pages) is ReviewState.OPEN


def test_the_second_of_two_reviewers_sees_who_did_what_and_gets_back_what_they_wrote(pages: Pages) -> None:
    first, second = (pages.signed_in(Role.REVIEWER, name=f"DEMO-{name}") for name in ("FIRST", "SECOND"))
    address = address_of(pages)
    both_saw = seen(first, address)

    assert settled(first, address, both_saw) == 303
    refused = second.post(f"{address}/settle", address, seen=both_saw, decision="corrected-in-itrac",
                          reason="I asked them", note="long")  # fmt: skip

    assert refused.status_code == 409
    assert "DEMO-FIRST settled it as accepted" in refused.text
    assert 'value="I asked them"' in refused.text
    assert "long</textarea>" in refused.text
    assert re.search(r'value="corrected-in-itrac" required checked', refused.text)
    version = re.search(r'name="seen" value="([^"]+)"', refused.text)
    assert version is not None
    assert settled(second, address, version[1], reason="I asked them") == 303
    assert [event.by for event in item(pages.service, ITEM).history] == ["DEMO-FIRST", "DEMO-SECOND"]


def test_nobody_settles_facts_that_changed_under_their_eyes(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    address = address_of(pages)
    saw = seen(person, address)
    found(pages, {**ONE, "facts": OTHER_FACTS})

    refused = person.post(f"{address}/settle", address, seen=saw, decision="accepted", reason="right")

    assert refused.status_code == 409
    assert "Its facts changed" in refused.text


def test_a_reopened_item_shows_what_changed(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    settled(person, address_of(pages))
    found(pages, {**ONE, "facts": OTHER_FACTS})

    shown = person.get(address_of(pages)).text

    assert "What changed since it was settled" in shown
    assert "date (line)</th><td>2026-04-07</td><td>2026-04-08</td>" in shown


def test_an_item_is_put_off_assigned_and_each_is_taken_back(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    address = address_of(pages)

    person.post(f"{address}/assign", address, seen=seen(person, address), to="DEMO-REVIEWER")
    person.post(f"{address}/defer", address, seen=seen(person, address), until="2026-05-04", reason="asked")
    deferred = state(pages)
    mine = person.get("/reviews?assigned=me&state=deferred").text
    person.post(f"{address}/undo", address, seen=seen(person, address))
    undone = state(pages)
    person.post(f"{address}/undo", address, seen=seen(person, address))

    assert deferred is ReviewState.DEFERRED
    assert "1 item fits" in mine
    assert "put off until" in mine
    assert undone is ReviewState.OPEN
    assert len(item(pages.service, ITEM).history) == 4


@pytest.mark.parametrize(
    ("act", "cells"),
    [("assign", {"to": "DEMO-NOBODY"}), ("assign", {"to": "DEMO-ADMIN"}), ("defer", {"until": "2026-05-04"}),
     ("defer", {"until": "soon", "reason": "asked"}), ("undo", {})],
)  # fmt: skip
def test_an_act_that_lacks_something_changes_nothing(pages: Pages, act: str, cells: dict[str, str]) -> None:
    pages.signed_in(Role.ADMIN)
    person = pages.signed_in(Role.REVIEWER)
    address = address_of(pages)

    answer = person.post(f"{address}/{act}", address, seen=seen(person, address), **cells)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert not item(pages.service, ITEM).history
