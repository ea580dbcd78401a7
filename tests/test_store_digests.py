"""The digest of a plan is worked out from blocks that are read while its lines are decided."""

from concurrent.futures import Future

import pytest

from sync.errors import StoreError
from sync.store import Database, Decisions, StoredPlan, digest_of_plan, digests, kept_blocks, newest_plan, store_plan
from sync.store.blocks import in_order
from sync.store.digests import Kept
from sync.tables import digest_of
from tests.store_rows import NOW, new_plan, plan_lines

OTHERS: tuple[dict[str, str | None], ...] = (
    {"line_id": "service:S3", "customer_id": "C2", "date": "2026-03-01", "decision": "enter"},
    {"line_id": "service:S4", "customer_id": None, "date": "2026-03-01", "decision": "flag"},
)
OWN: dict[str, str | None] = {"line_id": "service:S1", "customer_id": "C1", "decision": "enter"}
CHANGED = {**OWN, "decision": "hold"}


def store(database: Database, *lines: dict[str, str | None], customers: list[str] | None = None) -> StoredPlan:
    return store_plan(database, new_plan(), Decisions(plan_lines(*lines), customers), now=NOW)


def ahead(database: Database) -> Future[Kept]:
    read: Future[Kept] = Future()
    read.set_result(kept_blocks(database))
    return read


def test_blocks_that_were_read_while_lines_were_decided_are_not_read_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(database, OWN, *OTHERS)
    read = ahead(database)
    monkeypatch.setattr(digests, "kept_blocks", lambda _: pytest.fail("the blocks were read again"))

    new = Decisions(plan_lines(CHANGED), ["C1"], read)
    plan = store_plan(database, new_plan(), new, now=NOW)

    assert plan.digest == digest_of(in_order(plan_lines(CHANGED, *OTHERS)))
    assert plan.digest == digest_of_plan(database, plan.id)


def test_blocks_that_were_read_before_another_plan_came_are_read_again(database: Database) -> None:
    store(database, OWN, *OTHERS)
    read = ahead(database)
    other = {**OTHERS[0], "decision": "skip"}
    store(database, other, customers=["C2"])

    new = Decisions(plan_lines(CHANGED), ["C1"], read)
    plan = store_plan(database, new_plan(), new, now=NOW)

    lines = plan_lines(CHANGED, other, OTHERS[1])
    assert plan.digest == digest_of(in_order(lines)) == digest_of_plan(database, plan.id)


def test_a_plan_is_not_kept_where_the_blocks_of_the_others_could_not_be_read(database: Database) -> None:
    first = store(database, OWN, *OTHERS)
    read: Future[Kept] = Future()
    read.set_exception(StoreError("the disk is gone"))

    with pytest.raises(StoreError, match="the disk is gone"):
        store_plan(database, new_plan(), Decisions(plan_lines(OWN), ["C1"], read), now=NOW)

    assert newest_plan(database) == first
