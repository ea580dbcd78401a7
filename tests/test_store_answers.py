"""An answer counts also when it comes late, but never speaks for what came after it."""

from datetime import datetime

import pytest

from sync.errors import LeaseLost, StoreError
from sync.store import Database, Lease, Outcome, State, attempts, begin, claim, finish, lapse, ledger_lines, move
from sync.store.schema import LEDGER
from sync.store.states import ANSWERS
from tests.store_rows import LEASE, NOW, claim_and_begin, minutes, offer_lines, read_back

S1 = {"line_id": "service:S1"}
WRITTEN = Outcome(state=State.WRITTEN, meaning="written", status=201, entry_id="E-1")


def state_of(database: Database, line_id: str = "service:S1") -> State:
    return ledger_lines(database, [line_id])[line_id].state


def set_state(database: Database, state: State) -> None:
    with database.write() as conn:
        conn.execute(LEDGER.update().values(state=state))


def claimed(database: Database, owner: str, now: datetime) -> list[str]:
    return [line.line_id for line in claim(database, owner, 10, lease=Lease(now, LEASE))]


def move_to(database: Database, state: State, *line_ids: str) -> None:
    with database.write() as conn:
        move(conn, line_ids, state, now=NOW)


def test_a_late_answer_still_counts_while_nothing_newer_was_tried(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    lapse(database, minutes(3))

    state = finish(database, "service:S1", 1, outcome=WRITTEN, now=minutes(4))

    assert state is state_of(database) is State.WRITTEN


def test_a_late_written_beside_a_newer_try_goes_to_a_person(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    lapse(database, minutes(3))
    move_to(database, State.TO_DO, "service:S1")
    claim_and_begin(database, ["service:S1"], "sender-2", minutes(4))

    late = finish(database, "service:S1", 1, outcome=WRITTEN, now=minutes(4.1))
    newer = finish(database, "service:S1", 2, outcome=WRITTEN, now=minutes(4.2))

    assert late is newer is State.FLAGGED
    assert [attempt.ended_at for attempt in attempts(database, "service:S1")] == [minutes(4.1), minutes(4.2)]


@pytest.mark.parametrize("meanwhile", [State.TO_DO, State.WITHDRAWN, State.KEYED])
def test_a_late_written_of_a_line_that_went_on_goes_to_a_person(database: Database, meanwhile: State) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    lapse(database, minutes(3))
    set_state(database, meanwhile)
    claimed(database, "sender-2", minutes(4))

    state = finish(database, "service:S1", 1, outcome=WRITTEN, now=minutes(4.1))

    assert state is State.FLAGGED
    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-2", now=minutes(4.2))


def test_a_late_not_written_does_not_speak_for_a_newer_try(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    lapse(database, minutes(3))
    move_to(database, State.TO_DO, "service:S1")
    claim_and_begin(database, ["service:S1"], "sender-2", minutes(4))

    state = finish(
        database, "service:S1", 1, outcome=Outcome(state=State.TO_DO, meaning="not-written"), now=minutes(4.1)
    )

    assert state is State.INTENDED
    assert claimed(database, "sender-3", minutes(4.2)) == []


def test_an_answer_that_comes_after_the_read_back_leaves_the_line_confirmed(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    read_back(database, "service:S1")

    state = finish(database, "service:S1", 1, outcome=WRITTEN, now=minutes(1))

    assert state is State.CONFIRMED


def test_an_attempt_ends_once(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    finish(database, "service:S1", 1, outcome=WRITTEN, now=NOW)

    for number in (1, 2):
        with pytest.raises(StoreError, match=f"no attempt {number} that is open"):
            finish(database, "service:S1", number, outcome=Outcome(state=State.TO_DO, meaning="x"), now=NOW)

    assert state_of(database) is State.WRITTEN


@pytest.mark.parametrize("state", sorted(set(State) - ANSWERS))
def test_no_answer_leads_where_only_a_read_back_or_a_person_leads(database: Database, state: State) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])

    with pytest.raises(StoreError):
        finish(database, "service:S1", 1, outcome=Outcome(state=state, meaning="x"), now=NOW)

    assert state_of(database) is State.INTENDED
    assert attempts(database, "service:S1")[0].ended_at is None
