"""Make a rehearsal for the pages: synthetic people, a date that people move, and a person at a keyboard as target."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.errors import WrongCall
from sync.jobs.approval import approve
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.crosswalk_settle import settle
from sync.jobs.decide_files import read_configuration
from sync.jobs.keying import offer_newest
from sync.jobs.rehearsal_date import at_time_of, dated
from sync.jobs.run import run
from sync.jobs.service import Clock, Service, Tell, running, utc_now
from sync.jobs.waves import Waiting
from sync.pretend.everybody import write_rehearsal
from sync.pretend.stories import AS_OF
from sync.settings import Environment, ImsSettings, ItracSettings, ServiceSettings, Target, read_service_settings
from sync.store import Database, migrate, newest_plan, open_database, runs
from sync.store.crosswalk_versions import newest_number
from sync.store.rehearsed import mark_rehearsal

PAGES = "pages"
"""The folder, beside the demo's tables, with what stands in the two pretended systems of the pages."""
_ACTOR = "demo"


@contextmanager
def rehearsal(config: Path, folder: Path, database: str, *, tell: Tell, wall: Clock = utc_now) -> Iterator[Service]:
    """Open the rehearsal in a folder, and make it first where there is none; the service is by the clock on the wall.

    Raises WrongCall where the settings are those of a test or of production.
    """
    settings = settings_of(read_service_settings(config), folder)
    with open_database(database) as db:
        migrate(db)
        settle(db, config, wall())
        service = Service(db, settings, read_configuration(config), wall, _ACTOR, tell, config=config)
        if dated(service) is service:
            _make(service, folder)
        _take_over(service, config)
        yield service


def _take_over(service: Service, config: Path) -> None:
    """Let the configuration be version 1 of the crosswalk, where nothing was published yet."""
    with service.db.read() as conn:
        newest = newest_number(conn)
    if newest is None:
        adopt(dated(service), config, reason="as the guide has it, for the rehearsal")


def settings_of(known: ServiceSettings, folder: Path) -> ServiceSettings:
    """Return the settings of a rehearsal: of those that are known, what tells where anything real is, is left out.

    Neither gateway, nor mail server, nor sign-in of the agency is asked, whatever file and environment say.
    """
    if known.service.environment is not Environment.REHEARSAL:
        what = f"[service] environment is {known.service.environment}, and a rehearsal is none"
        raise WrongCall(what, "Take a configuration whose environment is rehearsal.")
    return ServiceSettings(
        service=known.service.model_copy(update={"audit_head": None}),
        itrac=ItracSettings(folder=folder), ims=ImsSettings(folder=folder), log=known.log, web=known.web,
        retention=known.retention, keying=known.keying,
    )  # fmt: skip


def _make(service: Service, folder: Path) -> None:
    """Lay the people down, and go the way up to what a morning finds: planned, approved, compared."""
    _refuse_used(service.db)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_rehearsal(folder)
    wall = service.now()
    mark_rehearsal(service.db, Environment.REHEARSAL, Target.WORKLIST, ahead=at_time_of(service, wall, AS_OF) - wall)
    there = dated(service)
    with running(there, "run") as job:
        run(there, job, waiting=Waiting(there.outer.sleep))
    plan = newest_plan(there.db)
    if plan is not None:
        approve(there, plan.digest, "the first plan of the rehearsal")
        offer_newest(there)


def _refuse_used(db: Database) -> None:
    if runs(db, 1):
        raise WrongCall("the database has been used before", "Name an empty one: a rehearsal has one of its own.")
