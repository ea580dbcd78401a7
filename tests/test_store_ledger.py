"""Every line goes to iMatchSkills at most once by itself, and only along the ways that are allowed."""

import itertools
from typing import Any

import pytest
from sqlalchemy import text

from sync.errors import LeaseLost, StoreError
from sync.store import (
    Database,
    Lease,
    Outcome,
    State,
    attempts,
    begin,
    claim,
    confirmations,
    counts,
    finish,
    lapse,
    ledger_lines,
    move,
    unclear,
)
from sync.store.schema import LEDGER
from sync.store.states import MOVES, TRANSITIONS
from tests.store_rows import LEASE, NOW, claim_and_begin, minutes, offer_lines, read_back, seen

S1 = {"line_id": "service:S1"}
WRITTEN = Outcome(state=State.WRITTEN, meaning="written", status=201, entry_id="E-1")


def state_of(database: Database, line_id: str = "service:S1") -> State:
    return ledger_lines(database, [line_id])[line_id].state


def set_state(database: Database, state: State) -> None:
    with database.write() as conn:
        conn.execute(LEDGER.update().values(state=state))


def claimed(database: Database, owner: str = "sender-1", now: Any = NOW, limit: int = 10) -> list[str]:
    return [line.line_id for line in claim(database, owner, limit, lease=Lease(now, LEASE))]


def move_to(database: Database, state: State, *line_ids: str) -> None:
    with database.write() as conn:
        move(conn, line_ids, state, now=NOW)


def test_a_line_goes_from_offer_to_confirmation_and_every_step_is_kept(database: Database) -> None:
    offer_lines(database, S1)

    (line,) = claim(database, "sender-1", 10, lease=Lease(NOW, LEASE))
    number = begin(database, line.line_id, "sender-1", now=minutes(0.1))
    intended = state_of(database)
    written = finish(database, line.line_id, number, outcome=WRITTEN, now=minutes(0.2))
    read_back(database, line.line_id, now=minutes(5))

    (attempt,) = attempts(database, "service:S1")
    after = ledger_lines(database, ["service:S1"])["service:S1"]
    assert (line.body, line.lease_owner, line.lease_until) == (b"service:S1", "sender-1", NOW + LEASE)
    assert (intended, written, after.state) == (State.INTENDED, State.WRITTEN, State.CONFIRMED)
    assert (attempt.started_at, attempt.ended_at) == (minutes(0.1), minutes(0.2))
    assert (attempt.number, attempt.meaning, attempt.status, attempt.entry_id) == (1, "written", 201, "E-1")
    assert (after.entry_id, after.tries, after.lease_owner, after.offered_at) == ("E-service:S1", 1, None, NOW)
    assert confirmations(database, "service:S1") == [seen("service:S1")]


def test_lines_are_claimed_in_keying_order_and_only_once(database: Database) -> None:
    offer_lines(
        database,
        {"line_id": "payment:P1", "kind": "support", "date": "2026-04-01"},
        {"line_id": "service:S2", "date": "2026-04-02"},
        {"line_id": "service:S1", "date": "2026-04-02"},
        {"line_id": "service:S0", "date": "2026-04-03"},
        {"line_id": "orientation:A1", "kind": "orientation", "date": "2026-04-09"},
    )

    first, second, third = (claimed(database, owner, limit=3) for owner in ("sender-1", "sender-2", "sender-3"))

    assert first == ["orientation:A1", "service:S1", "service:S2"]
    assert second == ["service:S0", "payment:P1"]
    assert third == []


def test_a_line_that_waits_for_its_next_try_is_claimed_when_its_time_comes(database: Database) -> None:
    offer_lines(database, S1)
    claim_and_begin(database, ["service:S1"])
    again = Outcome(state=State.TO_DO, meaning="not-written", next_try_at=minutes(5), words="refused to connect")
    finish(database, "service:S1", 1, outcome=again, now=NOW)

    found = {number: claimed(database, now=minutes(number)) for number in (1, 4.9, 5)}

    assert found == {1: [], 4.9: [], 5: ["service:S1"]}
    assert ledger_lines(database, ["service:S1"])["service:S1"].tries == 1


def test_a_claim_that_nobody_began_is_free_again_when_its_lease_ends(database: Database) -> None:
    offer_lines(database, S1)

    found = [
        claimed(database, "sender-1"),
        claimed(database, "sender-2", minutes(1.9)),
        claimed(database, "sender-2", minutes(2)),
    ]

    assert found == [["service:S1"], [], ["service:S1"]]
    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=minutes(2))
    assert begin(database, "service:S1", "sender-2", now=minutes(2)) == 1


def test_nothing_is_sent_without_holding_the_line(database: Database) -> None:
    offer_lines(database, S1)

    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=NOW)
    claimed(database)
    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=NOW + LEASE)
    begin(database, "service:S1", "sender-1", now=NOW)
    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=NOW)

    assert len(attempts(database, "service:S1")) == 1


def test_what_was_begun_and_never_ended_becomes_unclear_and_never_to_do(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "service:S2"})
    claim_and_begin(database, ["service:S1"])

    lapsed = [lapse(database, minutes(number)) for number in (1.9, 2, 3)]

    assert lapsed == [[], ["service:S1"], []]
    assert state_of(database) is State.UNCLEAR
    assert [line.line_id for line in unclear(database)] == ["service:S1"]
    assert claimed(database, "sender-2", minutes(9)) == ["service:S2"]


def test_lines_move_along_allowed_ways_only(database: Database) -> None:
    offer_lines(database, S1)
    wrong = []

    for start, end in itertools.product(State, State):
        set_state(database, start)
        allowed = end in TRANSITIONS[start] and end in MOVES and start is not State.INTENDED
        try:
            move_to(database, end, "service:S1")
        except StoreError:
            wrong += [(start, end)] if allowed or state_of(database) is not start else []
        else:
            wrong += [] if allowed and state_of(database) is end else [(start, end)]

    assert wrong == []


def test_no_way_leads_from_being_sent_back_to_do_without_an_answer_or_a_look_up() -> None:
    back_to_do = {state for state in State if State.TO_DO in TRANSITIONS[state]}

    assert State.WRITTEN not in back_to_do
    assert State.CONFIRMED not in back_to_do
    assert TRANSITIONS[State.CONFIRMED] == frozenset()


def test_moving_many_lines_moves_all_or_none(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "service:S2"})
    read_back(database, "service:S2")

    with pytest.raises(StoreError, match="of 2 lines 1 may not become withdrawn"):
        move_to(database, State.WITHDRAWN, "service:S1", "service:S2")

    assert state_of(database) is State.TO_DO


def test_whoever_holds_a_line_that_is_withdrawn_cannot_send_it(database: Database) -> None:
    offer_lines(database, S1)
    claimed(database)

    move_to(database, State.WITHDRAWN, "service:S1")

    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=NOW)


def test_every_state_is_counted_also_those_without_lines(database: Database) -> None:
    offer_lines(database, S1, {"line_id": "service:S2"}, {"line_id": "service:S3"})
    read_back(database, "service:S2")

    found = counts(database)

    assert list(found) == list(State)
    assert {state: count for state, count in found.items() if count} == {State.TO_DO: 2, State.CONFIRMED: 1}


def plan_of_query(database: Database, state_sql: str) -> str:
    with database.read() as conn:
        explain = "EXPLAIN" if conn.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(str(row) for row in conn.execute(text(f"{explain} {state_sql}")))


def test_finished_lines_leave_the_pickers_index(database: Database) -> None:
    size = "SELECT line_id FROM ledger WHERE state = 'to-do' AND NOT waits ORDER BY step, date, line_id LIMIT 5"
    leased = "SELECT line_id FROM ledger WHERE lease_owner IS NOT NULL AND lease_until <= '2026-04-20T00:00:00+00:00'"
    unsettled = "SELECT line_id FROM ledger WHERE state IN ('written', 'unclear') AND"
    unsettled += " ledger.state IN ('written', 'unclear', 'keyed') ORDER BY line_id"

    assert "ledger_to_do" in plan_of_query(database, size)
    assert "ledger_unsettled" in plan_of_query(database, unsettled)
    assert "ledger_leased" in plan_of_query(database, leased)
    assert "ledger_to_do" not in plan_of_query(database, size.replace("to-do", "confirmed"))
