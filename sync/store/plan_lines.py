"""Keep the lines of plans as versions, customer by customer, and give them back."""

import itertools
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import ColumnElement, Connection, Select, Table, or_, select

from sync.model import LINE_COLUMNS
from sync.store.blocks import BLOCKS, LINES, in_order, lines_in
from sync.store.bulk import fill_frame, in_parts, insert_frame, select_frame
from sync.store.database import Database
from sync.store.purged import refuse_purged_plan
from sync.store.schema import CUSTOMER_BLOCK, PLAN_LINE

_LINE = PLAN_LINE.c
_BLOCK = CUSTOMER_BLOCK.c


class Replacement(NamedTuple):
    """Carry lines in their order with their blocks, and whose they are; None = everybody's."""

    lines: pl.DataFrame
    blocks: pl.DataFrame
    customers: Collection[str] | None


class Replaced(NamedTuple):
    """Carry the lines of the customers of whom any changed: as they stood, and what took their place."""

    old: pl.DataFrame
    fresh: pl.DataFrame


def replace(conn: Connection, new: Replacement, *, plan_id: int, last_plan: int | None) -> Replaced:
    """Close what changed of the lines and of the bytes of customers, and write what takes its place."""
    current = _current_blocks(conn, new.customers)
    compared = current.join(new.blocks, on="customer_id", how="full", coalesce=True)
    changed = compared.filter(pl.col("block").ne_missing(pl.col("block_right"))).select("customer_id")
    ending = current.join(changed, on="customer_id", how="semi")
    whose = pl.col("customer_id").fill_null("")
    fresh = new.lines.filter(whose.is_in(changed["customer_id"].implode()))
    blocks = new.blocks.join(changed, on="customer_id", how="semi", maintain_order="left")
    old = lines_in(ending["block"])
    for part in in_parts(ending["customer_id"]):
        _close(conn, CUSTOMER_BLOCK, _BLOCK.customer_id.in_(part), last_plan=last_plan)
    # An id can stand under two customers: of one who was not decided about it stays, of all others it is closed.
    gone = _without(old, fresh)["line_id"]
    for whose_lines, which in itertools.product(in_parts(ending["customer_id"]), in_parts(gone)):
        _close(conn, PLAN_LINE, _of_customers(whose_lines) & _LINE.line_id.in_(which), last_plan=last_plan)
    lines = _without(fresh, old.filter(~pl.col("line_id").is_in(gone.implode())))
    write = fill_frame if last_plan is None else insert_frame
    for table, rows in ((CUSTOMER_BLOCK, blocks), (PLAN_LINE, lines)):
        write(conn, table, rows.with_columns(pl.lit(plan_id, pl.Int64).alias("first_plan")))
    return Replaced(old, fresh)


def _without(lines: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the lines that do not stand the same, cell by cell, among the others, in their order."""
    return lines.join(others, on=LINE_COLUMNS, how="anti", nulls_equal=True, maintain_order="left")


def lines_of_plan(
    db: Database,
    plan_id: int,
    *,
    customers: Collection[str] | None = None,
    line_ids: Collection[str] | None = None,
    decisions: Collection[str] | None = None,
) -> pl.DataFrame:
    """Return the lines of a plan in the order of the decisions file, all or those that fit everything asked for."""
    with db.read() as conn:
        refuse_purged_plan(conn, plan_id)
        if line_ids is None:
            found = lines_in(_blocks_of_plan(conn, plan_id, customers))
        else:
            parts = [select_frame(conn, part, LINES) for part in _parts(plan_id, customers, line_ids)]
            found = pl.concat([pl.DataFrame(schema=LINES), *parts])
    return in_order(found if decisions is None else found.filter(pl.col("decision").is_in(list(decisions))))


def _blocks_of_plan(conn: Connection, plan_id: int, customers: Collection[str] | None) -> Iterator[bytes]:
    """Yield the blocks of a plan, those of some customers or of everybody."""
    query = select(_BLOCK.block).where(within(CUSTOMER_BLOCK, plan_id))
    if customers is None:
        yield from conn.scalars(query)
    for part in in_parts(customers or []):
        yield from conn.scalars(query.where(_BLOCK.customer_id.in_(part)))


def _parts(plan_id: int, customers: Collection[str] | None, line_ids: Collection[str]) -> Iterator[Select[Any]]:
    """Yield a query for each part of the ids that a statement can hold."""
    query = select(*(_LINE[name] for name in LINE_COLUMNS)).where(within(PLAN_LINE, plan_id))
    if customers is None:
        yield from (query.where(_LINE.line_id.in_(part)) for part in in_parts(line_ids))
    else:
        both = itertools.product(in_parts(customers), in_parts(line_ids))
        yield from (query.where(_of_customers(whose), _LINE.line_id.in_(which)) for whose, which in both)


def _of_customers(ids: Collection[str]) -> ColumnElement[bool]:
    named = _LINE.customer_id.in_(list(ids))
    return or_(named, _LINE.customer_id.is_(None)) if "" in ids else named


def within(table: Table, plan_id: int) -> ColumnElement[bool]:
    """Tell which rows of `plan_line` or `customer_block` belong to a plan."""
    return (table.c.first_plan <= plan_id) & or_(table.c.last_plan.is_(None), table.c.last_plan >= plan_id)


def _current_blocks(conn: Connection, customers: Collection[str] | None) -> pl.DataFrame:
    query = select(*(_BLOCK[name] for name in BLOCKS)).where(_BLOCK.last_plan.is_(None))
    if customers is None:
        return select_frame(conn, query, BLOCKS)
    parts = [select_frame(conn, query.where(_BLOCK.customer_id.in_(part)), BLOCKS) for part in in_parts(customers)]
    return pl.concat([pl.DataFrame(schema=BLOCKS), *parts])


def _close(conn: Connection, table: Table, whose: ColumnElement[bool], *, last_plan: int | None) -> None:
    conn.execute(table.update().where(whose, table.c.last_plan.is_(None)).values(last_plan=last_plan))
