"""Find known labels that read like one that nothing knows; a person decides whether they mean the same."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from sync.crosswalk import Crosswalk, InForce, Row
from sync.model import RuleSettings, fold
from sync.rules.labels import CAREER_BOOST, CONTROLS, STATUSES
from sync.rules.unlisted import Unlisted

LEAST = 65
"""The lowest score of a suggestion; below it labels share little more than a word's beginning."""
_MOST = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Carry a known label that reads like another; score: from LEAST to 100."""

    label: str
    score: int


def alike(one: Unlisted, known: Iterable[str]) -> list[Alike]:
    """Return the known labels that read most like a label, the likest first."""
    scored = {label: score(one.label, label) for label in dict.fromkeys(known) if fold(label) != fold(one.label)}
    best = sorted((item for item in scored.items() if item[1] >= LEAST), key=lambda item: (-item[1], item[0]))
    return [Alike(label, points) for label, points in best[:_MOST]]


def score(one: str, other: str) -> int:
    """Return how much two labels read alike, from 0 to 100.

    The mean of two measures: one finds a label within a longer one, the other keeps it from finding too many.
    """
    left, right = fold(one), fold(other)
    return round((fuzz.WRatio(left, right) + fuzz.token_sort_ratio(left, right)) / 2)


def candidates(
    one: Unlisted, force: InForce, crosswalk: Crosswalk, *, settings: RuleSettings, providers: Iterable[str]
) -> list[str]:
    """Return the labels that one of its kind can stand for: none that is an alias itself.

    A service can stand for one of its program and control, or for a known one, which is rightly not entered.
    """
    rows = [row for row in crosswalk.rows if row.holds_on(force.day)]
    by_kind: dict[str, list[str]] = {
        "program": [CAREER_BOOST, *settings.worksource.programs, *_cells(rows, "services", "program")],
        "provider": [*providers, *_cells(rows, "funders", "provider"), *_cells(rows, "contracts", "provider")],
        "control": list(CONTROLS),
        "service": _services(one, force, rows),
        "component": list(settings.components.known),
        "payment_type": _cells(rows, "support", "payment_type"),
        "status": list(STATUSES),
    }
    program = force.program(one.program)
    return [label for label in by_kind[one.kind] if label and force.alias(one.kind, label, program) is None]


def _services(one: Unlisted, force: InForce, rows: list[Row]) -> list[str]:
    program = force.program(one.program)
    place = (program, force.canonical("control", one.control, program))
    own = [row["service"] for row in rows if row.table == "services" and force.service_key(row)[:2] == place]
    return [*own, *_cells(rows, "known_services", "service")]


def _cells(rows: list[Row], table: str, column: str) -> list[str]:
    return [row[column] for row in rows if row.table == table]
