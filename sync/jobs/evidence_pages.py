"""Lay out the page of a customer and month for an auditor: what was decided, on which rows, and what shows it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from sync.model import EntryKind
from sync.rules.book import why_of
from sync.rules.mismatch import month_text
from sync.store import Confirmation, LedgerLine
from sync.tables.evidence_file import EvidencePage, Section

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
_ONCE: Final = {str(kind) for kind in (EntryKind.ORIENTATION, EntryKind.ASSESSMENT, EntryKind.PLAN)}
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "ims_eligibility": {"month": "month", "snap_status": "SNAP", "tanf": "TANF", "checked_on": "checked"},
    "enrollments": {
        "enrollment_id": "row", "program": "program", "provider": "provider", "application_date": "applied",
        "registration_completed_on": "registered", "documentation_complete": "documented", "exit_date": "left",
    },
    "assessments": {"assessment_id": "row", "provider": "provider", "completed_on": "completed"},
    "goals": {
        "goal_id": "row", "provider": "provider", "term": "term", "set_on": "set on", "target_end_date": "target",
    },
    "services": {
        "service_id": "row", "program": "program", "control": "control", "service": "service",
        "start_date": "start", "end_date": "end", "status": "status",
    },
    "payments": {
        "payment_id": "row", "program": "program", "payment_type": "type", "amount": "amount",
        "payment_date": "paid on", "status": "status",
    },
    "ims_entries": {
        "entry_id": "entry", "kind": "kind", "name": "name", "date": "date", "amount": "amount",
        "funder_selection": "funder selection", "client_reference": "our line",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gathered:
    """Carry everything of which the pages are made.

    lines    of all sampled customers, of the month
    tables   rows of the sampled customers, of this provider where a table names one
    ledger   by line how it stands; `shown` by line what shows it
    """

    month: str
    lines: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    ledger: Mapping[str, LedgerLine]
    shown: Mapping[str, Sequence[Confirmation]]


def page_of(of: Gathered, customer_id: str, *, name: str, facts: Mapping[str, str]) -> EvidencePage:
    """Return the page of a customer.

    name  as it is shown: masked, unless somebody asked for it
    """
    lines = of.lines.filter(pl.col("customer_id") == customer_id)
    seeker = next(iter(lines["job_seeker_id"].drop_nulls()), "")
    rows = {table: _rows(of, table, customer_id, seeker=seeker) for table in _COLUMNS}
    own = {"Customer": customer_id, "Job seeker": seeker or "none", "Name": name, "Month": of.month, **facts}
    entries = rows["ims_entries"]
    sections = (
        Section("What was decided", [_line(line) for line in lines.iter_rows(named=True)], "Nothing."),
        _section("SNAP check of the month", "ims_eligibility", rows["ims_eligibility"]),
        _section("Enrollments", "enrollments", rows["enrollments"]),
        _section("Assessment", "assessments", rows["assessments"]),
        _section("Plan: goals", "goals", rows["goals"]),
        _section("Evidence: services", "services", _of_lines(rows["services"], lines, "service_id")),
        _section("Evidence: payments", "payments", _of_lines(rows["payments"], lines, "payment_id")),
        _section("Entries in iMatchSkills, as read back", "ims_entries", _of_month(entries, of.month)),
        Section("How each line came there", _ways(of, lines), "None of the lines was sent or keyed by us."),
    )
    return EvidencePage(f"Evidence: customer {customer_id}, {of.month}", own, sections)


def _rows(of: Gathered, table: str, customer_id: str, *, seeker: str) -> pl.DataFrame:
    frame = of.tables[table]
    whose = (
        pl.col("customer_id") == customer_id if "customer_id" in frame.columns else pl.col("job_seeker_id") == seeker
    )
    own = frame.filter(whose)
    if table == "ims_eligibility":
        months = [month_text(month) for month in own["month"]]
        own = own.with_columns(pl.Series("month", months, pl.String)).filter(pl.col("month") == of.month)
    return own.select(pl.col(list(_COLUMNS[table])).cast(pl.String))


def _of_lines(rows: pl.DataFrame, lines: pl.DataFrame, named_by: str) -> pl.DataFrame:
    """Return the rows from which lines of the month were made."""
    return rows.filter(pl.col(named_by).is_in(lines["source_id"].implode()))


def _of_month(entries: pl.DataFrame, month: str) -> pl.DataFrame:
    """Return the entries of the month, and those that stand once for all months."""
    return entries.filter(pl.col("date").str.starts_with(month) | pl.col("kind").is_in(sorted(_ONCE)))


def _section(title: str, table: str, rows: pl.DataFrame) -> Section:
    named = _COLUMNS[table]
    ordered = rows.sort(pl.all())
    return Section(title, [_shown(row, named) for row in ordered.iter_rows(named=True)], "No row.")


def _shown(row: Mapping[str, str | None], named: Mapping[str, str]) -> dict[str, str]:
    return {heading: _cell(row[name] or "") for name, heading in named.items()}


def _cell(text: str) -> str:
    """Return a cell as people read it: yes and no, and of an instant its day."""
    words = {"true": "yes", "false": "no"}
    return text[:10] if _INSTANT.match(text) else words.get(text, text)


def _line(line: Mapping[str, str | None]) -> dict[str, str]:
    why = " ".join(one.words for one in why_of(line["reasons"]))
    return {
        "line": line["line_id"] or "", "date": line["date"] or "", "what": line["label"] or line["entry_kind"] or "",
        "entry": line["entry_name"] or "", "amount": line["amount"] or "", "decision": line["decision"] or "",
        "why": why or "Nothing stands against it.", "stands for it": line["standing"] or "",
    }  # fmt: skip


def _ways(of: Gathered, lines: pl.DataFrame) -> list[dict[str, str]]:
    """Return how each line of the ledger stands, and who or what says so."""
    known: Collection[str] = [one for one in lines["line_id"] if one in of.ledger]
    return [_way(of.ledger[line_id], of.shown.get(line_id, ())) for line_id in known]


def _way(line: LedgerLine, shown: Sequence[Confirmation]) -> dict[str, str]:
    said = "; ".join(f"{one.how} of {one.on}, by {one.by}" for one in shown)
    return {
        "line": line.line_id, "stands": str(line.state), "entry": line.entry_id or "", "tries": str(line.tries),
        "shown by": said or "nothing yet",
    }  # fmt: skip
