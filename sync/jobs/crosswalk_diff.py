"""Tell in sentences how files that say how is decided differ: rows of the crosswalk, settings, or spelling alone."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.crosswalk.difference import RowDifference, differing_rows
from sync.crosswalk.files import Row, read_rows
from sync.crosswalk.texts import NAMES, RULES, Files, laid

_UNREADABLE = "(cannot be read)"


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """Carry one setting of rules.toml that differs; None: there is none."""

    name: str
    then: Any
    now: Any

    @property
    def sentence(self) -> str:
        """Say in words what differs."""
        return f"rules: {self.name} was {_told(self.then)}, is {_told(self.now)}"


@dataclass(frozen=True, slots=True)
class FilesDifference:
    """Carry how two sets of files differ.

    spelling  files that differ although their rows or settings do not: order, quotes, comments
    """

    rows: tuple[RowDifference, ...]
    settings: tuple[SettingDifference, ...]
    spelling: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """Say in words all that differs; none where the files are the same to the letter."""
        only = [f"{name}: only its spelling (order of rows, quotes, comments)" for name in self.spelling]
        return [*(row.sentence for row in self.rows), *(one.sentence for one in self.settings), *only]


def difference(then: Files, now: Files) -> FilesDifference:
    """Return how files differ from others; of a file with mistakes the rows that can be read are compared."""
    rows = differing_rows(rows_of(then), rows_of(now))
    settings = _differing_settings(then[RULES], now[RULES])
    told = {f"crosswalk/{one.table}.csv" for one in rows} | ({RULES} if settings else set())
    spelling = [name for name in NAMES if then[name] != now[name] and name not in told]
    return FilesDifference(tuple(rows), tuple(settings), tuple(spelling))


def rows_of(files: Files) -> list[Row]:
    """Return every row that can be read, table by table, in the order of the files."""
    return read_of(files)[0]


def read_of(files: Files) -> tuple[list[Row], list[str]]:
    """Return every row that can be read, and what is wrong with the others, each by file and line."""
    with laid(files) as folder:
        rows, mistakes = read_rows(folder / "crosswalk")
    return rows, [mistake.replace(f"{folder}/", "") for mistake in mistakes]


def _differing_settings(then: str, now: str) -> list[SettingDifference]:
    old, new = _settings(then), _settings(now)
    names = sorted({*old, *new})
    return [SettingDifference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _settings(text: str) -> dict[str, Any]:
    """Return the settings by their dotted names, without what documents them."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {RULES: _UNREADABLE}
    return dict(_flat({name: value for name, value in read.items() if name != "doc"}))


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        found += _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, value)]
    return found


def _told(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, str):
        return f"“{value}”"
    return str(value).lower() if isinstance(value, bool) else str(value)
