"""Pretend iMatchSkills in memory: entries that are written and looked up, and who is eligible."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from sync.model import TABLES, EntryKind, fold
from sync.pretend.asked import Asked, Clock, Document, Told, instant_text, now, page, refusal

_FIELDS = ("job_seeker_id", "provider", "kind", "name", "date", "funder_selection", "amount", "client_reference")
_MUST_STAND = ("job_seeker_id", "provider", "kind", "name", "date")
_COLUMNS = [column.name for column in TABLES["ims_entries"].columns]


class Level(IntEnum):
    """What the system offers: writes only; look-ups; a client reference; idempotency; a unique reference."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    item: Document
    seen_after: int


@dataclass(frozen=True, slots=True)
class _Reply:
    at: datetime
    body: bytes
    told: Told


class PretendIms:
    """Keep entries and eligibility; thread-safe, and the same calls give the same answers.

    lag       look-ups that do not see a write yet; the list of a provider and month always does
    window_s  how long an idempotency key is remembered, by the clock handed in
    """

    def __init__(
        self, level: Level = Level.L4, clock: Clock = now, *, lag: int = 0, window_s: int = 24 * 60 * 60
    ) -> None:
        self.level, self._clock, self._lag, self._window_s = level, clock, lag, window_s
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._eligibility: dict[tuple[str, str], Document] = {}
        self._replies: dict[str, _Reply] = {}
        self._made = 0
        self._look_ups = 0

    def put_eligibility(self, row: Mapping[str, str | None]) -> None:
        """Say what a check of one job seeker and month found."""
        item = {column.name: row.get(column.name) or None for column in TABLES["ims_eligibility"].columns}
        with self._lock:
            self._eligibility[str(item["job_seeker_id"]), str(item["month"])] = item

    def put_entry(self, row: Mapping[str, str | None]) -> str:
        """Let a person key an entry, or correct the one with its id; return its id."""
        with self._lock:
            return self._keep(row, lag=0)

    def remove_entry(self, entry_id: str) -> None:
        """Let a person take an entry away."""
        with self._lock:
            del self._entries[entry_id]

    def entries(self) -> list[Document]:
        """Return what stands there, in the order of its coming."""
        with self._lock:
            return [dict(entry.item) for entry in self._entries.values()]

    def answer(self, asked: Asked) -> Told:
        """Answer one call."""
        calls: dict[tuple[str, str], Callable[[Asked], Told]] = {
            ("GET", "/v1/capabilities"): self._capabilities,
            ("GET", "/v1/eligibility"): self._list_eligibility,
            ("GET", "/v1/entries"): self._list_entries,
            ("POST", "/v1/entries"): self._write,
        }
        call = calls.get((asked.method, asked.path))
        silent = asked.method == "GET" and asked.path != "/v1/capabilities" and self.level < Level.L1
        if call is None or silent:
            return refusal(404, "no such call")
        with self._lock:
            return call(asked)

    def _capabilities(self, _asked: Asked) -> Told:
        offers = {
            "read": self.level >= Level.L1,
            "client_reference": self.level >= Level.L2,
            "idempotency_window_s": self._window_s if self.level >= Level.L3 else None,
            "unique_reference": self.level >= Level.L4,
        }
        return Told(200, offers)

    def _list_eligibility(self, asked: Asked) -> Told:
        month = asked.query.get("month")
        items = [item for (_, checked), item in sorted(self._eligibility.items()) if checked == month]
        return page(items, asked.query, self._clock())

    def _list_entries(self, asked: Asked) -> Told:
        wanted = {name: text for name, text in asked.query.items() if name not in {"cursor", "limit"}}
        if wanted.keys() == {"provider", "month"}:
            return page(self._of(wanted), asked.query, self._clock())
        by_reference = wanted.keys() == {"client_reference"} and self.level >= Level.L2
        if not by_reference and wanted.keys() != {"job_seeker_id", "kind", "month"}:
            return refusal(400, "no such look-up")
        if "cursor" not in asked.query:
            self._look_ups += 1
        seen = [entry.item for entry in self._entries.values() if entry.seen_after < self._look_ups]
        return page(
            [item for item in self._of(wanted) if any(item is one for one in seen)], asked.query, self._clock()
        )  # fmt: skip

    def _of(self, wanted: Mapping[str, str]) -> list[Document]:
        folded = {name: fold(text) for name, text in wanted.items()}
        return [
            entry.item
            for entry in self._entries.values()
            if all(fold(_text_of(entry.item, name)) == text for name, text in folded.items())
        ]

    def _write(self, asked: Asked) -> Told:
        """Write an entry as the level has it, or say why not."""
        body, objection = _body_of(asked)
        if objection:
            return objection
        known = self._replies.get(asked.key) if self.level >= Level.L3 else None
        if known and (self._clock() - known.at).total_seconds() <= self._window_s:
            same = known.body == asked.body
            return known.told if same else refusal(422, "this idempotency key came with another body")
        reference = body.get("client_reference")
        if self.level >= Level.L4 and reference and self._of({"client_reference": reference}):
            return refusal(409, "an entry with this client reference is there already")
        if self.level < Level.L2:
            body = {**body, "client_reference": None}
        entry_id = self._keep({**body, "entered_by": "api"}, lag=self._lag)
        told = Told(201, dict(self._entries[entry_id].item))
        self._replies[asked.key] = _Reply(self._clock(), asked.body, told)
        return told

    def _keep(self, row: Mapping[str, Any], *, lag: int) -> str:
        item: Document = {name: row.get(name) or None for name in _COLUMNS}
        if item["entry_id"] is None:
            self._made += 1
            item |= {"entry_id": f"DEMO-E{self._made}", "entered_at": instant_text(self._clock())}
        self._entries[item["entry_id"]] = _Entry(item, self._look_ups + lag)
        return str(item["entry_id"])


def _text_of(item: Document, name: str) -> str:
    return str(item["date"] or "")[:7] if name == "month" else str(item[name] or "")


def _body_of(asked: Asked) -> tuple[Document, Told | None]:
    """Read the body of a write; what speaks against it comes beside it."""
    try:
        body = json.loads(asked.body)
    except ValueError:
        return {}, refusal(400, "the body is no JSON")
    if not isinstance(body, dict) or not body.keys() <= set(_FIELDS) or not asked.key:
        return {}, refusal(400, "an unknown field, or no Idempotency-Key")
    missing = [name for name in _MUST_STAND if not body.get(name)]
    if missing:
        return {}, refusal(422, f"missing: {', '.join(missing)}")
    if body["kind"] not in set(EntryKind) or not _is_day(body["date"]):
        return {}, refusal(422, "kind or date cannot be read")
    return body, None


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
