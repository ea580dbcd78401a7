"""Four schedulers in processes of their own keep one schedule of ten thousand due times: none twice, none missed."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

from sync.jobs.due import due_between
from sync.settings import Scheduled
from sync.store import Database, TickState, begin_schedule, ticks
from tests.schedules import PORTLAND, local, schedule
from tests.support import ROOT

TICKS, SCHEDULERS = 10_000, 4
FIRST = local("2026-01-01T00:00")
TIMES = ["00:30", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
KEPT = schedule(*({"job": job, "days": "every day", "at": TIMES} for job in Scheduled))

KEEP = """
import json, sys
from sync.store import open_database
from tests.schedules import Kept
from tests.test_clock_processes import KEPT, all_dues
dues = all_dues()
with open_database(sys.argv[1]) as database:
    kept = Kept(database, KEPT, name=sys.argv[2])
    timekeeper = kept.timekeeper
    print("ready", flush=True)
    sys.stdin.readline()
    for due in dues:
        timekeeper.step(due)
print(json.dumps(kept.did))
"""


def all_dues() -> list[datetime]:
    """Return so many due times, in order, that all jobs together have ten thousand."""
    number = -(-TICKS // len(Scheduled))
    return due_between(KEPT.job, FIRST, FIRST + timedelta(days=1 + number // len(TIMES)), zone=PORTLAND)[:number]


def test_ten_thousand_due_times_are_done_once_each(database: Database, database_url: str) -> None:
    for job in Scheduled:
        begin_schedule(database, job, FIRST)
    command = [sys.executable, "-c", KEEP, database_url]
    schedulers = [
        subprocess.Popen([*command, f"scheduler {number}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True) for number in range(SCHEDULERS)
    ]  # fmt: skip
    for one in schedulers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"

    for one in schedulers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    did = [json.loads(one.communicate(timeout=300)[0]) for one in schedulers]

    done = [due for own in did for due in own]
    assert [one.returncode for one in schedulers] == [0] * SCHEDULERS
    assert len(done) == len(set(done)) == len(all_dues()) * len(Scheduled) >= TICKS
    assert all(did)
    told = [tick.state for tick in ticks(database, 2 * TICKS)]
    assert (told.count(TickState.SKIPPED), told.count(TickState.TAKEN), len(told)) == (0, 0, len(done) + len(Scheduled))
