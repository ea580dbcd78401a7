"""Read iMatchSkills and write entries into it over HTTP. Its own field names stand in this file alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from sync.clients.cells import key_of, plain, row_of
from sync.clients.documents import NotJson, document_of
from sync.clients.http import Session
from sync.clients.lists import Lists, Pulled, Question
from sync.clients.meanings import Entry, Outcome  # fmt: skip
from sync.clients.meanings import row_of as meant_by
from sync.clients.seen import Answer, Seen
from sync.errors import ChangedInterface
from sync.model import TABLES, EntryKind, fold

_ENTRIES, _ELIGIBILITY = TABLES["ims_entries"], TABLES["ims_eligibility"]
_KNOWN = frozenset(column.name for column in _ENTRIES.columns)
_BODY = {
    "job_seeker_id": "job_seeker_id", "provider": "provider", "kind": "entry_kind", "name": "entry_name",
    "date": "date", "funder_selection": "funder_selection", "amount": "amount", "client_reference": "line_id",
}  # fmt: skip
_MUST_STAND = ("job_seeker_id", "provider", "kind", "name", "date", "client_reference")
_MUST_AGREE = ("job_seeker_id", "provider", "kind", "name", "date")
_OFFERS: dict[str, tuple[type, ...]] = {
    "read": (bool,),
    "client_reference": (bool,),
    "idempotency_window_s": (int, type(None)),
    "unique_reference": (bool,),
}
_REFUSAL_WORDS = ("message", "detail", "error", "title")
_WORDS_SHOWN = 200
_KEY_CHARACTERS = "!#$&'*+-.^_`|~:/=@,;()[]"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the target offers; `level` is the highest that this allows, 0 to 4."""

    read: bool
    client_reference: bool
    idempotency_window_s: int | None
    unique_reference: bool

    @property
    def level(self) -> int:
        """Return the highest level whose needs, and those of all levels below it, are met."""
        steps = (self.read, self.client_reference, self.idempotency_window_s is not None, self.unique_reference)
        return next((level for level, met in enumerate(steps) if not met), len(steps))


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up found: entries that are what was asked for; their absence counts only if it is complete."""

    entries: tuple[Entry, ...]
    complete: bool
    why: str | None


class ImsGateway:
    """Read and write the entries of iMatchSkills; may be used from many threads."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._lists = Lists(session)

    def capabilities(self) -> Capabilities:
        """Ask what the target offers; raises Unreachable, ChangedInterface or Forbidden."""
        told = self.session.read("/v1/capabilities", {})
        if not isinstance(told, dict) or any(type(told.get(name, ...)) not in kinds for name, kinds in _OFFERS.items()):
            raise self.session.wrong(ChangedInterface, "GET /v1/capabilities: the answer is not as promised")
        self._lists.notes.unknown(f"{self.session.target.name}: capabilities", told, frozenset(_OFFERS))
        return Capabilities(**{name: told[name] for name in _OFFERS})

    def eligibility(self, month: str) -> Pulled:
        """Read who is eligible in a month (YYYY-MM), as rows of `ims_eligibility`."""
        pulled = self._lists.read(Question("/v1/eligibility", {"month": month}, _ELIGIBILITY))
        strange = sum(row["month"] != month for row in pulled.rows)
        return _with_doubt(pulled, strange, "of another month")

    def entries(self, provider: str, month: str) -> Pulled:
        """Read every entry of a provider and month (YYYY-MM), as rows of `ims_entries`."""
        pulled = self._lists.read(Question("/v1/entries", {"provider": provider, "month": month}, _ENTRIES))
        asked = (fold(provider), month)
        strange = sum((fold(row["provider"] or ""), (row["date"] or "")[:7]) != asked for row in pulled.rows)
        return _with_doubt(pulled, strange, "of another provider or month")

    def look_up(self, *, client_reference: str = "", job_seeker_id: str = "", kind: str = "", month: str = "") -> Found:
        """Look for an entry, by its client reference alone or by job seeker, kind and month."""
        natural = {"job_seeker_id": job_seeker_id, "kind": kind, "month": month}
        if client_reference and not any(natural.values()):
            return self._look_up({"client_reference": client_reference})
        if all(natural.values()) and not client_reference:
            return self._look_up(natural)
        raise ValueError("a look-up takes a client reference, or job seeker, kind and month")

    def write(self, body: bytes, idempotency_key: str) -> Outcome:
        """Send an entry once and say what came of it; raises nothing that the other system can cause.

        body  as `body_of` makes it; the same bytes, with the same key, at every try
        """
        sent = json.loads(body)
        answer = self.session.write("/v1/entries", body, {"Idempotency-Key": quote(idempotency_key, _KEY_CHARACTERS)})
        seen, entry = self._judged(answer, sent)
        return Outcome(
            meant_by(seen).meaning, answer.status, entry, words=_words_of(answer), retry_after=answer.retry_after,
            seen=seen if isinstance(seen, Seen) else None,
        )  # fmt: skip

    def _look_up(self, asked: Mapping[str, str]) -> Found:
        pulled = self._lists.read(Question("/v1/entries", asked, _ENTRIES))
        wanted = {name: fold(text) if name == "kind" else text.strip() for name, text in asked.items()}
        rows = [row for row in pulled.rows if _facts_of(row, wanted) == wanted]
        doubted = _with_doubt(pulled, len(pulled.rows) - len(rows), "not asked for")
        entries = [entry for row in rows if (entry := _entry_of(row))]
        doubted = _with_doubt(doubted, len(rows) - len(entries), "without a required field")
        return Found(tuple(entries), doubted.complete, doubted.why)

    def _judged(self, answer: Answer, sent: Mapping[str, Any]) -> tuple[Seen | int, Entry | None]:
        """Look into a success, whether the entry in it is the one that was sent."""
        if not isinstance(answer.what, int) or not 200 <= answer.what < 300:
            return answer.what, None
        entry = self._entry_in(answer)
        if entry is None:
            return Seen.NOT_PROMISED, None
        if not _agrees(entry, sent):
            return Seen.FOREIGN, entry
        return (Seen.AGREES if answer.what == 201 else Seen.NOT_PROMISED), entry

    def _entry_in(self, answer: Answer) -> Entry | None:
        try:
            told = document_of(answer.body or b"")
            row = row_of(told, _ENTRIES) if isinstance(told, dict) and key_of(told, _ENTRIES) else {}
        except (NotJson, ChangedInterface):
            return None
        if row:
            self._lists.notes.unknown(f"{self.session.target.name}: ims_entries", told, _KNOWN)
        return _entry_of(row)


def body_of(line: Mapping[str, str | None]) -> bytes:
    """Return the bytes to send for a line of `decisions`, the same ones each time: canonical JSON, blanks null."""
    body = {field: line[column] or None for field, column in _BODY.items()}
    missing = [field for field in _MUST_STAND if body[field] is None]
    if missing:
        raise ValueError(f"line {line['line_id']}: cannot be entered without {', '.join(missing)}")
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _entry_of(row: Mapping[str, str | None]) -> Entry | None:
    """Return a row as an entry; None if a required field is blank, or its kind or date is none."""
    texts = {name: row.get(name) or "" for name in ("entry_id", *_MUST_AGREE)}
    well_formed = fold(texts["kind"]) in set(EntryKind) and _is_day(texts["date"])
    if not all(texts.values()) or not well_formed:
        return None
    rest: dict[str, Any] = {name: row.get(name) for name in _KNOWN - texts.keys()}
    return Entry(**texts, **rest)


def _is_day(text: str) -> bool:
    digits = text.replace("-", "")
    return len(text) == 10 and text[4] == text[7] == "-" and len(digits) == 8 and digits.isdecimal()


def _agrees(entry: Entry, sent: Mapping[str, Any]) -> bool:
    """Tell whether an entry is the one sent; a reference that is not ours makes it another one's."""
    same_facts = all(fold(getattr(entry, name)) == fold(str(sent.get(name))) for name in ("provider", "kind", "name"))
    same_ids = all(getattr(entry, name).strip() == sent.get(name) for name in ("job_seeker_id", "date"))
    reference = (entry.client_reference or "").strip()
    return same_facts and same_ids and reference in {"", sent.get("client_reference")}


def _facts_of(row: Mapping[str, str | None], wanted: Mapping[str, str]) -> dict[str, str]:
    """Return what a row says to each thing that a look-up asked for."""
    texts = {**{name: (text or "").strip() for name, text in row.items()}, "month": (row["date"] or "")[:7]}
    return {name: fold(texts[name]) if name == "kind" else texts[name] for name in wanted}


def _with_doubt(pulled: Pulled, strange: int, what: str) -> Pulled:
    """Return a list as incomplete where it holds rows that it should not."""
    if not strange:
        return pulled
    why = "; ".join(filter(None, (pulled.why, f"{strange} rows {what}")))
    return replace(pulled, complete=False, why=why)


def _words_of(answer: Answer) -> str:
    """Return a refusal in the target's own words, on one line and not too long."""
    if answer.what not in {400, 422} or not answer.body:
        return ""
    try:
        told = document_of(answer.body)
    except NotJson:
        told = answer.body.decode("utf-8", errors="replace")
    if isinstance(told, dict):
        told = next((told[name] for name in _REFUSAL_WORDS if isinstance(told.get(name), str)), json.dumps(told))
    return plain(told if isinstance(told, str) else json.dumps(told))[:_WORDS_SHOWN]
