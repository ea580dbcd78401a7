"""Pretend I-Trac in memory: tables of rows that change, and tombstones of those that are gone."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sync.model import TABLES, Table
from sync.pretend.asked import Asked, Clock, Document, Told, instant_text, now, page, refusal

Key = tuple[str, ...]
ITRAC_TABLES = tuple(name for name in TABLES if not name.startswith("ims_") and name != "choices")


@dataclass(frozen=True, slots=True)
class _Row:
    changed_at: datetime
    turn: int
    item: Document


class PretendItrac:
    """Keep rows of text by table and id; thread-safe, and the same calls give the same answers."""

    def __init__(self, clock: Clock = now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._turn = 0
        self._rows: dict[str, dict[Key, _Row]] = {name: {} for name in ITRAC_TABLES}

    def put(self, table: str, row: Mapping[str, str | None]) -> None:
        """Add a row, or change the one with its id; it is stamped with its own `modified_at`, or now."""
        columns = TABLES[table]
        stamp = _stamp_of(row.get("modified_at")) or self._clock()
        item: Document = {column.name: row.get(column.name) or None for column in columns.columns}
        if "modified_at" in item and item["modified_at"] is None:
            item["modified_at"] = instant_text(stamp)
        self._keep(table, _key_of(columns, row), item, stamp=stamp)

    def delete(self, table: str, *key: str) -> None:
        """Leave a tombstone in place of a row; `key` are its ids in the order of the table."""
        tombstone: Document = {**dict(zip(TABLES[table].key, key, strict=True)), "deleted": True}
        self._keep(table, key, tombstone, stamp=self._clock())

    def answer(self, asked: Asked) -> Told:
        """Answer one call: a page of a table, oldest changes first."""
        table = asked.path.removeprefix("/v1/")
        if asked.method != "GET" or table not in self._rows:
            return refusal(404, "no such table")
        since = asked.query.get("modified_since")
        first = _stamp_of(since) if since else datetime.min.replace(tzinfo=UTC)
        if first is None:
            return refusal(400, "modified_since cannot be read")
        with self._lock:
            rows = [row for row in self._rows[table].values() if row.changed_at >= first]
        items = [row.item for row in sorted(rows, key=lambda row: (row.changed_at, row.turn))]
        return page(items, asked.query, self._clock())

    def _keep(self, table: str, key: Key, item: Document, *, stamp: datetime) -> None:
        with self._lock:
            self._turn += 1
            self._rows[table][key] = _Row(stamp, self._turn, item)


def _key_of(table: Table, row: Mapping[str, str | None]) -> Key:
    return tuple(row[name] or "" for name in table.key)


def _stamp_of(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
