"""Payments, stage 3: already there, then the order of service and support."""

from __future__ import annotations

import datetime

from . import cells
from .entries import Entry
from .facts import Facts
from .first_of_month import settle_possibly
from .line import Line
from .reasons import ALREADY, ENTER, FLAG, HOLD, POSSIBLY, SAME_TYPE

# date, 0 for entries and 1 for lines, id, as shown in depends_on
Service = tuple[datetime.date, int, str, str]


def decide_payments(facts: Facts, lines: list[Line], services: list[Line]) -> None:
    """Decide stage 3 of the payment lines; the service lines are decided already."""
    candidates = sorted((line for line in lines if line.in_scope), key=lambda line: line.order)
    _already_there(facts, candidates)
    by_month: dict[tuple[str, str], list[Line]] = {}
    for service in services:
        by_month.setdefault((service.customer_id, service.month), []).append(service)
    for line in candidates:
        if not line.carries(ALREADY):
            _order(facts, line, by_month.get((line.customer_id, line.month), []))
    if facts.settings.support_order == "first-support-only":
        _first_support_only(facts, candidates)


def _already_there(facts: Facts, candidates: list[Line]) -> None:
    known = [line for line in candidates if facts.person(line.customer_id).matched]
    matched: set[str] = set()
    for line in known:
        _match_by_reference(facts, line, matched)
    for line in sorted(known, key=lambda line: line.line_id):
        if line.entry_name and not line.carries(ALREADY):
            _match_by_facts(facts, line, matched)
    claimed: set[str] = set()
    for line in known:
        _possibly(facts, line, matched, claimed)


def _match_by_reference(facts: Facts, line: Line, matched: set[str]) -> None:
    seeker = facts.person(line.customer_id).matched
    referring = facts.entries.by_reference.get(line.line_id, [])
    own = [entry.entry_id for entry in referring if entry.job_seeker_id == seeker]
    if own:
        matched.add(min(own))
        line.already(min(own))


def _match_by_facts(facts: Facts, line: Line, matched: set[str]) -> None:
    """Match the next line in id order with the first entry left that says the same."""
    same = [
        entry.entry_id
        for entry in _same_name(facts, line)
        if entry.day == line.day and entry.cents == line.cents and entry.entry_id not in matched
    ]
    if same:
        matched.add(min(same))
        line.already(min(same))


def _same_name(facts: Facts, line: Line) -> list[Entry]:
    name = cells.fold(line.entry_name)
    seeker = facts.person(line.customer_id).matched
    return [entry for entry in facts.entries.of(seeker, "support") if entry.name_key == name]


def _possibly(facts: Facts, line: Line, matched: set[str], claimed: set[str]) -> None:
    """Flag what an entry that is left may stand for; `claimed` grows in the order of the lines."""
    was_there = line.carries(ALREADY)
    if not was_there and line.entry_name:
        alike = [
            entry for entry in _same_name(facts, line) if entry.month == line.month and entry.entry_id not in matched
        ]
        settle_possibly(facts, line, alike, claimed)
    answered = line.carries(ALREADY) and not was_there
    if _elsewhere(facts, line) and not answered and not line.carries(POSSIBLY):
        line.add(POSSIBLY)


def _elsewhere(facts: Facts, line: Line) -> bool:
    """Say whether an entry of another job seeker names this line, and nobody called it different."""
    seeker = facts.person(line.customer_id).matched
    referring = facts.entries.by_reference.get(line.line_id, [])
    named = any(entry.job_seeker_id != seeker for entry in referring)
    return named and facts.answers.sameness(line.line_id) != "different"


def _order(facts: Facts, line: Line, services: list[Line]) -> None:
    """Check that a service of the month goes before the payment."""
    of_month = _services_of_month(facts, line, services)
    open_lines = [service for service in services if service.decision in (HOLD, FLAG)]
    dates_count = facts.settings.support_order != "component-same-month"
    if of_month and dates_count and of_month[0][0] > line.date:
        before = any(service.date <= line.date for service in open_lines)
        line.add("waits-on-service" if before else "payment-before-first-service")
    elif of_month:
        line.depends_on = of_month[0][3]
    elif open_lines:
        line.add("waits-on-service")
    elif facts.as_of <= cells.last_day(line.date):
        line.add("no-service-yet")
    else:
        line.add("no-service-this-month")


def _services_of_month(facts: Facts, line: Line, services: list[Line]) -> list[Service]:
    """Return what was entered in the payment's month, earliest first."""
    found: list[Service] = []
    for entry in facts.entries.of(facts.person(line.customer_id).matched, "component"):
        if entry.month == line.month:
            found.append((entry.day, 0, entry.entry_id, f"ims:{entry.entry_id}"))
    for service in services:
        if service.decision == ENTER:
            found.append((service.date, 1, service.line_id, service.line_id))
    return sorted(found)


def _first_support_only(facts: Facts, candidates: list[Line]) -> None:
    """Let the first of each type stand for the others of the month."""
    groups: dict[tuple[str, str, str, str], list[Line]] = {}
    for line in candidates:
        if not line.findings:
            name = cells.fold(line.entry_name)
            key = (line.customer_id, line.provider_key, name, line.month)
            groups.setdefault(key, []).append(line)
    for group in groups.values():
        first = group[0]
        there = [
            entry
            for entry in _same_name(facts, first)
            if entry.month == first.month and entry.provider_key == first.provider_key
        ]
        standing = f"ims:{there[0].entry_id}" if there else first.line_id
        for line in group if there else group[1:]:
            line.add(SAME_TYPE)
            line.standing = standing
