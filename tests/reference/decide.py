"""Decides every line, in the order in which one kind of line looks at another."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from . import cells
from .assessments import decide_assessments
from .crosswalk import Crosswalk, Rows
from .facts import Facts, Tables
from .first_of_month import Month, decide_services
from .line import Line
from .output import digest
from .payment_scope import payment_lines
from .plans import decide_plans
from .reasons import HOLD
from .service_scope import service_lines
from .settings import read_settings
from .support import decide_payments
from .tables import Rejected


@dataclass(frozen=True)
class Workings:
    """What the lines were made from, for whoever looks at them again."""

    facts: Facts
    lines: list[Line]
    month: Month


@dataclass(frozen=True)
class Outcome:
    """The lines as text in their order, their digest, and the rows that were rejected."""

    lines: list[dict[str, str]]
    digest: str
    rejected: list[Rejected]
    workings: Workings = field(repr=False, compare=False)


def decide(
    tables: Tables,
    crosswalk: dict[str, Rows],
    settings: dict[str, object],
    as_of: datetime.date,
    crosswalk_version: str = "",
) -> Outcome:
    """Decide what becomes of every item in the tables on a day."""
    facts = Facts(tables, Crosswalk(crosswalk), read_settings(settings), as_of)
    assessments = decide_assessments(facts)
    plans = decide_plans(facts)
    services = service_lines(facts)
    month = decide_services(facts, services)
    payments = payment_lines(facts)
    decide_payments(facts, payments, services)
    lines = [*assessments, *plans, *services, *payments]
    for line in lines:
        _held_too_long(facts, line)
    lines.sort(key=lambda line: (line.customer_id, line.day is None, line.day or as_of, line.line_id))
    shown = [line.shown(crosswalk_version) for line in lines]
    return Outcome(shown, digest(shown), sorted(facts.rejected), Workings(facts, lines, month))


def _held_too_long(facts: Facts, line: Line) -> None:
    if line.decision != HOLD:
        return
    late = (facts.as_of - cells.last_day(line.date)).days
    if late > facts.settings.hold_days:
        line.add("held-too-long")
