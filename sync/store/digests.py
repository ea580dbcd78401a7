"""Work out the digest of a plan: the hash of its decisions file, from the bytes of its customers in their order."""

from collections.abc import Iterable, Iterator, Sequence, Set
from concurrent.futures import Future
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import ColumnElement, Connection, func, select

from sync.store.blocks import BLOCKS, HEADER, bytes_of
from sync.store.database import Database
from sync.store.plan_lines import within
from sync.store.purged import refuse_purged_plan
from sync.store.schema import CUSTOMER_BLOCK, PLAN

_BLOCK = CUSTOMER_BLOCK.c
_AT_ONCE = 200
_Rows = Sequence[Sequence[Any]]
"""Customer, how many lines, their bytes: as BLOCKS has them."""


class Standing(NamedTuple):
    """Say of all lines of a plan how many they are, and what the digest of their decisions file is."""

    digest: str
    lines: int


class Kept(NamedTuple):
    """Carry the blocks that stand, packed as they are kept, and the newest plan, of which they are."""

    plan_id: int | None
    blocks: _Rows


class Others(NamedTuple):
    """Name the newest plan, of which the blocks of all but some customers stay, and where they may be read already."""

    plan_id: int
    without: Set[str]
    kept: Future[Kept] | None


def digest_of_plan(db: Database, plan_id: int) -> str:
    """Work out the digest of a plan again, from the bytes that are kept of its customers."""
    with db.read() as conn:
        refuse_purged_plan(conn, plan_id)
        return _summed(_read(conn, within(CUSTOMER_BLOCK, plan_id))).digest


def kept_blocks(db: Database) -> Kept:
    """Read the blocks of the newest plan, a fourth of the bytes of its lines."""
    with db.read() as conn:
        newest = conn.scalar(select(func.max(PLAN.c.id)))
        return Kept(newest, list(_read(conn, _BLOCK.last_plan.is_(None))))


def standing_with(db: Database, new: pl.DataFrame, others: Others | None) -> Standing:
    """Work out the digest of the plan that stands once new blocks stand beside those of others; None: alone.

    The new ones may be written meanwhile, as long as nobody else keeps a plan until then.
    """
    fresh: _Rows = new.select(BLOCKS.names()).rows()
    if others is None:
        return _summed(fresh)
    kept = others.kept.result() if others.kept else kept_blocks(db)
    if kept.plan_id != others.plan_id:
        kept = kept_blocks(db)
    stay = [row for row in kept.blocks if row[0] not in others.without]
    return _summed(sorted([*stay, *fresh], key=itemgetter(0)))


def _read(conn: Connection, which: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    query = select(*(_BLOCK[name] for name in BLOCKS)).where(which).order_by(_BLOCK.customer_id)
    found = conn.execute(query, execution_options={"stream_results": True, "yield_per": _AT_ONCE})
    for rows in found.partitions():
        # Python's collector of cycles looks at each of SQLAlchemy's rows again and again, at such a tuple once.
        yield from map(tuple, rows)


def _summed(blocks: Iterable[Sequence[Any]]) -> Standing:
    whole, lines = sha256(HEADER), 0
    for _, count, block in blocks:
        whole.update(bytes_of(block))
        lines += count
    return Standing(whole.hexdigest(), lines)
