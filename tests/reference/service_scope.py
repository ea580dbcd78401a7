"""Services, stage 1: which rows and months are in scope at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import cells
from .crosswalk import CAREER_BOOST, near_miss
from .facts import Facts
from .line import Line
from .tables import Row


@dataclass(frozen=True)
class ServiceRow:
    """A service row with its dates read, and the line or month of it that is looked at."""

    row: Row
    start: datetime.date | None
    end: datetime.date | None
    target: datetime.date | None

    def last_month(self, as_of: datetime.date) -> int:
        """Return the number of the last month that a training can reach."""
        last = self.end or self.target or as_of
        return cells.month_number(min(last, as_of))


def service_lines(facts: Facts) -> list[Line]:
    """Return the lines of all service rows and their later months, with stage 1 decided."""
    lines = []
    for row in facts.rows["services"]:
        service = ServiceRow(row, row.date("start_date"), row.date("end_date"), row.date("target_end_date"))
        line = _line(facts, service)
        lines.append(line)
        if line.in_scope and facts.settings.continuing != "start-month-only":
            lines.extend(_later_months(facts, service, line))
    return lines


def _line(facts: Facts, service: ServiceRow, month: int | None = None) -> Line:
    day = service.start if month is None else cells.first_day(month)
    line = facts.line(service.row, "service", "component", day)
    if month is not None:
        line.line_id += f":{line.month}"
    line.label = service.row["service"]
    line.service_key = facts.key("service", line.label, line)
    reason = _stage_one(facts, service, line)
    if reason:
        line.end(reason)
    return line


def _later_months(facts: Facts, service: ServiceRow, line: Line) -> Iterator[Line]:
    if not _has(facts, line, TRAINING):
        return
    for month in range(cells.month_number(line.date) + 1, service.last_month(facts.as_of) + 1):
        yield _line(facts, service, month)


ONE_TIME = ("Services", "Follow-Up")
TRAINING = ("Training & Education", "Work Based Training")


def _has(facts: Facts, line: Line, controls: tuple[str, ...]) -> bool:
    return line.control_key in {facts.key("control", name, line) for name in controls}


def _stage_one(facts: Facts, service: ServiceRow, line: Line) -> str:
    """Return the first reason that applies, or blank."""
    checks: tuple[Callable[[Facts, ServiceRow, Line], str], ...] = (_row, _labels, _status, _dates)
    for check in checks:
        reason = check(facts, service, line)
        if reason:
            return reason
    return ""


def _row(facts: Facts, service: ServiceRow, line: Line) -> str:
    reason = program_reason(facts, line, "career-boost-copy")
    if reason:
        return reason
    if service.row.bad:
        return "row-unreadable"
    if service.row.tie:
        return "versions-tie"
    if service.start is None:
        return "date-missing"
    return ""


def program_reason(facts: Facts, line: Line, in_career_boost: str) -> str:
    """Return why a line's program takes no part, or blank."""
    if line.program_key == facts.key("program", CAREER_BOOST, line):
        return in_career_boost
    programs = facts.crosswalk.stretch(line.looked_up).programs
    if line.program and line.program_key not in programs:
        return "program-not-qualifying"
    return ""


def _labels(facts: Facts, service: ServiceRow, line: Line) -> str:
    """Look the service up; fill the component of the line."""
    stretch = facts.crosswalk.stretch(line.looked_up)
    place = (line.program_key, line.control_key, line.service_key)
    component = stretch.components.get(place)
    if component is not None:
        line.entry_name = component
        line.component_key = facts.key("component", component, line)
        return ""
    if near_miss(stretch, *place):
        return "label-near-miss"
    if line.control_key not in stretch.controls or line.service_key not in stretch.services:
        return "label-unknown"
    return "service-not-in-crosswalk"


def _status(facts: Facts, service: ServiceRow, line: Line) -> str:
    status = facts.key("status", service.row["status"], line)
    names = ("Not Completed", "Cancelled", "Completed", "Started")
    not_completed, cancelled, completed, started = (facts.key("status", name, line) for name in names)
    if status in (not_completed, cancelled):
        return "not-delivered"
    if facts.answers.delivered(line.line_id) == "not delivered":
        return "not-delivered"
    one_time = _has(facts, line, ONE_TIME)
    if one_time and status != completed:
        return "status-not-allowed"
    if _has(facts, line, TRAINING) and status not in (started, completed):
        return "status-not-allowed"
    if service.end is None and (one_time or status == completed):
        return "end-date-missing"
    return ""


def _dates(facts: Facts, service: ServiceRow, line: Line) -> str:
    start, end = service.start, service.end
    assert start is not None
    if end is not None and end < start:
        return "dates-reversed"
    if _has(facts, line, ONE_TIME) and end and cells.month_of(start) != cells.month_of(end):
        return "spans-months"
    if _has(facts, line, TRAINING):
        months = service.last_month(facts.as_of) - cells.month_number(start) + 1
        if months > facts.settings.training_months:
            return "too-long"
    if line.date > facts.as_of:
        return "in-the-future"
    return ""
