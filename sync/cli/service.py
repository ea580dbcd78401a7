"""The commands that work on the database: pull, plan, push, readback, reconcile, run, stop, go-on."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from sync.cli.ending import ending_softly
from sync.cli.figures import print_json, print_summary
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.cli.progress import progress
from sync.errors import WrongCall
from sync.jobs.asked_runs import run_next_asked
from sync.jobs.crosswalk_drafts import listed
from sync.jobs.crosswalk_standing import NOT_PUBLISHED, unpublished
from sync.jobs.plan import plan as make_plan
from sync.jobs.pull import pull as do_pull
from sync.jobs.push import push as do_push
from sync.jobs.readback import readback as do_readback
from sync.jobs.reconcile import reconcile as do_reconcile
from sync.jobs.run import run as do_run
from sync.jobs.service import Job, Service, opened, running
from sync.jobs.stop import go_on as do_go_on
from sync.jobs.stop import stop as do_stop
from sync.jobs.waves import Waiting
from sync.model import Decision
from sync.summary import money
from sync.tables.writing import check_output, write_table

_DECIDING = ("plan", "push", "run", "worklist")
Months = Annotated[
    list[str] | None, typer.Option("--month", metavar="YYYY-MM", help="Only this month; may be given several times.")
]
PlanDay = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="The day to decide for; today without it.")
]


@contextmanager
def working(config: Path, database: str | None, name: str) -> Iterator[tuple[Service, Job]]:
    """Open the service and begin a job in the name of the account that runs the command."""
    with (
        progress(0) as tell,
        opened(config, database, actor=getpass.getuser(), tell=tell) as service,
        running(service, name) as job,
    ):
        _warn(service, config, name)
        yield service, job


@contextmanager
def sending(config: Path, database: str | None, name: str) -> Iterator[tuple[Service, Job]]:
    """Open the service for a job that sends, and begin it; asked to stop, it parks what is under way."""
    with (
        progress(0) as tell,
        opened(config, database, actor=getpass.getuser(), tell=tell) as whole,
        ending_softly(whole) as service,
        running(service, name) as job,
    ):
        _warn(service, config, name)
        yield service, job


def _warn(service: Service, config: Path, name: str) -> None:
    """Say where a job decides or sends by a crosswalk that was not published; by the clock it would not."""
    if name in _DECIDING and (differs := unpublished(service.db, config)):
        print(f"warning: {NOT_PUBLISHED}: {listed(differs)}", file=sys.stderr)


def pull(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Bring what stands in I-Trac into the database; what did not change is not written again.

    Example: ims-sync pull
    """
    with working(config, database, "pull") as (service, job):
        do_pull(service, job)
    return told(job, "pulled", json=json)


def plan(
    *,
    month: Months = None,
    as_of: PlanDay = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Decide about what is in the database and store the plan with its digest; nothing is sent.

    Example: ims-sync plan --month 2026-04
    """
    with working(config, database, "plan") as (service, job):
        made = make_plan(service, job, as_of=day(as_of) if as_of else None, months=_months(month))
        job.needs_a_person = bool(made.summary.by_decision[Decision.FLAG])
    if json:
        print_json(_plan_document(job, made.plan.as_of, made.tables.rejected.to_dicts()))
    else:
        print_summary(made.summary, Console())
        print(f"To push exactly this plan:\n  ims-sync push --digest {made.plan.digest}")
    return int(job.needs_a_person)


def _plan_document(job: Job, as_of: str, rejected: list[dict[str, Any]]) -> dict[str, Any]:
    cents = ("invoiceable", "at_risk", "not_invoiceable")
    rest = {name: told for name, told in job.counts.items() if name not in cents}
    return {
        **rest, "as_of": as_of, "money": {name: money(job.counts[name]) for name in cents}, "rejected_rows": rejected,
    }  # fmt: skip


def push(
    *,
    digest: Annotated[str, typer.Option("--digest", metavar="HEX", help="The plan to push, as `plan` printed it.")],
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Push the plan with this digest, and no other; who names it approves it.

    Example: ims-sync push --digest 7911999777c60647c42ee3843bd6beb913c205c7404d0d570d73d3383097c294
    """
    with sending(config, database, "push") as (service, job):
        do_push(service, job, digest=digest, waiting=Waiting(service.outer.sleep), edges=service.edges)
    return told(job, "pushed", json=json)


def readback(
    *,
    input_: Annotated[
        Path | None, typer.Option("--input", metavar="DIR", help="Folder with exported or typed lists.")
    ] = None,
    month: Months = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Bring what stands in iMatchSkills into the database, and settle what was written, keyed or unclear.

    Example: ims-sync readback --input exports/imatchskills
    """
    with working(config, database, "readback") as (service, job):
        do_readback(service, job, folder=input_, months=_months(month))
        job.needs_a_person = bool(job.counts.get("to_look_at"))
    return told(job, "read back", json=json)


def reconcile(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write every mismatch, .csv or .xlsx.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Find where I-Trac and iMatchSkills disagree; nothing is changed.

    Example: ims-sync reconcile --out mismatches.csv
    """
    if out:
        check_output(out)
    with working(config, database, "reconcile") as (service, job):
        _, found = do_reconcile(service, job)
    if out:
        write_table(out, found)
    return told(job, "mismatches", json=json)


def run(
    *,
    month: Months = None,
    asked: Annotated[
        bool, typer.Option("--asked", help="The run that was asked for first on the pages, where no scheduler runs.")
    ] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Do all of it in order, as the scheduler does: pull, read back, plan, push, read back, reconcile.

    Example: ims-sync run
    """
    if asked and month:
        raise WrongCall("--asked and --month do not go together", "What was asked for has its month.")
    if asked:
        return _run_asked(config, database, json=json)
    with sending(config, database, "run") as (service, job):
        do_run(service, job, months=_months(month), waiting=Waiting(service.outer.sleep))
    return told(job, "done", json=json)


def _run_asked(config: Path, database: str | None, *, json: bool) -> int:
    with (
        progress(0) as tell,
        opened(config, database, actor=getpass.getuser(), tell=tell) as whole,
        ending_softly(whole) as service,
    ):
        job = run_next_asked(service, by=service.actor)
    if job:
        return told(job, "done", json=json)
    if json:
        print_json({"run": None})
    else:
        print("nobody asked for a run")
    return 0


def stop(
    why: Annotated[str, typer.Argument(metavar="WHY", help="Why nothing may be sent, in a few words.")],
    *,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Let no sender send anything more, at once, until `go-on`.

    Example: ims-sync stop "wrong crosswalk published"
    """
    with working(config, database, "stop") as (service, job):
        do_stop(service, why)
    return told(job, "stopped", json=json)


def go_on(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Let senders send again after `stop`, or after a push that stopped itself for good.

    Example: ims-sync go-on
    """
    with working(config, database, "go-on") as (service, job):
        do_go_on(service)
    return told(job, "goes on", json=json)


def _months(given: list[str] | None) -> list[str]:
    """Read months given on the command line."""
    for text in given or []:
        day(f"{text}-01")
        if len(text) != len("YYYY-MM"):
            raise WrongCall(f"{text!r} is no month, expected YYYY-MM such as 2026-04")
    return given or []


def told(job: Job, what: str, *, json: bool) -> int:
    """Print the figures of a job; return its exit code."""
    if json:
        print_json({**job.counts, "stopped_because": job.stopped_because})
    else:
        for name, figure in job.counts.items():
            print(f"{name.replace('_', ' ')}: {_words(figure)}")
        print(f"{what}; run {job.run_id}" + (f"; stopped: {job.stopped_because}" if job.stopped_because else ""))
    return int(job.needs_a_person)


def _words(figure: object) -> str:
    if isinstance(figure, dict):
        return ", ".join(f"{name} {_words(one)}" for name, one in figure.items()) or "none"
    return str(figure)
