"""Let a night of a rehearsal pass: what was keyed comes to stand in the pretended iMatchSkills, and all jobs run."""

import csv
from datetime import timedelta
from pathlib import Path

from sync.errors import WrongCall
from sync.jobs.rehearsal_date import dated, move_date, refuse_real
from sync.jobs.run import run
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.model import TABLES
from sync.pretend.handed_in import Cells, typed, whole_read_back
from sync.settings import ItracSource, Target
from sync.store import LedgerLine, State, lines_in_states, newest_plan, places_of_plan, runs
from sync.store.months import months_of_plan

NIGHT = "night"
_ENTRIES, _SCOPES = "ims_entries", "ims_scopes"
_SAID = (State.KEYED, State.UNCLEAR)
_DAY = timedelta(days=1)


def let_night_pass(service: Service) -> Job:
    """Move a rehearsal to its next day, and do what is done in the night.

    service  by the clock on the wall. Raises WrongCall where this is no rehearsal.
    """
    refuse_real(service)
    _refuse_gateways(service)
    next_day = move_date(service, dated(service).today + _DAY)
    with running(next_day, "night") as job:
        night(next_day, job)
    return job


def night(service: Service, job: Job) -> None:
    """Let what was keyed since the last night stand in iMatchSkills, then pull, read back, plan and reconcile.

    A newer plan waits for its approval, as in a service that nobody rehearses with.
    """
    refuse_real(service)
    _refuse_gateways(service)
    job.counts |= _hand_in(service)
    run(service, job, waiting=Waiting(service.outer.sleep))


def _refuse_gateways(service: Service) -> None:
    itrac, ims = service.settings.itrac, service.settings.ims
    if ims.target is not Target.WORKLIST or itrac.source is not ItracSource.FILES:
        raise WrongCall("a rehearsal speaks to no gateway", "Begin one of its own: ims-sync demo --keep DIR --web")


def _hand_in(service: Service) -> dict[str, int]:
    """Write the pretended iMatchSkills anew, with what was keyed since the last night; return how many of each."""
    folder = service.settings.ims.folder
    entries, said = _rows(folder / f"{_ENTRIES}.csv"), _said_since(service)
    at = service.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    fresh = [one for line in said for one in typed(line.line_id, _cells(line), sure=line.state is State.KEYED)]
    for number, one in enumerate(fresh, start=len(entries) + 1):
        entries.append({**one, "entry_id": f"DEMO-N{number}", "entered_by": "DEMO-KEYER", "entered_at": at})
    plan = newest_plan(service.db)
    if plan is not None:
        with service.db.read() as conn:
            months = months_of_plan(conn, plan.id)
        places = places_of_plan(service.db, plan.id)
        _write(folder, _SCOPES, whole_read_back(entries, places, months=months, taken_at=at))
    _write(folder, _ENTRIES, entries)
    return {"said_to_be_keyed": len(said), "typed": len(fresh)}


def _said_since(service: Service) -> list[LedgerLine]:
    """Return what was said of lines since the last night began, and before this one did."""
    this, *before = runs(service.db, 2, jobs=[NIGHT])
    since = before[0].started_at if before else None
    return [
        line for line in lines_in_states(service.db, _SAID)
        if (since is None or line.changed_at >= since) and line.changed_at < this.started_at
    ]  # fmt: skip


def _cells(line: LedgerLine) -> Cells:
    cells = {name: getattr(line, name) for name in ("job_seeker_id", "provider", "kind", "name", "date")}
    return {**cells, "funder_selection": line.funder_selection or "", "amount": line.amount or ""}


def _rows(path: Path) -> list[Cells]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, table: str, rows: list[Cells]) -> None:
    """Write a list whole: whoever reads it meets the old one or the new one."""
    columns, new = [column.name for column in TABLES[table].columns], folder / f".{table}.new"
    with new.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    new.replace(folder / f"{table}.csv")
