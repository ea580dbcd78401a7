"""The pages of the months: what is open, the sign-off in one's own name, later changes, the evidence pack."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from sync.jobs.months import handle_of
from sync.pretend.person import Act, Person, payment
from sync.pretend.person import service as coaching
from sync.store import Database
from sync.store.accounts import Role
from tests.made_once import made_once
from tests.months import APRIL, PAID
from tests.services import lay_exports
from tests.store_rows import rows_in
from tests.web import Browser, Pages, pages_over, pull_and_plan

MARCH = f"/months/{handle_of('irco')}/2026-03"
HELD = payment("2026-03-12", amount="7.50", status="Requested")


@pytest.fixture
def dialect() -> str:
    """These look at pages; that both databases answer alike is tested with the jobs."""
    return "sqlite"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    made = pages_over(database, tmp_path)
    exported(tmp_path, (*PAID, HELD), APRIL)
    made_once(database, "a month of two", lambda: pull_and_plan(made.service))
    return made


def lay(pages: Pages, folder: Path, *people: tuple[Act, ...]) -> None:
    """Let I-Trac hold these people, and plan."""
    exported(folder, *people)
    pull_and_plan(pages.service)


def exported(folder: Path, *people: tuple[Act, ...]) -> None:
    tables: dict[str, list[dict[str, str]]] = {}
    for number, acts in enumerate(people, start=1):
        person = Person(number)
        for act in acts:
            act(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, {"ims_entries": [], **tables})


def declare(person: Browser, reason: str = "known to the provider") -> int:
    """Tick everything that can be ticked, and declare it; a refusal gives the ticks back."""
    page = person.get(MARCH).text
    ticked = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("point", "customer")}
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token[1], "reason": reason, **ticked}
    answer = person.client.post(f"{MARCH}/declare", data=data)
    assert answer.status_code == 303 or answer.text.count(" checked>") == sum(map(len, ticked.values()))
    return answer.status_code


def sign(person: Browser, **cells: str) -> tuple[int, str]:
    digest = re.search(r'name="digest" value="([^"]+)"', person.get(MARCH).text)
    given = {"name": person.name, "reason": "looked through", "digest": digest[1] if digest else "", **cells}
    answer = person.post(f"{MARCH}/sign", MARCH, **given)
    return answer.status_code, answer.text


def test_the_list_shows_each_provider_and_month_with_its_state(pages: Pages) -> None:
    shown = pages.signed_in(Role.REVIEWER).get("/months").text

    assert re.search(rf'href="{MARCH}"><span class="tag tag--open">open</span>', shown)
    assert "$7.50 at risk" in shown
    assert re.findall(r'<th scope="col">(\d{4}-\d\d)</th>', shown) == [
        "2026-04", "2026-03", "2026-01",
    ]  # fmt: skip
    assert "There is no month to show" in pages.signed_in(Role.REVIEWER, "POIC", name="DEMO-POIC").get("/months").text


def test_older_months_are_on_pages_of_their_own(pages: Pages, tmp_path: Path) -> None:
    days = [coaching(f"{year}-{month:02d}-05") for year in (2024, 2025) for month in (1, 4, 7, 10)]
    lay(pages, tmp_path, (*days, *PAID), APRIL)
    person = pages.signed_in(Role.REVIEWER)

    first = person.get("/months").text
    second = person.get("/months?until=2025-10").text

    assert "/months?until=2025-10" in first
    assert ("2025-10</th>" in first, "2025-10</th>" in second) == (False, True)
    assert "Later months" in second


def test_the_checklist_says_what_is_open_why_and_what_to_do(pages: Pages) -> None:
    shown = pages.signed_in(Role.REVIEWER).get(MARCH).text

    for words in ("Lines not entered yet", "payment:DEMO-01-PAY2", "Customer DEMO-C02", "Push the plan", "$7.50"):
        assert words in shown
    assert "Testperson" not in shown
    assert 'name="digest"' not in shown


def test_an_admin_reads_the_checklist_without_customers_and_can_do_nothing(pages: Pages) -> None:
    shown = pages.signed_in(Role.ADMIN).get(MARCH).text

    assert "Lines not entered yet" in shown
    assert "DEMO-C" not in shown
    assert shown.count("<form") == 1  # to sign out


def test_a_month_is_declared_and_signed_in_ones_own_name(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    declared = declare(person)
    ready = person.get(MARCH).text
    refused, told = sign(person, name="DEMO-OTHER")
    signed, _ = sign(person)

    assert (declared, refused, signed) == (303, 409, 303)
    assert "Declared by DEMO-REVIEWER: known to the provider" in ready
    assert 'role="alert"' in told
    assert "not your account&#39;s name" in told
    assert 'value="looked through"' in told
    shown = person.get(MARCH).text
    assert "Signed by DEMO-REVIEWER" in shown
    assert "Nothing differs from what was signed." in shown
    assert rows_in(pages.service.db, "month_close")[0]["by"] == "DEMO-REVIEWER"


def test_who_saw_other_lines_hears_it_and_gets_back_what_they_wrote(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    declare(person)

    status, told = sign(person, digest="0" * 64)

    assert status == 409
    assert "not those that you saw" in told
    assert 'value="looked through"' in told


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_without_a_reason_nothing_is_declared(pages: Pages, reason: str) -> None:
    assert declare(pages.signed_in(Role.REVIEWER), reason) == 409
    assert rows_in(pages.service.db, "month_word") == []


def test_what_was_declared_is_taken_back_with_a_reason(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    declare(person)

    answer = person.post(f"{MARCH}/take-back", MARCH, subject="DEMO-C02", reason="they were here")

    assert answer.status_code == 303
    assert 'value="DEMO-C02"> <span>Customer' in person.get(MARCH).text


def test_a_later_change_is_decided_by_a_person(pages: Pages, tmp_path: Path) -> None:
    person = pages.signed_in(Role.REVIEWER)
    declare(person)
    sign(person)
    lay(pages, tmp_path, (*PAID, HELD, payment("2026-03-13", amount="9.00")), APRIL)

    listed = person.get("/months").text
    shown = person.get(MARCH).text
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen is not None
    given = {"line": "payment:DEMO-01-PAY3", "seen": seen[1], "reason": "came late"}
    neither = person.post(f"{MARCH}/adjustments", MARCH, **given)
    accepted = person.post(f"{MARCH}/adjustments", MARCH, **given, way="accept")

    assert "1 to decide" in listed
    assert "1 of 1 wait for a decision" in shown
    assert "To be in iMatchSkills: Child Care, 2026-03-13, 9.00" in shown
    assert (neither.status_code, accepted.status_code) == (409, 303)
    assert "Accepted" in person.get(MARCH).text


def test_operations_reopen_a_month_and_reviewers_cannot(pages: Pages) -> None:
    person, operations = pages.signed_in(Role.REVIEWER), pages.signed_in(Role.OPERATIONS)
    declare(person)
    sign(person)

    refused = person.post(f"{MARCH}/reopen", MARCH, reason="more came")
    answer = operations.post(f"{MARCH}/reopen", MARCH, reason="more came")

    assert (refused.status_code, answer.status_code) == (403, 303)
    assert "Reopened by DEMO-OPERATIONS" in person.get(MARCH).text


def test_the_evidence_pack_is_sent_and_every_look_is_written_down(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    masked = person.post(f"{MARCH}/evidence", MARCH, seed="7", sample="5")
    named = person.post(f"{MARCH}/evidence", MARCH, seed="7", sample="5", named="yes")

    packs = [zipfile.ZipFile(io.BytesIO(answer.data)) for answer in (masked, named)]
    pages_of = [pack.read("pages/001.html").decode() for pack in packs]
    assert masked.headers["Content-Disposition"].startswith("attachment; filename=evidence-")
    assert ["Testperson" in text for text in pages_of] == [False, True]
    assert [(look["customer_id"], look["page"], look["named"]) for look in rows_in(pages.service.db, "look")] == [
        ("DEMO-C01", "evidence", False), ("DEMO-C01", "evidence", True),
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [{"seed": "", "sample": "1"}, {"seed": "7", "sample": "x"}, {"seed": "7"}])
def test_a_pack_that_cannot_be_made_is_said_so(pages: Pages, cells: dict[str, str]) -> None:
    answer = pages.signed_in(Role.REVIEWER).post(f"{MARCH}/evidence", MARCH, **cells)

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert rows_in(pages.service.db, "look") == []


def test_home_counts_the_months_that_are_over_and_not_signed(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)
    before = person.get("/").text

    declare(person)
    sign(person)

    assert "2 months of providers are over and not signed, the oldest is 2026-01" in before
    assert "1 month of a provider is over and not signed" in person.get("/").text
    assert "Months to close" not in pages.signed_in(Role.KEYER).get("/").text
    assert "Months to close" not in pages.signed_in(Role.REVIEWER, "POIC", name="DEMO-POIC").get("/").text


def test_a_service_without_a_plan_shows_no_month(database: Database, tmp_path: Path) -> None:
    person = pages_over(database, tmp_path).signed_in(Role.REVIEWER)

    assert "There is no month to show" in person.get("/months").text
    assert person.get(MARCH).status_code == 404
