"""Decides the lines of goal rows: one plan a customer and provider."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from . import cells, gates
from .assessments import gates_of_steps, stage_one
from .facts import Facts
from .line import Line
from .tables import Row


@dataclass
class Goal:
    """A readable goal set on or before `as_of`, with its line."""

    line: Line
    long_term: bool
    has_target: bool

    @property
    def order(self) -> tuple[datetime.date, str]:
        return (self.line.date, self.line.source_id)


def decide_plans(facts: Facts) -> list[Line]:
    """Return one line for each goal row, and note each provider's plan line."""
    lines = []
    groups: dict[tuple[str, str], list[Goal]] = {}
    for row in facts.rows["goals"]:
        line = facts.line(row, "plan", "plan", row.date("set_on"))
        line.entry_name = "Created STEP Plan"
        lines.append(line)
        reason = stage_one(facts, row, line)
        if reason:
            line.end(reason)
        else:
            groups.setdefault((line.customer_id, line.provider_key), []).append(_goal(row, line))
    for group in groups.values():
        _decide_group(facts, sorted(group, key=lambda goal: goal.order))
    return lines


def _goal(row: Row, line: Line) -> Goal:
    long_term = cells.TERMS[cells.fold(row["term"])] == "long"
    return Goal(line, long_term, row.date("target_end_date") is not None)


def _completing(facts: Facts, goals: list[Goal]) -> Goal | None:
    """Return the row with which the plan became complete, or None."""
    required = facts.settings.long_term_target_required
    long_term = [goal for goal in goals if goal.long_term and (goal.has_target or not required)]
    short_term = [goal for goal in goals if not goal.long_term and goal.has_target]
    if not long_term or not short_term:
        return None
    return max(_earliest(long_term) + _earliest(short_term), key=lambda goal: goal.order)


def _earliest(goals: list[Goal]) -> list[Goal]:
    first = min(goal.line.date for goal in goals)
    return [goal for goal in goals if goal.line.date == first]


def _decide_group(facts: Facts, goals: list[Goal]) -> None:
    """Find the plan line of a customer and provider; say of the others what stands for them."""
    for goal in goals:
        _gates(facts, goal.line)
    completing = _completing(facts, goals)
    plan = _plan_line(facts, goals, completing)
    for goal in goals:
        if goal is not plan:
            _other_row(goal, plan)
    steps = facts.steps(goals[0].line.customer_id, goals[0].line.provider_key)
    steps.plan_complete = completing.line.date if completing else None
    if plan:
        steps.plan = plan.line
        _stage_three(facts, plan.line)


def _gates(facts: Facts, line: Line) -> None:
    steps = facts.steps(line.customer_id, line.provider_key)
    gates_of_steps(facts, line)
    gates.assessed(line, steps)
    gates.waits(line, (steps.assessment, steps.orientation))


def _plan_line(facts: Facts, goals: list[Goal], completing: Goal | None) -> Goal | None:
    line = goals[0].line
    seeker = facts.person(line.customer_id).matched
    if facts.entries.step(seeker, "plan", line.provider_key):
        return completing or goals[0]
    if completing is None:
        return None
    later = [goal for goal in goals if goal.order >= completing.order]
    return next((goal for goal in later if not goal.line.findings), completing)


def _other_row(goal: Goal, plan: Goal | None) -> None:
    goal.line.findings = []
    if plan is None:
        goal.line.end("plan-incomplete")
        return
    goal.line.end("part-of-plan" if goal.order < plan.order else "plan-update")
    goal.line.standing = plan.line.line_id


def _stage_three(facts: Facts, line: Line) -> None:
    seeker = facts.person(line.customer_id).matched
    steps = facts.steps(line.customer_id, line.provider_key)
    if steps.assessment:
        line.depends_on = steps.assessment.line_id
    assessed = facts.entries.step(seeker, "assessment", line.provider_key)
    if assessed:
        line.depends_on = f"ims:{assessed.entry_id}"
    entry = facts.entries.step(seeker, "plan", line.provider_key)
    if entry:
        line.already(entry.entry_id)
