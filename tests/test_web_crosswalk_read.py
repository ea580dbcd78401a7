"""The pages of versions, calendar, switches and lines: what is read, compared, tried, and said to be checked."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from sync.crosswalk.texts import RULES
from sync.store import Database
from sync.store.accounts import Role
from tests.crosswalk_pages import BAKING, WHY, drafted, hidden, open_now, over_version_1, publish, save
from tests.crosswalks import edited
from tests.store_rows import rows_in
from tests.support import CONFIG
from tests.web import Browser, Pages, pages_over


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


def test_the_pages_decide_by_what_was_published_without_a_new_start(
    pages: Pages, author: Browser, approver: Browser
) -> None:
    before = author.get("/crosswalk/switches").text
    page = author.get("/crosswalk/switches?try=hold.max_days&value=60").text
    put = author.post(
        "/crosswalk/switches", "/crosswalk/switches", setting="hold.max_days", value="60", onto=hidden(page, "onto"),
        **WHY,
    )  # fmt: skip
    publish(approver, str(put.headers["Location"]).partition("?")[0])
    after = author.get("/crosswalk/switches").text

    assert ("read as <strong>45</strong>" in before, "read as <strong>60</strong>" in after) == (True, True)
    with pages.app.test_request_context():
        assert pages.app.extensions["ims_sync"].service.configuration.rules.hold.max_days == 60


def test_the_lines_are_opened_without_names_and_lead_to_customers_for_whoever_may_see_them(
    pages: Pages, author: Browser
) -> None:
    draft = drafted(author)
    operating = pages.signed_in(Role.OPERATIONS)
    elsewhere = pages.signed_in(Role.OPERATIONS, "POIC", name="DEMO-ELSEWHERE")

    of_admin, of_operations, of_other = (one.get(f"{draft}/lines").text for one in (author, operating, elsewhere))
    link = re.search(r'href="(/customers/[^"]+)">service:', of_operations)

    assert "service:DEMO-01-SER1" in of_admin
    assert ("/customers/" in of_admin, "DEMO-C01" in of_admin + of_operations) == (False, False)
    assert link is not None
    assert operating.get(link[1]).status_code == 200
    assert len(rows_in(pages.service.db, "look")) == 1
    assert "No line would change" in of_other


def test_versions_are_compared_and_taken_away_as_the_files_that_they_are(author: Browser, approver: Browser) -> None:
    publish(approver, drafted(author))

    offered = re.findall(r'<option value="(\d)" selected', author.get("/crosswalk/versions").text)
    compared = author.get("/crosswalk/versions?then=1&now=2").text
    packed = author.get("/crosswalk/versions/2/files")

    with zipfile.ZipFile(io.BytesIO(packed.data)) as pack:
        found = {name: pack.read(name).decode() for name in pack.namelist()}
    expected = edited(CONFIG, "aliases", "service,,Baking Class,Career Coaching,,,agreed")
    assert offered == ["1"]
    assert "aliases: added: service, Baking Class" in compared
    assert found == expected
    assert found[RULES] == expected[RULES]


def test_going_back_without_a_reason_or_to_the_newest_version_changes_nothing(pages: Pages, author: Browser) -> None:
    answer = author.post("/crosswalk/versions/1/roll-back", "/crosswalk/versions", reason="", checked="x")

    assert (answer.status_code, "reason is missing" in answer.text) == (409, True)
    assert open_now(pages) == 0


def test_files_that_were_edited_by_hand_are_told_on_the_pages(pages: Pages, author: Browser) -> None:
    config = pages.service.config or CONFIG
    aliases = config / "crosswalk" / "aliases.csv"
    aliases.write_text(aliases.read_text("utf-8") + "service,,Bakery,Career Coaching,,,agreed\n", "utf-8")

    for place in ("/crosswalk", "/crosswalk/versions"):
        shown = author.get(place).text
        assert "The files in use are not those of" in shown
        assert "aliases: added: service, Bakery" in shown


def test_the_calendar_shows_gaps_overlaps_and_ends_and_who_checked_last(author: Browser) -> None:
    row = {"cell-program": "CCTP", "cell-control": "Training & Education",
           "cell-service": "Pre-Apprenticeship Training",
           "cell-component": "Pre-Apprenticeship/Apprenticeship", "cell-source": "x"}  # fmt: skip
    _, place = save(author, "table=services&line=2", **{"act": "end", "end-last": "2026-03-31"})
    number = place.rpartition("/")[2].partition("?")[0]
    save(author, f"table=services&draft={number}", **row, **{"cell-first": "2026-06-01", "cell-last": "2026-09-30"})
    save(author, f"table=services&draft={number}", **row, **{"cell-first": "2026-09-01", "cell-last": "2026-12-31"})
    said = author.post(
        "/crosswalk/calendar", "/crosswalk/calendar", program="CCTP", against="the guide of March",
        checked_on="2026-04-17", note="two labels are new",
    )  # fmt: skip

    shown = author.get(f"/crosswalk/calendar?draft={number}&odd=yes&program=CCTP").text

    assert said.status_code == 303
    assert re.search(r"Gap</strong>: .*2026-04-01.* to .*2026-05-31", shown)
    assert "Overlap</strong>" in shown
    assert re.search(r"Ends</strong> .*2026-12-31", shown)
    assert "no row holds" in shown
    assert "by DEMO-AUTHOR, against the guide of March (version 1)" in shown
    assert "EOP AHFE" not in shown.partition("</form>")[2].partition("<h2")[2]


@pytest.mark.parametrize(
    "cells", [{"checked_on": "2026-04-21"}, {"checked_on": "x"}, {"against": ""}, {"program": "Nothing"}]
)
def test_a_check_without_a_day_a_source_or_a_program_comes_back(author: Browser, cells: dict[str, str]) -> None:
    given = {"program": "CCTP", "against": "the guide", "checked_on": "2026-04-20", "note": "kept words", **cells}

    answer = author.post("/crosswalk/calendar", "/crosswalk/calendar", **given)

    assert (answer.status_code, "kept words" in answer.text) == (409, True)


def test_a_switch_says_what_each_reading_means_and_what_another_would_change(author: Browser) -> None:
    plain = author.get("/crosswalk/switches").text
    tried = author.get("/crosswalk/switches?try=first_of_month.type&value=service").text

    assert "What is one type of service?" in plain
    assert "services under one DHS component are one type" in plain
    assert "Lines that would change" not in plain
    assert "Lines that would change" in tried
    assert "Put service into a draft" in tried


@pytest.mark.parametrize(("setting", "value"), [("contracts.enforced", "true"), ("hold.max_days", "-1"), ("odd", "1")])
def test_a_reading_that_cannot_be_is_refused(pages: Pages, author: Browser, setting: str, value: str) -> None:
    tried = author.get(f"/crosswalk/switches?try={setting}&value={value}")
    put = author.post("/crosswalk/switches", "/crosswalk/switches", setting=setting, value=value, onto="1::", **WHY)

    assert (tried.status_code, put.status_code) == (409, 409)
    assert 'role="alert"' in tried.text
    assert open_now(pages) == 0


def test_a_switch_goes_into_a_draft_that_waits(pages: Pages, author: Browser) -> None:
    draft = drafted(author)
    page = author.get("/crosswalk/switches?try=support.order&value=first-support-only").text
    onto = re.search(r'<option value="(1:\d+:[0-9a-f]+)">', page)
    assert onto is not None

    author.post(
        "/crosswalk/switches", "/crosswalk/switches", setting="support.order", value="first-support-only",
        onto=onto[1], **WHY,
    )  # fmt: skip

    shown = author.get(draft).text
    assert "rules: support.order was “component-first”, is “first-support-only”" in shown
    assert "aliases: added: service, Baking Class" in shown
    assert open_now(pages) == 1


def test_where_nothing_was_published_yet_each_page_says_what_to_do(database: Database, tmp_path: Path) -> None:
    admin = pages_over(database, tmp_path).signed_in(Role.ADMIN)

    for page in ("", "/rows", "/drafts", "/versions", "/calendar", "/switches"):
        answer = admin.get(f"/crosswalk{page}")
        assert (answer.status_code, "crosswalk adopt" in answer.text) == (200, True)


def test_what_people_write_is_shown_as_text(author: Browser) -> None:
    planted = "<script>alert(1)</script>"
    _, place = save(author, **{**BAKING, "cell-label": planted, "reason": planted})

    for page in (place, "/crosswalk?draft=1", "/crosswalk/drafts"):
        assert planted not in author.get(page).text
