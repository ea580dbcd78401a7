"""Ask for a run of a month on a page, take it back, and do what was asked for where runs are done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sync.errors import AskedToStop, RunUnderWay, WrongCall
from sync.jobs.run import scheduled_run
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.store import Act, Run, runs_with_ids
from sync.store.binding import scheduler_looked
from sync.store.run_requests import (
    RunRequest,
    ask_run,
    attach_request,
    put_back_request,
    run_requests,
    take_back_request,
    take_request,
)

LONGEST_REASON = 200
_SHOWN = 10
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Carry the newest requests, the runs that they became, and when a scheduler last looked; None = never."""

    requests: tuple[RunRequest, ...]
    runs: Mapping[int, Run]
    looked_at: datetime | None


def ask(service: Service, month: str, reason: str) -> RunRequest:
    """Ask for a run of a month; WrongCall where that is no month that has begun, or no reason is given."""
    month, reason = month.strip(), " ".join(reason.split())
    if not _MONTH.fullmatch(month) or month > f"{service.today:%Y-%m}":
        raise WrongCall(
            "no run was asked for: that is no month that has begun", "Write it as YYYY-MM, such as 2026-04."
        )
    if not reason or len(reason) > LONGEST_REASON:
        what = "no run was asked for: the reason is missing or too long"
        raise WrongCall(what, f"Give it in up to {LONGEST_REASON} characters, without names.")
    act = Act(service.actor, "run asked", month, {"reason": reason})
    return ask_run(service.db, month, act, reason=reason, now=service.now())


def take_back(service: Service, number: int) -> None:
    """Take back what was asked for, while nobody took it."""
    act = Act(service.actor, "run taken back", f"request {number}", {})
    take_back_request(service.db, number, act, now=service.now())


def asked(service: Service) -> Asked:
    """Return what was asked for last, and what became of it."""
    found = run_requests(service.db, _SHOWN)
    known = runs_with_ids(service.db, [one.run_id for one in found if one.run_id])
    return Asked(tuple(found), known, scheduler_looked(service.db))


def run_next_asked(service: Service, *, by: str) -> Job | None:
    """Take the run that was asked for first and do it; None where nobody asked for any."""
    request = take_request(service.db, by=by, now=service.now())
    return run_asked(service, request) if request else None


def run_asked(service: Service, request: RunRequest) -> Job:
    """Do a run that was taken as the scheduler does its own, for its month: what it may push, the policy says.

    Asked to stop, or kept waiting by another run for too long, it is put back for whoever looks next.
    """
    try:
        with running(service, "run") as job:
            attach_request(service.db, request.id, job.run_id)
            scheduled_run(service, job, waiting=Waiting(service.outer.sleep), months=[request.month])
        if job.stopped_because and job.stopped_because == service.ending.why:
            raise AskedToStop(job.stopped_because)
    except (AskedToStop, RunUnderWay):
        put_back_request(service.db, request.id)
        raise
    return job
