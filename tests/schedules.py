"""Share what tests of the clock need: schedules, a timekeeper that a test steps, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.jobs.ticking import Timekeeper
from sync.settings import Schedule
from sync.store import Database, Tick, end_tick

PORTLAND = ZoneInfo("America/Los_Angeles")


def schedule(*rows: Mapping[str, Any], **given: Any) -> Schedule:
    """Return a schedule; without rows, `run` every day at 05:30 and 18:00."""
    usual = {"job": "run", "days": "every day", "at": ["05:30", "18:00"]}
    return Schedule.model_validate({"job": list(rows) or [usual], **given})


def local(text: str) -> datetime:
    """Return the instant of a local time in Portland."""
    return datetime.fromisoformat(text).replace(tzinfo=PORTLAND).astimezone(UTC)


@dataclass
class Kept:
    """A timekeeper, and the local times at which something was due that it did."""

    db: Database
    kept: Schedule
    name: str = "first"
    ends: bool = True
    did: list[str] = field(default_factory=list)

    def do(self, tick: Tick) -> None:
        self.did.append(f"{tick.job} {tick.due_at.astimezone(PORTLAND):%Y-%m-%d %H:%M}")
        if self.ends:
            end_tick(self.db, tick, tick.due_at)

    @property
    def timekeeper(self) -> Timekeeper:
        return Timekeeper(self.db, self.kept, PORTLAND, self.name, self.do)

    def at(self, text: str) -> list[str]:
        """Step at a local time; return what was done."""
        before = len(self.did)
        self.timekeeper.step(local(text))
        return self.did[before:]

    def every(self, step: timedelta, first: datetime, last: datetime) -> list[str]:
        """Step again and again; return what was done."""
        before, now = len(self.did), first
        while now <= last:
            self.timekeeper.step(now)
            now += step
        return self.did[before:]
