"""Verify that the memory is whole: the database, the audit trail and its kept head, the ledger against its plans."""

from collections.abc import Callable
from typing import NamedTuple

from sync.errors import SyncError
from sync.jobs.looked_at import Problem
from sync.jobs.service import Job, Service
from sync.push import offers_of
from sync.store import (
    bodies_of,
    damage,
    differing,
    disagreeing_tries,
    kept_head,
    leads_to,
    lines_of_plan,
    plans_in_ledger,
    schema_is_current,
    unapproved,
    unshown,
    verify_audit,
    wrong_digest,
)

_NAMED = 5
_LINES_AT_ONCE = 5_000
_RESTORE = "Stop pushing (`ims-sync stop`), keep the database as it is, and restore the last good backup beside it."
_LOOK = "Stop pushing (`ims-sync stop`) and have somebody look who changed the database by other ways than ims-sync."


class Check(NamedTuple):
    """One thing that must be so: in words, what is wrong with it (by ids), and what to do then.

    quick  `status` asks for it too
    """

    words: str
    wrong: Callable[[Service], list[str]]
    advice: str
    quick: bool = False


def _audit(service: Service) -> list[str]:
    broken = first_broken(service)
    return [] if broken is None else [f"from entry {broken} on"]


def first_broken(service: Service) -> int | None:
    """Return the first entry of the audit trail that is not as it was written, up to its kept head; None if whole."""
    return verify_audit(service.db, kept_head(service.head_file) if service.head_file else None)


def _head(service: Service) -> list[str]:
    kept = kept_head(service.head_file) if service.head_file else None
    return [f"entry {kept.seq} is missing or differs"] if kept and not leads_to(service.db, kept) else []


def _bodies(service: Service) -> list[str]:
    """Name the lines whose bytes in the ledger are not what their plan gives."""
    plans = plans_in_ledger(service.db)
    wrong: list[str] = []
    for place, (plan_id, lines) in enumerate(plans.items()):
        service.tell("comparing the ledger with its plans", place, len(plans))
        for start in range(0, len(lines), _LINES_AT_ONCE):
            wrong += _wrong_bodies(service, plan_id, lines[start : start + _LINES_AT_ONCE])
    return wrong


def _wrong_bodies(service: Service, plan_id: int, lines: list[str]) -> list[str]:
    offered = offers_of(lines_of_plan(service.db, plan_id, line_ids=lines))
    return differing(offered, bodies_of(service.db, lines))


CHECKS: tuple[Check, ...] = (
    Check("the database can be read", lambda service: damage(service.db, quick=True), _RESTORE, quick=True),
    Check("the database is whole", lambda service: damage(service.db), _RESTORE),
    Check(
        "the tables are those of this program",
        lambda service: [] if schema_is_current(service.db) else ["they are older"],
        "Run any other command once: it brings the tables up to date.",
        quick=True,
    ),
    Check("the audit trail leads to its kept head", _head, _LOOK),
    Check("no entry of the audit trail was changed, put in or taken out", _audit, _LOOK),
    Check("every line of the ledger is of a plan that was approved", lambda service: unapproved(service.db), _LOOK),
    Check("what is sent for a line is what its plan says", _bodies, _LOOK),
    Check("tries and states of lines agree", lambda service: disagreeing_tries(service.db), _LOOK),
    Check("what counts as confirmed or keyed was shown or said", lambda service: unshown(service.db), _LOOK),
    Check("the newest plan has the digest that it bears", lambda service: wrong_digest(service.db), _LOOK),
)


def verify(service: Service, job: Job) -> list[tuple[Check, list[str]]]:
    """Do every check; return each with what is wrong with it. A check that cannot be done counts as failed."""
    found = []
    for place, check in enumerate(CHECKS):
        service.tell(f"checking that {check.words}", place, len(CHECKS))
        found.append((check, _wrong(service, check)))
    failed = {check.words: wrong for check, wrong in found if wrong}
    job.counts |= {"checks": len(found), "failed": failed}
    job.needs_a_person = bool(failed)
    return found


def problems(service: Service, *, quick: bool = True) -> list[Problem]:
    """Return what is not as it must be; by the quick checks alone unless told otherwise."""
    checks = [check for check in CHECKS if check.quick or not quick]
    wrong = [(check, _wrong(service, check)) for check in checks]
    return [Problem(_sentence(check, found), None, check.advice) for check, found in wrong if found]


def _wrong(service: Service, check: Check) -> list[str]:
    """Return what is wrong, the first few by name."""
    try:
        found = check.wrong(service)
    except SyncError as wrong:
        return [wrong.what]
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return found[:_NAMED] + more


def _sentence(check: Check, found: list[str]) -> str:
    return f"not so: {check.words} ({', '.join(found)})"
