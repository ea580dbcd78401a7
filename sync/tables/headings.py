"""Find the canonical columns of a file by its headings."""

import difflib
from collections.abc import Mapping

from sync.model import Table, fold
from sync.tables.raw import RawTable, refuse

Headings = Mapping[str, Mapping[str, str]]
"""For each table: an agency's own heading (folded) → the canonical one; from config/columns.toml."""


def places(raw: RawTable, table: Table, own: Mapping[str, str]) -> dict[str, int]:
    """Return the place of each canonical column that the file has.

    Raises BadInput where a heading stands twice or a required column is missing.
    """
    canonical = {column.name for column in table.columns}
    found: dict[str, int] = {}
    seen: dict[str, int] = {}
    for place, heading in enumerate(raw.headings):
        name = own.get(fold(heading), fold(heading))
        if name and name in seen:
            raise refuse(
                raw.path,
                f"line 1, columns {seen[name] + 1} and {place + 1}: two headings for {name!r} found, expected one",
                "Take one of the two columns out.",
            )
        seen[name] = place
        if name in canonical:
            found[name] = place
    _refuse_missing(raw, table, found)
    return found


def surplus(raw: RawTable, table: Table, own: Mapping[str, str]) -> list[str]:
    """Return the headings that stand for no column of the table, as they came."""
    canonical = {column.name for column in table.columns}
    return [text for text in raw.headings if text.strip() and own.get(fold(text), fold(text)) not in canonical]


def _refuse_missing(raw: RawTable, table: Table, found: Mapping[str, int]) -> None:
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], [fold(heading) for heading in raw.headings], n=1)
    hint = f" (is it {near[0]!r}?)" if near else ""
    raise refuse(
        raw.path,
        f"line 1: no column {', '.join(map(repr, missing))} found{hint}, expected it in {table.name}",
        "Add the column, or name the agency's own heading for it in config/columns.toml.",
    )
