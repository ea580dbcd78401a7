"""Work out the digest of a plan: the hash of its decisions file, from the bytes of its customers in their order."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import ColumnElement, Connection, select

from sync.store.blocks import BLOCKS, HEADER, bytes_of
from sync.store.database import Database
from sync.store.plan_lines import within
from sync.store.purged import refuse_purged_plan
from sync.store.schema import CUSTOMER_BLOCK

_BLOCK = CUSTOMER_BLOCK.c
_AT_ONCE = 200
_Rows = Sequence[Sequence[Any]]
"""Customer, how many lines, their bytes: as BLOCKS has them."""


class Standing(NamedTuple):
    """Say of all lines of a plan how many they are, and what the digest of their decisions file is."""

    digest: str
    lines: int


def digest_of_plan(db: Database, plan_id: int) -> str:
    """Work out the digest of a plan again, from the bytes that are kept of its customers."""
    with db.read() as conn:
        refuse_purged_plan(conn, plan_id)
        return _summed(_kept(conn, within(CUSTOMER_BLOCK, plan_id))).digest


def standing_with(db: Database, new: pl.DataFrame, *, customers: Collection[str] | None) -> Standing:
    """Work out the digest of the plan that stands once new blocks are in the place of those of some customers.

    new        blocks in the order of the customers
    customers  whose blocks the new ones are; None: they are everybody's
    Those of all others are read as they were kept before. So the new ones may be written meanwhile, as long as nobody
    else keeps a plan until then.
    """
    fresh: _Rows = new.select(BLOCKS.names()).rows()
    if customers is None:
        return _summed(iter([fresh]))
    with db.read() as conn:
        return _summed(_replaced(_kept(conn, _BLOCK.last_plan.is_(None)), fresh, set(customers)))


def _kept(conn: Connection, which: ColumnElement[bool]) -> Iterator[_Rows]:
    query = select(*(_BLOCK[name] for name in BLOCKS)).where(which).order_by(_BLOCK.customer_id)
    found = conn.execute(query, execution_options={"stream_results": True, "yield_per": _AT_ONCE})
    yield from found.partitions()


def _replaced(kept: Iterable[_Rows], fresh: _Rows, customers: set[str]) -> Iterator[_Rows]:
    """Yield the rows of others with the fresh ones at their places among them."""
    ids = [customer_id for customer_id, _, _ in fresh]
    done = 0
    for rows in kept:
        upto = bisect_right(ids, rows[-1][0])
        others = [row for row in rows if row[0] not in customers]
        yield sorted([*others, *fresh[done:upto]], key=itemgetter(0))
        done = upto
    yield fresh[done:]


def _summed(parts: Iterator[_Rows]) -> Standing:
    whole, lines = sha256(HEADER), 0
    for rows in parts:
        for _, count, block in rows:
            whole.update(bytes_of(block))
            lines += count
    return Standing(whole.hexdigest(), lines)
