"""Stage 2: the gates that lines of several kinds share. Every gate adds what it finds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from .crosswalk import CAREER_BOOST
from .facts import Enrollment, Facts, Steps
from .line import Line
from .reasons import ALREADY, ENTER, FLAG, HOLD, WAITS

FOLLOW_UP = "Follow-Up"


def missing_or_late(days: Iterable[datetime.date | None], day: datetime.date) -> str:
    """Return blank if one of the days is on or before the day, else `late` or `missing`."""
    known = [each for each in days if each is not None]
    if not known:
        return "missing"
    return "" if min(known) <= day else "late"


def _add(line: Line, gate: str, timing: str) -> None:
    if timing:
        line.add(f"{gate}-{timing}")


def identity_to_career_boost(facts: Facts, line: Line) -> None:
    """Check identity, SNAP and the Career Boost record."""
    person = facts.person(line.customer_id)
    if not person.job_seeker_id:
        line.add("identity-missing")
    if person.conflict:
        line.add("identity-conflict")
    if person.matched:
        _snap(facts, line, person.matched)
    boost = facts.key("program", CAREER_BOOST, line)
    days = [row.registered for row in enrolled_in(facts, line, {boost})]
    _add(line, "career-boost", missing_or_late(days, line.date))


def _snap(facts: Facts, line: Line, job_seeker: str) -> None:
    found = facts.eligibility.get((job_seeker, line.month))
    if found is None or found.status == "unknown":
        line.add("snap-unknown")
    if found is not None and found.status == "not eligible":
        line.add("snap-not-eligible")
    if found is not None and found.tanf:
        line.add("tanf")


def enrolled_in(facts: Facts, line: Line, programs: set[str]) -> list[Enrollment]:
    """Return the customer's enrollments in programs given by key on the line's date."""
    key = facts.crosswalk.key
    return [
        row
        for row in facts.enrollments.get(line.customer_id, [])
        if key("program", row.program, line.looked_up) in programs
    ]


def _programs(facts: Facts, line: Line, names: Iterable[str]) -> set[str]:
    return {facts.key("program", name, line) for name in names}


def worksource(facts: Facts, line: Line) -> None:
    """Check WorkSource enrollment and documents of a line of an exempt program or another."""
    if line.program_key in _programs(facts, line, facts.settings.exempt):
        return
    _worksource(facts, line)


def worksource_of_steps(facts: Facts, line: Line) -> None:
    """Check WorkSource for an assessment or plan, which belong to no program."""
    exempt = enrolled_in(facts, line, _programs(facts, line, facts.settings.exempt))
    if missing_or_late([row.applied for row in exempt], line.date) == "":
        return
    _worksource(facts, line)


def _worksource(facts: Facts, line: Line) -> None:
    rows = enrolled_in(facts, line, _programs(facts, line, facts.settings.worksource))
    days = [row.applied for row in rows if row.documented]
    _add(line, "worksource", missing_or_late(days, line.date))


def enrollment(facts: Facts, line: Line) -> None:
    """Check that the customer was in the program with the provider on the line's date."""
    rows = [
        row
        for row in enrolled_in(facts, line, {line.program_key})
        if facts.crosswalk.key("provider", row.provider, line.looked_up, row.program) == line.provider_key
        and row.applied is not None
        and row.applied <= line.date
    ]
    if not rows:
        line.add("not-enrolled-in-program")
        return
    follow_up = facts.key("control", FOLLOW_UP, line)
    if line.control_key != follow_up and all(row.exited is not None and row.exited < line.date for row in rows):
        line.add("after-exit")


def assessed(line: Line, steps: Steps) -> None:
    """Check that the provider assessed the customer on or before the line's date."""
    _add(line, "assessment", missing_or_late(steps.assessed, line.date))


def planned(line: Line, steps: Steps) -> None:
    """Check that the provider's plan was complete on or before the line's date."""
    _add(line, "plan", missing_or_late([steps.plan_complete], line.date))


def waits(line: Line, earlier: Iterable[Line | None]) -> None:
    """Let a line without findings wait for the lines of the earlier steps."""
    if line.findings:
        return
    open_steps = [step for step in earlier if step is not None and not _done(step, line)]
    if open_steps:
        # an entered step among them is one that is dated after this line
        all_held = all(step.decision == HOLD for step in open_steps)
        line.add(WAITS, HOLD if all_held else FLAG)


def _done(step: Line, line: Line) -> bool:
    """Say whether a step is in iMatchSkills, or is entered on or before the line's date."""
    if step.carries(ALREADY):
        return True
    return step.decision == ENTER and step.date <= line.date
