"""Keep what was pulled, as versions: a row is written again only when its content changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b, sha256
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, or_, select, union

from sync.store.bulk import in_parts, insert_frame, select_frame
from sync.store.changes import Changes, changes_of
from sync.store.database import Database, alone
from sync.store.purged import refuse_purged_pull
from sync.store.schema import PULL, PULLED_ROW

ROW_COLUMNS = pl.Schema(
    {
        "row_id": pl.String, "owner": pl.String, "refers_to": pl.String, "content": pl.String, "file": pl.String,
        "line": pl.Int64,
    }
)  # fmt: skip
REVIEW: Final = "review"
"""The source of answers that were given in a review, and the file of their rows: exports neither bring nor end them."""
_KNOWN = pl.Schema({"id": pl.Int64, "row_id": pl.String, "content_hash": pl.Binary})
_ROW = PULLED_ROW.c


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPull:
    """Say of a pull where it came from and what may be concluded from it.

    complete    everything that was asked for was seen
    partial     only what changed was asked for, so nothing follows from absence
    watermarks  for each table where the next pull may begin; counts only if the pull is complete
    """

    source: str
    at: datetime
    complete: bool
    partial: bool = False
    as_of: datetime | None = None
    run_id: int | None = None
    watermarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pull:
    """Name a stored pull; `counts` tells for each table how many ids are new, changed, gone, unchanged."""

    seq: int
    counts: Mapping[str, Mapping[str, int]]


def store_pull(
    db: Database,
    pull: NewPull,
    rows: Mapping[str, pl.DataFrame],
    *,
    tombstones: Mapping[str, Collection[str]] | None = None,
) -> Pull:
    """Store what a pull brought, as a whole or not at all.

    rows        for each table that was pulled a frame of ROW_COLUMNS; several rows with one id are its versions in
                this export, equal ones count once; a table that is not named was not asked for
    tombstones  ids that the source says are deleted; they win over a row that came with them
    """
    with db.write() as conn:
        return add_pull(conn, pull, rows, tombstones=tombstones)


def add_pull(
    conn: Connection,
    pull: NewPull,
    rows: Mapping[str, pl.DataFrame],
    *,
    tombstones: Mapping[str, Collection[str]] | None = None,
) -> Pull:
    """Store what a pull brought, within the caller's transaction; as `store_pull`."""
    said = tombstones or {}
    full = pull.complete and not pull.partial
    alone(conn, PULL)
    seq = _begin(conn, pull)
    counts = {}
    for table in sorted({*rows, *said}):
        seen = with_hash(rows.get(table, pl.DataFrame(schema=ROW_COLUMNS)))
        known = select_frame(conn, _current(table, pull.source), _KNOWN)
        changes = changes_of(known, seen, full=full and table in rows, tombstones=said.get(table, ()))
        _keep(conn, changes, table=table, seq=seq)
        counts[table] = changes.counts
    conn.execute(PULL.update().where(PULL.c.seq == seq).values(counts=counts))
    return Pull(seq, counts)


def rows_at(
    db: Database,
    seq: int | None,
    tables: Iterable[str],
    *,
    owners: Collection[str] | None = None,
    columns: Collection[str] = tuple(ROW_COLUMNS),
) -> dict[str, pl.DataFrame]:
    """Return the rows that stood after a pull (None: after the newest), as frames of ROW_COLUMNS in any order.

    owners   only rows of these
    columns  only these of ROW_COLUMNS: what is not asked for is not read
    """
    schema = pl.Schema({name: ROW_COLUMNS[name] for name in columns})
    with db.read() as conn:
        refuse_purged_pull(conn, seq)
        wanted = {table: standing(seq) & (_ROW.table_name == table) for table in tables}
        return {table: _rows_of(conn, which, schema, owners=owners) for table, which in wanted.items()}


def changed_owners(db: Database, since_seq: int) -> defaultdict[str, set[str]]:
    """Return for each table the owners of whom a row came, changed or went after a pull; of one that moved, both."""
    # Asked in two and of all tables at once, so that both databases look at the changed rows alone, by their indexes.
    parts = (select(_ROW.table_name, _ROW.owner).where(pull > since_seq) for pull in (_ROW.first_pull, _ROW.gone_pull))
    changed: defaultdict[str, set[str]] = defaultdict(set)
    with db.read() as conn:
        for table, owner in conn.execute(union(*parts)):
            changed[table].add(owner)
    return changed


def snapshot_hash(db: Database, seq: int | None = None) -> str:
    """Return what identifies the rows that stood after a pull by their content, whatever their order, as hex."""
    query = select(_ROW.table_name, _ROW.content_hash).where(standing(seq))
    with db.read() as conn:
        refuse_purged_pull(conn, seq)
        found = select_frame(conn, query, pl.Schema({"table": pl.String, "hash": pl.Binary}))
    whole = sha256()
    for (table,), rows in sorted(found.partition_by("table", as_dict=True).items()):
        whole.update(f"{table} {len(rows)}\n".encode())
        whole.update(b"".join(rows["hash"].sort()))
    return whole.hexdigest()


def newest_pull(db: Database) -> int | None:
    """Return the seq of the newest pull; None if there was none."""
    with db.read() as conn:
        return conn.scalar(select(PULL.c.seq).order_by(PULL.c.seq.desc()).limit(1))


def watermarks(db: Database, source: str) -> dict[str, str]:
    """Return for each table where the next pull from a source begins: the mark of the newest complete pull of it."""
    query = select(PULL.c.watermarks).where(PULL.c.source == source, PULL.c.complete).order_by(PULL.c.seq)
    with db.read() as conn:
        return {table: mark for marks in conn.scalars(query) for table, mark in marks.items()}


def with_hash(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `content_hash`, 16 bytes that stand for id and content, and keep the first of equal rows.

    An id that stands under several owners makes its rows `contested`: that is a fact of each of them, so it is in the
    hash, and the row of one owner counts as changed when another owner's begins or ceases to stand beside it.
    """
    owners = pl.col("owner").n_unique().over("row_id") > 1
    rows = rows.with_columns((owners & (pl.col("row_id") != "")).alias("contested"))
    mark = pl.when("contested").then(pl.lit("\x1econtested")).otherwise(pl.lit(""))
    texts = rows.select(pl.concat_str("row_id", "content", separator="\x1e") + mark).to_series()
    hashes = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
    hashed = rows.select(*ROW_COLUMNS, "contested").with_columns(pl.Series("content_hash", hashes, pl.Binary))
    return hashed.unique("content_hash", keep="first", maintain_order=True)


def standing(seq: int | None) -> ColumnElement[bool]:
    """Tell which rows stood after a pull; None: which stand now."""
    if seq is None:
        return _ROW.gone_pull.is_(None)
    return (_ROW.first_pull <= seq) & or_(_ROW.gone_pull.is_(None), _ROW.gone_pull > seq)


def _begin(conn: Connection, pull: NewPull) -> int:
    statement = PULL.insert().values(
        run_id=pull.run_id, source=pull.source, at=pull.at, complete=pull.complete, partial=pull.partial,
        as_of=pull.as_of, watermarks=dict(pull.watermarks), counts={},
    )  # fmt: skip
    seq: int = conn.execute(statement.returning(PULL.c.seq)).scalar_one()
    return seq


def _current(table: str, source: str) -> Any:
    query = select(_ROW.id, _ROW.row_id, _ROW.content_hash)
    own = _ROW.file == REVIEW if source == REVIEW else _ROW.file != REVIEW
    return query.where(_ROW.table_name == table, _ROW.gone_pull.is_(None), own)


def _keep(conn: Connection, changes: Changes, *, table: str, seq: int) -> None:
    """Close the versions that went and write the new ones, rows of one owner side by side."""
    for why, ids in changes.gone.items():
        for part in in_parts(ids):
            conn.execute(PULLED_ROW.update().where(_ROW.id.in_(part)).values(gone_pull=seq, gone_why=why))
    rows = changes.new.sort("owner", "row_id", maintain_order=True).with_columns(
        pl.lit(table).alias("table_name"), pl.lit(seq, pl.Int64).alias("first_pull")
    )
    insert_frame(conn, PULLED_ROW, rows)


def _rows_of(
    conn: Connection, which: ColumnElement[bool], schema: pl.Schema, *, owners: Collection[str] | None
) -> pl.DataFrame:
    query = select(*(_ROW[name] for name in schema)).where(which)
    if owners is None:
        return select_frame(conn, query, schema)
    parts = [select_frame(conn, query.where(_ROW.owner.in_(part)), schema) for part in in_parts(owners)]
    return pl.concat([pl.DataFrame(schema=schema), *parts])
