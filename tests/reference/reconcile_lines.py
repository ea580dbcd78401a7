"""Lines of every kind against iMatchSkills: missing, broken gates, payments at risk, unknown people."""

from __future__ import annotations

from . import cells
from .decide import Workings
from .entries import Entry
from .facts import Facts
from .line import Line
from .reasons import ALREADY, ENTER, FLAG, HOLD, STAGES
from .report import MONEY, NOTE, Report
from .tables import Row

DAYS_TO_ENTER = 10


def standing_entry(facts: Facts, line: Line) -> Entry | None:
    """Return the entry for which a line got `already-in-ims`."""
    if not line.carries(ALREADY):
        return None
    return facts.entries.by_id[line.standing.removeprefix("ims:")]


def reconcile_lines(report: Report, workings: Workings) -> None:
    """Add what is said of lines one by one, and of entries of nobody."""
    scopes = complete_scopes(workings.facts)
    for line in workings.lines:
        _missing(report, line, scopes.get(line.month, []))
        _gate_broken(report, line)
        _at_risk(report, line)
    for entry in workings.facts.entries.all:
        if entry.job_seeker_id not in workings.facts.holders:
            report.of_entry("entry-for-unknown-person", entry, ims_value=entry.name)


def complete_scopes(facts: Facts) -> dict[str, list[Row]]:
    """Return by month the scopes that prove absence: complete, and all their rows were used."""
    by_month: dict[str, list[Entry]] = {}
    for entry in facts.entries.all:
        by_month.setdefault(entry.month, []).append(entry)
    scopes: dict[str, list[Row]] = {}
    for row in facts.rows["ims_scopes"]:
        month = cells.read_month(row["month"])
        assert month is not None
        used = sum(
            facts.crosswalk.key("provider", row["provider"], entry.day) == entry.provider_key
            for entry in by_month.get(month, [])
        )
        if cells.read_yes_no(row["complete"]) and cells.read_number(row["row_count"]) == used:
            scopes.setdefault(month, []).append(row)
    return scopes


def _missing(report: Report, line: Line, scopes: list[Row]) -> None:
    if line.decision != ENTER:
        return
    for row in scopes:
        taken = cells.read_stamp(row["taken_at"])
        assert taken is not None
        provider = report.facts.crosswalk.key("provider", row["provider"], line.date)
        late = (taken.day - cells.last_day(line.date)).days
        if provider == line.provider_key and late > DAYS_TO_ENTER:
            severity = {"severity": MONEY} if line.source_kind == "payments" else {}
            report.of_line("missing-in-ims", line, None, "", itrac_value=line.entry_name, **severity)
            return


def _gate_broken(report: Report, line: Line) -> None:
    entry = standing_entry(report.facts, line)
    ranked = sorted(line.findings, key=lambda found: found.rank)
    broken = [found.reason for found in ranked if STAGES[found.reason] == 2]
    if entry and broken:
        report.of_line("gate-broken-after-entry", line, entry, field=";".join(broken))


def _at_risk(report: Report, line: Line) -> None:
    if line.source_kind != "payments" or line.decision not in (FLAG, HOLD):
        return
    this_month = line.month == cells.month_of(report.facts.as_of)
    severity = {"severity": NOTE} if line.decision == HOLD and this_month else {}
    amount = cells.show_money(line.cents)
    report.of_line("money-at-risk", line, None, "", field="amount", itrac_value=amount, **severity)
