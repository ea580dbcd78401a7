"""A customer's page shows their months, why each line is as it is, what stands in iMatchSkills, and what happened."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.jobs.customer import customer_page, customers_named, name_of
from sync.pretend.person import Person, payment
from sync.pretend.person import service as coaching
from sync.store import Database
from sync.store.accounts import Role
from sync.store.looks import newest_looks
from tests.services import done, lay_exports, planned
from tests.web import AS_OF, Pages, pages_over, with_people

ONE = "DEMO-C01"


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    return with_people(pages_over(database, tmp_path), tmp_path)


def later(pages: Pages, folder: Path, *, cancelled: bool) -> None:
    """Pull and plan again a day later, the first person's service as it is or called off."""
    tables: dict[str, list[dict[str, str]]] = {}
    for number in (1, 2):
        person = Person(number)
        coaching("2026-04-07")(person)
        payment("2026-04-08", amount="25.00")(person)
        if cancelled and number == 1:
            person.tables["services"][-1]["status"] = "Cancelled"
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, {"ims_entries": [], **tables})
    pages.clock.at += timedelta(days=1)
    done(pages.service, "pull")
    planned(pages.service, AS_OF)


def test_months_add_up_to_every_line_of_the_customer(pages: Pages) -> None:
    seen = customer_page(pages.service, ONE)

    lines = [line for month in seen.months for line in month.lines]
    assert [month.name for month in seen.months] == sorted((month.name for month in seen.months), reverse=True)
    assert all(sum(month.counts.values()) == len(month.lines) for month in seen.months)
    assert {line["customer_id"] for line in lines} == {ONE}
    assert len({line["line_id"] for line in lines}) == len(lines) > 1


def test_what_changed_from_plan_to_plan_is_told_and_what_did_not_is_not(pages: Pages, tmp_path: Path) -> None:
    later(pages, tmp_path, cancelled=False)
    same = customer_page(pages.service, ONE).history
    later(pages, tmp_path, cancelled=True)

    history = customer_page(pages.service, ONE).history

    assert len(same) == 1
    assert history[-1] == same[0]
    told = [one for one in history if "service:DEMO-01-SER1" in one.line_ids]
    assert ["enter became no-entry" in one.words for one in told] == [True]


def test_of_another_provider_nothing_is_shown(pages: Pages) -> None:
    seen = customer_page(pages.service, ONE, sees=["Nobody's provider"])

    assert (seen.months, seen.entries, seen.history) == ([], [], [])


@pytest.mark.parametrize(
    ("asked", "found"),
    [("number 1 testperson", [ONE]), ("TESTPERSON", [ONE, "DEMO-C02"]), ("testp", [ONE, "DEMO-C02"]),
     ("estperson", []), ("1 number", [ONE]), ("%", []), ("DEMO", []), ("9876", []), ("", [])],
)  # fmt: skip
def test_names_are_found_by_how_their_words_begin(pages: Pages, asked: str, found: list[str]) -> None:
    assert customers_named(pages.service, asked) == found
    assert name_of(pages.service, ONE) == "Number 1 Testperson"


def test_who_is_found_by_name_is_written_down_and_the_name_stands_in_no_address(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER)

    shown = person.post("/customers", "/customers", asked="Number 2 Testperson")

    looks = newest_looks(pages.service.db, 10)
    assert "DEMO-C02" in shown.text
    assert "Testperson" not in shown.text
    assert [(look.customer_id, look.named, look.page) for look in looks] == [("DEMO-C02", True, "search by name")]


def test_names_of_another_provider_are_not_found(pages: Pages) -> None:
    person = pages.signed_in(Role.REVIEWER, "Nobody's provider")

    assert person.post("/customers", "/customers", asked="Testperson").status_code == 404
    assert newest_looks(pages.service.db, 10) == []


def test_too_many_of_one_name_ask_for_more_of_it(pages: Pages, tmp_path: Path) -> None:
    people = [Person(number) for number in range(1, 30)]
    for person in people:
        coaching("2026-04-07")(person)
    tables = {name: [row for one in people for row in one.tables[name]] for name in people[0].tables}
    lay_exports(tmp_path, {"ims_entries": [], **tables})
    done(pages.service, "pull")
    planned(pages.service, AS_OF)

    answer = pages.signed_in(Role.REVIEWER).post("/customers", "/customers", asked="Testperson")

    assert answer.status_code == 404
    assert "Too many customers" in answer.text
    assert newest_looks(pages.service.db, 10) == []


def test_the_strip_leads_to_each_month(pages: Pages) -> None:
    shown = pages.signed_in(Role.REVIEWER).post("/customers", "/customers", asked=ONE)
    page = pages.signed_in(Role.OPERATIONS, name="DEMO-OTHER").get(shown.location).text

    assert 'href="#month-2026-04"' in page
    assert 'id="month-2026-04"' in page
    assert '<td class="day">2026-04-07</td>' in page
