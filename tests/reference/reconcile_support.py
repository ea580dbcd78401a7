"""Support entries against payments, and support without a service before it."""

from __future__ import annotations

from . import cells
from .decide import Workings
from .entries import Entry
from .line import Line
from .reasons import POSSIBLY
from .reconcile_lines import standing_entry
from .reconcile_services import Key, in_months_of, paired
from .report import CLAIM, Report


def reconcile_support(report: Report, workings: Workings) -> None:
    """Add what is said of support entries."""
    facts = workings.facts
    payments = [line for line in workings.lines if line.source_kind == "payments"]
    entries = [entry for entry in facts.entries.all if entry.kind == "support"]
    _unsupported(report, payments, entries)
    for entry in entries:
        if entry.job_seeker_id in facts.holders:
            _order(report, entry)
    for line in payments:
        _by_reference(report, line)


def _unsupported(report: Report, payments: list[Line], entries: list[Entry]) -> None:
    facts = report.facts
    standing = [standing_entry(facts, line) for line in payments]
    matched = {entry.entry_id for entry in standing if entry}
    entries = in_months_of(
        [each for each in entries if facts.known(each.job_seeker_id) and each.entry_id not in matched],
        payments,
    )
    by_name: dict[Key, list[Line]] = {}
    with_name: dict[Key, list[Entry]] = {}
    for line in payments:
        if line.carries(POSSIBLY) and line.entry_name:
            key = (line.job_seeker_id, cells.fold(line.entry_name), line.month)
            by_name.setdefault(key, []).append(line)
    for entry in entries:
        with_name.setdefault((entry.job_seeker_id, entry.name_key, entry.month), []).append(entry)
    gone = set()
    for line, entry in paired(by_name, with_name):
        gone.add(entry.entry_id)
        _differs(report, line, entry)
    for entry in entries:
        if entry.entry_id not in gone:
            report.of_entry("support-unsupported", entry, ims_value=entry.name)


def _differs(report: Report, line: Line, entry: Entry) -> None:
    if line.cents != entry.cents:
        values = {
            "itrac_value": cells.show_money(line.cents),
            "ims_value": cells.show_money(entry.cents),
        }
        report.of_line("amount-differs", line, entry, field="amount", **values)
        return
    values = {"itrac_value": line.date.isoformat(), "ims_value": entry.day.isoformat()}
    report.of_line("support-date-differs", line, entry, field="date", **values)


def _order(report: Report, entry: Entry) -> None:
    """Say whether the job seeker has a component entry in the month, and not only later."""
    components = report.facts.entries.of(entry.job_seeker_id, "component")
    days = [other.day for other in components if other.month == entry.month]
    if not days:
        report.of_entry("support-without-service", entry, ims_value=entry.name)
    elif report.facts.settings.support_order != "component-same-month" and entry.day < min(days):
        day = entry.day.isoformat()
        report.of_entry("support-before-service", entry, field="date", ims_value=day)


def _by_reference(report: Report, line: Line) -> None:
    """Compare a payment that passed stage 1 with the support entries that name it."""
    seeker = report.facts.person(line.customer_id).matched
    if not line.in_scope or not seeker:
        return
    matched = standing_entry(report.facts, line)
    for entry in report.facts.entries.by_reference.get(line.line_id, []):
        if entry.job_seeker_id != seeker:
            values = {"itrac_value": line.job_seeker_id, "ims_value": entry.job_seeker_id}
            _field(report, line, entry, "job_seeker_id", {**values, "severity": CLAIM})
        elif entry is matched:
            _facts(report, line, entry)


def _facts(report: Report, line: Line, entry: Entry) -> None:
    if entry.day != line.day:
        values = {"itrac_value": line.date.isoformat(), "ims_value": entry.day.isoformat()}
        _field(report, line, entry, "date", values)
    if entry.cents != line.cents:
        ours, theirs = cells.show_money(line.cents), cells.show_money(entry.cents)
        _field(report, line, entry, "amount", {"itrac_value": ours, "ims_value": theirs})
    if line.entry_name and entry.name_key != cells.fold(line.entry_name):
        _field(report, line, entry, "name", {"itrac_value": line.entry_name, "ims_value": entry.name})


def _field(report: Report, line: Line, entry: Entry, column: str, values: dict[str, str]) -> None:
    report.of_line("matched-by-reference", line, entry, column, field=column, **values)
