"""Component entries against service lines, and entries that stand twice."""

from __future__ import annotations

from collections.abc import Iterable

from . import cells
from .decide import Workings
from .entries import Entry
from .line import Line
from .reasons import FLAG, POSSIBLY, STAGES
from .reconcile_lines import standing_entry
from .report import DATA, NOTE, Report

Key = tuple[str, ...]


def reconcile_services(report: Report, workings: Workings) -> None:
    """Add what is said of component entries, and of orientations, assessments and plans twice."""
    lines = [line for line in workings.lines if line.source_kind == "services"]
    _unsupported(report, lines, _unclaimed(workings))
    _duplicates(report, workings)
    for line in lines:
        _existing(report, line)


def _unclaimed(workings: Workings) -> list[Entry]:
    """Return the component entries of known job seekers that are in no unit and were not claimed."""
    facts, month = workings.facts, workings.month
    return [
        entry
        for entry in facts.entries.all
        if entry.kind == "component"
        and facts.known(entry.job_seeker_id)
        and entry.entry_id not in month.in_units
        and entry.entry_id not in month.claimed
    ]


def in_months_of(entries: list[Entry], lines: Iterable[Line]) -> list[Entry]:
    """Return the entries between the first and the last month of the lines that passed stage 1."""
    months = [line.month for line in lines if line.in_scope]
    return [entry for entry in entries if months and min(months) <= entry.month <= max(months)]


def paired(lines: dict[Key, list[Line]], entries: dict[Key, list[Entry]]) -> list[tuple[Line, Entry]]:
    """Pair lines and entries of one key one to one, both in id order."""
    pairs: list[tuple[Line, Entry]] = []
    for key, group in lines.items():
        left = sorted(group, key=lambda line: line.line_id)
        right = sorted(entries.get(key, []), key=lambda entry: entry.entry_id)
        pairs += zip(left, right, strict=False)
    return pairs


def _unsupported(report: Report, lines: list[Line], unclaimed: list[Entry]) -> None:
    entries = in_months_of(unclaimed, lines)
    open_lines = [line for line in lines if line.carries(POSSIBLY)]
    by_day: dict[Key, list[Line]] = {}
    on_day: dict[Key, list[Entry]] = {}
    for line in open_lines:
        key = (line.job_seeker_id, line.provider_key, line.date.isoformat())
        by_day.setdefault(key, []).append(line)
    for entry in entries:
        key = (entry.job_seeker_id, entry.provider_key, entry.day.isoformat())
        on_day.setdefault(key, []).append(entry)
    pairs = paired(by_day, on_day)
    for line, entry in pairs:
        values = {"itrac_value": line.entry_name, "ims_value": entry.name}
        report.of_line("component-differs", line, entry, field="name", **values)
    done = {line.line_id for line, _ in pairs}
    gone = {entry.entry_id for _, entry in pairs}
    open_lines = [line for line in open_lines if line.line_id not in done]
    left = _other_provider(report, open_lines, [each for each in entries if each.entry_id not in gone])
    flagged = _flagged_rows(lines)
    for entry in left:
        customer = report.facts.holders[entry.job_seeker_id][0]
        doubt = (customer, entry.provider_key, entry.month) in flagged
        severity = {"severity": DATA} if doubt else {}
        report.of_entry("unsupported-in-ims", entry, ims_value=entry.name, **severity)


def _other_provider(report: Report, lines: list[Line], entries: list[Entry]) -> list[Entry]:
    """Add `provider-differs`; return the entries that are left."""
    by_month: dict[Key, list[Line]] = {}
    in_month: dict[Key, list[Entry]] = {}
    for line in lines:
        key = (line.job_seeker_id, line.component_key, line.month)
        by_month.setdefault(key, []).append(line)
    for entry in entries:
        in_month.setdefault((entry.job_seeker_id, entry.name_key, entry.month), []).append(entry)
    gone = set()
    for line, entry in paired(by_month, in_month):
        gone.add(entry.entry_id)
        values = {"itrac_value": line.provider, "ims_value": entry.provider}
        report.of_line("provider-differs", line, entry, field="provider", **values)
    return [entry for entry in entries if entry.entry_id not in gone]


def _flagged_rows(lines: list[Line]) -> set[Key]:
    """Return customer, provider and month of every service row that stage 1 flagged."""
    return {
        (line.customer_id, line.provider_key, line.month)
        for line in lines
        if any(found.decision == FLAG and STAGES[found.reason] == 1 for found in line.findings)
    }


def _duplicates(report: Report, workings: Workings) -> None:
    groups: dict[Key, list[Entry]] = {}
    for entry in workings.facts.entries.all:  # in the order of (date, entry_id)
        if entry.kind != "support" and entry.job_seeker_id in workings.facts.holders:
            groups.setdefault(_stands_once(workings, entry), []).append(entry)
    units = _units(workings)
    for key, entries in groups.items():
        for entry in entries[max(1, units.get(key, 1)) :]:
            report.of_entry("duplicate-in-ims", entry, ims_value=entry.name)


def _stands_once(workings: Workings, entry: Entry) -> Key:
    """Return the key of which one entry is enough."""
    if entry.kind != "component":
        return (entry.kind, entry.job_seeker_id, entry.provider_key)
    provider = entry.provider_key if workings.facts.settings.by_provider else ""
    return (entry.kind, entry.job_seeker_id, provider, entry.name_key, entry.month)


def _units(workings: Workings) -> dict[Key, int]:
    """Count the units with candidates that entries of one component can stand for."""
    counts: dict[Key, int] = {}
    for customer, provider, component, month, _ in workings.month.units:
        seeker = workings.facts.person(customer).matched
        key = ("component", seeker, provider, component, month)
        counts[key] = counts.get(key, 0) + 1
    return counts


def _existing(report: Report, line: Line) -> None:
    entry = standing_entry(report.facts, line)
    if entry is None:
        return
    if entry.day != line.day:
        severity = NOTE if entry.day > line.date else DATA
        values = {"itrac_value": line.date.isoformat(), "ims_value": entry.day.isoformat()}
        report.of_line("date-differs", line, entry, field="date", severity=severity, **values)
    selection = line.funder_selection
    if selection and cells.fold(selection) != cells.fold(entry.funder_selection):
        values = {"itrac_value": selection, "ims_value": entry.funder_selection}
        report.of_line("funder-differs", line, entry, field="funder_selection", **values)
