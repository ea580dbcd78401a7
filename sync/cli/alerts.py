"""The command `alerts`: what is wrong, since when, how often, and what to do."""

import getpass
from typing import Annotated, Any

import typer

from sync.alerts import document_of, text_of
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs.alerts import known_alerts, notice_of
from sync.jobs.service import opened
from sync.store import Alert


def alerts(
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Show what is wrong: since when, how often it was raised, and what to do.

    Leaves with 1 where anything is open.

    Example: ims-sync alerts --all
    """
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        found = known_alerts(service.db, every=every)
    if json:
        print_json({"alerts": [_row(one) for one in found]})
    elif not found:
        print("Nothing is wrong: no alert is open.")
    else:
        for one in found:
            print(f"{text_of(notice_of(one))}{_troubles(one)}\n")
    return int(any(one.closed_at is None for one in found))


def _troubles(alert: Alert) -> str:
    words = "see [alerts] in settings.toml; it is tried again"
    return "".join(f"\n  Not told by {name} ({trouble}): {words}" for name, trouble in _failed(alert))


def _failed(alert: Alert) -> list[tuple[str, str]]:
    return [(name, told["trouble"]) for name, told in alert.told.items() if "trouble" in told]


def _row(alert: Alert) -> dict[str, Any]:
    closed, told = (at.isoformat() if at else None for at in (alert.closed_at, alert.told_at))
    return {
        **document_of(notice_of(alert)), "id": alert.id, "closed_at": closed, "told_at": told,
        "not_told": dict(_failed(alert)),
    }  # fmt: skip
