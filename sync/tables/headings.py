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
    names = [own.get(fold(heading), fold(heading)) for heading in raw.headings]
    _refuse_missing(raw, table, names)
    _refuse_repeated(raw, names, {*canonical, *own.values()})
    return {name: place for place, name in enumerate(names) if name in canonical}


def _refuse_repeated(raw: RawTable, names: list[str], known: set[str]) -> None:
    """Refuse a heading that stands twice; one that is not known is named by its columns alone."""
    for place, name in enumerate(names):
        if name and name in names[:place]:
            what = f"two headings for {name!r}" if name in known else "one heading twice"
            raise refuse(
                raw.path,
                f"line {raw.header_line}, columns {names.index(name) + 1} and {place + 1}: {what} found, expected one",
                "Take one of the two columns out.",
            )


def surplus(raw: RawTable, table: Table, own: Mapping[str, str]) -> list[str]:
    """Return the headings that stand for no column of the table, as they came."""
    canonical = {column.name for column in table.columns}
    return [text for text in raw.headings if text.strip() and own.get(fold(text), fold(text)) not in canonical]


def _refuse_missing(raw: RawTable, table: Table, found: list[str]) -> None:
    missing = [column.name for column in table.columns if column.required and column.name not in found]
    if not missing:
        return
    if len(raw.headings) == 1 and any(mark in raw.headings[0] for mark in ";\t="):
        what = f"line {raw.header_line}: one single heading found, expected cells parted by commas"
        raise refuse(raw.path, what, "Save the file again as CSV with commas.")
    near = difflib.get_close_matches(missing[0], found, n=1, cutoff=0.75)
    hint = f" (is it column {found.index(near[0]) + 1}?)" if near else ""
    raise refuse(
        raw.path,
        f"line {raw.header_line}: no column {', '.join(map(repr, missing))} found{hint}, expected it in {table.name}",
        "Add the column, or name the agency's own heading for it in config/columns.toml.",
    )
