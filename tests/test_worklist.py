"""The worklist holds what a person has to key, in keying order, and ties out with the decisions."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from sync.pretend.person import write
from sync.pretend.stories import people
from sync.summary import summarise
from sync.tables.worklist_file import safe_csv, write_worklist
from sync.worklist import COLUMNS, Worklist, totals_of, worklist
from tests.support import decided_folder

AS_OF = date(2026, 4, 20)
KINDS = ["Orientation", "Assessment", "Plan", "Service", "Support service"]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("demo")
    write(people(), folder)
    return decided_folder(folder, AS_OF)


@pytest.fixture(scope="module")
def made(lines: pl.DataFrame) -> Worklist:
    return worklist(lines, summarise(lines))


def test_the_worklist_is_every_line_to_enter_and_no_other(made: Worklist, lines: pl.DataFrame) -> None:
    enters = lines.filter(pl.col("decision") == "enter")

    assert set(made.rows["line_id"]) == set(enters["line_id"])
    assert sum(made.counts.values()) == len(made.rows) == len(enters)
    assert made.lines == len(lines)


def test_each_customer_is_keyed_step_by_step(made: Worklist) -> None:
    rows = made.rows.with_columns(pl.col("what").replace_strict(KINDS, range(5)).alias("rank"))

    assert rows.equals(rows.sort("customer_id", "rank", "date", "line_id"))
    assert made.rows["place"].to_list() == [str(number) for number in range(1, len(made.rows) + 1)]


def test_a_line_names_what_has_to_be_keyed_before_it(made: Worklist) -> None:
    waiting = made.rows.filter(pl.col("after").str.starts_with("no. "))

    before = waiting["after"].str.extract(r"^no\. (\d+):").cast(pl.Int64)

    assert len(waiting) > 100
    assert (before < waiting["place"].cast(pl.Int64)).all()


def test_the_totals_tie_out_with_the_decisions(made: Worklist, lines: pl.DataFrame) -> None:
    paid = lines.filter((pl.col("decision") == "enter") & (pl.col("entry_kind") == "support"))["amount"]

    totals = totals_of(made, "abc")

    assert made.amount == sum(round(float(amount) * 100) for amount in paid)
    assert totals[0] == f"{len(made.rows)} entries to key, of {len(lines)} lines decided"
    assert totals[-1] == "Decisions digest: abc"


def test_the_workbook_holds_texts_and_an_empty_box_and_number(made: Worklist, tmp_path: Path) -> None:
    write_worklist(tmp_path / "w.xlsx", made.rows, COLUMNS, totals=totals_of(made, "abc"))

    sheet = CalamineWorkbook.from_path(str(tmp_path / "w.xlsx")).get_sheet_by_index(0).to_python()

    assert sheet[0] == list(COLUMNS.values())
    assert {row[0] for row in sheet[1 : len(made.rows) + 1]} == {"☐"}
    assert {row[10] for row in sheet[1 : len(made.rows) + 1]} == {""}
    assert all(isinstance(cell, str) for row in sheet for cell in row)
    assert any("entries to key" in str(cell) for row in sheet[len(made.rows) + 1 :] for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_of_a_csv_for_people_starts_a_formula(text: str) -> None:
    written = safe_csv(pl.DataFrame({"provider": [text]})).decode()

    assert f"'{text}" in written


def test_the_page_to_print_shows_every_line_and_runs_no_text_as_markup(made: Worklist, tmp_path: Path) -> None:
    hostile = made.rows.with_columns(pl.lit("<script>alert(1)</script>").alias("provider"))

    write_worklist(tmp_path / "w.html", hostile, COLUMNS, totals=["<b>total</b>"])

    page = (tmp_path / "w.html").read_text("utf-8")
    assert "<script" not in page
    assert "<b>total" not in page
    assert page.count('aria-label="done"') == len(made.rows)
    assert "http" not in page


def test_an_empty_worklist_says_so(tmp_path: Path, made: Worklist) -> None:
    write_worklist(tmp_path / "w.html", made.rows.clear(), COLUMNS, totals=[])

    assert "There is nothing to key." in (tmp_path / "w.html").read_text("utf-8")
