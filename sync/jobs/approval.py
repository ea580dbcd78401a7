"""Say whether the scheduler may push a plan: by itself within the limits of the brake, or once a person approved it."""

import polars as pl

from sync.jobs.brake import usual_offer
from sync.jobs.frozen import lines_offered
from sync.jobs.push import refuse_unsafe
from sync.jobs.service import Service
from sync.push import offers_of
from sync.settings import Approval
from sync.store import (
    Act,
    LedgerLine,
    State,
    StoredPlan,
    ledger_lines,
    newest_plan,
    plan_of,
    record,
    runs,
)
from sync.store import approve as write_down

_RUNS_LOOKED_AT = 200
_TO_SEND = (State.TO_DO, State.WITHDRAWN)


def approve(service: Service, digest: str, reason: str) -> StoredPlan:
    """Write down that a person approves the newest plan by its digest, and why.

    Raises WrongCall where a newer one has taken its place, StoppedToBeSafe where nothing may be pushed.
    """
    refuse_unsafe(service)
    plan = write_down(service.db, digest, service.actor, now=service.now(), reason=reason)
    with service.db.write() as conn:
        facts = {"digest": digest, "reason": reason}
        record(conn, Act(service.actor, "approved", f"plan {plan.id}", facts), service.now())
    return plan


def approved_before(service: Service) -> str | None:
    """Return the digest of the newest plan where a person approved it and something of it is still to be sent."""
    plan = newest_plan(service.db)
    return plan.digest if plan and plan.approved_at and lines_to_send(service, plan) else None


def may_push(service: Service, digest: str) -> bool:
    """Tell whether the scheduler may push a plan without asking anybody.

    Before any push there is no usual number of entries that the brake could compare with: a person has to look first.
    """
    plan = plan_of(service.db, digest)
    if plan is not None and plan.approved_at:
        return True
    automatic = service.settings.schedule.push_approval is Approval.AUTOMATIC
    return automatic and usual_offer(runs(service.db, _RUNS_LOOKED_AT, jobs=["push"])) is not None


def waits_for_approval(service: Service, digest: str) -> str | None:
    """Say of a plan that it waits for a person; None where it may be pushed, or nothing of it is to be sent."""
    plan = plan_of(service.db, digest)
    if plan is None or may_push(service, digest) or not (count := lines_to_send(service, plan)):
        return None
    return f"plan {digest} waits for approval, {count} lines to send: ims-sync approve --digest {digest}"


def lines_to_send(service: Service, plan: StoredPlan) -> int:
    """Count the lines that a push of a plan would send: new ones, and those of the ledger that are still to do."""
    lines, months = lines_offered(service, plan), plan.settings["months"]
    lines = offers_of(lines.filter(pl.col("month").is_in(months)) if months else lines)
    known = ledger_lines(service.db, lines["line_id"].to_list())
    return sum(_is_sent(known.get(row["line_id"]), row["body"]) for row in lines.iter_rows(named=True))


def _is_sent(known: LedgerLine | None, body: bytes) -> bool:
    if known is None or known.state in _TO_SEND:
        return True
    return known.state is State.REFUSED and known.body != body
