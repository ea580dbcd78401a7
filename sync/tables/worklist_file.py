"""Write the worklist as CSV, as a workbook to tick off, or as a page to print."""

import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import xlsxwriter
from jinja2 import Environment, PackageLoader, select_autoescape

from sync.tables.writing import whole

_RISKY = r"^[=+\-@\t\r\n]"
_WIDTHS = (6, 6, 12, 16, 36, 12, 24, 20, 10, 30, 14, 14, 22)
_PAGES = Environment(
    loader=PackageLoader("sync.tables"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


ENDINGS = (".csv", ".xlsx", ".html")


def write_worklist(path: Path, rows: pl.DataFrame, headings: Mapping[str, str], *, totals: list[str]) -> None:
    """Write the rows to key under their headings, and the totals beneath them (not in CSV)."""
    made = {".csv": _csv, ".xlsx": _workbook, ".html": _page}[path.suffix.lower()]
    with whole(path) as part:
        part.write_bytes(made(rows, headings, totals))


def _csv(rows: pl.DataFrame, headings: Mapping[str, str], totals: list[str]) -> bytes:  # noqa: ARG001 - CSV has no totals
    return safe_csv(rows.rename(dict(headings)))


def safe_csv(rows: pl.DataFrame) -> bytes:
    """Return CSV for people: a cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    buffer = io.BytesIO()
    rows.select(pl.col(name).str.replace(_RISKY, "'$0") for name in rows.columns).write_csv(buffer)
    return buffer.getvalue()


def _workbook(rows: pl.DataFrame, headings: Mapping[str, str], totals: list[str]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("worklist")
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        cell = book.add_format({"border": 1, "border_color": "#999999", "text_wrap": True, "valign": "top"})
        for column, (heading, width) in enumerate(zip(headings.values(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        for place, row in enumerate(rows.iter_rows(), start=1):
            _write_cells(sheet, place, row, cell=cell)
        for place, total in enumerate(totals, start=len(rows) + 2):
            sheet.write_string(place, 1, total)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def _write_cells(
    sheet: xlsxwriter.worksheet.Worksheet, place: int, row: tuple[str | None, ...], *, cell: xlsxwriter.format.Format
) -> None:
    for column, text in enumerate(row):
        shown = "☐" if column == 0 else text or ""
        sheet.write_string(place, column, shown, cell)


def _page(rows: pl.DataFrame, headings: Mapping[str, str], totals: list[str]) -> bytes:
    customers = rows.partition_by("customer_id", maintain_order=True)
    page = _PAGES.get_template("worklist.html").render(
        customers=[part.to_dicts() for part in customers],
        headings={name: text for name, text in headings.items() if name not in {"job_seeker_id", "customer_id"}},
        totals=totals,
    )
    return page.encode()
