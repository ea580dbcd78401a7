"""The pages of what our own rows say of the crosswalk: use, labels, proposals, contracts, and files."""

import io
import re
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_publish import adopt
from sync.pretend.person import payment
from sync.pretend.person import service as coaching
from sync.store import Database
from sync.store.accounts import Role
from sync.store.crosswalk_versions import DraftState, drafts
from sync.tables.sheets import sheets_bytes
from tests.configurations import added, copied
from tests.crosswalk_pages import WHY, hidden, open_now, plan_and_adopt
from tests.crosswalks import edited
from tests.made_once import made_once
from tests.support import CONFIG
from tests.test_crosswalk_guide import guide
from tests.test_crosswalk_proposed import planned, same_at
from tests.test_crosswalk_sheets import BAKING, SERVICES, sheets_of
from tests.test_web_months import exported, lay
from tests.web import Browser, Pages, pages_over

PAID = (coaching("2026-04-07"), payment("2026-04-08", amount="25.00"))


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested with the jobs."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    """The pages over version 1, with somebody whose label reads almost like a known one, and a payment."""
    made = pages_over(database, tmp_path, config=copied(tmp_path))
    exported(tmp_path, (coaching("2026-04-07", service="Coaching"),), PAID)
    made_once(database, "a label nearly known under version 1", lambda: plan_and_adopt(made))
    return made


@pytest.fixture
def admin(pages: Pages) -> Browser:
    return pages.signed_in(Role.ADMIN)


def draft_of(pages: Pages) -> dict[str, str]:
    with pages.service.db.read() as conn:
        (draft,) = drafts(conn, DraftState.OPEN)
    return dict(draft.files)


def test_unused_rows_stand_first_and_lead_admins_to_the_row(pages: Pages, admin: Browser) -> None:
    reviewer = pages.signed_in(Role.REVIEWER)

    shown, read, services = (
        admin.get("/crosswalk/use").text, reviewer.get("/crosswalk/use").text,
        admin.get("/crosswalk/use?table=services&months=3").text,
    )  # fmt: skip

    rows = re.findall(r'<td class="number">([\d,]+)', shown)
    assert rows == sorted(rows, key=int) and rows[-1] == "1"
    assert 'from <span class="day">2025-11</span>' in shown
    assert ("Change or end" in shown, "Change or end" in read) == (True, False)
    assert "<strong>68 of 69</strong> rows have no line" in services
    for wrong in ("months=x", "months=0", "table=nonsense"):
        assert admin.get(f"/crosswalk/use?{wrong}").status_code == 409


def test_a_label_is_tried_and_put_into_a_draft(pages: Pages, admin: Browser) -> None:
    shown = admin.get("/crosswalk/labels").text
    key = hidden(shown, "key")
    alias = {"key": key, "stands_for": "Career Coaching", "onto": hidden(shown, "onto")}

    tried = admin.post("/crosswalk/labels", "/crosswalk/labels", act="try", **alias)
    worked = admin.get("/crosswalk/labels?work=1").text
    put = admin.post("/crosswalk/labels", "/crosswalk/labels", act="put", **alias, **WHY)
    waiting = admin.get("/crosswalk/labels").text

    assert "would clear 1 flag: 1 line of open months would be decided otherwise" in tried.text
    assert "would clear 1 flag" in worked
    assert "An alias for it waits in" in waiting and "An alias for it waits in" not in shown
    assert "its lines are decided anew by the next plan" in shown
    assert (tried.status_code, put.status_code) == (200, 303)
    assert draft_of(pages) == edited(CONFIG, "aliases", "service,EOP Portland,Coaching,Career Coaching,,,a new label")
    assert "Coaching" not in put.headers["Location"]


def test_what_is_wrong_with_an_alias_is_said_and_nothing_of_the_form_is_lost(pages: Pages, admin: Browser) -> None:
    shown = admin.get("/crosswalk/labels").text
    form = {"key": hidden(shown, "key"), "onto": hidden(shown, "onto"), "act": "put", **WHY}

    no_words = admin.post("/crosswalk/labels", "/crosswalk/labels", **{**form, "reason": ""}, other="Painting")
    looped = admin.post(
        "/crosswalk/labels", "/crosswalk/labels", **{**form, "act": "try"}, other="OST", everywhere="yes"
    )
    nothing = admin.post(
        "/crosswalk/labels", "/crosswalk/labels", **{**form, "act": "no"}, stands_for="Career Coaching"
    )
    gone = admin.post("/crosswalk/labels", "/crosswalk/labels", **{**form, "key": "0"}, stands_for="Career Coaching")
    old = admin.post("/crosswalk/labels", "/crosswalk/labels", **{**form, "onto": "x"}, stands_for="Career Coaching")

    assert [one.status_code for one in (no_words, looped, nothing, gone, old)] == [409, 200, 409, 409, 409]
    assert "reason is missing" in no_words.text
    assert 'value="Painting"' in no_words.text and 'value="asked the provider"' in no_words.text
    assert "This alias cannot stand" in looped.text
    assert open_now(pages) == 0


def test_labels_are_shown_to_admins_alone(pages: Pages) -> None:
    for role in set(Role) - {Role.ADMIN}:
        person = pages.signed_in(role, name=f"DEMO-{role}-2")
        answer = person.get("/crosswalk/labels")
        assert (answer.status_code, "Coaching" in answer.text) == (403, False)


def test_what_staff_always_answers_is_put_into_a_draft(pages: Pages, admin: Browser, tmp_path: Path) -> None:
    nothing = admin.get("/crosswalk/proposed").text
    planned(pages.service, tmp_path, *[same_at("I.R.C.O.")] * 3)

    shown = admin.get("/crosswalk/proposed").text
    form = {name: hidden(shown, name) for name in ("key", "onto")}
    refused = admin.post("/crosswalk/proposed", "/crosswalk/proposed", **form, reason="", checked="x")
    put = admin.post("/crosswalk/proposed", "/crosswalk/proposed", **form, **WHY)

    assert "No answer repeats" in nothing
    assert "Answered so for 3 lines, otherwise for 0" in shown
    assert (refused.status_code, put.status_code) == (409, 303)
    assert draft_of(pages) == edited(CONFIG, "aliases", "provider,,I.R.C.O.,IRCO,,,a new label")


def test_contracts_begin_with_what_providers_entered(pages: Pages, admin: Browser) -> None:
    reviewer = pages.signed_in(Role.REVIEWER)
    elsewhere = pages.signed_in(Role.OPERATIONS, "POIC", name="DEMO-ELSEWHERE")
    shown = admin.get("/crosswalk/contracts").text
    keys = re.findall(r'name="key" value="([^"]+)"', shown)

    none = admin.post("/crosswalk/contracts", "/crosswalk/contracts", onto=hidden(shown, "onto"), **WHY)
    put = admin.post("/crosswalk/contracts", "/crosswalk/contracts", onto=hidden(shown, "onto"), key=keys[0], **WHY)

    assert "contracts.csv has no row" in shown
    assert len(keys) == 2
    assert (none.status_code, put.status_code) == (409, 303)
    assert draft_of(pages) == edited(CONFIG, "contracts", "IRCO,Job Search Training,,,a new label")
    read, other = reviewer.get("/crosswalk/contracts").text, elsewhere.get("/crosswalk/contracts").text
    assert ("Job Search Training" in read, 'name="key"' in read) == (True, False)
    assert "Job Search Training" not in other
    assert admin.get("/crosswalk/contracts?on=soon").status_code == 400


def test_what_enforcing_would_flag_is_worked_out_where_it_is_asked_for(database: Database, tmp_path: Path) -> None:
    config = copied(tmp_path)
    added(config, "contracts", "IRCO,Support Service,,2026-04-10,contract 7")
    pages = pages_over(database, tmp_path, config=config)
    lay(pages, tmp_path, PAID)
    adopt(pages.service, config, reason="the first")
    admin = pages.signed_in(Role.ADMIN)

    plain, flags = admin.get("/crosswalk/contracts").text, admin.get("/crosswalk/contracts?flags=1").text
    before = admin.get("/crosswalk/contracts?on=2026-04-01").text

    assert ("Work out what is flagged" in plain, "Work out what is flagged" in flags) == (True, False)
    assert "Lines without a contract, in open months" in flags
    assert ("contract 7" in plain, "contract 7" in before) == (False, True)


def upload(admin: Browser, name: str, content: bytes, **cells: str) -> TestResponse:
    # The client of the tests would write a large form to a file, and leave it open.
    token = hidden(admin.get("/crosswalk/import").text, "csrf_token")
    file = FileStorage(io.BytesIO(content), name)
    mark, form = encode_multipart({"csrf_token": token, "file": file, "table": "", **cells})
    return admin.client.post(
        "/crosswalk/import", input_stream=io.BytesIO(form), content_length=len(form),
        content_type=f"multipart/form-data; boundary={mark}",
    )  # fmt: skip


def test_a_workbook_goes_out_is_edited_shown_and_kept_as_a_draft(pages: Pages, admin: Browser) -> None:
    out = admin.get("/crosswalk/versions/1/workbook")
    sheets = sheets_of(edited(CONFIG, "services", BAKING))

    same = upload(admin, "export.xlsx", out.data)
    shown = upload(admin, r"C:\mine\edited.xlsx", sheets_bytes(sheets))
    before = open_now(pages)
    kept = admin.post("/crosswalk/import/save", "/crosswalk/import", carried=hidden(shown.text, "carried"), **WHY)

    assert "attachment; filename=crosswalk-version-1.xlsx" in out.headers["Content-Disposition"]
    assert ("It says the same as version 1" in same.text, 'name="carried"' in same.text) == (True, False)
    assert "services: added: EOP Portland, Services, Baking Class" in shown.text
    assert (before, kept.status_code, open_now(pages)) == (0, 303, 1)
    assert draft_of(pages)[SERVICES] == edited(CONFIG, "services", BAKING)[SERVICES]
    assert admin.get("/crosswalk/drafts/1/workbook").status_code == 200


def test_mistakes_in_a_file_are_named_and_nothing_of_it_can_be_kept(pages: Pages, admin: Browser) -> None:
    sheets = sheets_of(read_files(CONFIG))
    sheets["services"].append(["CCTP", "Services", "Baking", "Baking", "", "", "x"])

    wrong = upload(admin, "edited.xlsx", sheets_bytes(sheets))
    damaged = upload(admin, "edited.xlsx", b"no")
    none = upload(admin, "", b"")
    strange = upload(admin, "a.pdf", b"x")
    undated = upload(admin, "g.txt", b"x", first="soon")

    assert "1 mistake in the file" in wrong.text
    assert "edited.xlsx, sheet services:71: unknown component" in wrong.text
    assert 'name="carried"' not in wrong.text
    assert [one.status_code for one in (damaged, none, strange, undated)] == [409] * 4
    assert "No file was chosen" in none.text


@pytest.mark.parametrize("carried", ["", "nonsense", "bm8=", "eJwDAAAAAAE=", "eJxTAgAAIwAj"])
def test_what_was_not_shown_is_not_kept(pages: Pages, admin: Browser, carried: str) -> None:
    answer = admin.post("/crosswalk/import/save", "/crosswalk/import", carried=carried, **WHY)

    assert (answer.status_code, open_now(pages)) == (409, 0)


def test_a_reason_that_is_missing_does_not_cost_the_file(pages: Pages, admin: Browser) -> None:
    shown = upload(admin, "services.csv", edited(CONFIG, "services", BAKING)[SERVICES].encode())
    carried = hidden(shown.text, "carried")

    refused = admin.post("/crosswalk/import/save", "/crosswalk/import", carried=carried, reason="", checked="all of it")

    assert refused.status_code == 409
    assert hidden(refused.text, "carried") == carried
    assert 'value="all of it"' in refused.text


def test_the_guides_table_is_taken_over_from_a_day(pages: Pages, admin: Browser) -> None:
    text = guide(("CCTP", "Training & Education", "Pre-Apprenticeship Training", "Job Retention"))

    shown = upload(admin, "guide.txt", text.encode(), first="2027-01-01", source="the new guide")

    assert "last was blank, is “2026-12-31”" in shown.text
    assert "first 2027-01-01, source the new guide" in shown.text


def test_a_file_that_is_too_large_is_refused_and_other_pages_take_no_more_than_before(admin: Browser) -> None:
    large, huge = (upload(admin, "x.csv", b"x" * size) for size in (4 * 1024 * 1024 + 1, 6 * 1024 * 1024))
    other = admin.post("/crosswalk/labels", "/crosswalk/labels", other="x" * 100_000)

    assert (large.status_code, huge.status_code, other.status_code) == (409, 413, 413)
