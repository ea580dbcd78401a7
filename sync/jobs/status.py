"""Say whether all is well, and if not what: also where the configuration, the database or the target is broken."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sync.clients import Edges
from sync.errors import StoppedToBeSafe, StoreError, SyncError
from sync.jobs.alerts import ended as tell_end
from sync.jobs.crosswalk_drafts import listed
from sync.jobs.crosswalk_standing import ADVICE, FINISH, NOT_PUBLISHED, unfinished, unpublished
from sync.jobs.due import next_due, rows_by_job
from sync.jobs.gateways import ims_gateway
from sync.jobs.looked_at import Looked, Problem, looking
from sync.jobs.reminders import Reminder, remind
from sync.jobs.service import Clock, Service
from sync.jobs.status_checks import CHECKS, trail, whole
from sync.settings import Level, ServiceSettings, Target
from sync.store import Database, RunState, State, last_runs, queues

_GOOD = (RunState.DONE, RunState.NEEDS_A_PERSON)
_GRAVEST = (2, 70, 4, 5, 1)
_SHOWN = ("run", "pull", "readback", "plan", "push", "reconcile")
# A look may not take long: one that gets no answer says so.
_BRIEF = {"connect_timeout_s": 2.0, "read_timeout_s": 4.0, "total_timeout_s": 5.0}


@dataclass(frozen=True, slots=True)
class JobStatus:
    """Say of a job when it last ended well, when it is due next, and how its newest run stands."""

    name: str
    last_good: datetime | None
    next_due: datetime | None
    newest: str | None


@dataclass(slots=True)
class Status:
    """Say how the service stands; None is not known.

    crosswalk_published  whether the files are those of the newest version
    """

    at: datetime
    zone: ZoneInfo
    problems: list[Problem] = field(default_factory=list)
    jobs: list[JobStatus] = field(default_factory=list)
    lines: dict[State, int] = field(default_factory=dict)
    reminders: list[Reminder] = field(default_factory=list)
    target_reachable: bool | None = None
    database_whole: bool | None = None
    audit_whole: bool | None = None
    crosswalk_published: bool | None = None

    @property
    def ok(self) -> bool:
        """Tell whether nobody has to do anything."""
        return not self.problems

    @property
    def exit_code(self) -> int:
        """Return the exit code of the gravest problem, 0 without any."""
        codes = {problem.code for problem in self.problems}
        return next((code for code in _GRAVEST if code in codes), 1 if codes else 0)


def status(config: Path, database: str | None, now: Clock, *, edges: Edges | None = None) -> Status:
    """Look at everything that can be looked at; nothing that is broken stops it.

    edges  those of the call to the target
    """
    with looking(config, database, now()) as looked:
        found = Status(looked.now, looked.zone)
        service = _service(looked, now)
        if looked.settings:
            found.target_reachable = _reached(looked, looked.settings, edges or Edges())
        if looked.db:
            _tell_unfinished(looked, looked.db, config)
        if looked.db and service:
            _tell_lost(looked, service)
            _look(looked, service, found)
            found.crosswalk_published = _published(looked, looked.db, config)
        elif any(problem.code == StoreError.exit_code for problem in looked.problems):
            found.database_whole = False
        found.problems = looked.problems
    return found


def _service(looked: Looked, now: Clock) -> Service | None:
    if not (looked.settings and looked.db and looked.configuration):
        return None
    return Service(
        looked.db, looked.settings, looked.configuration, now, "status", lambda *_told: None,
        head_file=looked.head_file,
    )  # fmt: skip


def _tell_lost(looked: Looked, service: Service) -> None:
    """Let people know of the runs that were given up."""
    for run_id, job in looked.lost.items():
        tell_end(service, job, RunState.LOST, run=run_id)


def _look(looked: Looked, service: Service, found: Status) -> None:
    """Ask every check, and gather the figures; a check that fails is a problem itself."""
    for check in CHECKS:
        before = len(looked.problems)
        try:
            looked.problems.extend(check(service))
        except SyncError as wrong:
            looked.tell(wrong)
        good = len(looked.problems) == before
        found.database_whole = good if check is whole else found.database_whole
        found.audit_whole = good if check is trail else found.audit_whole
    try:
        found.jobs = list(_jobs(service))
        found.lines = {state: queue.lines for state, queue in queues(service.db).items()}
        found.reminders = remind(service)
    except SyncError as wrong:
        looked.tell(wrong)


def _tell_unfinished(looked: Looked, db: Database, config: Path) -> None:
    """Tell of publishing that was cut off: the files may be of two versions, and cannot be read together then."""
    try:
        what = unfinished(db, config)
    except SyncError as wrong:
        looked.tell(wrong)
        return
    if what:
        looked.problems.append(Problem(what, None, FINISH))


def _published(looked: Looked, db: Database, config: Path) -> bool | None:
    """Tell whether the files in use were published; what cannot be read is a problem itself."""
    try:
        differs = unpublished(db, config)
    except SyncError as wrong:
        looked.tell(wrong)
        return None
    if differs:
        looked.problems.append(Problem(f"{NOT_PUBLISHED}: {listed(differs)}", None, ADVICE, StoppedToBeSafe.exit_code))
    return not differs


def _jobs(service: Service) -> Sequence[JobStatus]:
    """Return the jobs that are scheduled, and those of the way that ever ran."""
    rows, zone = rows_by_job(service.settings.schedule), ZoneInfo(service.settings.service.time_zone)
    newest, good = last_runs(service.db), last_runs(service.db, _GOOD)
    names = [name for name in _SHOWN if name in newest or name in set(rows)]
    names += [job for job in rows if job not in names]
    return [
        JobStatus(
            str(name),
            good[name].ended_at if name in good else None,
            next((next_due(own, service.now(), zone=zone) for job, own in rows.items() if job == name), None),
            f"{newest[name].state} (run {newest[name].id})" if name in newest else None,
        )
        for name in names
    ]


def _reached(looked: Looked, settings: ServiceSettings, edges: Edges) -> bool | None:
    """Ask the target what it can do; None where it is a person."""
    if settings.ims.target is Target.WORKLIST:
        return None
    brief = settings.ims.model_copy(update=_BRIEF)
    try:
        with ims_gateway(brief, replace(edges, sleep=lambda _seconds: None)) as gateway:
            level = gateway.capabilities().level
    except SyncError as wrong:
        looked.tell(wrong)
        return False
    if list(Level).index(settings.ims.level) - 1 > level:
        what = f"level {settings.ims.level} is configured, but the target offers no more than L{level}"
        looked.problems.append(Problem(what, None, "Set [ims] level to what the target offers.", 5))
    return True
