"""Lay out one line with the rows of its customer, so that a finding can be traced to its facts."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import polars as pl

from sync.crosswalk import InForce
from sync.decide import Workings
from sync.model import TABLES
from sync.rules.mismatch import month_text
from sync.tables import Tables

Cells = dict[str, Any]
DATED_BY = {"services": "start_date", "payments": "payment_date", "assessments": "completed_on", "goals": "set_on"}
DECISIONS = "decisions"
SETTINGS = "rules.toml"


@dataclass(frozen=True, slots=True)
class Basis:
    """Carry a decision as a whole: what was read, what was worked out, the lines."""

    tables: Tables
    worked: Workings
    lines: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell that a finding rests on; `id` is blank and `value` None where there is no such row.

    table  a table of the input, `decisions` for another line, `rules.toml`, or a file of the crosswalk
    file, line  where the row stands, if it came from a file
    """

    table: str
    id: str
    field: str
    value: str | None
    file: str | None = None
    line: int | None = None


def is_(column: str, value: str | None) -> pl.Expr:
    """Tell which rows have the value in a column; none where the value is not known."""
    return pl.lit(value=False) if value is None else pl.col(column) == value


class Case:
    """One line of a decision and everything that is known of its customer."""

    def __init__(self, basis: Basis, line: dict[str, str | None]) -> None:
        self.basis = basis
        self.line = line
        self.context = basis.worked.context
        self.customer = line["customer_id"]

    @cached_property
    def day(self) -> date:
        """The date on which labels of the line are compared."""
        return date.fromisoformat(self.line["date"]) if self.line["date"] else self.context.as_of

    @cached_property
    def force(self) -> InForce:
        """The crosswalk in force on that day."""
        return self.context.crosswalk.on(self.day)

    @cached_property
    def own(self) -> Cells:
        """The row that the line is about."""
        table = str(self.line["source_kind"])
        return self.basis.tables[table].row(
            by_predicate=pl.col(TABLES[table].key[0]) == self.line["source_id"], named=True
        )

    @cached_property
    def own_table(self) -> str:
        """The table of that row."""
        return str(self.line["source_kind"])

    @cached_property
    def program_key(self) -> str:
        """The program of the line, as compared."""
        return self.force.program(self.line["program"])

    def provider_key(self, label: str | None) -> str:
        """Return a provider as compared with that of the line."""
        return self.force.canonical("provider", label, self.program_key)

    @cached_property
    def seeker(self) -> str | None:
        """The job seeker id where there is no doubt about it."""
        known = self.context.people.filter(is_("customer_id", self.customer))["seeker"]
        return known.item() if len(known) else None

    def rows(self, table: str) -> list[Cells]:
        """Return the rows of the customer, or of the customer's job seeker id in tables of iMatchSkills."""
        names = self.basis.tables[table].columns
        name, wanted = (
            ("customer_id", self.customer) if "customer_id" in names else ("job_seeker_id", self.line["job_seeker_id"])
        )
        return self.basis.tables[table].filter(is_(name, wanted)).to_dicts()

    def rows_of_provider(self, table: str) -> list[Cells]:
        """Return the rows of the customer by the provider of the line."""
        own = self.provider_key(self.line["provider"])
        return [row for row in self.rows(table) if self.provider_key(row["provider"]) == own]

    @cached_property
    def lines(self) -> list[dict[str, str | None]]:
        """Every line of the customer, in the order of the decisions."""
        return self.basis.lines.filter(is_("customer_id", self.customer)).to_dicts()

    def facts(self, table: str, rows: list[Cells], *fields: str) -> list[Fact]:
        """Return the named cells of the rows; where there is no row, one fact that says so."""
        if not rows:
            return [Fact(table, "", fields[0], None)]
        key = TABLES[table].key[0]
        file, numbered = self.basis.tables.file_of(table), bool(self.basis.tables.files)
        return [
            Fact(table, str(row[key]), field, _cell(row, field), file, row["line"] if numbered else None)
            for row in rows
            for field in fields
        ]


def _cell(row: Cells, field: str) -> str | None:
    """Return a cell as text; of a stamp its day."""
    return shown(row.get(f"{field}_day", row[field]), field)


def shown(value: object, field: str = "") -> str | None:
    """Return a cell as text: days ISO, months YYYY-MM, yes and no in words."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "month" and isinstance(value, int):
        return month_text(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def of_lines(lines: list[dict[str, str | None]], *fields: str) -> list[Fact]:
    """Return the named columns of other lines."""
    if not lines:
        return [Fact(DECISIONS, "", fields[0], None)]
    return [Fact(DECISIONS, str(line["line_id"]), field, line[field]) for line in lines for field in fields]
