"""Keep what was found for people to look at: each item once, with every version of its facts.

The day on which an item was first seen never changes. An item that is found no more is gone, and comes back as itself.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, select

from sync.store.bulk import in_parts, insert_frame, select_frame
from sync.store.database import Database, alone
from sync.store.kinds import as_text
from sync.store.review_schema import REVIEW_FACTS, REVIEW_ITEM
from sync.store.schema import INSTALLATION

FOUND_COLUMNS: Final[pl.Schema] = pl.Schema(
    {
        "item_id": pl.String(), "kind": pl.String(), "reason": pl.String(), "severity": pl.String(),
        "rank": pl.Int64(),
        "customer_id": pl.String(), "job_seeker_id": pl.String(), "program": pl.String(), "provider": pl.String(),
        "month": pl.String(), "line_id": pl.String(), "entry_id": pl.String(), "cents": pl.Int64(),
        "cause": pl.String(),
        "only_one": pl.Boolean(), "place": pl.String(), "facts": pl.String(),
    }
)  # fmt: skip
"""What is stored of an item; `place` is its provider as compared, `facts` JSON, `rank` 0 the gravest."""
FACETS: Final = ("severity", "kind", "reason", "month", "provider", "program")
MARK: Final = "\x1f"
_ROUND: Final = "reconciled-at"
_OF_PEOPLE: Final[pl.Schema] = pl.Schema(
    {
        "item_id": pl.String(), "first_seen_at": pl.Datetime("us", "UTC"), "act": pl.String(),
        "act_fingerprint": pl.String(), "act_until": pl.String(), "assigned": pl.String(), "last_event": pl.Int64(),
    }
)  # fmt: skip
_OWN = tuple(name for name in FOUND_COLUMNS if name != "facts")
_KNOWN = pl.Schema({**{name: FOUND_COLUMNS[name] for name in _OWN}, "fingerprint": pl.String(), "gone": pl.Boolean()})
_ITEM = REVIEW_ITEM.c
_IDS = pl.Schema({"item_id": pl.String, "fingerprint": pl.String})


def store_found(db: Database, found: pl.DataFrame, *, now: datetime) -> dict[str, int]:
    """Store everything that is found now (FOUND_COLUMNS, each id once); what is not among it is gone.

    Returns how many items are new, changed (or back), gone and unchanged. Found twice, nothing is written twice.
    """
    marked = _marked(found)
    with db.write() as conn:
        alone(conn, REVIEW_ITEM)
        known = select_frame(conn, _query_known(), _KNOWN)
        new = marked.join(known, on="item_id", how="anti", maintain_order="left")
        same = marked.join(known.filter(~pl.col("gone")), on=[*_OWN, "fingerprint"], how="semi", nulls_equal=True)
        changed = marked.join(pl.concat([new, same]), on="item_id", how="anti")
        gone = known.filter(~pl.col("gone")).join(marked, on="item_id", how="anti")["item_id"]
        _leave(conn, gone, now)
        fresh, renewed = _fresh(new, now), _renewed(conn, changed)
        insert_frame(conn, REVIEW_ITEM, pl.concat([fresh, renewed.select(fresh.columns)]))
        _write_facts(conn, pl.concat([new, changed]), now)
        _set_round(conn, now)
    return {"new": len(new), "changed": len(changed), "gone": len(gone), "unchanged": len(same)}


def last_round(conn: Connection) -> datetime | None:
    """Return when it was last looked: what is not gone was last seen then."""
    told = conn.scalar(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _ROUND))
    return datetime.fromisoformat(told) if told else None


def _marked(found: pl.DataFrame) -> pl.DataFrame:
    """Add what stands for the facts, and what the list counts by."""
    prints = [blake2b(facts.encode(), digest_size=16).hexdigest() for facts in found["facts"]]
    facets = pl.concat_str(*(pl.col(name).fill_null("") for name in FACETS), separator=MARK)
    return found.select(*FOUND_COLUMNS).with_columns(
        pl.Series("fingerprint", prints, pl.String),
        facets.alias("facets"),
        (-pl.col("cents").fill_null(0).abs()).alias("less_cents"),
    )


def _query_known() -> Select[Any]:
    return select(*(_ITEM[name] for name in (*_OWN, "fingerprint")), _ITEM.gone_at.is_not(None))


def _fresh(new: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Return items that were never seen before as they are stored."""
    nothing = pl.lit(None, pl.String)
    return new.drop("facts").with_columns(
        pl.lit(as_text(now)).alias("first_seen_at"), pl.lit("").alias("act"), pl.lit(value=False).alias("changed"),
        *(nothing.alias(name) for name in ("act_fingerprint", "act_until", "assigned")),
        pl.lit(0, pl.Int64).alias("last_event"),
    )  # fmt: skip


def _renewed(conn: Connection, changed: pl.DataFrame) -> pl.DataFrame:
    """Take items out whose facts changed or that are back; return them with what people did about them."""
    query = select(*(_ITEM[name] for name in _OF_PEOPLE))
    parts = [pl.DataFrame(schema=_OF_PEOPLE)]
    for ids in in_parts(changed["item_id"]):
        parts.append(select_frame(conn, query.where(_ITEM.item_id.in_(ids)), _OF_PEOPLE))
        conn.execute(REVIEW_ITEM.delete().where(_ITEM.item_id.in_(ids)))
    moved = (pl.col("act") != "") & pl.col("act_fingerprint").ne_missing(pl.col("fingerprint"))
    instant = pl.col("first_seen_at").dt.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00")
    renewed = changed.drop("facts").join(pl.concat(parts), on="item_id")
    return renewed.with_columns(moved.alias("changed"), instant.alias("first_seen_at"))


def _write_facts(conn: Connection, rows: pl.DataFrame, now: datetime) -> None:
    """Write the facts that were not seen before, once for each version."""
    query = select(REVIEW_FACTS.c.item_id, REVIEW_FACTS.c.fingerprint)
    parts = [pl.DataFrame(schema=_IDS)]
    parts += [
        select_frame(conn, query.where(REVIEW_FACTS.c.item_id.in_(ids)), _IDS) for ids in in_parts(rows["item_id"])
    ]
    unseen = rows.join(pl.concat(parts), on=["item_id", "fingerprint"], how="anti")
    seen_at = pl.lit(as_text(now)).alias("seen_at")
    insert_frame(conn, REVIEW_FACTS, unseen.select("item_id", "fingerprint", seen_at, "facts"))


def _leave(conn: Connection, gone: Iterable[str], now: datetime) -> None:
    last = last_round(conn) or now
    for ids in in_parts(gone):
        conn.execute(REVIEW_ITEM.update().where(_ITEM.item_id.in_(ids)).values(gone_at=now, last_seen_at=last))


def _set_round(conn: Connection, now: datetime) -> None:
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name == _ROUND))
    conn.execute(INSTALLATION.insert().values(name=_ROUND, value=as_text(now)))
