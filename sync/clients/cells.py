"""Turn the items of a JSON list into rows of canonical columns, each cell in the textual form of the tables."""

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sync.errors import ChangedInterface
from sync.model import Column, Kind, Table, fold

Row = dict[str, str | None]
Key = tuple[str, ...]

_NUMBERS_TOO: tuple[type, ...] = (str, int)
_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.YES_NO: (str, bool, int),
    Kind.MONEY: _NUMBERS_TOO, Kind.INTEGER: _NUMBERS_TOO, Kind.ID: _NUMBERS_TOO, Kind.LABEL: _NUMBERS_TOO,
    Kind.TEXT: _NUMBERS_TOO, Kind.MONTH_NAME: _NUMBERS_TOO,
}  # fmt: skip
# No database and no file holds these, and one odd cell must not stop a pull.
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
_NAMED_AT_MOST = 100
_NAME_SHOWN = 60


class Notes:
    """Name each field that we do not know once, however often it comes."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._named: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def unknown(self, where: str, fields: Mapping[str, Any], known: frozenset[str]) -> None:
        """Name the fields that are not among the known ones."""
        if fields.keys() <= known:
            return
        for name in sorted(fields.keys() - known):
            self._once(where, plain(name)[:_NAME_SHOWN])

    def _once(self, where: str, name: str) -> None:
        with self._lock:
            if (where, name) in self._named or len(self._named) >= _NAMED_AT_MOST:
                return
            self._named.add((where, name))
        self._note(f"{where}: the field {name!r} is not known and was passed over")


def plain(text: str) -> str:
    """Return a text on one line, without control characters or such as turn the direction of writing."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def text_of(cell: object, column: Column) -> str | None:
    """Return a cell as text, None if blank; raise TypeError if its JSON type is none that the column may have."""
    if cell is None:
        return None
    if type(cell) not in _TYPES.get(column.kind, (str,)):
        raise TypeError
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    text = str(cell)
    if not text or text.isspace():
        return None
    return text if text.isascii() and "\0" not in text else _NOT_TEXT.sub("\ufffd", text)


def row_of(item: Mapping[str, Any], table: Table) -> Row:
    """Return an item as a row; raise ChangedInterface where a required field is missing or a type is wrong."""
    row: Row = {}
    for column in table.columns:
        if column.required and column.name not in item:
            raise ChangedInterface(f"{table.name}: an item lacks the field {column.name!r}")
        try:
            row[column.name] = text_of(item.get(column.name), column)
        except TypeError:
            found = type(item[column.name]).__name__
            raise ChangedInterface(
                f"{table.name}: the field {column.name!r} is a JSON {found}, expected {column.kind}"
            ) from None
    return row


def key_of(item: Mapping[str, Any], table: Table) -> Key | None:
    """Return what tells an item from others, compared as the tables compare ids; None if a part is missing."""
    parts = []
    for column in (column for column in table.columns if column.name in table.key):
        text = item.get(column.name)
        if type(text) not in {str, int} or not str(text).strip():
            return None
        parts.append(str(text).strip() if column.kind is Kind.ID else fold(str(text)))
    return tuple(parts)
