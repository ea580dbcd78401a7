"""Read a list page by page, and say whether it was seen whole.

Pages may repeat rows, or miss some where rows move while we read. A list is complete only if every page came,
the total never changed, and as many distinct keys were seen as the total says; absence is never concluded from
any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.clients.cells import Key, Notes, Row, key_of, row_of
from sync.clients.http import Session
from sync.clients.seen import Seen
from sync.errors import ChangedInterface, Unreachable
from sync.model import Table

_ENVELOPE = frozenset({"items", "next_cursor", "total", "as_of"})
_DELETED = "deleted"
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class Pulled:
    """Carry what a list brought.

    rows      one for each key, as it was seen last; rows without a key follow
    deleted   keys of tombstones, in the order of the table's key
    complete  nothing is missing; `why` says in words what speaks against it
    as_of     the earliest instant that a page names
    total     what the last page says
    """

    table: str
    rows: tuple[Row, ...]
    deleted: tuple[Key, ...]
    complete: bool
    why: str | None
    as_of: datetime
    total: int


@dataclass(frozen=True, slots=True)
class Question:
    """Say which list to read: the path, what it is asked for, and the table that its items are rows of."""

    path: str
    params: Mapping[str, str]
    table: Table


@dataclass(frozen=True, slots=True)
class _Page:
    items: list[Any]
    cursor: str | None
    total: int
    as_of: datetime


class Lists:
    """Read the lists of one system; unknown fields are named once for all of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.notes = Notes(session.edges.note)

    def read(self, question: Question) -> Pulled:
        """Read every page; a list that cannot be read to its end is incomplete with what it brought.

        Raises Unreachable (if the first page does not come), ChangedInterface or Forbidden.
        """
        gathered = _Gathered(question.table)
        while not gathered.ended:
            try:
                gathered.take(self._page(question, gathered))
            except ChangedInterface as wrong:
                raise self._session.wrong(ChangedInterface, wrong.what) from None
            except Unreachable as wrong:
                gathered.break_off(wrong)
            if gathered.pages >= self._session.target.limits.pages and not gathered.ended:
                gathered.end(f"it did not end after {gathered.pages} pages")
        return gathered.pulled()

    def _page(self, question: Question, gathered: "_Gathered") -> _Page:
        limit = {"limit": str(self._session.target.limits.page_rows)}
        cursor = {"cursor": gathered.cursor} if gathered.cursor else {}
        told = self._session.read(question.path, {**limit, **question.params, **cursor}, gathered.meet)
        page = _page_of(told, question.path)
        where = f"{self._session.target.name}: {question.table.name}"
        self.notes.unknown(where, told, _ENVELOPE)
        known = frozenset({_DELETED, *(column.name for column in question.table.columns)})
        for item in page.items:
            self.notes.unknown(where, item, known)
        return page


class _Gathered:
    """Keep what the pages of one list brought, and what speaks against its being complete."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._held: dict[Key, Row | None] = {}
        self._keyless: list[Row] = []
        self._why: dict[str, None] = {}
        self._cursors: set[str] = set()
        self._last: _Page | None = None
        self._as_of: list[datetime] = []
        self.cursor: str | None = None
        self.pages = 0
        self.ended = False

    def meet(self, seen: Seen | int) -> None:
        """Hear what a failed try at a page saw."""
        if seen is Seen.CUT_SHORT:
            self._why["a body was cut short"] = None

    def take(self, page: _Page) -> None:
        """Take in one page."""
        if self._last and page.total != self._last.total:
            self._why["the total changed while it was read"] = None
        for item in page.items:
            self._take_item(item)
        self.pages += 1
        self._last, self.cursor = page, page.cursor
        self._as_of.append(page.as_of)
        if page.cursor is None:
            self.ended = True
        elif page.cursor in self._cursors:
            self.end("a cursor came twice")
        else:
            self._cursors.add(page.cursor)

    def end(self, why: str) -> None:
        """Read no further page."""
        self._why[why] = None
        self.ended = True

    def break_off(self, wrong: Unreachable) -> None:
        """Keep what came before a page that did not; raise if that is nothing."""
        if self._last is None:
            raise wrong
        self.end(f"it broke off: {wrong.what}")

    def pulled(self) -> Pulled:
        """Return all of it."""
        if self._last is None:
            raise ValueError("no page was read")
        total = self._last.total
        if len(self._held) != total:
            self._why[f"{len(self._held)} distinct keys seen, {total} announced"] = None
        rows = [row for row in self._held.values() if row is not None]
        deleted = tuple(key for key, row in self._held.items() if row is None)
        why = "; ".join(self._why) or None
        return Pulled(
            self._table.name, (*rows, *self._keyless), deleted, why is None, why, min(self._as_of), total
        )  # fmt: skip

    def _take_item(self, item: Mapping[str, Any]) -> None:
        key, gone = key_of(item, self._table), _is_tombstone(item, self._table)
        if key is not None:
            self._held[key] = None if gone else row_of(item, self._table)
            return
        self._why["an item came without its id"] = None
        if not gone:
            self._keyless.append(row_of(item, self._table))


def _page_of(told: Any, path: str) -> _Page:
    """Read the envelope of a page; raise ChangedInterface naming the field that is not as promised."""
    if not isinstance(told, dict):
        raise ChangedInterface(f"GET {path}: the answer is no JSON object")
    for name in sorted(_ENVELOPE - told.keys()):
        raise ChangedInterface(f"GET {path}: the answer lacks the field {name!r}")
    items, cursor, total, as_of = told["items"], told["next_cursor"], told["total"], instant_of(told["as_of"])
    promised = {
        "items": isinstance(items, list) and all(isinstance(item, dict) for item in items),
        "next_cursor": cursor is None or (isinstance(cursor, str) and cursor != ""),
        "total": type(total) is int and total >= 0,
        "as_of": as_of is not None,
    }
    for name in (name for name, kept in promised.items() if not kept):
        raise ChangedInterface(f"GET {path}: the field {name!r} is not as promised")
    return _Page(items, cursor, total, as_of or datetime.min)


def instant_of(text: object) -> datetime | None:
    """Read an RFC 3339 instant; None if it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and "T" in text.upper() else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _is_tombstone(item: Mapping[str, Any], table: Table) -> bool:
    """Tell whether an item says that its row is gone."""
    word = str(item.get(_DELETED) or "no").strip().casefold()
    if word not in _YES + _NO:
        raise ChangedInterface(f"{table.name}: the field {_DELETED!r} is neither yes nor no")
    return word in _YES
