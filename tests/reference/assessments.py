"""Decides the lines of assessment rows: orientation and assessment."""

from __future__ import annotations

from . import gates
from .facts import Facts
from .line import Line
from .tables import Row

NAMES = {"orientation": "STEP Orientation", "assessment": "STEP E & T Assessment"}
Pair = dict[str, Line]


def decide_assessments(facts: Facts) -> list[Line]:
    """Return two lines for each assessment row, and note each provider's standing row."""
    pairs = []
    groups: dict[tuple[str, str], list[Pair]] = {}
    for row in facts.rows["assessments"]:
        pair = _pair(facts, row)
        pairs.append(pair)
        first = pair["assessment"]
        if row.bad or row.tie or first.day is None:
            continue
        facts.steps(first.customer_id, first.provider_key).assessed.append(first.day)
        if first.in_scope:
            groups.setdefault((first.customer_id, first.provider_key), []).append(pair)
    for group in groups.values():
        _decide_group(facts, group)
    return [line for pair in pairs for line in pair.values()]


def _pair(facts: Facts, row: Row) -> Pair:
    pair = {}
    for kind, name in NAMES.items():
        line = facts.line(row, kind, kind, row.date("completed_on"))
        line.entry_name = name
        reason = stage_one(facts, row, line)
        if reason:
            line.end(reason)
        pair[kind] = line
    return pair


def stage_one(facts: Facts, row: Row, line: Line) -> str:
    """Return the reason that ends the evaluation of an assessment or goal row, or blank."""
    if row.bad:
        return "row-unreadable"
    if row.tie:
        return "versions-tie"
    if line.day is None:
        return "date-missing"
    if line.day > facts.as_of:
        return "in-the-future"
    return ""


def gates_of_steps(facts: Facts, line: Line) -> None:
    """Add the findings of stage 2 that assessments and plans share."""
    gates.identity_to_career_boost(facts, line)
    gates.worksource_of_steps(facts, line)


def _decide_group(facts: Facts, group: list[Pair]) -> None:
    """Let one row of a customer and provider stand for the others."""
    group.sort(key=lambda pair: (pair["assessment"].date, pair["assessment"].source_id))
    for pair in group:
        for line in pair.values():
            gates_of_steps(facts, line)
    standing = _standing(facts, group)
    for pair in group:
        if pair is not standing:
            for kind, line in pair.items():
                line.findings = []
                line.end("already-assessed")
                line.standing = standing[kind].line_id
    _stage_three(facts, standing)


def _standing(facts: Facts, group: list[Pair]) -> Pair:
    first = group[0]["assessment"]
    seeker = facts.person(first.customer_id).matched
    if all(facts.entries.step(seeker, kind, first.provider_key) for kind in NAMES):
        return group[0]
    return next((pair for pair in group if not pair["assessment"].findings), group[0])


def _stage_three(facts: Facts, standing: Pair) -> None:
    orientation, assessment = standing["orientation"], standing["assessment"]
    seeker = facts.person(assessment.customer_id).matched
    assessment.depends_on = orientation.line_id
    for kind, line in standing.items():
        entry = facts.entries.step(seeker, kind, line.provider_key)
        if entry:
            line.already(entry.entry_id)
            if kind == "orientation":
                assessment.depends_on = f"ims:{entry.entry_id}"
    steps = facts.steps(assessment.customer_id, assessment.provider_key)
    steps.orientation, steps.assessment = orientation, assessment
