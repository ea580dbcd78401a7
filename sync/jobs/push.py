"""Push an approved plan: offer its lines, send them in waves, and confirm each wave before the next."""

import polars as pl

from sync.clients import Edges, ImsGateway
from sync.errors import StoppedToBeSafe
from sync.jobs.brake import check_brake
from sync.jobs.frozen import adjusting, may_be_offered
from sync.jobs.service import Job, Service
from sync.jobs.settle import settle_by_what_is_kept
from sync.jobs.waves import Waiting, in_waves
from sync.model import Decision
from sync.push import offers_of
from sync.settings import Level, Target
from sync.store import (
    Act,
    Offered,
    State,
    StoredPlan,
    approve,
    counts,
    lines_of_plan,
    offer,
    plan_of,
    reconcile_first,
    record,
    restored_at,
    stopped,
    withdraw_others,
)
from sync.store.months import hold_months

_LEVELS = list(Level)


def push(service: Service, job: Job, *, digest: str, waiting: Waiting, edges: Edges) -> None:
    """Push the plan with this digest, which whoever runs this approves by naming it.

    Raises StoppedToBeSafe where nothing may be pushed; lines are offered to the ledger only after all checks.
    """
    refuse_unsafe(service)
    plan = _approved(service, digest)
    check_brake(service, plan)
    job.counts |= {"digest": digest, "sent": 0, "pushed": 0, "confirmed": 0}
    confirmed_before = counts(service.db)[State.CONFIRMED]
    if service.settings.ims.target is Target.WORKLIST:
        job.counts["offered"] = offer_lines(service, plan)._asdict()
        job.stopped_because = "the target is a person: `ims-sync worklist` lists what to key"
    else:
        with service.ims(edges) as gateway:
            _check_level(service, gateway)
            job.counts["offered"] = offer_lines(service, plan)._asdict()
            job.stopped_because = in_waves(service, job, gateway, waiting=waiting)
    _tell_states(service, job, confirmed_before)


def _tell_states(service: Service, job: Job, confirmed_before: int) -> None:
    """Add how the lines of the ledger stand now; what is refused, flagged or unclear needs a person.

    A push that sent lines while none arrived is not done: where it could look, it failed. What arrived may have been
    found by another push that runs beside it.
    """
    stand = counts(service.db)
    job.counts |= {
        "refused": stand[State.REFUSED], "flagged": stand[State.FLAGGED], "unclear": stand[State.UNCLEAR],
        "waiting": stand[State.TO_DO], "confirmed_in_all": stand[State.CONFIRMED],
        "stopped_because": job.stopped_because,
    }  # fmt: skip
    none_arrived = bool(job.counts["sent"]) and stand[State.CONFIRMED] <= confirmed_before
    if none_arrived and service.settings.ims.can_be_read:
        job.failed_because = f"none of the {job.counts['sent']} lines that were sent was confirmed"
    job.needs_a_person = bool(none_arrived or stand[State.REFUSED] or stand[State.FLAGGED] or stand[State.UNCLEAR])


def refuse_unsafe(service: Service) -> None:
    """Raise StoppedToBeSafe where nothing may be offered at all: after a restore, or while pushing is stopped."""
    if reconcile_first(service.db):
        raise StoppedToBeSafe(
            "the database was restored from a backup, and iMatchSkills was not read back since",
            "Run `ims-sync readback`, then plan and push.",
        )
    if why := stopped(service.db):
        raise StoppedToBeSafe(f"pushing is stopped: {why}", "Find out why; `ims-sync go-on` lets it go on.")


def _approved(service: Service, digest: str) -> StoredPlan:
    plan = plan_of(service.db, digest)
    if plan is None or plan.superseded_by is not None:
        what = "a newer plan has taken the place of this one" if plan else "no plan has this digest"
        raise StoppedToBeSafe(
            what, "`ims-sync plan` prints the digest of the newest plan; look at it and approve that."
        )
    return approve(service.db, digest, service.actor, now=service.now())


def _check_level(service: Service, gateway: ImsGateway) -> None:
    """Refuse to promise more than the target offers."""
    level = gateway.capabilities().level
    if _LEVELS.index(service.settings.ims.level) - 1 > level:
        raise StoppedToBeSafe(
            f"level {service.settings.ims.level} is configured, but the target offers no more than L{level}",
            "Set [ims] level to what the target offers.",
        )


def offer_lines(service: Service, plan: StoredPlan) -> Offered:
    """Offer the plan's lines to the ledger, and withdraw what is to do there and is not in the plan any more.

    What signed months hold back is neither offered nor left to do.
    """
    months = plan.settings["months"]
    every = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER])
    with service.db.write() as conn:
        hold_months(conn)
        lines, now = may_be_offered(service, conn, every), service.now()
        offered = offers_of(lines.filter(pl.col("month").is_in(months)) if months else lines)
        withdrawn = withdraw_others(conn, lines["line_id"], now=now)
        told = offer(conn, offered, plan_id=plan.id, now=now)
        facts = {
            **told._asdict(), "withdrawn": withdrawn, "digest": plan.digest, "held_back": len(every) - len(lines),
            "adjustments": len(adjusting(service, conn, lines)),
        }  # fmt: skip
        record(conn, Act(service.actor, "offered", f"plan {plan.id}", facts), now)
        restored = restored_at(conn)
    if restored:  # what was offered may have been entered before: the read-back that is kept may tell already
        settle_by_what_is_kept(service)
    return told
