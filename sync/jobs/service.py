"""Open what a job works with: settings, database, configuration, clock; and write down that the job runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.clients import Edges, ImsGateway
from sync.errors import AskedToStop, RunUnderWay, StoppedToBeSafe, SyncError
from sync.jobs.alerts import ended as tell_end
from sync.jobs.crosswalk_settle import settle
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.ending import Ending
from sync.jobs.gateways import ims_gateway
from sync.jobs.heartbeat import RUN_LEASE, beating, take_stock
from sync.log import Form, bound, configure, facts_of, figures_of, log
from sync.settings import ServiceSettings, Target, read_service_settings
from sync.store import (
    Database,
    Ended,
    NewRun,
    RunState,
    advance_head,
    begin_run,
    bind,
    default_head_file,
    end_run,
    migrate,
    open_database,
    why_halted,
)

Clock = Callable[[], datetime]
Tell = Callable[[str, int, int], None]
_READBACKS = ("readback", "readback after the push")
_NOT_BESIDE = {"run": ("run",), "pull": ("pull",), "plan": ("plan",), **dict.fromkeys(_READBACKS, _READBACKS)}
"""Which jobs may not run on one database at the same time; pushes may: their senders share the lines."""
_NAP_S = 2.0
_NAPS = round((RUN_LEASE.total_seconds() + 120) / _NAP_S)  # a run that died is lost before that


def utc_now() -> datetime:
    """Return the instant, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """Carry what every job works with.

    actor            who runs it: a person's account, or the scheduler
    in_place_of_ims  a pretended iMatchSkills in this process; None = the gateway of the settings
    outer            clocks and sleep of the gateways' clients
    head_file        where the head of the audit trail is kept a second time; None = nowhere
    ending           whether the end of this process was asked for
    forbids          why nothing may be sent now, but for the stop switch: quiet hours, for the scheduler
    config           where the files of the configuration stand, which publishing writes; None = nowhere
    """

    db: Database
    settings: ServiceSettings
    configuration: Configuration
    now: Clock
    actor: str
    tell: Tell
    in_place_of_ims: ImsGateway | None = None
    outer: Edges = field(default_factory=Edges)
    head_file: Path | None = None
    ending: Ending = field(default_factory=Ending)
    forbids: Callable[[], str | None] = lambda: None
    config: Path | None = None

    def halted(self, run_id: int) -> str | None:
        """Return why a run may send nothing more; read right before each send."""
        return self.ending.why or self.forbids() or why_halted(self.db, run_id)

    @contextmanager
    def ims(self, edges: Edges) -> Iterator[ImsGateway]:
        """Open the gateway to iMatchSkills until the block ends."""
        if self.in_place_of_ims:
            yield self.in_place_of_ims
            return
        with ims_gateway(self.settings.ims, edges) as gateway:
            yield gateway

    @property
    def edges(self) -> Edges:
        """Return the edges of a gateway's client, whose notes are told."""
        return replace(self.outer, note=lambda text: self.tell(text, 0, 0))

    @property
    def today(self) -> date:
        """Return the day in the service's time zone."""
        return self.now().astimezone(ZoneInfo(self.settings.service.time_zone)).date()


@contextmanager
def opened(config: Path, database: str | None, *, actor: str, tell: Tell, now: Clock = utc_now) -> Iterator[Service]:
    """Open the service by its configuration; its database is brought up to date and bound to environment and target.

    A version of the crosswalk whose publishing was cut off is finished before the configuration is read.
    database  goes before the setting
    """
    settings = read_service_settings(config)
    configure(Form(settings.log.format), settings.log.level)
    url = database or settings.service.database
    with open_database(url) as db:
        migrate(db)
        bind_to(db, settings)
        settle(db, config, now())
        configuration = read_configuration(config)
        yield Service(
            db, settings, configuration, now, actor, tell,
            head_file=settings.service.audit_head or default_head_file(url), config=config,
        )  # fmt: skip


def bound_target(settings: ServiceSettings) -> str | None:
    """Return the target that a database is bound to; None where a person with a worklist is the target."""
    return settings.ims.host if settings.ims.target is Target.GATEWAY else None


def bind_to(db: Database, settings: ServiceSettings) -> None:
    """Bind a database to the environment and target of the settings; EnvironmentMismatch where it belongs to others."""
    bind(db, settings.service.environment, bound_target(settings))


@dataclass(slots=True)
class Job:
    """Name a running job, its figures, and how it ends if nothing goes wrong.

    waits_for       in words, what it is that needs a person
    failed_because  why it counts as failed although it came to its end
    """

    run_id: int
    counts: dict[str, Any] = field(default_factory=dict)
    needs_a_person: bool = False
    stopped_because: str | None = None
    waits_for: str | None = None
    failed_because: str | None = None


@contextmanager
def running(service: Service, name: str, parent: int | None = None) -> Iterator[Job]:
    """Write down that a job begins, and how it ends, whatever happens in it; it gives signs of life meanwhile."""
    job = Job(_begun(service, name, parent))
    with (
        bound(run=job.run_id, job=name), _ending_told(service, job, name),
        service.ending.during(job.run_id), beating(service.db, job.run_id, service.now),
    ):  # fmt: skip
        log.info("run_begun", parent=parent)
        yield job


@contextmanager
def _ending_told(service: Service, job: Job, name: str) -> Iterator[None]:
    """Write down how the run ends with the block, whatever happens in it."""
    try:
        yield
    except BaseException as wrong:
        why = wrong.what if isinstance(wrong, SyncError) else type(wrong).__name__
        state = RunState.STOPPED if isinstance(wrong, AskedToStop | StoppedToBeSafe) else RunState.FAILED
        _end(service, job, Ended(state, job.counts, why), name=name, wrong=wrong)
        raise
    _end(service, job, _ended(job), name=name)


def _end(service: Service, job: Job, ended: Ended, *, name: str, wrong: BaseException | None = None) -> None:
    """Write down how a run ended, log it, and let people know; a run whose end cannot be written down has failed."""
    try:
        end_run(service.db, job.run_id, ended, now=service.now())
    except Exception as unwritten:
        _tell_end(service, job, RunState.FAILED, name=name, wrong=wrong or unwritten)
        raise
    finally:
        _keep_head(service)
    _tell_end(service, job, ended.state, name=name, wrong=wrong)


def _tell_end(service: Service, job: Job, state: RunState, *, name: str, wrong: BaseException | None) -> None:
    about = facts_of(wrong)
    say = log.info if state is RunState.DONE else log.warning
    say("run_ended", state=str(state), **{**figures_of(job.counts), **about})
    tell_end(service, name, state, run=job.run_id, **about)


def _keep_head(service: Service) -> None:
    """Keep the head of the audit trail; where that fails, the run's own end is not to be lost for it."""
    if service.head_file is None:
        return
    try:
        if not advance_head(service.db, service.head_file):
            service.tell("the audit trail no longer leads to its kept head: run `ims-sync verify`", 0, 0)
    except SyncError as wrong:
        service.tell(wrong.what, 0, 0)


def _begun(service: Service, name: str, parent: int | None) -> int:
    """Begin a run, once those that it must not overlap with have ended; raise RunUnderWay where they do not."""
    versions = {"crosswalk": service.configuration.crosswalk.version, "ims-sync": version("ims-sync")}
    beside = _NOT_BESIDE.get(name, ())
    new = NewRun(job=name, actor=service.actor, parent_id=parent, versions=versions, not_beside=beside)
    for _ in range(_NAPS):
        service.ending.check()
        for run_id, job in take_stock(service.db, service.ending, service.now()).items():
            tell_end(service, job, RunState.LOST, run=run_id)
        try:
            return begin_run(service.db, new, service.now())
        except RunUnderWay as wrong:
            service.tell(f"waiting, since {wrong.what}", 0, 0)
        service.outer.sleep(_NAP_S)
    return begin_run(service.db, new, service.now())


def _ended(job: Job) -> Ended:
    """Return how a job ended, by what became of its lines."""
    if job.stopped_because:
        return Ended(RunState.STOPPED, job.counts, job.stopped_because)
    if job.failed_because:
        return Ended(RunState.FAILED, job.counts, job.failed_because)
    return Ended(RunState.NEEDS_A_PERSON if job.needs_a_person else RunState.DONE, job.counts, job.waits_for)
