"""An hour of the schedule against a target that fails ends with all well, everything entered once, and memory flat."""

import gc
import json
import logging
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.clients import Edges
from sync.jobs.scheduled import Doer, of_the_scheduler
from sync.jobs.service import Service
from sync.jobs.status import status
from sync.jobs.ticking import Timekeeper
from sync.pretend.faults import Act, Door, Fault, Faults, Seeded
from sync.settings import Schedule
from sync.store import Database, RunState, runs
from tests.crosswalks import published
from tests.schedules import PORTLAND
from tests.services import done, edges
from tests.support import CONFIG
from tests.world_of_demo import TWO_EQUAL, World, world

SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "20260420"))
PASSING = (
    Fault(Act.STATUS, 500), Fault(Act.STATUS, 503, after=True), Fault(Act.RESET), Fault(Act.RESET, after=True),
    Fault(Act.WAIT_SECONDS, 429), Fault(Act.CUT_SHORT, after=True),
)  # fmt: skip
TIMES = [f"10:{minute:02d}" for minute in range(5, 60, 5)]
GROWTH = 400_000
"""Bytes of Python objects that may be more after the second half of the hour."""


class Weather:
    """Hand out faults that pass, until it clears up."""

    def __init__(self) -> None:
        self.bad = True
        self.met = 0
        self._faults: Faults = Seeded(SEED, 0.2, among=PASSING)

    def draw(self, door: Door, key: str, /) -> Fault | None:
        fault = self._faults.draw(door, key) if self.bad else None
        self.met += fault is not None
        return fault


def scheduler_of(made: World) -> Timekeeper:
    """Return a timekeeper that runs all of it every five minutes, by itself within the brake's limits."""
    kept = Schedule.model_validate({
        "job": [{"job": "run", "days": "every day", "at": TIMES}], "push_approval": "automatic",
    })  # fmt: skip
    settings = made.service.settings.model_copy(update={"schedule": kept})
    service = of_the_scheduler(replace(made.service, settings=settings, outer=edges(made.clock)))
    same: Callable[[Service], Service] = lambda one: one  # noqa: E731 - the configuration stands as it is
    return Timekeeper(service.db, kept, PORTLAND, "scheduler", Doer(service, same).do)


def held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def environment(made: World, patch: pytest.MonkeyPatch) -> None:
    """Let the settings of `status` be those of the world."""
    ims = made.service.settings.ims
    told = {
        "IMS__TARGET": "gateway", "IMS__LEVEL": "L4", "IMS__URL": ims.url, "ITRAC__FOLDER": str(made.folder / "itrac"),
        "IMS__CLIENT_ID": ims.client_id.get_secret_value(), "IMS__CLIENT_SECRET": ims.client_secret.get_secret_value(),
        "SCHEDULE__JOB": json.dumps([{"job": "run", "days": "every day", "at": TIMES}]),
        "SCHEDULE__PUSH_APPROVAL": "automatic",
    }  # fmt: skip
    for name, value in told.items():
        patch.setenv(f"IMS_SYNC_{name}", value)


def test_an_hour_of_the_schedule_with_faults_ends_with_all_well(
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    print(f"seed {SEED}")
    caplog.set_level(logging.CRITICAL, "ims-sync")  # what a test hears of the log is kept, and counts as memory
    weather = Weather()
    with world(database, tmp_path, faults=weather) as made:
        made.lay(TWO_EQUAL)
        made.push(made.plan())
        keeper, people, memory, end = scheduler_of(made), [TWO_EQUAL], [0], made.clock.at + timedelta(hours=1)
        tracemalloc.start()

        while made.clock.at < end:
            if made.clock.at.minute % 5 == 4:
                people.append(TWO_EQUAL)
                made.lay(*people)
                done(made.service, "readback", months=["2026-01"])
            weather.bad = made.clock.at.minute < 45
            if keeper.step(made.clock.at):
                memory.append(held())
            made.clock.at += timedelta(minutes=1)
        tracemalloc.stop()

        environment(made, monkeypatch)
        published(database, CONFIG)
        found = status(CONFIG, database_url, made.clock.now, edges=Edges())
        assert [problem.what for problem in found.problems] == []
        assert found.exit_code == 0
        assert sorted(made.references()) == sorted(set(made.references()))
        assert len(made.ims.entries()) >= 6 * (len(people) - 1)
        states = [run.state for run in runs(database, 1000) if run.job == "run"]
        assert len(states) >= 4
        assert states[0] in {RunState.DONE, RunState.NEEDS_A_PERSON}
        assert weather.met > 3
        print(f"{weather.met} faults, {len(states)} runs, {memory} bytes held")
        assert memory[-1] - memory[len(memory) // 2] < GROWTH
