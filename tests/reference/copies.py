"""The Career Boost record: copies of services, the record twice, the SNAP check."""

from __future__ import annotations

import datetime

from . import cells
from .crosswalk import CAREER_BOOST
from .decide import Workings
from .facts import Facts
from .report import Report, shown_date
from .tables import Row


def check_copies(report: Report, workings: Workings) -> None:
    """Add what is said of the Career Boost record."""
    facts = workings.facts
    originals = {row["service_id"]: row for row in facts.rows["services"]}
    copies = [row for row in originals.values() if _in_career_boost(facts, row)]
    named = {row["copied_from"] for row in copies}
    for line in workings.lines:
        own_line = line.line_id == f"service:{line.source_id}"
        if own_line and line.source_kind == "services" and line.in_scope and line.source_id not in named:
            report.of_line("not-copied", line)
    by_original: dict[str, list[Row]] = {}
    for row in copies:
        original = originals.get(row["copied_from"])
        if original is None:
            value = row["copied_from"]
            report.of_row("copy-without-original", row, field="copied_from", itrac_value=value)
        else:
            by_original.setdefault(row["copied_from"], []).append(row)
            _compare(report, row, original)
    for service_id, rows in by_original.items():
        if len(rows) > 1:
            ids = ";".join(sorted(row["service_id"] for row in rows))
            report.of_row("copied-twice", originals[service_id], field="copied_from", itrac_value=ids)
    _enrollments(report)


def _own_day(facts: Facts, row: Row) -> datetime.date:
    return row.date("start_date") or facts.as_of


def _in_career_boost(facts: Facts, row: Row) -> bool:
    day = _own_day(facts, row)
    boost = facts.crosswalk.key("program", CAREER_BOOST, day)
    return facts.crosswalk.key("program", row["program"], day) == boost


def _compare(report: Report, copy: Row, original: Row) -> None:
    if copy["customer_id"] != original["customer_id"]:
        _differs(report, copy, "customer_id", copy["customer_id"])
    for column in ("service", "status"):
        keys = {
            report.facts.crosswalk.key(column, row[column], _own_day(report.facts, row), original["program"])
            for row in (copy, original)
        }
        if len(keys) > 1:
            _differs(report, copy, column, copy[column])
    for column in ("start_date", "end_date"):
        if copy.date(column) != original.date(column):
            _differs(report, copy, column, shown_date(copy, column))


def _differs(report: Report, copy: Row, column: str, value: str) -> None:
    report.of_row("copy-differs", copy, column, field=column, itrac_value=value)


def _enrollments(report: Report) -> None:
    facts = report.facts
    boost = facts.crosswalk.key("program", CAREER_BOOST, facts.as_of)
    records: dict[str, list[Row]] = {}
    for row in facts.rows["enrollments"]:
        if facts.crosswalk.key("program", row["program"], facts.as_of) == boost:
            records.setdefault(row["customer_id"], []).append(row)
    checks = _first_checks(facts)
    for customer, rows in records.items():
        rows.sort(key=lambda row: (row.date("application_date") or datetime.date.max, row.texts[0]))
        for row in rows[1:]:
            report.of_row("career-boost-duplicate", row)
        _checked(report, rows[0], checks.get(facts.person(customer).job_seeker_id))


def _first_checks(facts: Facts) -> dict[str, datetime.date]:
    """Return the first day of a SNAP check by job seeker."""
    first: dict[str, datetime.date] = {}
    for row in facts.rows["ims_eligibility"]:
        checked = cells.read_stamp(row["checked_on"])
        if checked:
            seeker = row["job_seeker_id"]
            first[seeker] = min(checked.day, first.get(seeker, checked.day))
    return first


def _checked(report: Report, row: Row, first: datetime.date | None) -> None:
    applied = row.date("application_date")
    if first is not None and (applied is None or applied >= first):
        return
    values = {
        "itrac_value": shown_date(row, "application_date"),
        "ims_value": first.isoformat() if first else "",
    }
    report.of_row("snap-checked-late", row, field="application_date", **values)
