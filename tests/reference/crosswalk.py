"""Looks things up in the crosswalk as it is in force on a day.

The days on which any row starts or ends cut time into stretches within which nothing changes;
everything is looked up and remembered per stretch.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from dataclasses import dataclass, field

from . import cells

Rows = list[dict[str, str]]

CAREER_BOOST = "Career Boost"
SUPPORT_SERVICE = "Support Service"
Near = dict[tuple[str, str], list[frozenset[str]]]


@dataclass
class Stretch:
    """The crosswalk within one stretch of time; every text in it is a key, but for values."""

    # (kind, program key or blank) -> label -> the label it stands for
    aliases: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    known: dict[tuple[str, str, str], str] = field(default_factory=dict)
    components: dict[tuple[str, str, str], str] = field(default_factory=dict)
    near: Near = field(default_factory=dict)
    programs: set[str] = field(default_factory=set)
    controls: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    support: dict[str, list[str]] = field(default_factory=dict)
    funders: dict[tuple[str, str, str], str] = field(default_factory=dict)
    contracts: set[tuple[str, str]] = field(default_factory=set)


def _first(row: dict[str, str]) -> datetime.date:
    return cells.read_date(row.get("first", "") or "") or datetime.date.min


def _last(row: dict[str, str]) -> datetime.date:
    return cells.read_date(row.get("last", "") or "") or datetime.date.max


class Crosswalk:
    """The crosswalk tables, and what they answer on a day."""

    def __init__(self, tables: dict[str, Rows]) -> None:
        self._tables = tables
        self._starts = self._boundaries()
        self._stretches: dict[int, Stretch] = {}

    def _boundaries(self) -> list[datetime.date]:
        starts = set()
        for rows in self._tables.values():
            for row in rows:
                starts.add(_first(row))
                if _last(row) < datetime.date.max:
                    starts.add(_last(row) + datetime.timedelta(days=1))
        return sorted(starts)

    def stretch(self, day: datetime.date) -> Stretch:
        """Return the crosswalk as it is in force on a day."""
        number = bisect_right(self._starts, day)
        if number not in self._stretches:
            self._stretches[number] = self._build(day)
        return self._stretches[number]

    def key(self, kind: str, text: str, day: datetime.date, program: str = "") -> str:
        """Return what a label is compared by: folded, and as the label it stands for.

        `program` is the program of the row that the label stands on, as it came; blank where the
        row has none. An alias within that program goes before an alias for all.
        """
        return _key(self.stretch(day), kind, text, program)

    def _in_force(self, table: str, day: datetime.date) -> Rows:
        return [row for row in self._tables.get(table, []) if _first(row) <= day <= _last(row)]

    def _build(self, day: datetime.date) -> Stretch:
        stretch = Stretch()
        self._add_aliases(stretch, day)
        self._add_services(stretch, day)
        for row in self._in_force("support", day):
            kind = _key(stretch, "payment_type", row["payment_type"])
            types = stretch.support.setdefault(kind, [])
            if all(cells.fold(known) != cells.fold(row["ims_type"]) for known in types):
                types.append(row["ims_type"])
        for row in self._in_force("funders", day):
            program = row.get("program", "")
            key = (
                _key(stretch, "component", row["component"], program),
                _key(stretch, "program", program),
                _key(stretch, "provider", row.get("provider", ""), program),
            )
            stretch.funders[key] = row["selection"]
        for row in self._in_force("contracts", day):
            provider = _key(stretch, "provider", row["provider"])
            stretch.contracts.add((provider, _key(stretch, "component", row["allowed"])))
        for row in self._in_force("known_services", day):
            stretch.services.add(_key(stretch, "service", row["service"]))
        return stretch

    def _add_aliases(self, stretch: Stretch, day: datetime.date) -> None:
        rows = self._in_force("aliases", day)
        # scopes name programs, so the aliases for all come first
        for row in sorted(rows, key=lambda row: bool(cells.fold(row.get("scope", "")))):
            scope = _key(stretch, "program", row.get("scope", ""))
            labels = stretch.aliases.setdefault((cells.fold(row["kind"]), scope), {})
            labels[cells.fold(row["label"])] = cells.fold(row["stands_for"])

    def _add_services(self, stretch: Stretch, day: datetime.date) -> None:
        for row in self._tables.get("services", []):
            program = row["program"]
            place = (_key(stretch, "program", program), _key(stretch, "control", row["control"], program))
            service = _key(stretch, "service", row["service"], program)
            stretch.programs.add(place[0])
            stretch.controls.add(place[1])
            stretch.services.add(service)
            if _first(row) <= day <= _last(row):
                stretch.components[(*place, service)] = row["component"]
                stretch.near.setdefault(place, []).append(cells.words(service))


def _key(stretch: Stretch, kind: str, text: str, program: str = "") -> str:
    known = (kind, text, program)
    if known not in stretch.known:
        stretch.known[known] = _stands_for(stretch, kind, text, program)
    return stretch.known[known]


def _stands_for(stretch: Stretch, kind: str, text: str, program: str) -> str:
    label = cells.fold(text)
    for scope in (_scope(stretch, program), ""):
        found = stretch.aliases.get((kind, scope), {}).get(label)
        if found is not None:
            return found
    return label


def _scope(stretch: Stretch, program: str) -> str:
    """Return the program as scopes name it; a program's own label has no scope."""
    label = cells.fold(program)
    return stretch.aliases.get(("program", ""), {}).get(label, label)


def near_miss(stretch: Stretch, program: str, control: str, service: str) -> bool:
    """Say whether a service in force there has all words of this one, or the other way round."""
    label = cells.words(service)
    for other in stretch.near.get((program, control), []):
        if label and other and (label <= other or other <= label):
            return True
    return False


def funder(stretch: Stretch, component: str, program: str, provider: str) -> str | None:
    """Return the funder selection of the most specific row: both, program, provider, neither."""
    for key in (
        (component, program, provider),
        (component, program, ""),
        (component, "", provider),
        (component, "", ""),
    ):
        if key in stretch.funders:
            return stretch.funders[key]
    return None
