"""Collects mismatches as rows of text: which cells a kind fills, and how its id is made."""

from __future__ import annotations

from . import cells, layout
from .entries import Entry
from .facts import Facts
from .line import Line
from .tables import Row

COLUMNS = [
    "mismatch_id",
    "kind",
    "severity",
    "customer_id",
    "job_seeker_id",
    "program",
    "provider",
    "month",
    "line_id",
    "entry_id",
    "field",
    "itrac_value",
    "ims_value",
]
CLAIM, MONEY, DATA, NOTE = "claim", "money", "data", "note"

# the severity of each kind where the finder says nothing else
SEVERITIES = {
    "missing-in-ims": DATA,
    "unsupported-in-ims": CLAIM,
    "component-differs": CLAIM,
    "provider-differs": DATA,
    "duplicate-in-ims": CLAIM,
    "date-differs": DATA,
    "funder-differs": DATA,
    "support-unsupported": CLAIM,
    "amount-differs": MONEY,
    "support-date-differs": DATA,
    "support-without-service": CLAIM,
    "support-before-service": CLAIM,
    "gate-broken-after-entry": CLAIM,
    "entry-for-unknown-person": DATA,
    "money-at-risk": MONEY,
    "matched-by-reference": DATA,
    "not-copied": NOTE,
    "copy-without-original": MONEY,
    "copy-differs": DATA,
    "copied-twice": DATA,
    "career-boost-duplicate": DATA,
    "snap-checked-late": NOTE,
    "applied-after-service": DATA,
    "registration-incomplete": DATA,
    "age-or-eligibility": DATA,
    "service-status": DATA,
    "target-end-missing": DATA,
    "target-end-passed": NOTE,
    "training-payment-without-training": DATA,
    "payment-incomplete": DATA,
    "rent-referral-housing-type": DATA,
    "rent-payment-housing-type": DATA,
    "rent-referral-open": NOTE,
    "rent-without-approval": MONEY,
    "rent-without-engagement": MONEY,
    "engagement-late": DATA,
    "rent-month": NOTE,
    "exit-without-housing-status": DATA,
    "auto-exit-near": NOTE,
    "auto-exit-due": NOTE,
    "employment-unconfirmed": NOTE,
    "credential-incomplete": DATA,
}


class Report:
    """The mismatches found so far; `filled` names further columns, and the severity where it varies."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.rows: list[dict[str, str]] = []

    def add(self, kind: str, parts: list[str], filled: dict[str, str]) -> None:
        """Add a row; what is not filled is blank."""
        row = dict.fromkeys(COLUMNS, "")
        row |= {"mismatch_id": ":".join((kind, *parts)), "kind": kind, "severity": SEVERITIES[kind]}
        row |= filled
        assert list(row) == COLUMNS
        self.rows.append(row)

    def of_line(self, kind: str, line: Line, entry: Entry | None = None, part: str = "", **filled: str) -> None:
        """Add a row about a line, and perhaps the entry that it is compared with."""
        parts = [line.line_id, entry.entry_id if entry else "", part]
        row = {
            "customer_id": line.customer_id,
            "job_seeker_id": line.job_seeker_id,
            "program": line.program,
            "provider": line.provider,
            "month": line.month,
            "line_id": line.line_id,
            "entry_id": entry.entry_id if entry else "",
        }
        self.add(kind, [each for each in parts if each], row | filled)

    def of_entry(self, kind: str, entry: Entry, **filled: str) -> None:
        """Add a row about an entry in iMatchSkills."""
        customers = self.facts.holders.get(entry.job_seeker_id, [])
        row = {
            "customer_id": customers[0] if len(customers) == 1 else "",
            "job_seeker_id": entry.job_seeker_id,
            "provider": entry.provider,
            "month": entry.month,
            "entry_id": entry.entry_id,
        }
        self.add(kind, [entry.entry_id], row | filled)

    def of_row(self, kind: str, row: Row, part: str = "", **filled: str) -> None:
        """Add a row about a row of I-Trac."""
        columns = layout.TABLES[row.table].columns
        day = row.date(layout.FIRST_DATES[row.table]) if row.table in layout.FIRST_DATES else None
        found = {
            "customer_id": row["customer_id"],
            "job_seeker_id": self.facts.person(row["customer_id"]).job_seeker_id,
            "program": row["program"] if "program" in columns else "",
            "provider": row["provider"] if "provider" in columns else "",
            "month": cells.month_of(day) if day else "",
        }
        self.add(kind, [row.texts[0], *([part] if part else [])], found | filled)


def shown_date(row: Row, column: str) -> str:
    """Write a date as YYYY-MM-DD; blank where it is blank or cannot be read."""
    day = row.date(column)
    return day.isoformat() if day else ""
