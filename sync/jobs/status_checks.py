"""Check whether all is well: a table of checks, each a small question that names what is wrong and what to do."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sync.errors import StoreError
from sync.jobs.approval import waits_for_approval
from sync.jobs.due import due_between, is_night, rows_by_job
from sync.jobs.looked_at import Problem
from sync.jobs.service import Service
from sync.jobs.verify import first_broken, problems
from sync.settings import ItracSource, Scheduled, Target
from sync.store import (
    ASKED,
    Run,
    RunState,
    State,
    last_done,
    last_dues,
    last_runs,
    newest_plan,
    queues,
    reconcile_first,
    stopped,
)

Check = Callable[[Service], Iterator[Problem]]
_LATE = timedelta(minutes=15)
_DAY = timedelta(days=1)
_OLDEST = {Target.GATEWAY: _DAY, Target.WORKLIST: 7 * _DAY}
_RUNS = "`ims-sync runs` shows it; mend what it names and run it again."
# These end a push early, and nobody has to do anything about it.
_AS_MEANT = (ASKED, "the target is a person", "quiet hours")
_FOUND = {
    "reconcile": ("{grave} mismatches need a person", "`ims-sync reconcile --out mismatches.csv` lists them."),
    "pull": ("the pull from I-Trac was incomplete", "Nothing is lost; `ims-sync pull` asks again."),
}


def whole(service: Service) -> Iterator[Problem]:
    """Name damage of the database."""
    yield from (replace(problem, code=StoreError.exit_code) for problem in problems(service))


def trail(service: Service) -> Iterator[Problem]:
    """Name the first entry of the audit trail that is not as it was written."""
    if (first := first_broken(service)) is not None:
        what = f"the audit trail is not whole from entry {first} on"
        yield Problem(what, None, "Keep the database as it is, and find out who changed it.")


def stop_switch(service: Service) -> Iterator[Problem]:
    """Name what stops every sender."""
    if why := stopped(service.db):
        since = last_done(service.db, "stopped", "push")
        yield Problem(f"pushing is stopped: {why}", since, "Find out why; `ims-sync go-on` lets it go on.", 5)
    if reconcile_first(service.db):
        what = "the database was restored from a backup, and iMatchSkills was not read back since"
        yield Problem(what, None, "`ims-sync readback`, then plan and push.", 5)


def ended_badly(service: Service) -> Iterator[Problem]:
    """Name each job whose newest run failed, was lost or was stopped; of a run its part alone, where that is named."""
    newest = last_runs(service.db)
    wrong = [run for run in newest.values() if _went_wrong(run)]
    parents = {run.parent_id for run in wrong}
    for run in sorted(wrong, key=lambda run: run.id):
        if run.id not in parents:
            told = f": {run.outcome}" if run.outcome else ""
            code = 5 if run.state is RunState.STOPPED else 1
            yield Problem(f"{run.job} is {run.state}, run {run.id}{told}", run.ended_at, _RUNS, code)


def _went_wrong(run: Run) -> bool:
    if run.state is RunState.STOPPED:
        return not (run.outcome or "").startswith(_AS_MEANT)
    return run.state in {RunState.FAILED, RunState.LOST}


def found_something(service: Service) -> Iterator[Problem]:
    """Name what the newest run of a job found that needs a person."""
    newest = last_runs(service.db)
    for job, (what, act) in _FOUND.items():
        if job in newest and newest[job].state is RunState.NEEDS_A_PERSON:
            yield Problem(what.format_map({"grave": 0, **newest[job].counts}), newest[job].ended_at, act)


def missed(service: Service) -> Iterator[Problem]:
    """Name each job that is due and was not begun, where a scheduler kept the schedule before."""
    zone, now, known = ZoneInfo(service.settings.service.time_zone), service.now(), last_dues(service.db)
    for job, rows in rows_by_job(service.settings.schedule).items():
        done = known.get(job)
        if done and not is_night(now, zone) and (dues := due_between(rows, done, now - _LATE, zone=zone)):
            yield Problem(f"{job} was due and no scheduler began it", dues[0], "See that `ims-sync schedule` runs.")


def lines(service: Service) -> Iterator[Problem]:
    """Name lines of which nobody knows, that a person has to look at, or that wait for too long."""
    stand = queues(service.db)
    too_old = service.now() - _OLDEST[service.settings.ims.target]
    told = (
        (State.UNCLEAR, "are unclear", "`ims-sync readback` looks them up; nothing is sent twice before.", None),
        (State.REFUSED, "were refused", "`ims-sync explain LINE_ID`; mend it in I-Trac, or key it.", None),
        (State.FLAGGED, "are flagged", "`ims-sync explain LINE_ID`; look in iMatchSkills, then key or leave it.", None),
        (
            State.TO_DO,
            "wait too long to be entered",
            "`ims-sync push`, or key by `ims-sync worklist`.",
            too_old,
        ),
        (
            State.WRITTEN,
            "were written, but not read back for long",
            "`ims-sync readback` reads them back.",
            too_old,
        ),
    )
    for state, words, act, before in told:
        queue = stand[state]
        if queue.oldest and (before is None or queue.oldest < before):
            yield Problem(f"{queue.lines} lines {words}", queue.oldest, act)


def approval(service: Service) -> Iterator[Problem]:
    """Name the plan that waits for a person, where a scheduler pushes."""
    plan = newest_plan(service.db)
    kept = {Scheduled.RUN, Scheduled.PUSH} & last_dues(service.db).keys()
    if not plan or not kept or service.settings.ims.target is Target.WORKLIST:
        return
    if why := waits_for_approval(service, plan.digest):
        what, _, act = why.partition(": ")
        yield Problem(what, plan.created_at, f"Look at it, then `{act} --reason TEXT`.")


def exports(service: Service) -> Iterator[Problem]:
    """Name the folder of I-Trac's exports where it is not there."""
    itrac = service.settings.itrac
    if itrac.source is ItracSource.FILES and not itrac.folder.is_dir():
        what = "the folder of I-Trac's exports, [itrac] folder, is not there"
        yield Problem(what, None, "Export into it, or name the right one in settings.toml.")


CHECKS: tuple[Check, ...] = (
    whole, trail, stop_switch, ended_badly, missed, lines, approval, found_something, exports,
)  # fmt: skip
