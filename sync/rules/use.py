"""Tell which rows of the crosswalk lines rest on: each row through which a label of theirs was found."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from sync.crosswalk import Crosswalk, InForce, Row
from sync.model import EntryKind
from sync.rules.labels import SUPPORT_SERVICE, look_up

_LABELS = ("entry_kind", "era", "program", "provider", "control", "label", "status", "entry_name", "choices")
_ROW_LABELS = {"program": "program", "control": "control", "service": "service"}
SCHEMA = pl.Schema({"row": pl.Int64, "lines": pl.Int64, "last_month": pl.String})


def rows_used(lines: pl.DataFrame, crosswalk: Crosswalk, *, since: str) -> pl.DataFrame:
    """Return for each row that any dated line rests on: `row` (its place in the crosswalk), `lines`, `last_month`.

    lines  in the columns of the decisions file, with the `status` of the row that each is about
    since  the first month (YYYY-MM) whose lines are counted; `last_month` is the newest of all months
    A payment whose type is not chosen yet rests on all rows that it may be chosen from.
    """
    dated = look_up(
        lines.filter(pl.col("date").is_not_null()),
        ["date"],
        answer=lambda key: (crosswalk.era(date.fromisoformat(key[0])),),
        schema={"era": pl.Int32},
    )
    counted = (pl.col("month") >= since).sum().cast(pl.Int64).alias("lines")
    groups = dated.group_by(_LABELS).agg(counted, pl.col("month").max().alias("last_month"))
    places = {row: place for place, row in enumerate(crosswalk.rows)}

    def answer(key: tuple[object, ...]) -> tuple[list[int]]:
        cells = dict(zip(_LABELS, key, strict=True))
        force = crosswalk.in_era(int(str(cells["era"])))
        found = _of_line(force, {name: str(cell) for name, cell in cells.items() if cell is not None})
        return (sorted({places[row] for row in found if row is not None}),)

    touched = look_up(groups, _LABELS, answer=answer, schema={"row": pl.List(pl.Int64)})
    rows = touched.select("row", "lines", "last_month").explode("row", empty_as_null=False, keep_nulls=False)
    return rows.group_by("row").agg(pl.col("lines").sum(), pl.col("last_month").max()).sort("row").cast(SCHEMA)


def _of_line(force: InForce, cells: dict[str, str]) -> Iterator[Row | None]:
    program = force.program(cells.get("program"))
    yield force.alias("program", cells.get("program"))
    yield force.alias("provider", cells.get("provider"), program)
    yield force.alias("control", cells.get("control"), program)
    yield force.alias("status", cells.get("status"), program)
    if cells["entry_kind"] == EntryKind.COMPONENT:
        yield from _of_service(force, cells, program)
    elif cells["entry_kind"] == EntryKind.SUPPORT:
        yield from _of_payment(force, cells, program)


def _of_service(force: InForce, cells: dict[str, str], program: str) -> Iterator[Row | None]:
    """Yield what a service was found through, and where it was not found, what makes it a known one."""
    label = cells.get("label")
    yield force.alias("service", label, program)
    if not cells.get("entry_name"):
        yield force.known_service(label, program)
        return
    found = force.service(cells.get("program"), cells.get("control"), label).row
    yield found
    if found is None:
        return
    yield from (force.alias(kind, found[name], program) for kind, name in _ROW_LABELS.items())
    component, provider = found["component"], cells.get("provider")
    yield force.alias("component", component, program)
    yield force.funder_row(component, cells.get("program"), provider)
    yield _contract(force, provider, component, program=program)


def _of_payment(force: InForce, cells: dict[str, str], program: str) -> Iterator[Row | None]:
    yield force.alias("payment_type", cells.get("label"), program)
    chosen, offered = cells.get("entry_name"), cells.get("choices")
    if not chosen and not offered:
        return
    rows = force.support_rows(cells.get("program"), cells.get("label"))
    yield from (row for row in rows if chosen in {None, row["ims_type"]})
    yield from (force.alias("payment_type", row["payment_type"]) for row in rows)
    yield _contract(force, cells.get("provider"), SUPPORT_SERVICE, program=program)


def _contract(force: InForce, provider: str | None, component: str, *, program: str) -> Row | None:
    keys = (force.canonical(kind, label, program) for kind, label in (("provider", provider), ("component", component)))
    return force.contract(*keys)
