"""A line is confirmed by a read-back or a named person's word, and nothing is sent before what it depends on is."""

import pytest

from sync.errors import StoreError
from sync.store import Database, How, Lease, Outcome, State, begin, claim, confirm, confirmations, finish, ledger_lines
from sync.store.schema import LEDGER
from tests.store_rows import LEASE, NOW, offer_lines, read_back, seen

S1 = {"line_id": "service:S1"}
WRITTEN = Outcome(state=State.WRITTEN, meaning="written", status=201, entry_id="E-1")


def state_of(database: Database, line_id: str = "service:S1") -> State:
    return ledger_lines(database, [line_id])[line_id].state


def set_state(database: Database, state: State, line_id: str = "service:S1") -> None:
    with database.write() as conn:
        conn.execute(LEDGER.update().where(LEDGER.c.line_id == line_id).values(state=state))


def claimed(database: Database) -> list[str]:
    return [line.line_id for line in claim(database, "sender-1", 10, lease=Lease(NOW, LEASE))]


def people_say(database: Database, *line_ids: str) -> None:
    with database.write() as conn:
        confirm(conn, [seen(line_id, How.PERSON, "W. Worker") for line_id in line_ids], now=NOW)


def test_nothing_is_claimed_before_what_it_depends_on_is_read_back(database: Database) -> None:
    payment = {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S1"}
    offer_lines(database, S1, payment, {"line_id": "service:S3", "depends_on": "ims:E-9"})
    offer_lines(database, {"line_id": "service:S4", "depends_on": "plan:G1"})
    seen_by_claim = [claimed(database)]
    number = begin(database, "service:S1", "sender-1", now=NOW)
    seen_by_claim.append(claimed(database))
    finish(database, "service:S1", number, outcome=WRITTEN, now=NOW)
    seen_by_claim.append(claimed(database))

    read_back(database, "service:S1")
    seen_by_claim.append(claimed(database))

    assert seen_by_claim == [["service:S1", "service:S3"], [], [], ["payment:P1"]]


def test_what_a_line_depends_on_is_looked_at_even_where_nothing_says_that_it_waits(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S1"})
    set_state(database, State.WRITTEN, "service:S1")

    with database.write() as conn:
        conn.execute(LEDGER.update().values(waits=False))

    assert claimed(database) == []


def test_a_persons_word_is_no_read_back_for_what_depends_on_it(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S1"})

    people_say(database, "service:S1")

    assert state_of(database) is State.KEYED
    assert claimed(database) == []


@pytest.mark.parametrize("start", State)
def test_a_read_back_confirms_a_line_however_it_stood(database: Database, start: State) -> None:
    offer_lines(database, S1)
    set_state(database, start)

    for _ in range(2):
        read_back(database, "service:S1")

    assert state_of(database) is State.CONFIRMED
    assert len(confirmations(database, "service:S1")) == 1


@pytest.mark.parametrize("start", [State.INTENDED, State.WRITTEN])
def test_a_person_cannot_have_keyed_what_is_on_its_way(database: Database, start: State) -> None:
    offer_lines(database, S1)
    set_state(database, start)

    with pytest.raises(StoreError, match="service:S1"):
        people_say(database, "service:S1")

    assert confirmations(database, "service:S1") == []


def test_a_persons_word_does_not_take_a_read_back_away(database: Database) -> None:
    offer_lines(database, S1)
    read_back(database, "service:S1")

    people_say(database, "service:S1")

    assert state_of(database) is State.CONFIRMED
    assert [one.how for one in confirmations(database, "service:S1")] == [How.READ_BACK, How.PERSON]


def test_a_line_that_was_never_offered_cannot_be_confirmed(database: Database) -> None:
    with pytest.raises(StoreError, match="service:S9"):
        read_back(database, "service:S9")


def test_many_lines_are_confirmed_at_once_by_a_read_back_and_by_people(database: Database) -> None:
    offer_lines(database, *({"line_id": f"service:S{n}"} for n in range(6)))
    read_back(database, "service:S0")

    with database.write() as conn:
        said = [seen(f"service:S{n}", How.PERSON, "W. Worker") for n in range(4)]
        confirm(conn, [*said, *(seen(f"service:S{n}") for n in range(2, 6))], now=NOW)

    found = {
        line_id: line.state for line_id, line in ledger_lines(database, [f"service:S{n}" for n in range(6)]).items()
    }
    assert found == {
        "service:S0": State.CONFIRMED, "service:S1": State.KEYED, "service:S2": State.CONFIRMED,
        "service:S3": State.CONFIRMED, "service:S4": State.CONFIRMED, "service:S5": State.CONFIRMED,
    }  # fmt: skip
    assert [one.how for one in confirmations(database, "service:S3")] == [How.READ_BACK, How.PERSON]


def test_a_line_whose_dependency_was_confirmed_before_it_was_offered_waits_for_nothing(database: Database) -> None:
    offer_lines(database, S1)
    read_back(database, "service:S1")

    offer_lines(database, {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S1"})

    assert claimed(database) == ["payment:P1"]


def test_a_line_that_depends_on_another_one_now_waits_for_that(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "service:S2"})
    offer_lines(database, {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S1"})
    read_back(database, "service:S1")

    offer_lines(database, {"line_id": "payment:P1", "kind": "support", "depends_on": "service:S2"})

    assert claimed(database) == ["service:S2"]
    read_back(database, "service:S2")
    assert claimed(database) == ["payment:P1"]
