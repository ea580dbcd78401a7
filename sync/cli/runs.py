"""The command `runs`: what ran, for how long, and how it ended."""

import getpass
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.errors import WrongCall
from sync.jobs.service import opened
from sync.store import Run, RunState
from sync.store import runs as known_runs


def runs(
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    job: Annotated[list[str] | None, typer.Option("--job", metavar="JOB", help="Only of this job.")] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATE", help="Only those that ended so.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Show what ran: the job, how long it took, how it ended, with which crosswalk; the parts under their run.

    Example: ims-sync runs --limit 5 --state failed
    """
    states = _states(state or [])
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        found = known_runs(service.db, limit, jobs=job or (), states=states)
        now = service.now()
    if json:
        print_json({"runs": [_row(one, now) for one in found]})
        return 0
    for depth, one in _under_their_run(found):
        print(_line(one, now, depth=depth))
    if not found:
        print("Nothing ran yet." if not (job or state) else "No such run; without --job and --state all are shown.")
    return 0


def _states(given: list[str]) -> list[RunState]:
    try:
        return [RunState(one) for one in given]
    except ValueError:
        known = ", ".join(RunState)
        raise WrongCall(f"{', '.join(given)}: no such state", f"A run is one of {known}.") from None


def _under_their_run(found: list[Run]) -> Iterator[tuple[int, Run]]:
    """Yield runs with their depth: the newest first, and under each its parts in the order in which they ran."""
    there = {one.id for one in found}
    for one in found:
        if one.parent_id not in there:
            yield 0, one
            yield from ((1, part) for part in reversed(found) if part.parent_id == one.id)


def _line(one: Run, now: datetime, *, depth: int) -> str:
    name = f"{'  ' * depth}{one.job}"
    part = f" (of run {one.parent_id})" if one.parent_id and not depth else ""
    took, crosswalk = duration((one.ended_at or now) - one.started_at), str(one.versions.get("crosswalk", ""))[:8]
    told = f"{one.id:>5}  {one.started_at:%Y-%m-%d %H:%M}  {took:>7}  {name:<25} {one.state:<14} {crosswalk:<8}"
    return f"{told} {one.outcome or ''}{part}".rstrip()


def duration(took: Any) -> str:
    """Return a duration in the two largest units that it has."""
    seconds = max(0, round(took.total_seconds()))
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours:
        return f"{hours} h {minutes:02d}"
    return f"{minutes}m {seconds % 60:02d}s" if minutes else f"{seconds} s"


def _row(one: Run, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id, "parent_id": one.parent_id, "job": one.job, "state": one.state, "actor": one.actor,
        "started_at": one.started_at.isoformat(), "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "seconds": ((one.ended_at or now) - one.started_at).total_seconds(),
        "reason": one.reason, "outcome": one.outcome, "counts": one.counts, "versions": one.versions,
    }  # fmt: skip
