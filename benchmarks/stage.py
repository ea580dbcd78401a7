"""Do one job over a database and write down what it took: the seconds of the job alone, without Python's start.

Example: python -m benchmarks.stage plan --database sqlite:///measured.db --itrac DIR --as-of 2026-09-30 --out FILE
The parent measures memory around it (`children.py`); the database is made where there is none.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from sync.cli.collector import collect_less
from sync.jobs.decide_files import read_configuration
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.readback import readback
from sync.jobs.service import Job, Service, running, utc_now
from sync.settings import ServiceSettings
from sync.store import migrate, open_database


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def _pull(service: Service, job: Job, _as_of: date) -> None:
    pull(service, job)


def _readback(service: Service, job: Job, _as_of: date) -> None:
    readback(service, job)


def _plan(service: Service, job: Job, as_of: date) -> None:
    job.counts["decided_about"] = plan(service, job, as_of=as_of).decided_about


JOBS: Final[dict[str, Callable[[Service, Job, date], None]]] = {"pull": _pull, "readback": _readback, "plan": _plan}


def main() -> None:
    """Do the job that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stage", description=__doc__)
    parser.add_argument("job", choices=list(JOBS))
    parser.add_argument("--database", required=True, help="URL")
    parser.add_argument("--tables", type=Path, required=True, help="folder with the exports of both systems")
    parser.add_argument("--config", type=Path, default=Path("config"))
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="day, YYYY-MM-DD")
    parser.add_argument("--out", type=Path, required=True, help="JSON to write")
    given = parser.parse_args()
    given.out.write_text(json.dumps(_done(given)), encoding="utf-8")


def _done(given: argparse.Namespace) -> dict[str, Any]:
    settings = ServiceSettings.model_validate({"itrac": {"folder": given.tables}, "ims": {"folder": given.tables}})
    with open_database(given.database) as db:
        migrate(db)
        service = Service(db, settings, read_configuration(given.config), utc_now, "benchmark", quiet)
        collect_less()
        started = time.perf_counter()
        with running(service, given.job) as job:
            JOBS[given.job](service, job, given.as_of)
        return {"seconds": time.perf_counter() - started, "counts": job.counts}


if __name__ == "__main__":
    main()
