"""Say when the scheduler does what: days and local times of each job, quiet hours, who approves a push, reminders."""

import json
from collections.abc import Iterator
from datetime import time
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

NIGHT_FROM, NIGHT_TO = time(1), time(3)
"""When nothing is begun, local time: there a day of daylight saving has an hour that is missing or comes twice."""
_SENDING: Final = ("run", "push")


class Weekday(StrEnum):
    """A day of the week by its name, Monday first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Days(StrEnum):
    """Days that have a name of their own; public holidays count as the days they fall on."""

    EVERY_DAY = "every day"
    WEEKDAYS = "weekdays"
    LAST_WORKDAY = "last workday of the month"


class Scheduled(StrEnum):
    """What the scheduler can do."""

    RUN = "run"
    PULL = "pull"
    READBACK = "readback"
    PLAN = "plan"
    PUSH = "push"
    RECONCILE = "reconcile"
    REMIND = "remind"


class Approval(StrEnum):
    """Who lets the scheduler push: itself within the limits of the brake, or a person for each digest."""

    AUTOMATIC = "automatic"
    PERSON = "person"


def _local_time(text: object) -> object:
    """Read a local time as HH:MM; a TOML time without quotes is one already."""
    if isinstance(text, str) and text:
        try:
            return time.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{text!r} is no time, expected one such as 05:30") from None
    return text or None


LocalTime = Annotated[time, BeforeValidator(_local_time)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ScheduledJob(_Section):
    """One row of the schedule: a job, its days, and its times of day, local."""

    job: Scheduled
    days: Days | tuple[Weekday, ...] = Days.WEEKDAYS
    at: tuple[LocalTime, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_days_and_no_night(self) -> Self:
        if not self.days:
            raise ValueError(f"{self.job}: no day is named")
        for one in self.at:
            if one.tzinfo is not None or one.second or one.microsecond:
                raise ValueError(f"{self.job}: {one.isoformat()} is not to the minute, expected one such as 05:30")
            if NIGHT_FROM <= one < NIGHT_TO:
                raise ValueError(
                    f"{self.job}: {one:%H:%M} lies between 01:00 and 03:00, where a day of daylight saving has an hour "
                    "that is missing or comes twice; choose another time"
                )
        return self

    @property
    def slots(self) -> Iterator[tuple[Scheduled, Weekday, time]]:
        """Yield every weekday and time on which it may be due; one that is named twice comes twice."""
        workdays = list(Weekday)[:5]
        named = {Days.EVERY_DAY: list(Weekday), Days.WEEKDAYS: workdays, Days.LAST_WORKDAY: workdays}
        days = named[self.days] if isinstance(self.days, Days) else self.days
        return ((self.job, day, one) for day in days for one in self.at)


def _rows(given: Any) -> Any:
    """Read the rows from the environment, where they stand as JSON."""
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except json.JSONDecodeError:
        raise ValueError('expected JSON such as [{"job": "run", "days": "weekdays", "at": ["05:30"]}]') from None


_USUAL = (
    ScheduledJob(job=Scheduled.RUN, days=Days.WEEKDAYS, at=(time(5, 30), time(18))),
    ScheduledJob(job=Scheduled.REMIND, days=Days.WEEKDAYS, at=(time(8),)),
)


class Schedule(_Section):
    """When the scheduler does what, in the service's time zone.

    push_approval  who lets it push
    quiet_from, quiet_to  in between the scheduler sends nothing; may reach over midnight; None = no quiet hours
    remind_days_before_month_end  from so many days before the last day of a month it reminds of what is not entered
    """

    job: Annotated[tuple[ScheduledJob, ...], BeforeValidator(_rows)] = _USUAL
    push_approval: Approval = Approval.PERSON
    quiet_from: Annotated[time | None, BeforeValidator(_local_time)] = None
    quiet_to: Annotated[time | None, BeforeValidator(_local_time)] = None
    remind_days_before_month_end: int = Field(default=5, ge=0, le=27)

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        slots = [slot for row in self.job for slot in row.slots]
        for slot in slots:
            if slots.count(slot) > 1:
                job, day, one = slot
                raise ValueError(f"{job} stands twice for {day} {one:%H:%M}")
        return self

    @model_validator(mode="after")
    def _quiet_hours_have_both_ends(self) -> Self:
        ends = {self.quiet_from, self.quiet_to}
        if ends != {None} and (None in ends or len(ends) == 1):
            raise ValueError("quiet hours need quiet_from and quiet_to, and the two differ")
        for row in self.job:
            if row.job in _SENDING and (loud := [one for one in row.at if self.is_quiet(one)]):
                raise ValueError(f"{row.job} at {loud[0]:%H:%M} lies in the quiet hours, in which nothing is pushed")
        return self

    def is_quiet(self, local: time) -> bool:
        """Tell whether a time of day lies in the quiet hours; their end does not."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        if self.quiet_from < self.quiet_to:
            return self.quiet_from <= local < self.quiet_to
        return local >= self.quiet_from or local < self.quiet_to
