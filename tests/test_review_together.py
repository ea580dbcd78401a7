"""Many items are decided about in one act on both databases, and handles stand for them for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.errors import Overtaken, WrongCall
from sync.jobs.review import item, next_item, open_by_severity, visible_item, work_list
from sync.jobs.review_acts import Target, Whose, assign, settle
from sync.jobs.review_filter import Filter
from sync.jobs.review_rules import Ruling
from sync.jobs.review_together import (
    Delay,
    assign_many,
    defer_many,
    done_together,
    selection,
    settle_many,
    together,
    undo_many,
)
from sync.jobs.service import Service
from sync.store import Database
from sync.store.findings import store_found
from sync.store.review_handles import Stands, handles_of, names_behind
from sync.store.review_states import ReviewState
from tests.services import START, service
from tests.store_rows import found_items, rows_in

ANNA = Whose("anna")
MORE_THAN_A_STATEMENT_HOLDS = 5_001
ACCEPTED = Ruling(decision="accepted", reason="they are known")


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Iterator[Service]:
    items = [{"item_id": f"date-differs:{number}"} for number in range(3)]
    grave = {"item_id": "claim", "severity": "claim", "rank": 0, "provider": "POIC", "place": "poic"}
    store_found(database, found_items(*items, grave), now=START)
    yield service(database, tmp_path)


def state(own: Service, item_id: str) -> ReviewState:
    return item(own, item_id).row.state


def test_a_handle_is_made_once_and_stands_for_an_item_or_a_cause_alone(own: Service) -> None:
    first = handles_of(own.db, Stands.ITEM, ["claim"])

    both = handles_of(own.db, Stands.ITEM, ["claim", "date-differs:0"])
    cause = handles_of(own.db, Stands.CAUSE, ["claim"])

    assert both["claim"] == first["claim"] != cause["claim"]
    assert names_behind(own.db, Stands.ITEM, [*both.values(), "nonsense"]) == {one: name for name, one in both.items()}
    assert names_behind(own.db, Stands.ITEM, cause.values()) == {}
    assert len(rows_in(own.db, "review_handle")) == 3


def test_a_handle_of_an_item_that_somebody_may_not_see_is_as_one_that_nobody_made(own: Service) -> None:
    handle = handles_of(own.db, Stands.ITEM, ["claim"])["claim"]

    assert visible_item(own, handle, sees=frozenset({"POIC"})) == "claim"
    assert visible_item(own, handle, sees=frozenset({"IRCO"})) is None
    assert visible_item(own, "nonsense", sees=None) is None


def test_many_are_put_off_or_assigned_in_one_act(own: Service) -> None:
    irco = Filter.read("provider=IRCO")

    put_off = defer_many(own, irco, selection(own, irco), delay=Delay("2026-05-04", "asked"), whose=ANNA)
    deferred = Filter.read("state=deferred")
    assign_many(own, deferred, selection(own, deferred), to="bela", whose=ANNA)

    assert work_list(own, deferred).total == 3
    assert {row.assigned for row in work_list(own, deferred).rows} == {"bela"}
    assert done_together(own, put_off).left == 0
    assert state(own, "claim") is ReviewState.OPEN


def test_more_than_a_statement_holds_are_settled_and_taken_back(own: Service) -> None:
    many = [{"item_id": f"date-differs:{number}"} for number in range(MORE_THAN_A_STATEMENT_HOLDS)]
    store_found(own.db, found_items(*many), now=START)

    common = settle_many(own, Filter(), selection(own, Filter()), ruling=ACCEPTED, whose=ANNA)
    left = work_list(own, Filter()).total
    taken_back = undo_many(own, common, whose=ANNA)

    assert left == 0
    assert taken_back == work_list(own, Filter()).total == MORE_THAN_A_STATEMENT_HOLDS


def test_what_is_gone_or_nothing_at_all_is_not_decided_about_together(own: Service) -> None:
    store_found(own.db, found_items({"item_id": "claim"}), now=START)
    gone, none = Filter.read("state=gone"), Filter.read("month=1999-01")

    for given in (gone, none):
        with pytest.raises(WrongCall, match="nothing is selected"):
            settle_many(own, given, selection(own, given), ruling=ACCEPTED, whose=ANNA)


def test_items_are_selected_one_by_one_but_only_those_that_may_be_seen(own: Service) -> None:
    two = Filter.read("item=claim&item=date-differs:1")

    assert together(own, two).selected.number == 2
    assert together(own, two, sees=frozenset({"IRCO"})).selected.number == 1


def test_an_act_about_one_of_them_refuses_the_bulk_also_where_the_number_is_the_same(own: Service) -> None:
    saw = selection(own, Filter())
    assign(own, Target("claim", item(own, "claim").seen), to="bela", whose=ANNA)

    with pytest.raises(Overtaken, match="or they changed"):
        assign_many(own, Filter(), saw, to="anna", whose=ANNA)

    assert item(own, "claim").row.assigned == "bela"


def test_the_next_item_is_that_of_the_list_also_after_one_was_settled(own: Service) -> None:
    order = [row.item_id for row in work_list(own, Filter()).rows]
    settle(own, Target(order[1], item(own, order[1]).seen), ruling=ACCEPTED, whose=ANNA)

    follows = [next_item(own, Filter(), one) for one in order]

    assert [row and row.item_id for row in follows] == [order[2], order[2], order[3], None]


def test_open_items_are_counted_by_severity_for_whom_may_see_them(own: Service) -> None:
    assert open_by_severity(own) == {"claim": 1, "money": 0, "data": 3, "note": 0}
    assert open_by_severity(own, sees=frozenset({"IRCO"})) == {"claim": 0, "money": 0, "data": 3, "note": 0}
