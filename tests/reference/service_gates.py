"""Services, stage 2: the gates of a service line."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from . import gates
from .crosswalk import funder
from .facts import Facts
from .line import Line
from .reasons import ALREADY, ENTER, SAME_TYPE

JOB_RETENTION = "Job Retention"
NEEDS_FUNDER = (
    "Career/Technical Education or other Vocational Training",
    "Pre-Apprenticeship/Apprenticeship",
)


def is_retention(facts: Facts, line: Line) -> bool:
    return line.component_key == facts.key("component", JOB_RETENTION, line)


def service_gates(facts: Facts, line: Line, earlier: Iterable[Line]) -> None:
    """Add every finding of stage 2.

    earlier    the customer's service lines dated before this one, decided through stage 3;
               looked at for Job Retention alone
    """
    steps = facts.steps(line.customer_id, line.provider_key)
    gates.identity_to_career_boost(facts, line)
    gates.worksource(facts, line)
    gates.enrollment(facts, line)
    gates.assessed(line, steps)
    gates.planned(line, steps)
    _contract(facts, line)
    if is_retention(facts, line):
        _employment(facts, line, earlier)
    _funder(facts, line)
    _continuing(facts, line)
    gates.waits(line, (steps.assessment, steps.orientation, steps.plan))
    _depends_on(facts, line)


def _contract(facts: Facts, line: Line) -> None:
    contracts = facts.crosswalk.stretch(line.looked_up).contracts
    if facts.settings.contracts_enforced and (line.provider_key, line.component_key) not in contracts:
        line.add("component-not-contracted")


def _employment(facts: Facts, line: Line, earlier: Iterable[Line]) -> None:
    starts = facts.employed.get(line.customer_id, [])
    timing = gates.missing_or_late(starts, line.date)
    if timing:
        line.add(f"employment-{timing}")
        return
    latest = max(start for start in starts if start <= line.date)
    days = facts.settings.retention_days(line.date)
    if (line.date - latest).days > days:
        line.add("retention-window-passed")
    if not _component_before(facts, line, earlier, latest):
        line.add("retention-without-component")


def _component_before(facts: Facts, line: Line, earlier: Iterable[Line], start: datetime.date) -> bool:
    """Say whether another component stood before employment started."""
    for other in earlier:
        if other.date < start and not is_retention(facts, other) and _stood(other):
            return True
    for entry in facts.entries.of(facts.person(line.customer_id).matched, "component"):
        retention = facts.crosswalk.key("component", JOB_RETENTION, entry.day)
        if entry.day < start and entry.name_key != retention:
            return True
    return False


def _stood(line: Line) -> bool:
    return line.decision == ENTER or line.carries(ALREADY) or line.carries(SAME_TYPE)


def _funder(facts: Facts, line: Line) -> None:
    stretch = facts.crosswalk.stretch(line.looked_up)
    selection = funder(stretch, line.component_key, line.program_key, line.provider_key)
    if selection is not None:
        line.funder_selection = selection
        return
    needing = {facts.key("component", name, line) for name in NEEDS_FUNDER}
    if facts.settings.funder_needed and line.component_key in needing:
        line.add("funder-unknown")


def _continuing(facts: Facts, line: Line) -> None:
    if line.line_id == f"service:{line.source_id}" or facts.settings.continuing != "ask":
        return
    if facts.answers.delivered(line.line_id) != "delivered":
        line.add("continuing-unconfirmed")


def _depends_on(facts: Facts, line: Line) -> None:
    seeker = facts.person(line.customer_id).matched
    entry = facts.entries.step(seeker, "plan", line.provider_key)
    plan = facts.steps(line.customer_id, line.provider_key).plan
    if entry:
        line.depends_on = f"ims:{entry.entry_id}"
    elif plan:
        line.depends_on = plan.line_id
