"""Share what tests of the jobs need: a service over a database of its own, with a clock that the test moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from sync.clients import Edges
from sync.crosswalk import Crosswalk
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.plan import Planned, plan
from sync.jobs.pull import pull
from sync.jobs.readback import readback
from sync.jobs.service import Job, Service, running
from sync.model import TABLES, RuleSettings
from sync.settings import ServiceSettings
from sync.store import Database, lines_of_plan
from tests.gateways import Watch
from tests.support import CONFIG, write_tables

START = datetime(2026, 4, 20, 17, tzinfo=UTC)
Tables = Mapping[str, list[dict[str, str]]]


@dataclass
class Clock:
    """A clock that stands until it is moved; sleeping moves it."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def quiet(step: str, done: int, total: int) -> None:
    pass


def service(
    db: Database,
    folder: Path,
    *,
    clock: Clock | None = None,
    configuration: Configuration | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Service:
    """Return a service that pulls exports from `folder`/itrac and read-backs from `folder`/ims."""
    given = {"itrac": {"folder": folder / "itrac"}, "ims": {"folder": folder / "ims"}}
    for section, keys in (settings or {}).items():
        given[section] = {**given.get(section, {}), **keys}
    made = configuration or read_configuration(CONFIG)
    return Service(db, ServiceSettings.model_validate(given), made, (clock or Clock()).now, "tester", quiet)


def configured(crosswalk: Crosswalk, rules: RuleSettings) -> Configuration:
    return Configuration(crosswalk, rules, {})


def lay_exports(folder: Path, tables: Tables) -> None:
    """Write tables as the exports of the two systems; a table that was there before and has no rows now is empty."""
    for place, of_ims in (("itrac", False), ("ims", True)):
        (folder / place).mkdir(parents=True, exist_ok=True)
        there = {path.stem for path in (folder / place).iterdir()}
        own = {name: rows for name, rows in tables.items() if name.startswith("ims_") == of_ims}
        write_tables(folder / place, {**{name: [] for name in there}, **own})


def done(made: Service, name: str, **options: Any) -> Job:
    """Do a job as a run of its own."""
    jobs = {"pull": pull, "readback": readback}
    with running(made, name) as job:
        jobs[name](made, job, **options)
    return job


def planned(made: Service, as_of: date) -> Planned:
    with running(made, "plan") as job:
        return plan(made, job, as_of=as_of)


def plan_lines(made: Service, of: Planned) -> pl.DataFrame:
    return lines_of_plan(made.db, of.plan.id)


def on(made: Service, clock: Clock) -> Service:
    """Return the service with another clock."""
    return replace(made, now=clock.now)


def edges(clock: Clock) -> Edges:
    """Return edges whose waits move the clock."""
    watch = Watch()
    return replace(watch.edges(), sleep=clock.sleep, monotonic=lambda: clock.at.timestamp())


def every_table() -> list[str]:
    return list(TABLES)
