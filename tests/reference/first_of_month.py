"""Services, stage 3: one service stands for each unit and month."""

from __future__ import annotations

from dataclasses import dataclass, field

from .entries import Entry
from .facts import Facts
from .line import Line
from .reasons import ALREADY, POSSIBLY, SAME_TYPE
from .service_gates import is_retention, service_gates

Key = tuple[str, ...]


@dataclass
class Unit:
    """The candidates of one unit in the order of (date, line_id)."""

    candidates: list[Line] = field(default_factory=list)
    existing: Entry | None = None
    standing: Line | None = None


class Month:
    """The units of all customers, and the entries that stand in none of them."""

    def __init__(self, facts: Facts, candidates: list[Line]) -> None:
        self.facts = facts
        self.units: dict[Key, Unit] = {}
        for line in candidates:
            self.units.setdefault(self.key(line), Unit()).candidates.append(line)
        self.in_units = self._deal()
        self._unclaimed: dict[tuple[str, str], list[Entry]] = {}
        for seeker in {person.matched for person in facts.people.values()}:
            for entry in facts.entries.of(seeker, "component"):
                if entry.entry_id not in self.in_units:
                    self._unclaimed.setdefault((seeker, entry.month), []).append(entry)
        self.claimed: set[str] = set()

    def _group(self, line: Line) -> Key:
        provider = line.provider_key if self.facts.settings.by_provider else ""
        return (line.customer_id, provider, line.component_key, line.month)

    def key(self, line: Line) -> Key:
        """Return the key of a line's unit."""
        service = line.service_key if self.facts.settings.by_service else ""
        return (*self._group(line), service)

    def _deal(self) -> set[str]:
        """Give existing entries to their units; return the ids of those that are in a unit."""
        groups: dict[Key, list[Unit]] = {}
        for unit in self.units.values():  # in the order of their earliest candidates
            groups.setdefault(self._group(unit.candidates[0]), []).append(unit)
        in_units: set[str] = set()
        for group, units in groups.items():
            entries = self._entries(group)
            for unit, entry in zip(units, entries, strict=False):
                unit.existing = entry
            if self.facts.settings.by_service:
                entries = entries[: len(units)]
            in_units.update(entry.entry_id for entry in entries)
        return in_units

    def _entries(self, group: Key) -> list[Entry]:
        customer, provider, component, month = group
        seeker = self.facts.person(customer).matched
        return [
            entry
            for entry in self.facts.entries.of(seeker, "component")
            if entry.month == month
            and entry.name_key == component
            and (not self.facts.settings.by_provider or entry.provider_key == provider)
        ]

    def possibly(self, line: Line) -> None:
        """Compare a standing line with the unclaimed entries of its month."""
        seeker = self.facts.person(line.customer_id).matched
        alike = [
            entry
            for entry in self._unclaimed.get((seeker, line.month), [])
            if entry.name_key == line.component_key
            or (entry.provider_key == line.provider_key and entry.day == line.day)
        ]
        settle_possibly(self.facts, line, alike, self.claimed)


def settle_possibly(facts: Facts, line: Line, alike: list[Entry], claimed: set[str]) -> None:
    """Flag a line that one of the entries may stand for, or follow the staff answer.

    alike      entries by (date, entry_id), also those claimed by earlier lines
    """
    free = [entry for entry in alike if entry.entry_id not in claimed]
    answer = facts.answers.sameness(line.line_id)
    if not alike or answer == "different":
        return
    if answer == "same" and free:
        claimed.add(free[0].entry_id)
        line.already(free[0].entry_id)
    elif answer == "same" or free:
        line.add(POSSIBLY)


def decide_services(facts: Facts, lines: list[Line]) -> Month:
    """Decide stages 2 and 3 of the service lines; return the units and what stands in them.

    Job Retention looks at what became of lines dated before it, so its own gates are looked at
    when its turn comes in the order of (date, line_id).
    """
    candidates = sorted((line for line in lines if line.in_scope), key=lambda line: line.order)
    month = Month(facts, candidates)
    for line in candidates:
        if not is_retention(facts, line):
            service_gates(facts, line, ())
    for unit in month.units.values():
        if not is_retention(facts, unit.candidates[0]):
            _find_standing(unit)
            _settle(unit)
    _walk(facts, month, candidates)
    for unit in month.units.values():
        if is_retention(facts, unit.candidates[0]):
            _settle(unit)
        _name_standing(unit)
    return month


def _walk(facts: Facts, month: Month, candidates: list[Line]) -> None:
    earlier: dict[str, list[Line]] = {}
    for line in candidates:
        unit = month.units[month.key(line)]
        others = earlier.setdefault(line.customer_id, [])
        if is_retention(facts, line):
            service_gates(facts, line, others)
            if not line.findings and unit.standing is None:
                unit.standing = line
        if unit.standing is line and unit.existing is None:
            month.possibly(line)
        others.append(line)


def _find_standing(unit: Unit) -> None:
    unit.standing = next((line for line in unit.candidates if not line.findings), None)


def _settle(unit: Unit) -> None:
    """Say of every candidate but the standing one that the month has its entry."""
    if unit.existing is None and unit.standing is None:
        return
    chosen = unit.standing or unit.candidates[0]
    for line in unit.candidates:
        if line is not chosen:
            line.add(SAME_TYPE)
        elif unit.existing:
            line.add(ALREADY)


def _name_standing(unit: Unit) -> None:
    """Fill `standing` of the unit's lines."""
    if unit.existing:
        for line in unit.candidates:
            line.standing = f"ims:{unit.existing.entry_id}"
    elif unit.standing:
        name = unit.standing.standing or unit.standing.line_id
        for line in unit.candidates:
            if line is not unit.standing:
                line.standing = name
