"""Several machines push one plan into one PostgreSQL and are killed on the way: everything stands once in the end."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync.jobs.push import push
from sync.jobs.service import running
from sync.jobs.waves import Waiting
from sync.pretend.faults import Door, Fault
from sync.store import (
    RunState,
    State,
    attach,
    begin_run,
    begin_schedule,
    counts,
    lose_runs,
    open_database,
    runs,
    take,
    take_again,
    verify_audit,
)
from sync.store.runs import NewRun
from tests.databases import Server
from tests.services import Clock, edges
from tests.services import service as service_over
from tests.store_rows import LEASE, NOW, minutes
from tests.support import ROOT
from tests.world_of_demo import TWO_EQUAL, world

SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "20260420"))
WORKERS, PEOPLE = 4, 25
PUSH = "import json, sys; from tests.test_workers import push_here; push_here(json.loads(sys.argv[1]))"


def push_here(asked: dict[str, Any]) -> None:
    """Push a plan in this process, once it is told to."""
    clock = Clock()
    with open_database(asked["database"]) as db:
        service = service_over(db, Path(asked["folder"]), clock=clock, settings={"ims": asked["ims"]})
        print("ready", flush=True)
        sys.stdin.readline()
        with running(service, "push") as job:
            push(service, job, digest=asked["digest"], waiting=Waiting(clock.sleep), edges=edges(clock))
        print(json.dumps(job.counts), flush=True)


@dataclass
class Killer:
    """Kill workers while their writes are under way; every call goes well."""

    kills: dict[int, int]
    pids: list[int] = field(default_factory=list)
    came: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, door: Door, _key: str, /) -> Fault | None:
        with self.lock:
            self.came += door is Door.WRITE
            worker = self.kills.pop(self.came, None) if door is Door.WRITE else None
        if worker is not None:
            os.kill(self.pids[worker], signal.SIGKILL)
        return None


@contextmanager
def workers(asked: dict[str, Any]) -> Iterator[list[subprocess.Popen[str]]]:
    """Start the workers; they wait for a line each."""
    command = [sys.executable, "-c", PUSH, json.dumps(asked)]
    made = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(WORKERS)
    ]
    try:
        yield made
    finally:
        for one in made:
            one.kill()
            one.communicate()


def test_four_workers_of_which_two_are_killed_enter_everything_once(postgresql_server: Server, tmp_path: Path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    dying = chance.sample(range(WORKERS), 2)
    # While the first of the six lines of each person are under way: later a worker may have ended by itself.
    killer = Killer({chance.randrange(3, 12): dying[0], chance.randrange(12, 22): dying[1]})
    with (
        postgresql_server.new_database() as url, open_database(url) as db,
        world(db, tmp_path, faults=killer) as made,
    ):  # fmt: skip
        made.lay(*[TWO_EQUAL] * PEOPLE)
        digest, ims = made.plan(), made.service.settings.ims
        secrets = {name: getattr(ims, name).get_secret_value() for name in ("client_id", "client_secret")}
        plain = {"target": "gateway", "level": "L4", "url": ims.url, "senders": 2, **secrets}

        with workers({"database": url, "folder": str(tmp_path), "digest": digest, "ims": plain}) as started:
            killer.pids = [one.pid for one in started]
            assert [one.stdout.readline() for one in started if one.stdout] == ["ready\n"] * WORKERS
            for one in started:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            codes = [one.wait(120) for one in started]
        made.clock.at += timedelta(hours=2)
        made.push(digest)

        assert sorted(codes) == [-signal.SIGKILL, -signal.SIGKILL, 0, 0]
        assert len(made.ims.entries()) == len(set(made.references())) == 6 * PEOPLE
        assert counts(db)[State.CONFIRMED] == 6 * PEOPLE
        assert verify_audit(db) is None
        states = [run.state for run in runs(db, 100) if run.job == "push"]
        assert states.count(RunState.DONE) == 3
        assert set(states) <= {RunState.DONE, RunState.LOST}  # who was killed before it began has no run


DIE = """
import os, sys
from sync.store import attach, begin_run, open_database, take
from sync.store.runs import NewRun
from tests.store_rows import NOW
database = open_database(sys.argv[1])
tick = take(database, "run", [NOW], by="first", now=NOW)
attach(database, tick, begin_run(database, NewRun(job="run", actor="scheduler", versions={}), NOW))
print("taken", flush=True)
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_scheduler_had_taken_the_other_one_catches_up_once(postgresql_server: Server) -> None:
    with postgresql_server.new_database() as url, open_database(url) as db:
        begin_schedule(db, "run", minutes(-1))
        died = subprocess.run([sys.executable, "-c", DIE, url], cwd=ROOT, capture_output=True, text=True, check=False)

        lost = lose_runs(db, minutes(5), LEASE)
        caught_up = [take_again(db, "run", by=name, now=minutes(5), lease=LEASE) for name in ("second", "third")]

        assert (died.returncode, died.stdout, lost) == (-9, "taken\n", {1: "run"})
        assert [tick.taken_by if tick else None for tick in caught_up] == ["second", None]
        assert take(db, "run", [NOW], by="third", now=minutes(5)) is None
        first = caught_up[0]
        assert first is not None
        attach(db, first, begin_run(db, NewRun(job="run", actor="scheduler", versions={}), minutes(5)))
