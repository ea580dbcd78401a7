"""The pages of rows and drafts: two people publish, one road back, and nobody's work is overrun."""

import re
from pathlib import Path

import pytest

from sync.crosswalk.texts import read_files
from sync.store import Database
from sync.store.accounts import Role
from sync.store.crosswalk_versions import versions
from tests.crosswalk_pages import BAKING, WHY, drafted, hidden, open_now, over_version_1, publish, save
from tests.support import CONFIG
from tests.web import Browser, Pages


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested with the jobs."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return over_version_1(database, tmp_path)


@pytest.fixture
def author(pages: Pages) -> Browser:
    return pages.signed_in(Role.ADMIN, name="DEMO-AUTHOR")


@pytest.fixture
def approver(pages: Pages) -> Browser:
    return pages.signed_in(Role.ADMIN, name="DEMO-APPROVER")


def test_the_rows_in_force_are_shown_with_filters_in_the_address(author: Browser) -> None:
    every = author.get("/crosswalk").text
    one = author.get("/crosswalk?table=services&program=cctp").text
    worded = author.get("/crosswalk?text=hyphens").text

    assert "rows hold on 2026-04-20" in every
    assert "version 1" in every
    assert "The files in use are those of the newest version." in every
    assert re.findall(r"(\d+) of \d+ rows", one) == ["1"]
    assert "Pre-Apprenticeship Training" in one
    assert re.findall(r"(\d+) of \d+ rows", worded) == ["1"]


def test_an_ended_row_is_shown_only_on_its_days_or_where_all_are_asked_for(author: Browser) -> None:
    _, place = save(author, "table=services&line=2", **{"act": "end", "end-last": "2026-03-31"})
    number = place.rpartition("/")[2].partition("?")[0]
    asked = f"/crosswalk?draft={number}&table=services&program=CCTP"

    today, before, every = (author.get(f"{asked}{more}").text for more in ("", "&on=2026-03-31", "&every=yes"))

    assert "No row fits" in today
    assert "until" in before
    assert "in this draft" in every


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [("on=soon", 400, "The day is no date"), ("table=people", 400, "no such table"), ("draft=99", 404, "no such page"),
     ("draft=x", 404, "no such page")],
)  # fmt: skip
def test_what_is_no_filter_is_said_and_not_passed_over(author: Browser, query: str, status: int, words: str) -> None:
    answer = author.get(f"/crosswalk?{query}")

    assert (answer.status_code, words in answer.text) == (status, True)


def test_operations_and_reviewers_read_rows_versions_and_calendar_and_change_nothing(
    pages: Pages, author: Browser
) -> None:
    draft = drafted(author)
    number = draft.rpartition("/")[2]
    for role in (Role.OPERATIONS, Role.REVIEWER):
        person = pages.signed_in(role)
        read = [person.get(f"/crosswalk{part}") for part in ("", "/versions", "/calendar", "/versions/1/files")]

        assert [answer.status_code for answer in read] == [200] * 4
        for answer in read[:3]:
            assert "Change or end" not in answer.text
            assert answer.text.count('method="post"') == 1  # to sign out
            assert "DEMO-AUTHOR" not in answer.text
        assert [person.get(place).status_code for place in (draft, "/crosswalk/drafts", "/crosswalk/rows")] == [403] * 3
        assert person.get(f"/crosswalk?draft={number}").status_code == 404


def test_the_whole_road_a_row_its_impact_a_second_person_and_the_way_back(
    pages: Pages, author: Browser, approver: Browser
) -> None:
    draft = drafted(author)
    plain, seen = (approver.get(f"{draft}{more}").text for more in ("", "?impact=1"))
    own = author.get(f"{draft}?impact=1").text
    status, place = publish(approver, draft)
    history = author.get("/crosswalk/versions").text
    back = author.post("/crosswalk/versions/1/roll-back", "/crosswalk/versions", **WHY)
    again, _ = publish(approver, str(back.headers["Location"]).partition("?")[0])

    assert "aliases: added: service, Baking Class" in plain
    assert ('name="impact" value="1"' in plain, "Publish draft" in plain) == (True, False)
    assert "Lines that would change</dt><dd>1</dd>" in seen
    assert "DEMO-C" not in seen
    assert ("takes a second person" in own, "Publish draft" in own) == (True, False)
    assert (status, place.startswith("/crosswalk/versions?did=published")) == (303, True)
    assert [words in history for words in ("Version 2", "DEMO-AUTHOR", "DEMO-APPROVER", "a new label")] == [True] * 4
    assert (back.status_code, again) == (303, 303)
    with pages.service.db.read() as conn:
        assert [one.number for one in versions(conn)] == [3, 2, 1]
    assert read_files(pages.service.config or CONFIG) == read_files(CONFIG)


def test_nobody_publishes_their_own_draft_nor_without_the_report_that_they_saw(
    pages: Pages, author: Browser, approver: Browser
) -> None:
    draft = drafted(author)
    seen = hidden(approver.get(f"{draft}?impact=1").text, "impact")

    own = author.post(f"{draft}/publish", draft, impact=seen)
    blind = approver.post(f"{draft}/publish", draft, impact="0" * 64)

    assert (own.status_code, "is your own" in own.text) == (409, True)
    assert (blind.status_code, "the impact is not the one that you saw" in blind.text) == (409, True)
    assert hidden(blind.text, "impact") == seen
    assert read_files(pages.service.config or CONFIG) == read_files(CONFIG)


def test_a_draft_is_published_once_however_often_the_button_is_pressed(
    pages: Pages, author: Browser, approver: Browser
) -> None:
    draft = drafted(author)
    seen = hidden(approver.get(f"{draft}?impact=1").text, "impact")

    answers = [approver.post(f"{draft}/publish", draft, impact=seen) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "draft 1 is published" in answers[1].text.lower()
    with pages.service.db.read() as conn:
        assert [one.number for one in versions(conn)] == [2, 1]


def test_of_two_admins_on_one_draft_the_second_is_refused_with_a_diff_and_keeps_what_they_wrote(
    author: Browser, approver: Browser
) -> None:
    number = drafted(author).rpartition("/")[2]
    way = f"table=services&line=3&draft={number}"
    stale = hidden(approver.get(f"/crosswalk/rows?{way}").text, "onto")
    save(author, f"table=aliases&draft={number}", **{**BAKING, "cell-label": "Bakery"})

    status, page = save(approver, way, stale, **{"act": "end", "end-last": "2026-05-31", "reason": "my own words"})
    again, _ = save(approver, way, hidden(page, "onto"), **{"act": "end", "end-last": "2026-05-31"})

    assert status == 409
    assert "saved by DEMO-AUTHOR since you saw it" in page
    assert "aliases: added: service, Bakery" in page
    assert ('value="2026-05-31"' in page, "my own words" in page) == (True, True)
    assert again == 303


def test_a_row_that_somebody_else_changed_meanwhile_is_looked_at_anew(author: Browser, approver: Browser) -> None:
    number = drafted(author).rpartition("/")[2]
    way = f"table=services&line=3&draft={number}"
    stale = hidden(approver.get(f"/crosswalk/rows?{way}").text, "onto")
    save(author, way, **{"act": "end", "end-last": "2026-05-31"})

    status, page = save(approver, way, stale, **{"act": "end", "end-last": "2026-06-30"})

    assert (status, "the row is not as you saw it" in page) == (409, True)
    assert "last was blank, is “2026-05-31”" in page


def test_who_began_from_an_older_version_hears_what_was_published_since(author: Browser, approver: Browser) -> None:
    stale = hidden(approver.get("/crosswalk/rows?table=aliases").text, "onto")
    old = drafted(approver)
    publish(approver, drafted(author))

    status, page = save(approver, "table=aliases", stale, **{**BAKING, "cell-label": "Bakery"})
    left = approver.get(old).text

    assert (status, "version 2 was published since you began" in page) == (409, True)
    assert hidden(page, "onto") == "2::"
    assert "Version 2 was published since this draft was begun" in left
    assert "Publish draft" not in left


def test_a_published_row_is_not_removed_and_the_form_offers_to_end_it(pages: Pages, author: Browser) -> None:
    page = author.get("/crosswalk/rows?table=services&line=3").text
    status, refused = save(author, "table=services&line=3", act="remove")

    assert ("Remove the row" in page, "End the row" in page) == (False, True)
    assert (status, "End it instead" in refused) == (409, True)
    assert open_now(pages) == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"cell-label": ""}, "label is blank"), ({"cell-first": "soon"}, "expected a date"),
        ({"reason": " "}, "reason is"), ({"checked": ""}, "note on what was checked is"),
        ({"act": ""}, "what becomes of the row"),
        ({"onto": "x"}, "which files you saw"), ({"onto": "1:x:"}, "which files you saw"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_right_comes_back_with_what_was_written(
    pages: Pages, author: Browser, cells: dict[str, str], words: str
) -> None:
    status, page = save(author, **{**BAKING, **cells})

    assert (status, words in page, 'role="alert"' in page) == (409, True, True)
    assert page.count('aria-invalid="true"') == int(any(name.startswith("cell-") for name in cells))
    assert "Career Coaching" in page
    assert open_now(pages) == 0


@pytest.mark.parametrize("query", ["table=people", "table=services&line=999", "table=services&line=x", "draft=99"])
def test_a_row_that_is_not_there_has_no_form(author: Browser, query: str) -> None:
    assert author.get(f"/crosswalk/rows?{query}").status_code in {404, 409}


def test_mistakes_are_named_with_a_way_to_their_row_and_hinder_publishing(author: Browser, approver: Browser) -> None:
    cells = {"cell-program": "CCTP", "cell-control": "Services", "cell-service": "New", "cell-component": "Odd",
             "cell-source": "x"}  # fmt: skip
    _, place = save(author, "table=services", **cells)
    draft = place.partition("?")[0]

    shown = approver.get(f"{draft}?impact=1").text
    refused = approver.post(f"{draft}/publish", draft, impact="0" * 64)

    assert "1 mistake." in shown
    assert "unknown component" in shown
    assert re.search(r'href="/crosswalk/rows\?table=services&amp;line=\d+&amp;draft=\d+"', shown)
    assert "Work out what would change" not in shown
    assert (refused.status_code, "these files have mistakes" in refused.text) == (409, True)
    assert approver.get(f"{draft}/lines").status_code == 404


def test_reason_and_note_are_changed_a_draft_is_discarded_and_opened_again(author: Browser, approver: Browser) -> None:
    draft = drafted(author)
    page = author.get(draft).text
    worded = author.post(f"{draft}/words", draft, onto=hidden(page, "onto"), reason="better words", checked="the guide")
    stale = approver.post(f"{draft}/words", draft, onto="1:9:old", reason="x", checked="y")
    gone = approver.post(f"{draft}/discard", draft, seen=hidden(page, "seen"))
    listed = author.get("/crosswalk/drafts").text
    again = author.post(f"{draft}/reopen", draft)
    twice = author.post(f"{draft}/reopen", draft)

    assert "better words" in author.get(draft).text
    assert [one.status_code for one in (worded, stale, gone, again, twice)] == [303, 409, 303, 303, 409]
    assert "discarded" in listed
    assert "No draft waits" in listed


def test_a_draft_is_not_discarded_by_who_has_not_seen_what_another_saved(author: Browser, approver: Browser) -> None:
    draft = drafted(author)
    number = draft.rpartition("/")[2]
    seen = hidden(approver.get(draft).text, "seen")
    save(author, f"table=aliases&draft={number}", **{**BAKING, "cell-label": "Bakery"})

    refused = approver.post(f"{draft}/discard", draft, seen=seen)

    assert (refused.status_code, "since you saw it" in refused.text) == (409, True)
