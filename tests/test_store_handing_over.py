"""What came of one entry and the intent to send the next are kept together, and a stop falls between no two of them."""

import pytest

from sync.errors import LeaseLost
from sync.store import Answered, Database, Outcome, State, attempts, begin, go_on, hand_over, ledger_lines, stop
from tests.store_rows import claim_and_begin, minutes, offer_lines

S1, S2 = {"line_id": "service:S1"}, {"line_id": "service:S2"}
WRITTEN = Answered("service:S1", 1, Outcome(state=State.WRITTEN, meaning="written", entry_id="E-1"), minutes(0.5))


def states(database: Database) -> list[State]:
    known = ledger_lines(database, ["service:S1", "service:S2"])
    return [known["service:S1"].state, known["service:S2"].state]


def test_the_outcome_of_one_and_the_intent_of_the_next_are_both_written_down(database: Database) -> None:
    offer_lines(database, S1, S2)
    claim_and_begin(database, ["service:S1"])

    number = hand_over(database, WRITTEN, "service:S2", owner="sender-1", now=minutes(0.6))

    assert number == 1
    assert states(database) == [State.WRITTEN, State.INTENDED]
    assert [attempt.ended_at for attempt in attempts(database, "service:S1")] == [minutes(0.5)]
    assert [attempt.started_at for attempt in attempts(database, "service:S2")] == [minutes(0.6)]


def test_what_came_of_one_is_kept_where_the_next_is_no_longer_the_senders(database: Database) -> None:
    offer_lines(database, S1, S2)
    claim_and_begin(database, ["service:S1"])

    number = hand_over(database, WRITTEN, "service:S2", owner="sender-2", now=minutes(0.6))

    assert number is None
    assert states(database) == [State.WRITTEN, State.TO_DO]


def test_no_intent_is_written_down_while_sending_is_stopped(database: Database) -> None:
    offer_lines(database, S1, S2)
    claim_and_begin(database, ["service:S1"])
    with database.write() as conn:
        stop(conn, "wrong crosswalk published")

    number = hand_over(database, WRITTEN, "service:S2", owner="sender-1", now=minutes(0.6))

    assert number is None
    assert states(database) == [State.WRITTEN, State.TO_DO]
    with pytest.raises(LeaseLost):
        begin(database, "service:S2", "sender-1", now=minutes(0.7))
    with database.write() as conn:
        go_on(conn)
    assert begin(database, "service:S2", "sender-1", now=minutes(0.8)) == 1
