"""Approve a plan by its digest, without pushing it."""

from sync.jobs.push import refuse_unsafe
from sync.jobs.service import Job, Service
from sync.log import log
from sync.store import Act, StoredPlan, approve, record


def approve_plan(service: Service, job: Job, digest: str) -> StoredPlan:
    """Approve the newest plan, which must have this digest.

    Raises WrongCall where a newer one has taken its place, StoppedToBeSafe where nothing may be pushed. The brake is
    looked at when it is pushed.
    """
    refuse_unsafe(service)
    plan = approve(service.db, digest, service.actor, now=service.now())
    with service.db.write() as conn:
        record(conn, Act(service.actor, "approved", f"plan {plan.id}", {"digest": digest}), service.now())
    job.counts |= {"plan": plan.id, "digest": digest}
    log.info("plan_approved", plan=plan.id, digest=digest)
    return plan
