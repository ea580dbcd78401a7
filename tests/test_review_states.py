"""How an item stands follows from what was done about it alone, whatever the order in which it is asked."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.errors import Overtaken, WrongCall
from sync.jobs.review import item, work_list
from sync.jobs.review_acts import assign, defer, settle, undo
from sync.jobs.review_filter import Filter
from sync.jobs.review_rules import Ruling
from sync.jobs.review_together import selection, settle_many, undo_many
from sync.jobs.service import Service
from sync.store import Database
from sync.store.findings import store_found
from sync.store.review_states import ReviewAct, ReviewEvent, ReviewState, Stand, stand_of, state_of
from sync.store.reviews import Seen
from tests.review_items import ANNA, BELA, ONE, RULING, found, state, target
from tests.services import START, Clock, service
from tests.store_rows import found_items, rows_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(database: Database, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    found(database, {"item_id": ONE, "facts": '{"line.date":"2026-04-07"}'})
    yield service(database, tmp_path, clock=clock)


def test_what_is_found_twice_is_written_once_and_keeps_its_first_day(database: Database) -> None:
    found(database, {"item_id": ONE})
    before = rows_in(database, "review_item")

    counts = store_found(database, found_items({"item_id": ONE}), now=datetime(2026, 5, 1, tzinfo=UTC))

    assert counts == {"new": 0, "changed": 0, "gone": 0, "unchanged": 1}
    assert rows_in(database, "review_item") == before


def test_what_is_found_no_more_is_gone_and_comes_back_with_its_first_day_and_history(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)
    first = item(own, ONE).row.first_seen_at
    found(own.db)
    gone = state(own)

    store_found(own.db, found_items({"item_id": ONE, "facts": '{"line.date":"2026-04-07"}'}), now=START.replace(day=28))

    assert gone is ReviewState.GONE
    assert state(own) is ReviewState.SETTLED
    assert item(own, ONE).row.first_seen_at == first
    assert len(item(own, ONE).history) == 1


def test_a_settled_item_reopens_when_its_facts_change_and_shows_what_changed(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)
    found(own.db, {"item_id": ONE, "facts": '{"line.date":"2026-04-08"}'})

    reopened = item(own, ONE)

    assert reopened.row.state is ReviewState.REOPENED
    assert [tuple(one) for one in reopened.changed] == [("line.date", "2026-04-07", "2026-04-08")]
    assert work_list(own, Filter()).total == 1


def test_it_is_settled_again_when_the_facts_are_those_it_was_settled_on(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)
    found(own.db, {"item_id": ONE, "facts": '{"line.date":"2026-04-08"}'})

    found(own.db, {"item_id": ONE, "facts": '{"line.date":"2026-04-07"}'})

    assert state(own) is ReviewState.SETTLED


def test_what_was_put_off_is_open_again_on_its_day(own: Service, clock: Clock) -> None:
    defer(own, target(own), until="2026-04-22", reason="waits for the provider", whose=ANNA)
    before = state(own)

    clock.at = clock.at.replace(day=22)

    assert before is ReviewState.DEFERRED
    assert state(own) is ReviewState.OPEN


def test_what_was_said_to_be_corrected_comes_back_if_it_is_still_found(own: Service, clock: Clock) -> None:
    settle(own, target(own), ruling=Ruling(decision="corrected-in-itrac", reason="date"), whose=ANNA)
    before = state(own)

    clock.sleep(15 * 86_400)

    assert before is ReviewState.SETTLED
    assert state(own) is ReviewState.REOPENED


def test_the_second_of_two_reviewers_hears_what_the_first_did_and_loses_nothing(own: Service) -> None:
    both_saw = target(own)
    settle(own, both_saw, ruling=RULING, whose=ANNA)

    with pytest.raises(Overtaken, match="anna settled it as accepted") as refused:
        settle(own, both_saw, ruling=Ruling(decision="accepted", reason="I asked them", note="long"), whose=BELA)

    assert refused.value.own == {"decision": "accepted", "reason": "I asked them", "note": "long"}
    assert refused.value.exit_code == 5
    assert [event.by for event in item(own, ONE).history] == ["anna"]


def test_nobody_settles_facts_that_they_did_not_see(own: Service) -> None:
    saw = target(own)
    found(own.db, {"item_id": ONE, "facts": '{"line.date":"2026-04-09"}'})

    with pytest.raises(Overtaken, match="its facts changed"):
        settle(own, saw, ruling=RULING, whose=ANNA)

    assert state(own) is ReviewState.OPEN


@pytest.mark.parametrize(
    ("ruling", "why"),
    [
        (Ruling(decision="written-off", reason="small"), "cannot be settled as that"),
        (Ruling(decision="nonsense", reason="small"), "cannot be settled as that"),
        (Ruling(decision="accepted", reason=" "), "no reason"),
        (Ruling(decision="accepted", reason="fine", until="2026-04-20"), "no day after today"),
    ],
)
def test_what_may_not_be_decided_is_refused(own: Service, ruling: Ruling, why: str) -> None:
    with pytest.raises(WrongCall, match=why):
        settle(own, target(own), ruling=ruling, whose=ANNA)

    assert not item(own, ONE).history


def test_an_undo_takes_back_the_last_act_and_an_undo_of_the_undo_restores_it(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)

    undo(own, target(own), whose=BELA)
    undone = state(own)
    undo(own, target(own), whose=BELA)

    assert undone is ReviewState.OPEN
    assert state(own) is ReviewState.SETTLED
    assert len(item(own, ONE).history) == 3


def test_a_bulk_settles_what_was_seen_and_is_undone_as_one(own: Service) -> None:
    found(own.db, *({"item_id": f"date-differs:{number}"} for number in range(30)))
    saw = selection(own, Filter())

    together = settle_many(own, Filter(), saw, ruling=RULING, whose=ANNA)
    settled = work_list(own, Filter(state=frozenset({"settled"}))).total
    undone = undo_many(own, together, whose=ANNA)

    assert saw.number == settled == undone == 30
    assert work_list(own, Filter()).total == 30


def test_a_bulk_is_refused_where_anything_else_is_selected_now(own: Service) -> None:
    found(own.db, *({"item_id": f"date-differs:{number}"} for number in range(3)))
    saw = selection(own, Filter())
    assign(own, target(own, "date-differs:1"), to="bela", whose=BELA)

    with pytest.raises(Overtaken, match="nothing was written"):
        settle_many(own, Filter(), saw, ruling=RULING, whose=ANNA)

    assert work_list(own, Filter()).total == 3


def test_a_bulk_is_not_undone_over_what_somebody_did_since(own: Service) -> None:
    together = settle_many(own, Filter(), selection(own, Filter()), ruling=RULING, whose=ANNA)
    assign(own, target(own), to="bela", whose=BELA)

    with pytest.raises(Overtaken, match="nothing was taken back"):
        undo_many(own, together, whose=ANNA)

    assert state(own) is ReviewState.SETTLED


def test_the_audit_trail_tells_the_act_but_not_what_was_written(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)

    told = rows_in(own.db, "audit")[-1]

    assert (told["actor"], told["act"], told["subject"]) == ("anna", "review settle", ONE)
    assert RULING.reason not in str(told)


def test_a_version_is_read_as_it_was_written() -> None:
    assert Seen.read(str(Seen(12, "ab"))) == Seen(12, "ab")
    assert Seen.read("nonsense") is None


@pytest.mark.parametrize("seed", range(10))
def test_what_is_kept_beside_an_item_is_what_its_events_give(own: Service, seed: int) -> None:
    print(f"seed {seed}")
    draw = random.Random(seed)
    acts = (
        lambda: settle(own, target(own), ruling=RULING, whose=ANNA),
        lambda: defer(own, target(own), until="2026-05-02", reason="later", whose=BELA),
        lambda: assign(own, target(own), to=draw.choice(["", "anna", "bela"]), whose=BELA),
        lambda: undo(own, target(own), whose=ANNA) if item(own, ONE).history else None,
        lambda: found(own.db, {"item_id": ONE, "facts": f'{{"line.date":"2026-04-0{draw.randint(7, 8)}"}}'}),
    )

    for _ in range(12):
        draw.choice(acts)()

        told = item(own, ONE)
        stand = stand_of(draw.sample(told.history, len(told.history)))
        assert told.row.state is state_of(stand, told.row.fingerprint, "2026-04-20", gone=False)
        assert told.row.assigned == stand.assigned


def _event(number: int, act: ReviewAct, undoes: int | None = None) -> ReviewEvent:
    nothing = {"decision": None, "answer": None, "reason": None, "note": None, "until": None, "assignee": None}
    return ReviewEvent(id=number, item_id=ONE, act=act, at=START, by="anna", fingerprint="f", undoes=undoes,
                       together=None, **nothing)  # fmt: skip


def test_an_undo_restores_what_was_in_force_before() -> None:
    deferred, settled = _event(1, ReviewAct.DEFER), _event(2, ReviewAct.SETTLE)
    undone, redone = _event(3, ReviewAct.UNDO, undoes=2), _event(4, ReviewAct.UNDO, undoes=3)

    assert stand_of([deferred, settled]) == Stand("settle", "f", None, None)
    assert stand_of([deferred, settled, undone]) == Stand("defer", "f", None, None)
    assert stand_of([deferred, settled, undone, redone]) == Stand("settle", "f", None, None)


def test_an_item_that_is_gone_is_not_settled_but_what_was_done_can_be_taken_back(own: Service) -> None:
    settle(own, target(own), ruling=RULING, whose=ANNA)
    found(own.db)

    with pytest.raises(WrongCall, match="found no more"):
        assign(own, target(own), to="bela", whose=BELA)
    undo(own, target(own), whose=ANNA)
    found(own.db, {"item_id": ONE, "facts": '{"line.date":"2026-04-07"}'})

    assert state(own) is ReviewState.OPEN
