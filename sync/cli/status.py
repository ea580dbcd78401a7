"""The command `status`: is all well, and if not what; on one screen."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import wrap
from typing import Any
from zoneinfo import ZoneInfo

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.jobs.looked_at import Problem
from sync.jobs.service import utc_now
from sync.jobs.status import Status
from sync.jobs.status import status as look
from sync.store import State

_WIDTH, _HEIGHT = 79, 23
_COUNTED = (State.TO_DO, State.WRITTEN, State.UNCLEAR, State.REFUSED, State.FLAGGED, State.KEYED, State.CONFIRMED)


def status(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Say whether all is well, and if not what is wrong, since when, and what to do.

    Exit code 0: all is well; 1: something needs a person; 2, 4, 5, 70: what the gravest of the problems stands for.

    Example: ims-sync status
    """
    found = look(config, database, utc_now)
    if json:
        print_json(_document(found))
    else:
        print("\n".join(screen(found)))
    return found.exit_code


def _document(found: Status) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "problems": [{"what": one.what, "since": _iso(one.since), "do": one.do} for one in found.problems],
        "jobs": [
            {"name": job.name, "last_good": _iso(job.last_good), "next_due": _iso(job.next_due), "newest": job.newest}
            for job in found.jobs
        ],
        "unclear": found.lines.get(State.UNCLEAR),
        "lines": found.lines,
        "target_reachable": found.target_reachable,
        "database_whole": found.database_whole,
        "audit_whole": found.audit_whole,
        "crosswalk_published": found.crosswalk_published,
        "reminders": [{"what": one.what, "do": one.do, "source": one.source} for one in found.reminders],
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def screen(found: Status) -> list[str]:
    """Return the lines of one screen of 80 columns and 24 rows; what does not fit is counted."""
    head = [*_head(found), *_jobs(found), *_conditions(found)]
    head += [part for one in found.reminders for part in wrap(f"Reminder: {one.what}.", _WIDTH)]
    told: list[str] = []
    for number, problem in enumerate(found.problems, start=1):
        own = list(_problem(number, problem, found.zone))
        if len(head) + len(told) + len(own) >= _HEIGHT:
            return [*head, *told, f"and {len(found.problems) - number + 1} more: ims-sync status --json"]
        told += own
    return [*head, *told]


def _head(found: Status) -> Iterator[str]:
    count = len(found.problems)
    said = "All is well." if found.ok else f"{count} {'thing is' if count == 1 else 'things are'} not well:"
    yield f"{said:<50}{found.at.astimezone(found.zone):%a %Y-%m-%d %H:%M %Z}"
    yield ""


def _jobs(found: Status) -> Iterator[str]:
    if found.jobs:
        yield f"{'job':<11}{'last good':<18}{'next due':<18}newest run"
    for job in found.jobs:
        good, due = (_local(at, found.zone) for at in (job.last_good, job.next_due))
        yield f"{job.name:<11}{good:<18}{due:<18}{job.newest or 'never ran'}"[:_WIDTH]


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %m-%d %H:%M}" if at else "-"


def _conditions(found: Status) -> Iterator[str]:
    if found.lines:
        told = (f"{state} {found.lines[state]}" for state in _COUNTED if found.lines[state])
        yield from wrap(f"lines: {', '.join(told) or 'none'}", _WIDTH)
    asked = (
        ("target reachable", found.target_reachable),
        ("database whole", found.database_whole),
        ("audit trail whole", found.audit_whole),
    )
    words = {True: "yes", False: "NO", None: "unknown"}
    yield "; ".join(f"{what}: {words[answer]}" for what, answer in asked)
    yield ""


def _problem(number: int, problem: Problem, zone: ZoneInfo) -> Iterator[str]:
    since = f" (since {_local(problem.since, zone)})" if problem.since else ""
    what = problem.what.splitlines() or [""]
    told = f"{what[0]}{' ...' if len(what) > 1 else ''}{since}"
    yield from wrap(told, _WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ")
    yield from wrap(problem.do, _WIDTH, initial_indent="   -> ", subsequent_indent="      ")
