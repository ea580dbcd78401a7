"""Run the whole way in its order, as the scheduler does: pull, read back, plan, push, read back, reconcile."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from sync.errors import StoppedToBeSafe
from sync.jobs.approval import approved_before, may_push, waits_for_approval
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.settings import Target

_PUSHING = ("push", "readback after the push")
Part = Callable[[Job], object]


@dataclass(frozen=True, slots=True)
class Way:
    """Say how the way is gone.

    by_policy  a plan is pushed as the approval policy of the schedule has it; else whoever runs this approves it
    """

    waiting: Waiting
    months: Collection[str] = ()
    as_of: date | None = None
    by_policy: bool = False


def run(
    service: Service, job: Job, *, waiting: Waiting, months: Collection[str] = (), as_of: date | None = None
) -> None:
    """Do all of it; every part is a child run of its own.

    The plan is approved by whoever runs this, within the limits of the brake. Without a gateway nothing is pushed:
    a person keys from the worklist. What cannot be read back through the gateway is read from the folder of
    read-backs; one that is not there is passed over.
    """
    _go(service, job, Way(waiting, months, as_of))


def scheduled_run(service: Service, job: Job, *, waiting: Waiting, months: Collection[str] = ()) -> None:
    """Do all of it as the scheduler does: what a person approved since goes first, the new plan waits for its approval.

    Where it waits nothing of it is pushed, but the two systems are compared all the same.
    """
    if service.settings.ims.target is Target.GATEWAY:
        push_approved(service, job, waiting=waiting)
    _go(service, job, Way(waiting, months, by_policy=True))


def push_approved(service: Service, job: Job, *, waiting: Waiting) -> None:
    """Push the newest plan if a person approved it; what stops that push to be safe does not stop what follows."""
    digest = approved_before(service)
    if digest is None:
        return
    try:
        _do(service, job, "push", part=lambda child: _push(service, child, digest, waiting=waiting))
    except StoppedToBeSafe as wrong:
        job.needs_a_person, job.waits_for = True, wrong.what


def _go(service: Service, job: Job, way: Way) -> None:
    pushes = True
    for name, part in _parts(service, job, way).items():
        if name == "push" and way.by_policy:
            pushes = _let_go(service, job)
        if pushes or name not in _PUSHING:
            _do(service, job, name, part=part)


def _let_go(service: Service, job: Job) -> bool:
    """Tell whether the approval policy lets the new plan go; where it waits for a person, the run says so."""
    digest = job.counts["plan"]["digest"]
    if job.waits_for is None and (why := waits_for_approval(service, digest)):
        job.needs_a_person, job.waits_for = True, why
    return job.waits_for is None and may_push(service, digest)


def _parts(service: Service, job: Job, way: Way) -> dict[str, Part]:
    """Return the parts in their order; each is asked for only when those before it are done."""
    ims = service.settings.ims

    def read_back(child: Job) -> None:
        readback(service, child, months=way.months)

    def push_plan(child: Job) -> None:
        _push(service, child, job.counts["plan"]["digest"], waiting=way.waiting)

    parts: dict[str, Part] = {"pull": lambda child: pull(service, child)}
    if ims.can_be_read or ims.folder.is_dir():
        parts["readback"] = read_back
    parts["plan"] = lambda child: plan(service, child, as_of=way.as_of, months=way.months)
    if ims.target is Target.GATEWAY:
        parts["push"] = push_plan
    if ims.can_be_read:
        parts["readback after the push"] = read_back
    parts["reconcile"] = lambda child: reconcile(service, child)
    return parts


def _push(service: Service, job: Job, digest: str, *, waiting: Waiting) -> None:
    push(service, job, digest=digest, waiting=waiting, edges=service.edges)


def _do(service: Service, job: Job, name: str, *, part: Part) -> None:
    """Do one part as a child run, and take over its figures and how it stands."""
    with running(service, name, parent=job.run_id) as child:
        part(child)
    job.counts[name] = child.counts
    job.needs_a_person |= child.needs_a_person
    job.stopped_because = job.stopped_because or child.stopped_because
    job.failed_because = job.failed_because or child.failed_because
