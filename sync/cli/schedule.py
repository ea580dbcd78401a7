"""The commands `schedule`, which keeps the schedule, and `approve`, which lets it push a plan."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from sync.cli.ending import ending_softly
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import told_by_line
from sync.cli.service import told, working
from sync.jobs.approval import approve as do_approve
from sync.jobs.clock import keep_time
from sync.jobs.scheduled import ACTOR, timekeeper
from sync.jobs.service import Service, opened
from sync.jobs.ticking import RULE, Timekeeper
from sync.jobs.watch_port import serving


def schedule(
    *,
    show: Annotated[bool, typer.Option("--show", help="Print what is due next, and leave.")] = False,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Keep the schedule of config/settings.toml, in the foreground, until it is asked to stop.

    SIGTERM or Ctrl-C: nothing more begins, a push parks what it has under way; a second one ends at once.
    Several schedulers may keep the schedule of one database: each due time is done by one of them.

    Example: ims-sync schedule
    """
    with opened(config, database, actor=ACTOR, tell=told_by_line) as whole, ending_softly(whole) as service:
        keeper = timekeeper(service, config)
        _print(service, keeper, json=json)
        if show:
            return 0
        with serving(service):
            keep_time(keeper, service.ending, now=service.now, tell=service.tell)
    return 0


def _print(service: Service, keeper: Timekeeper, *, json: bool) -> None:
    """Print what is due next, who lets it push, and what becomes of what was missed."""
    dues, policy = keeper.next_dues(service.now()), service.settings.schedule.push_approval
    if json:
        due = {job: at.isoformat() if at else None for job, at in dues.items()}
        print_json({"next_due": due, "push_approval": policy, "rule": RULE})
        return
    zone = ZoneInfo(service.settings.service.time_zone)
    for job, at in dues.items():
        print(f"{job:<10} next due {at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}" if at else f"{job:<10} is not due")
    if not dues:
        print("Nothing is scheduled: add [[schedule.job]] rows to settings.toml.")
    print(f"A push is approved by: {policy}. {RULE}", flush=True)


def approve(
    *,
    digest: Annotated[str, typer.Option("--digest", metavar="HEX", help="The plan, as `plan` or `status` names it.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may be pushed, in a few words.")],
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Approve the newest plan, so that the next scheduled run pushes it before anything else.

    Example: ims-sync approve --digest 7911999777c60647c42ee3843bd6beb913c205c7404d0d570d73d3383097c294 --reason checked
    """
    with working(config, database, "approve") as (service, job):
        plan = do_approve(service, digest, reason)
        job.counts |= {"plan": plan.id, "digest": plan.digest, "approved_by": plan.approved_by}
    return told(job, "approved; the next scheduled run pushes it, or `ims-sync push` does now", json=json)
