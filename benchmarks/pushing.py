"""Pull, read back and plan over an empty database, then push, and write down what the push alone took."""

import argparse
import json
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.rehearsal import AS_OF, MONTHS, lay_exports, people
from benchmarks.stage import quiet
from sync.clients import Edges
from sync.jobs.decide_files import read_configuration
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.service import Service, running, utc_now
from sync.jobs.waves import Waiting
from sync.settings import ServiceSettings
from sync.store import State, attempts, lines_in_states, migrate, open_database

_NO_ANSWER = {"unclear", "unclear-stop", "paused"}


def main() -> None:
    """Push what so many people have, to the target whose URL and credentials come as JSON on the input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pushing", description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--senders", type=int, default=8, help="(default: %(default)s)")
    parser.add_argument("--database", required=True, help="URL of an empty database")
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--target", required=True, help="JSON")
    parser.add_argument("--out", type=Path, required=True, help="JSON to write")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_database(given.database) as db:
        migrate(db)
        lay_exports(Path(folder), people(given.people))
        ims = {"target": "gateway", "level": "L4", "senders": given.senders, "settle_s": 1, **json.loads(given.target)}
        settings = ServiceSettings.model_validate({"itrac": {"folder": folder}, "ims": ims})
        service = Service(db, settings, read_configuration(given.config), utc_now, "benchmark", quiet)
        given.out.write_text(json.dumps(_pushed(service)), encoding="utf-8")


def _pushed(service: Service) -> dict[str, Any]:
    digest = _planned(service)
    started, worked = time.perf_counter(), time.process_time()
    with running(service, "push") as job:
        push(service, job, digest=digest, waiting=Waiting(time.sleep, timedelta(minutes=2)), edges=Edges())
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    lines = lines_in_states(service.db, list(State))
    tries = [attempt for line in lines for attempt in attempts(service.db, line.line_id)]
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "offered": len(lines),
        "confirmed": sum(line.state is State.CONFIRMED for line in lines),
        "unclear_tries": sum(attempt.meaning in _NO_ANSWER for attempt in tries),
        "stopped_because": job.stopped_because,
    }


def _planned(service: Service) -> str:
    """Plan, read back who is eligible of the providers found, and plan again; return the digest."""
    with running(service, "pull") as job:
        pull(service, job)
    with running(service, "plan") as job:
        plan(service, job, as_of=date.fromisoformat(AS_OF))
    with running(service, "readback") as job:
        readback(service, job, months=MONTHS)
    with running(service, "plan") as job:
        return plan(service, job, as_of=date.fromisoformat(AS_OF)).plan.digest


if __name__ == "__main__":
    main()
