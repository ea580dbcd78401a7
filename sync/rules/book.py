"""Lay the whole rule book on one table: every rule of every stage, for explanations and docs/reasons.md."""

from functools import cache
from typing import NamedTuple

from sync.model import FINDINGS, Reason
from sync.rules import gates, month, scope
from sync.rules.rule import Rule

BOOK: dict[str, tuple[Rule, ...]] = {
    "Services, stage 1: scope": scope.SERVICES,
    "Services, stage 2: gates": (*gates.SERVICES, gates.WITHOUT_COMPONENT, *gates.WAITS),
    "Services, stage 3: first of the month": month.SERVICES,
    "Payments, stage 1: scope": scope.PAYMENTS,
    "Payments, stage 2: gates": gates.PAYMENTS,
    "Payments, stage 3: order to services": (month.ALREADY, month.POSSIBLY, *month.PAYMENTS, month.SAME_TYPE),
    "Assessments, stage 1: scope": (*scope.ASSESSMENTS, scope.ALREADY_ASSESSED),
    "Assessments, stage 2: gates": gates.ASSESSMENTS,
    "Assessments and plans, stage 3": (month.ALREADY,),
    "Plans, stage 1: scope": (*scope.GOALS, *scope.PLAN_ROWS),
    "Plans, stage 2: gates": (*gates.PLANS, *gates.WAITS),
    "Last": (month.HELD_TOO_LONG,),
}


@cache
def rules_of(reason: str) -> tuple[Rule, ...]:
    """Return the distinct rules that give a reason."""
    found: list[Rule] = []
    for rules in BOOK.values():
        found += [rule for rule in rules if rule.reason == reason and not any(rule is other for other in found)]
    return tuple(found)


def words_of_reason(reason: str) -> str:
    """Return a reason in words."""
    return rules_of(reason)[0].words


def act_of(reason: str) -> str:
    """Return who does what next about a reason."""
    return rules_of(reason)[0].act


class Why(NamedTuple):
    """Say a reason in words, and who does what next about it."""

    reason: str
    words: str
    act: str


def why_of(reasons: str | None) -> list[Why]:
    """Return the reasons of a line, as its cell holds them, in words; none where the cell is blank."""
    return [Why(one, words_of_reason(one), act_of(one)) for one in (reasons or "").split(";") if one]


def missing() -> list[Reason]:
    """Return the reasons that no rule of the book gives."""
    return [finding.reason for finding in FINDINGS if not rules_of(finding.reason)]


def as_markdown() -> str:
    """Return docs/reasons.md."""
    parts = [
        "# Reasons",
        "Made from the rule book by `make docs`; do not edit. Each row is a rule: when it applies its line gets the "
        "reason, and the strongest decision of its reasons is the line's "
        "(`no-entry`, then `flag`, then `hold`, then `enter`).",
    ]
    for title, rules in BOOK.items():
        rows = [f"| `{r.reason}` | {r.decision} | {r.words} | {r.act} | {r.source} |" for r in rules]
        head = "| reason | decision | in words | what to do | source |\n|---|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"
