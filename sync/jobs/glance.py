"""Say at a glance how things stand, from the queries that the commands use."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.alerts import document_of
from sync.jobs.alerts import known_alerts, notice_of
from sync.jobs.looked_at import Problem
from sync.jobs.service import Service
from sync.model import Decision
from sync.rules.book import act_of, rules_of, words_of_reason
from sync.store import State, StoredPlan, counts, newest_plan, stopped

_WAITING = (Decision.FLAG, Decision.HOLD)


@dataclass(frozen=True, slots=True)
class Waits:
    """Say of one reason how many lines it holds back, and what to do about it."""

    reason: str
    decision: str
    words: str
    act: str
    lines: int


@dataclass(frozen=True, slots=True)
class Glance:
    """Carry how things stand.

    waits     what holds lines back, what needs a person first, then by how many lines
    ledger    lines by how they stand
    problems  the alerts that are open, and what to do
    stopped   why nothing may be sent; None where it may
    """

    plan: StoredPlan | None
    waits: tuple[Waits, ...]
    ledger: Mapping[State, int]
    problems: tuple[Problem, ...]
    stopped: str | None


def glance(service: Service) -> Glance:
    """Ask how things stand now; quick enough for every visit."""
    plan = newest_plan(service.db)
    return Glance(plan, _waits(plan), counts(service.db), tuple(_problems(service)), stopped(service.db))


def _waits(plan: StoredPlan | None) -> tuple[Waits, ...]:
    found = [
        Waits(reason, str(rule.decision), words_of_reason(reason), act_of(reason), lines)
        for reason, lines in (plan.counts.get("by_reason", {}) if plan else {}).items()
        for rule in rules_of(reason)[:1]
        if rule.decision in _WAITING
    ]
    return tuple(sorted(found, key=lambda one: (_WAITING.index(Decision(one.decision)), -one.lines, one.reason)))


def _problems(service: Service) -> list[Problem]:
    """Return the open alerts. The checks of `status` read the whole file, which takes longer than a page may."""
    told = [(alert, document_of(notice_of(alert))) for alert in known_alerts(service.db, every=False)]
    return [Problem(words["what"], alert.first_at, words["do"]) for alert, words in told]
