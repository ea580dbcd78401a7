"""Read back a worklist in which a person ticked off what they keyed."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sync.errors import WrongCall
from sync.model import Kind, fold
from sync.tables.cells import tidy
from sync.tables.raw import Limits, refuse
from sync.tables.table import READERS

KEYED = ("line", "line_id", "done", "entry_number")
_BOX = "☐"


def read_keyed(path: Path, headings: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows of a worklist that name a line, in the columns of KEYED; an empty box is blank.

    headings  of the worklist's columns `line_id`, `done` and `entry_number`
    Raises WrongCall for another kind of file, BadInput where it is no worklist.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise WrongCall(f"{path}: cannot read {path.suffix or 'a file without ending'}, expected .csv or .xlsx")
    if not path.is_file():
        raise WrongCall(f"{path}: no such file", "Give the worklist in which the entries were ticked off.")
    raw = reader(path, Limits())
    places = {fold(heading): str(place) for place, heading in enumerate(raw.headings)}
    missing = [heading for heading in headings.values() if fold(heading) not in places]
    if missing:
        raise refuse(path, f"no column {', '.join(map(repr, missing))} found, expected those of a worklist")
    cells = [tidy(raw.rows[places[fold(heading)]].alias(name), Kind.ID) for name, heading in headings.items()]
    rows = pl.DataFrame([raw.rows["line"], *cells]).drop_nulls("line_id")
    return rows.with_columns(pl.col("done").replace(_BOX, None)).select(KEYED)
