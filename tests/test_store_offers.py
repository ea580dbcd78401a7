"""A line is offered once; only one that is to do, was refused or withdrawn may be offered anew."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from sync.errors import LeaseLost
from sync.store import Database, Decisions, Lease, Offered, State, begin, claim, ledger_lines, offer, store_plan
from sync.store.schema import LEDGER
from tests.store_rows import LEASE, NOW, minutes, new_plan, offered, plan_lines

S1 = {"line_id": "service:S1"}
CHANGED = {"line_id": "service:S1", "date": "2026-04-01", "body": b"other bytes"}


def offer_anew(database: Database, *lines: Mapping[str, Any], now: Any = NOW) -> Offered:
    plan = store_plan(database, new_plan(), Decisions(plan_lines(), []), now=now)
    with database.write() as conn:
        return offer(conn, offered(*lines), plan_id=plan.id, now=now)


def set_state(database: Database, state: State) -> None:
    with database.write() as conn:
        conn.execute(update(LEDGER).values(state=state, tries=1, words="no such provider"))


def test_a_new_line_is_to_do_with_the_bytes_that_will_be_sent(database: Database) -> None:
    body = bytes(range(256))
    line = {"line_id": "payment:P1", "kind": "support", "amount": "12.50", "depends_on": "service:S1", "body": body}

    told = offer_anew(database, line)

    stored = ledger_lines(database, ["payment:P1"])["payment:P1"]
    assert told == Offered(new=1, renewed=0, left=0)
    assert (stored.state, stored.tries, stored.offered_at) == (State.TO_DO, 0, NOW)
    assert (stored.body, stored.amount, stored.depends_on, stored.funder_selection) == (
        body,
        "12.50",
        "service:S1",
        None,
    )


@pytest.mark.parametrize("state", State)
def test_the_same_line_again_is_left_as_it_is_unless_it_was_withdrawn(database: Database, state: State) -> None:
    offer_anew(database, S1)
    set_state(database, state)
    before = ledger_lines(database, ["service:S1"])

    told = offer_anew(database, S1, now=minutes(9))

    withdrawn = state is State.WITHDRAWN
    assert told == Offered(new=0, renewed=int(withdrawn), left=int(not withdrawn))
    assert (ledger_lines(database, ["service:S1"]) == before) is not withdrawn


@pytest.mark.parametrize("state", State)
def test_other_facts_are_taken_over_only_while_nothing_may_stand_in_imatchskills(
    database: Database, state: State
) -> None:
    offer_anew(database, S1)
    set_state(database, state)
    before = ledger_lines(database, ["service:S1"])["service:S1"]

    told = offer_anew(database, CHANGED, now=minutes(9))

    after = ledger_lines(database, ["service:S1"])["service:S1"]
    if state in {State.TO_DO, State.REFUSED, State.WITHDRAWN}:
        assert told.renewed == 1
        assert (after.state, after.date, after.body) == (State.TO_DO, "2026-04-01", b"other bytes")
        assert (after.words, after.tries, after.offered_at, after.changed_at) == (None, 1, NOW, minutes(9))
        assert after.plan_id > before.plan_id
    else:
        assert told.left == 1
        assert after == before


def test_whoever_holds_a_line_with_old_facts_cannot_send_them(database: Database) -> None:
    offer_anew(database, S1)
    claim(database, "sender-1", 1, lease=Lease(NOW, LEASE))

    offer_anew(database, CHANGED)

    with pytest.raises(LeaseLost):
        begin(database, "service:S1", "sender-1", now=NOW)
    (line,) = claim(database, "sender-2", 1, lease=Lease(NOW, LEASE))
    assert line.body == b"other bytes"


def test_many_lines_are_offered_at_once_each_counted_in_one_way(database: Database) -> None:
    many = [{"line_id": f"service:S{n}"} for n in range(6_000)]
    offer_anew(database, *many[:5_500])

    told = offer_anew(database, *({**line, "name": "Other"} for line in many[:3]), *many[3:])

    assert told == Offered(new=500, renewed=3, left=5_497)
    assert len(ledger_lines(database, [line["line_id"] for line in many])) == 6_000


def test_offering_nothing_changes_nothing(database: Database) -> None:
    assert offer_anew(database) == Offered(0, 0, 0)
