"""Makes a small crosswalk from the guide's, with first and last days and aliases of all kinds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tests.worlds.base import Cells, Maker

JST, RETENTION = "Job Search Training", "Job Retention"
CTE = "Career/Technical Education or other Vocational Training"
APPRENTICE, WORK = "Pre-Apprenticeship/Apprenticeship", "Work Based Learning-Other"
SERVICES, FOLLOW_UP = "Services", "Follow-Up"
TRAINING, WORK_BASED = "Training & Education", "Work Based Training"
BOOST = "Career Boost"
LONG_BOOST = "Career Boost – LWA Portland Metro – All Agencies & Projects"

Mapping = tuple[str, str, str]  # control, service, component
COACHING = ((SERVICES, "Career Coaching", JST), (SERVICES, "Job Search Assistance", JST))
AFTER = ((FOLLOW_UP, "Career Coaching", RETENTION), (FOLLOW_UP, "Job Search Assistance", RETENTION))
PLANNING = (SERVICES, "Career and Resource Planning", JST)
OST = (TRAINING, "Occupational Skills Training", CTE)
PRE = (TRAINING, "Pre-Apprenticeship Training", APPRENTICE)
PROGRAMS: dict[str, tuple[Mapping, ...]] = {
    "CCTP": (PRE,),
    "EOP AHFE": (*COACHING, PLANNING, (SERVICES, "Career Mapping Workshop", JST), *AFTER),
    "NextGen": (*COACHING, (SERVICES, "Career Mapping", JST), *AFTER),
    "PDX Youth@Work": ((WORK_BASED, "Work Experience", WORK),),
    "Reinvest SNAP": (OST, (TRAINING, "Pre-Requisite Training", CTE), PRE, *COACHING, PLANNING),
    "Training-Hauler": (*COACHING, OST),
    "Training-WEX": ((WORK_BASED, "Internship/Work Experience", WORK),),
}
KNOWN = ("Workforce Prep", "Entrepreneurial Training", "Career Coaching", "Pre-Requisite Training")
PROVIDERS = ("WSPM SE", "IRCO", "Constructing Hope", "Café Works", "Straße Works")
SUPPORT = {
    "Child Care": ("Child Care",),
    "Laptop": ("Other",),
    "Rent Assistance": ("Housing",),
    "Housing Assistance": ("Housing",),
    "Clothing and Personal Care": ("Work Clothes/Shoes", "Other-Personal Hygiene"),
    "Transportation": ("Bus Pass", "Gas Voucher", "Other-Ride Share"),
}
# kind, label, stands for
ALIASES = (
    ("control", "Training, Post-Secondary Education & Employment Skills", TRAINING),
    ("control", "Support Service Payments", "Support Services Payments"),
    ("control", "Followup", FOLLOW_UP),
    ("service", "OST", "Occupational Skills Training"),
    ("service", "Coaching", "Career Coaching"),
    ("provider", "Construction Hope", "Constructing Hope"),
    ("provider", "WSPM Southeast", "WSPM SE"),
    ("status", "Canceled", "Cancelled"),
    ("status", "Complete", "Completed"),
    ("status", "Payed", "Paid"),
    ("payment_type", "Bus", "Transportation"),
    ("payment_type", "Kids", "Child Care"),
    ("component", "Vocational Training", CTE),
    ("component", "Job Search", JST),
    ("component", "Retention", RETENTION),
    ("program", LONG_BOOST, BOOST),
    ("program", LONG_BOOST.replace("–", "-"), BOOST),
    ("program", "Hauler", "Training-Hauler"),
    ("program", "Next Generation", "NextGen"),
    ("program", "WS Adult", "WorkSource Adult"),
)
SCOPED = {"control", "service", "status", "payment_type"}


@dataclass
class Walk:
    """A crosswalk, and what the makers of rows need to know of it."""

    tables: dict[str, list[Cells]]
    programs: list[str]
    providers: list[str]
    payment_types: list[str]
    other_names: dict[tuple[str, str], list[str]]

    def label(self, maker: Maker, kind: str, text: str) -> str:
        """Write a label as it is, by an alias, or in an odd way."""
        names = self.other_names.get((kind, text), [])
        if names and maker.chance(0.15):
            text = maker.pick(names)
        return maker.odd(text)


def make_walk(maker: Maker) -> Walk:
    """Make a crosswalk in which no key has two answers on a day."""
    programs = maker.rng.sample(sorted(PROGRAMS), maker.rng.randint(2, 4))
    if not {"EOP AHFE", "NextGen"} & set(programs):
        programs[0] = maker.pick(("EOP AHFE", "NextGen"))
    providers = maker.rng.sample(PROVIDERS, maker.rng.randint(2, 3))
    types = maker.rng.sample(sorted(SUPPORT), maker.rng.randint(2, 4))
    aliases = _aliases(maker, programs)
    names: dict[tuple[str, str], list[str]] = {}
    for row in aliases:
        names.setdefault((row["kind"], row["stands_for"]), []).append(row["label"])
    tables = {
        "services": _services(maker, programs),
        "support": _support(maker, types),
        "funders": _funders(maker, programs, providers),
        "aliases": aliases,
        "contracts": _contracts(maker, providers),
        "known_services": [_dated(maker, {"service": name}) for name in KNOWN],
    }
    for rows in tables.values():
        for row in rows:
            row["source"] = "made up"
    return Walk(tables, programs, providers, types, names)


def _window(maker: Maker, share: float = 0.12) -> tuple[str, str]:
    """Return first and last day, mostly open."""
    first = last = ""
    if maker.chance(share):
        first = maker.day().isoformat()
    if maker.chance(share):
        last = maker.day().isoformat()
    if first and last and last < first:
        first, last = last, first
    return first, last


def _dated(maker: Maker, row: Cells, share: float = 0.12) -> Cells:
    row["first"], row["last"] = _window(maker, share)
    return row


def _services(maker: Maker, programs: list[str]) -> list[Cells]:
    rows = []
    for program in programs:
        for control, service, component in PROGRAMS[program]:
            row = {"program": maker.odd(program), "control": maker.odd(control)}
            row |= {"service": maker.odd(service), "component": component}
            if maker.chance(0.06):
                rows += _changed(maker, row)
            else:
                rows.append(_dated(maker, row, 0.05))
    return rows


def _changed(maker: Maker, row: Cells) -> list[Cells]:
    """Let a row have another component from a day on."""
    day = maker.day()
    before = {**row, "first": "", "last": (day - datetime.timedelta(days=1)).isoformat()}
    other = maker.pick((JST, CTE, WORK))
    return [before, {**row, "component": other, "first": day.isoformat(), "last": ""}]


def _support(maker: Maker, types: list[str]) -> list[Cells]:
    return [
        _dated(maker, {"payment_type": maker.odd(name), "ims_type": ims}, 0.06)
        for name in types
        for ims in SUPPORT[name]
    ]


def _funders(maker: Maker, programs: list[str], providers: list[str]) -> list[Cells]:
    rows = []
    for component in (CTE, APPRENTICE, WORK):
        for program in ("", *programs):
            for provider in ("", *providers):
                if maker.chance(0.25):
                    row = {"component": maker.odd(component), "program": program, "provider": provider}
                    row["selection"] = maker.pick(("Funder", "Funder and Provider", "Provider, only"))
                    rows.append(_dated(maker, row))
    return rows


def _contracts(maker: Maker, providers: list[str]) -> list[Cells]:
    return [
        _dated(maker, {"provider": maker.odd(provider), "allowed": maker.odd(allowed)})
        for provider in providers
        for allowed in (JST, RETENTION, CTE, APPRENTICE, WORK, "Support Service")
        if maker.chance(0.85)
    ]


def _aliases(maker: Maker, programs: list[str]) -> list[Cells]:
    rows = []
    for kind, label, stands_for in ALIASES:
        if maker.chance(0.2):
            continue
        scoped = kind in SCOPED or (maker.contested and kind != "program")
        scope = maker.pick(programs) if scoped and maker.chance(0.2) else ""
        row = {"kind": kind, "scope": maker.odd(scope), "label": label, "stands_for": stands_for}
        rows.append(_dated(maker, row, 0.06))
    if "PDX Youth@Work" in programs:
        rows.append(_within("PDX Youth@Work", "Internship/Work Experience", "Work Experience"))
    if "Training-WEX" in programs:
        rows.append(_within("Training-WEX", "Work Experience", "Internship/Work Experience"))
    return rows


def _within(scope: str, label: str, stands_for: str) -> Cells:
    row = {"kind": "service", "scope": scope, "label": label, "stands_for": stands_for}
    return {**row, "first": "", "last": ""}
