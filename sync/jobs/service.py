"""Open what a job works with: settings, database, configuration, clock; and write down that the job runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.clients import Edges, ImsGateway
from sync.errors import SyncError
from sync.jobs.alerts import ended as tell_end
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.gateways import ims_gateway
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
)

Clock = Callable[[], datetime]
Tell = Callable[[str, int, int], None]


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

    database  goes before the setting
    """
    settings = read_service_settings(config)
    configure(Form(settings.log.format), settings.log.level)
    configuration = read_configuration(config)
    url = database or settings.service.database
    with open_database(url) as db:
        migrate(db)
        bind(db, settings.service.environment, bound_target(settings))
        yield Service(
            db, settings, configuration, now, actor, tell,
            head_file=settings.service.audit_head or default_head_file(url),
        )  # fmt: skip


def bound_target(settings: ServiceSettings) -> str | None:
    """Return the target that a database is bound to; None where a person with a worklist is the target."""
    return settings.ims.host if settings.ims.target is Target.GATEWAY else None


@dataclass(slots=True)
class Job:
    """Name a running job; `counts` are its figures, `needs_a_person` how it ends if nothing goes wrong."""

    run_id: int
    counts: dict[str, Any] = field(default_factory=dict)
    needs_a_person: bool = False
    stopped_because: str | None = None


@contextmanager
def running(service: Service, name: str, parent: int | None = None) -> Iterator[Job]:
    """Write down that a job begins, and how it ends, whatever happens in it."""
    crosswalk = service.configuration.crosswalk
    new = NewRun(job=name, actor=service.actor, parent_id=parent, versions={"crosswalk": crosswalk.version})
    job = Job(begin_run(service.db, new, service.now()))
    with bound(run=job.run_id, job=name):
        log.info("run_begun", parent=parent)
        try:
            yield job
        except BaseException as wrong:
            why = wrong.what if isinstance(wrong, SyncError) else type(wrong).__name__
            _end(service, job, Ended(RunState.FAILED, job.counts, why), name=name, wrong=wrong)
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


def _ended(job: Job) -> Ended:
    if job.stopped_because:
        return Ended(RunState.STOPPED, job.counts, job.stopped_because)
    return Ended(RunState.NEEDS_A_PERSON if job.needs_a_person else RunState.DONE, job.counts)
