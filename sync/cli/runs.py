"""The command `runs`: what ran, and how it ended."""

import getpass
from typing import Annotated, Any

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs.service import opened
from sync.store import Run
from sync.store import runs as known_runs


def runs(
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Show what ran: the job, how it ended, for whom.

    Example: ims-sync runs --limit 5
    """
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        found = known_runs(service.db, limit)
    if json:
        print_json({"runs": [_row(one) for one in found]})
    else:
        for one in found:
            print(f"{one.id:>5}  {one.started_at:%Y-%m-%d %H:%M}  {one.job:<10} {one.state:<15} {one.outcome or ''}")
    return 0


def _row(one: Run) -> dict[str, Any]:
    return {
        "id": one.id, "parent_id": one.parent_id, "job": one.job, "state": one.state, "actor": one.actor,
        "started_at": one.started_at.isoformat(), "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "outcome": one.outcome, "counts": one.counts,
    }  # fmt: skip
