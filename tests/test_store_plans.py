"""A plan is kept with the digest of its decisions file, customer by customer, and approved once."""

import random
from collections.abc import Mapping

import hypothesis
import polars as pl
import pytest
from hypothesis import strategies
from sqlalchemy import inspect

from sync.errors import StoreError, WrongCall
from sync.model import LINE_COLUMNS
from sync.store import (
    Database,
    Decisions,
    StoredPlan,
    approve,
    digest_of_plan,
    lines_of_plan,
    newest_plan,
    plan_of,
    store_plan,
)
from sync.store.blocks import BLOCKS, HEADER, blocks_of, bytes_of, in_order, lines_in
from sync.tables import csv_bytes, digest_of
from tests.folders import seed
from tests.store_rows import NOW, minutes, new_plan, plan_lines, rows_in, with_counts

SEED = seed()
CELL = strategies.text(strategies.sampled_from('aZ é,"\n\r\t;\u2028\U0001f600\ue000'), min_size=1, max_size=4)
LINE = strategies.fixed_dictionaries(
    {
        "customer_id": strategies.none()
        | strategies.sampled_from(["C1", "C2", "c1", "Ä", "\ue000", "\U0001f600"])
        | CELL,
        "date": strategies.none() | strategies.sampled_from(["2026-04-01", "2026-03-31"]),
        "label": strategies.none() | CELL,
        "reasons": strategies.none() | CELL,
        "crosswalk_version": strategies.none() | CELL,
    }
)
LINES = strategies.lists(LINE, max_size=8)
QUICK = hypothesis.settings(
    max_examples=30, deadline=None, database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)  # fmt: skip
BASE: tuple[dict[str, str | None], ...] = (
    {"line_id": "service:S1", "customer_id": "C1", "date": "2026-04-01", "decision": "enter"},
    {"line_id": "service:S2", "customer_id": "C1", "date": None, "decision": "flag"},
    {"line_id": "service:S3", "customer_id": "C2", "date": "2026-03-01", "decision": "enter"},
    {"line_id": "service:S4", "customer_id": None, "date": "2026-03-01", "decision": "flag"},
)


def numbered(lines: list[dict[str, str | None]]) -> pl.DataFrame:
    return plan_lines(*({**line, "line_id": f"service:{place}"} for place, line in enumerate(lines)))


def store(database: Database, *lines: Mapping[str, str | None], customers: list[str] | None = None) -> StoredPlan:
    return store_plan(database, new_plan(), Decisions(plan_lines(*lines), customers), now=NOW)


@hypothesis.seed(SEED)
@hypothesis.settings(max_examples=300, deadline=None, database=None)
@hypothesis.given(LINES)
def test_the_blocks_of_the_customers_make_up_the_decisions_file_byte_for_byte(
    lines: list[dict[str, str | None]],
) -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")
    frame = in_order(numbered(lines))

    blocks = blocks_of(frame)

    assert HEADER + b"".join(map(bytes_of, blocks["block"])) == bytes(csv_bytes(frame))
    assert blocks.schema == BLOCKS
    assert blocks["lines"].sum() == len(lines)
    assert blocks["customer_id"].to_list() == sorted({line["customer_id"] or "" for line in lines})
    assert lines_in(blocks["block"]).equals(frame)
    for customer_id, _, block in blocks.rows():
        theirs = frame.filter(pl.col("customer_id").fill_null("") == customer_id)
        assert lines_in([block]).equals(theirs)


@hypothesis.seed(SEED)
@QUICK
@hypothesis.given(LINES, LINES)
def test_a_stored_plan_has_the_digest_of_its_decisions_file_and_gives_its_lines_back(
    database: Database, lines: list[dict[str, str | None]], others: list[dict[str, str | None]]
) -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")
    plans = [(store_plan(database, new_plan(), Decisions(frame), now=NOW), in_order(frame))
             for frame in (numbered(lines), numbered(others), numbered(lines))]  # fmt: skip

    for plan, frame in plans:
        assert plan.digest == digest_of(frame) == digest_of_plan(database, plan.id)
        assert plan.lines == len(frame)
        assert lines_of_plan(database, plan.id).equals(frame)


@hypothesis.seed(SEED)
@QUICK
@hypothesis.given(LINES, LINES, strategies.sets(strategies.sampled_from(["", "C1", "C2", "Ä"])))
def test_replacing_some_customers_gives_the_plan_that_deciding_about_everybody_would_give(
    database: Database, lines: list[dict[str, str | None]], again: list[dict[str, str | None]], whose: set[str]
) -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")
    theirs = pl.col("customer_id").fill_null("").is_in(list(whose))
    old, new = numbered(lines), numbered(again).filter(theirs)
    first = store_plan(database, new_plan(), Decisions(old), now=NOW)

    second = store_plan(database, new_plan(), Decisions(new, whose), now=NOW)

    together = in_order(pl.concat([old.filter(~theirs), new]))
    assert second.digest == digest_of(together)
    for plan, frame in ((second, together), (first, in_order(old))):
        assert lines_of_plan(database, plan.id).equals(frame)
        assert lines_of_plan(database, plan.id, line_ids=frame["line_id"].to_list()).equals(frame)


def test_of_a_customer_whose_lines_changed_those_that_did_not_are_not_written_again(database: Database) -> None:
    store(database, *BASE)

    store(database, {**BASE[0], "decision": "hold"}, BASE[1], customers=["C1"])

    written = [(row["line_id"], row["first_plan"], row["last_plan"]) for row in rows_in(database, "plan_line")]
    assert sorted(written, key=str) == sorted(
        [("service:S1", 1, 1), ("service:S1", 2, None), *((one["line_id"], 1, None) for one in BASE[1:])], key=str
    )


def test_an_id_that_stands_under_two_customers_is_closed_for_the_one_alone(database: Database) -> None:
    one, other = ({"line_id": "service:S1", "customer_id": customer, "decision": "flag"} for customer in ("C1", "C2"))
    store(database, one, other)

    plan = store(database, {**one, "decision": "hold"}, customers=["C1"])

    found = lines_of_plan(database, plan.id, line_ids=["service:S1"])
    assert dict(found.select("customer_id", "decision").iter_rows()) == {"C1": "hold", "C2": "flag"}


def test_an_id_that_stands_under_two_customers_goes_from_the_one_and_stays_with_the_other(database: Database) -> None:
    one, other = ({"line_id": "service:S1", "customer_id": customer, "decision": "flag"} for customer in ("C1", "C2"))
    more = {"line_id": "service:S2", "customer_id": "C2", "decision": "enter"}
    store(database, one, other)

    plan = store(database, other, more)

    found = lines_of_plan(database, plan.id, line_ids=["service:S1", "service:S2"])
    assert [tuple(row) for row in found.select("customer_id", "line_id").iter_rows()] == [
        ("C2", "service:S1"), ("C2", "service:S2"),
    ]  # fmt: skip


def test_the_same_lines_in_any_order_are_the_same_plan(database: Database) -> None:
    shuffled = random.Random(SEED).sample(BASE, len(BASE))
    print(f"IMS_SYNC_TEST_SEED={SEED}")

    assert store(database, *BASE).digest == store(database, *shuffled).digest


def test_customers_whose_lines_are_the_same_are_not_written_again(database: Database) -> None:
    first = store(database, *BASE)
    changed = {**BASE[2], "decision": "hold"}
    second = store(database, *BASE[:2], changed, BASE[3])

    lines = {
        (row["line_id"], row["decision"]): (row["first_plan"], row["last_plan"])
        for row in rows_in(database, "plan_line")
    }
    blocks = [(row["customer_id"], row["first_plan"], row["last_plan"]) for row in rows_in(database, "customer_block")]

    assert lines == {
        ("service:S1", "enter"): (first.id, None),
        ("service:S2", "flag"): (first.id, None),
        ("service:S3", "enter"): (first.id, first.id),
        ("service:S4", "flag"): (first.id, None),
        ("service:S3", "hold"): (second.id, None),
    }
    assert sorted(blocks) == [
        ("", first.id, None), ("C1", first.id, None), ("C2", first.id, first.id), ("C2", second.id, None),
    ]  # fmt: skip


def test_a_customer_without_lines_is_out_of_the_plan(database: Database) -> None:
    store(database, *BASE)

    second = store(database, customers=["C1", "C9"])

    assert second.lines == 2
    assert set(lines_of_plan(database, second.id)["line_id"]) == {"service:S3", "service:S4"}


def test_lines_of_a_customer_who_was_not_decided_about_are_refused(database: Database) -> None:
    store(database, *BASE)

    with pytest.raises(StoreError, match="not decided about"):
        store(database, *BASE, customers=["C1"])

    assert len(rows_in(database, "plan")) == 1


def test_lines_are_found_by_customer_by_line_and_by_decision(database: Database) -> None:
    first = store(database, *BASE)
    store(database, *BASE[:3])

    def found(**asked: list[str]) -> list[str]:
        return lines_of_plan(database, first.id, **asked)["line_id"].to_list()

    assert found() == ["service:S4", "service:S1", "service:S2", "service:S3"]
    assert found(customers=["C1"]) == ["service:S1", "service:S2"]
    assert found(customers=["C2", ""]) == ["service:S4", "service:S3"]
    assert found(customers=[]) == found(line_ids=[]) == found(decisions=[]) == []
    assert found(line_ids=["service:S2", "service:S3", "service:S9"]) == ["service:S2", "service:S3"]
    assert found(line_ids=["service:S2", "service:S3"], customers=["C2", ""]) == ["service:S3"]
    assert found(decisions=["enter"]) == ["service:S1", "service:S3"]
    assert found(decisions=["flag", "hold"], customers=["C1"]) == ["service:S2"]


def test_whole_and_part_give_the_same_lines(database: Database) -> None:
    full = {name: f'{name}, "quoted"' for name in LINE_COLUMNS} | {"customer_id": "C1"}
    plan = store(database, full, {"line_id": "service:S1", "customer_id": "C1"})

    assert lines_of_plan(database, plan.id).equals(lines_of_plan(database, plan.id, customers=["C1"]))


def test_a_plan_is_approved_once_and_keeps_who_did_it_first(database: Database) -> None:
    plan = store(database, *BASE)
    approved = approve(database, plan.digest, "A. Admin", now=minutes(1))

    again = approve(database, plan.digest, "B. Admin", now=minutes(2))

    assert plan.approved_at is None
    assert (approved.approved_by, approved.approved_at) == ("A. Admin", minutes(1))
    assert again == approved == plan_of(database, plan.digest)


def test_nobody_approves_what_is_no_plan_or_not_the_newest(database: Database) -> None:
    old = store(database, *BASE)
    new = store(database, *BASE[:2])

    with pytest.raises(WrongCall, match="no plan has this digest"):
        approve(database, "0" * 64, "A. Admin", now=NOW)
    with pytest.raises(WrongCall, match="a newer plan"):
        approve(database, old.digest, "A. Admin", now=NOW)

    assert newest_plan(database) == new
    superseded = plan_of(database, old.digest)
    assert superseded is not None
    assert (superseded.superseded_by, superseded.approved_at) == (new.id, None)


def test_an_approval_holds_for_the_same_bytes_but_not_after_others_stood_in_between(database: Database) -> None:
    store(database, *BASE)
    approve(database, store(database, *BASE).digest, "A. Admin", now=minutes(1))

    same = store(database, *BASE)
    other = store(database, *BASE[:2])
    back = store(database, *BASE)

    assert (same.approved_by, same.approved_at) == ("A. Admin", minutes(1))
    assert other.approved_by is None
    assert (back.digest, back.approved_by) == (same.digest, None)


def test_there_is_no_plan_before_the_first(database: Database) -> None:
    assert newest_plan(database) is None
    assert plan_of(database, "0" * 64) is None


def test_what_a_plan_was_decided_from_is_kept(database: Database) -> None:
    settings = {"support.order": "component-first", "retention.days": [{"value": 90}]}

    new = new_plan(settings=settings, figures=with_counts(enter=2))
    plan = store_plan(database, new, Decisions(plan_lines(*BASE)), now=NOW)

    assert plan == newest_plan(database)
    assert (plan.settings, plan.counts, plan.as_of) == (settings, {"enter": 2}, "2026-04-20")
    assert (plan.crosswalk_hash, plan.created_at, plan.lines) == ("c0ffee", NOW, 4)


def test_a_first_plan_of_many_lines_leaves_every_index_in_its_place(database: Database) -> None:
    before = _indexes(database)

    store(database, *({"line_id": f"service:S{number}", "customer_id": f"C{number}"} for number in range(10_000)))

    assert _indexes(database) == before


def _indexes(database: Database) -> list[tuple[str | None, list[str | None], list[str]]]:
    """Return name, columns and condition of each index; a condition is equal to another only as text."""
    with database.read() as conn:
        found = [index for table in ("plan_line", "customer_block") for index in inspect(conn).get_indexes(table)]
    options = [[str(option) for option in index.get("dialect_options", {}).values()] for index in found]
    return sorted((index["name"], index["column_names"], told) for index, told in zip(found, options, strict=True))
