"""Run the whole way in its order, as the scheduler does: pull, read back, plan, push, read back, reconcile."""

from collections.abc import Callable, Collection
from datetime import date

from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.settings import Target


def run(
    service: Service, job: Job, *, waiting: Waiting, months: Collection[str] = (), as_of: date | None = None
) -> None:
    """Do all of it; every part is a child run of its own.

    The plan is approved by whoever runs this, within the limits of the brake. Without a gateway nothing is pushed:
    a person keys from the worklist. What cannot be read back through the gateway is read from the folder of
    read-backs; one that is not there is passed over.
    """
    ims = service.settings.ims
    gateway = ims.target is Target.GATEWAY

    def read_back(child: Job) -> None:
        readback(service, child, months=months)

    def push_plan(child: Job) -> None:
        push(service, child, digest=job.counts["plan"]["digest"], waiting=waiting, edges=service.edges)

    parts: dict[str, Callable[[Job], object]] = {"pull": lambda child: pull(service, child)}
    if ims.can_be_read or ims.folder.is_dir():
        parts["readback"] = read_back
    parts["plan"] = lambda child: plan(service, child, as_of=as_of, months=months)
    if gateway:
        parts["push"] = push_plan
    if ims.can_be_read:
        parts["readback after the push"] = read_back
    parts["reconcile"] = lambda child: reconcile(service, child)
    for name, part in parts.items():
        _do(service, job, name, part=part)


def _do(service: Service, job: Job, name: str, *, part: Callable[[Job], object]) -> None:
    """Do one part as a child run, and take over its figures and whether it needs a person."""
    with running(service, name, parent=job.run_id) as child:
        part(child)
    job.counts[name] = child.counts
    job.needs_a_person |= child.needs_a_person
    job.stopped_because = job.stopped_because or child.stopped_because
