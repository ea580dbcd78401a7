"""Do what is due as a run: with the configuration as it stands then, by the approval policy and the quiet hours."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.errors import AskedToStop, SyncError
from sync.jobs.asked_runs import run_asked
from sync.jobs.crosswalk_settle import settle
from sync.jobs.crosswalk_standing import refuse_unpublished
from sync.jobs.decide_files import read_configuration
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.reminders import tell_reminders
from sync.jobs.run import push_approved, scheduled_run
from sync.jobs.service import Job, Service, bind_to, running
from sync.jobs.ticking import Timekeeper
from sync.jobs.waves import Waiting
from sync.settings import Schedule, Scheduled, read_service_settings
from sync.store import Tick, attach, end_tick
from sync.store.binding import note_scheduler
from sync.store.run_requests import put_back_request, take_request

ACTOR = "the scheduler"
Act = Callable[[Service, Job], object]


def _run(service: Service, job: Job) -> None:
    scheduled_run(service, job, waiting=Waiting(service.outer.sleep))


def _push(service: Service, job: Job) -> None:
    push_approved(service, job, waiting=Waiting(service.outer.sleep))


JOBS: Mapping[Scheduled, Act] = {
    Scheduled.RUN: _run,
    Scheduled.PULL: pull,
    Scheduled.READBACK: readback,
    Scheduled.PLAN: plan,
    Scheduled.PUSH: _push,
    Scheduled.RECONCILE: reconcile,
    Scheduled.REMIND: tell_reminders,
}


@dataclass(frozen=True, slots=True)
class Doer:
    """Do what is due.

    renew  returns the service with the configuration read anew
    name   who takes what is due, as it is shown
    """

    service: Service
    renew: Callable[[Service], Service]
    name: str = ACTOR

    def do(self, tick: Tick) -> None:
        """Do what a due time stands for, as a run of its own; nothing that goes wrong in it ends the scheduler."""
        service, wrong = self._renewed()
        service.tell(f"{tick.job}, due at {tick.due_at:%Y-%m-%d %H:%M} UTC", 0, 0)
        try:
            _do(service, tick, wrong)
        except AskedToStop:  # its tick stays open, so that it is caught up once
            return
        except Exception as wrong_in_it:  # the run tells what; the next due time comes all the same
            service.tell(f"{tick.job} failed: {_words(wrong_in_it)}", 0, 0)
        end_tick(service.db, tick, service.now())

    def look(self, now: datetime) -> None:
        """Write down that a scheduler looks."""
        note_scheduler(self.service.db, now)

    def do_asked(self, now: datetime) -> None:
        """Do the run that was asked for first."""
        request = take_request(self.service.db, by=self.name, now=now)
        if request is None:
            return
        self.service.tell(f"run of {request.month}, asked for by {request.by}", 0, 0)
        try:
            service, wrong = self._renewed()
            if wrong:
                put_back_request(service.db, request.id)
                raise wrong
            run_asked(service, request)
        except AskedToStop:
            return
        except Exception as wrong_in_it:
            self.service.tell(f"the run of {request.month} failed: {_words(wrong_in_it)}", 0, 0)

    def _renewed(self) -> tuple[Service, SyncError | None]:
        """Return the service as it is configured now; where it cannot be, as it was, and why."""
        try:
            return self.renew(self.service), None
        except SyncError as wrong:
            return self.service, wrong


def _do(service: Service, tick: Tick, wrong: SyncError | None) -> None:
    with running(service, tick.job) as job:
        attach(service.db, tick, job.run_id)
        if wrong:
            raise wrong
        JOBS[Scheduled(tick.job)](service, job)
    if job.stopped_because and job.stopped_because == service.ending.why:
        raise AskedToStop(job.stopped_because)


def _words(wrong: Exception) -> str:
    return wrong.what if isinstance(wrong, SyncError) else f"a fault of our own: {type(wrong).__name__}"


def timekeeper(service: Service, config: Path) -> Timekeeper:
    """Return what keeps the schedule of a service; each run reads the configuration anew, the schedule stays."""
    schedule = service.settings.schedule
    zone = ZoneInfo(service.settings.service.time_zone)
    name = f"{socket.gethostname()} {os.getpid()}"
    doer = Doer(of_the_scheduler(service), lambda old: _read_anew(old, config), name)
    return Timekeeper(service.db, schedule, zone, name, doer.do, doer.look, doer.do_asked)


def of_the_scheduler(service: Service) -> Service:
    """Return the service as the scheduler uses it: in its own name, and silent in the quiet hours."""
    schedule, zone = service.settings.schedule, ZoneInfo(service.settings.service.time_zone)
    return replace(service, actor=ACTOR, forbids=lambda: quiet_hours(schedule, service.now().astimezone(zone).time()))


def quiet_hours(schedule: Schedule, local: time) -> str | None:
    """Say that nothing may be sent in the quiet hours; None outside of them."""
    if not schedule.is_quiet(local):
        return None
    return f"quiet hours from {schedule.quiet_from:%H:%M} to {schedule.quiet_to:%H:%M}"


def _read_anew(service: Service, config: Path) -> Service:
    """Return the service with its configuration as it stands in the files now; the database stays, and is theirs.

    Raises StoppedToBeSafe where the crosswalk in use was not published: nothing is done by the clock with it.
    """
    settings = read_service_settings(config)
    bind_to(service.db, settings)
    settle(service.db, config, service.now())
    refuse_unpublished(service.db, config)
    return replace(service, settings=settings, configuration=read_configuration(config))
