"""The pages of the keying queue: what to type where, what was said, and what a slip or the clock makes of it."""

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from sync.jobs.approval import approve
from sync.jobs.stop import stop
from sync.store import Database, LedgerLine, State, ledger_lines, newest_plan
from sync.store.accounts import Role
from sync.store.keying import open_claim, open_lines
from sync.store.looks import newest_looks
from tests.web import Browser, Pages, pages_over, with_people


@pytest.fixture
def pages(database: Database, tmp_path: Path) -> Pages:
    """Pages over an approved plan about two people."""
    made = with_people(pages_over(database, tmp_path), tmp_path)
    plan = newest_plan(database)
    assert plan is not None
    approve(made.service, plan.digest, "checked")
    return made


@pytest.fixture
def keyer(pages: Pages) -> Browser:
    return pages.signed_in(Role.KEYER)


def opened(keyer: Browser) -> str:
    """Open the next customer; return where they are shown."""
    answer = keyer.post("/keying", on="/keying")
    assert answer.status_code == 303
    return answer.headers["Location"].partition("#")[0]


def current(keyer: Browser) -> LedgerLine:
    with keyer.service.db.read() as conn:
        claim = open_claim(conn, keyer.name)
        assert claim is not None
        return open_lines(conn, claim)[0]


def say(keyer: Browser, path: str, said: str = "keyed", **cells: str) -> TestResponse:
    """Say a word on the entry that is open, typed right unless told otherwise."""
    line = current(keyer)
    usual = {"line": line.line_id, "date": line.date, "name": line.name}
    return keyer.post(f"{path}/said", on=path, said=said, **{**usual, **cells})


def state(keyer: Browser, line_id: str) -> State:
    return ledger_lines(keyer.service.db, [line_id])[line_id].state


def test_a_keyer_keys_a_customer_to_the_end_and_opens_the_next(keyer: Browser) -> None:
    first = opened(keyer)
    for _ in range(5):
        answer = say(keyer, first)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{first}#open")
    ended = keyer.get(first).text

    second = opened(keyer)

    assert "Nothing of this customer is open" in ended
    assert second != first
    assert "DEMO-C02" in keyer.get(second).text


def test_the_page_says_what_to_type_where_and_names_nobody(keyer: Browser) -> None:
    shown = keyer.get(opened(keyer)).text

    line = current(keyer)
    for text in (line.job_seeker_id, line.name, line.date, line.provider):
        assert f'data-copy="{text}"' in shown
    assert "Testperson" not in shown
    assert "yours until <strong>2026-04-20 10:15</strong>" in shown


def test_whoever_looks_is_written_down_and_a_name_shows_once(keyer: Browser) -> None:
    path = opened(keyer)
    keyer.get(path)
    named = keyer.post(f"{path}/name", on=path).text
    masked = keyer.get(path).text

    assert "Testperson" in named
    assert "Testperson" not in masked
    looks = newest_looks(keyer.service.db, 10)
    assert {(look.page, look.customer_id) for look in looks} == {("keying", "DEMO-C01")}
    assert [look.named for look in looks].count(True) == 1


def test_no_address_holds_an_id_of_anybody(keyer: Browser) -> None:
    path = opened(keyer)
    addresses = re.findall(r'(?:href|action)="([^"]+)"', keyer.get(path).text)

    assert "DEMO-" not in "".join([path, *(one for one in addresses if not one.startswith("#"))])


def test_what_is_typed_otherwise_is_shown_at_its_field_with_what_was_written(keyer: Browser) -> None:
    path = opened(keyer)
    line_id = current(keyer).line_id

    answer = say(keyer, path, date="4/1/2025", entry_number="DEMO-77")

    assert answer.status_code == 400
    assert "The date that you typed is not the one to key" in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'value="4/1/2025"' in answer.text
    assert 'value="DEMO-77"' in answer.text
    assert state(keyer, line_id) is State.TO_DO


@pytest.mark.parametrize(("said", "becomes"), [("could not", State.FLAGGED), ("not sure", State.UNCLEAR)])
def test_what_was_not_keyed_can_be_said_and_taken_back(keyer: Browser, said: str, becomes: State) -> None:
    path = opened(keyer)
    line_id = current(keyer).line_id
    say(keyer, path, said, reason="the screen was closed")
    before = state(keyer, line_id)

    keyer.post(f"{path}/taken-back", on=path, line=line_id)

    assert before is becomes
    assert state(keyer, line_id) is State.TO_DO
    assert current(keyer).line_id == line_id


def test_a_reason_that_is_missing_and_a_word_that_is_none_are_refused(keyer: Browser) -> None:
    path = opened(keyer)

    without, nonsense = say(keyer, path, "could not"), say(keyer, path, "perhaps")

    assert (without.status_code, nonsense.status_code) == (400, 400)
    assert "The reason is missing" in without.text
    assert "<details open>" in without.text


def test_when_the_time_is_over_the_page_says_so_and_takes_a_late_word(pages: Pages, keyer: Browser) -> None:
    path = opened(keyer)
    line = current(keyer)
    pages.clock.sleep(14 * 60)
    keyer.get("/")
    pages.clock.sleep(60)
    shown = keyer.get(path).text

    keyer.post(f"{path}/said", on=path, line=line.line_id, said="keyed", date=line.date, name=line.name)

    assert "Your time was over at 2026-04-20 10:15" in shown
    assert "I am not sure" not in shown
    assert state(keyer, line.line_id) is State.KEYED


def test_more_time_is_given_to_whoever_asks(pages: Pages, keyer: Browser) -> None:
    path = opened(keyer)
    pages.clock.sleep(10 * 60)

    keyer.post(f"{path}/extended", on=path)

    assert "yours until <strong>2026-04-20 10:25</strong>" in keyer.get(path).text


@pytest.mark.parametrize(("cells", "becomes"), [({}, State.UNCLEAR), ({"untouched": "yes"}, State.TO_DO)])
def test_a_customer_is_given_back_untouched_or_to_be_looked_up(
    keyer: Browser, cells: dict[str, str], becomes: State
) -> None:
    path = opened(keyer)
    line_id = current(keyer).line_id

    answer = keyer.post(f"{path}/given-back", on=path, **cells)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/keying")
    assert state(keyer, line_id) is becomes
    assert "not yours any more" in keyer.get(path).text


def test_the_queue_counts_what_waits_and_says_why_nothing_may_be_keyed(pages: Pages, keyer: Browser) -> None:
    before = keyer.get("/keying").text
    opened(keyer)
    held = keyer.get("/keying").text
    stop(pages.service, "testing")
    stopped = keyer.get("/keying").text

    assert "not laid out yet" in before
    assert "You hold a customer" in held
    assert "<dt>Entries that can be keyed now</dt><dd>1</dd>" in held
    assert "Pushing is stopped: testing" in stopped
    assert "Open the next customer" not in stopped


def test_the_queue_says_so_when_nothing_is_left(pages: Pages, keyer: Browser) -> None:
    opened(keyer)
    opened(pages.signed_in(Role.KEYER, name="DEMO-SECOND"))

    third = pages.signed_in(Role.KEYER, name="DEMO-THIRD").post("/keying", on="/keying")

    assert third.status_code == 200
    assert 'role="status"><h2>Nothing can be keyed now</h2>' in third.text


def test_a_keyer_sees_what_waits_where_everybody_begins_and_operations_the_queue_alone(
    pages: Pages, keyer: Browser
) -> None:
    opened(keyer)
    operations = pages.signed_in(Role.OPERATIONS)

    assert "<dt>Entries that can be keyed now</dt><dd>1</dd>" in keyer.get("/").text
    assert "can be keyed now" not in operations.get("/").text
    assert "Open the next customer" not in operations.get("/keying").text
