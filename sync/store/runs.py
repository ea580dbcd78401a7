"""Remember which jobs ran, for whom, with which versions, and how each ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from sync.errors import RunUnderWay, StoreError
from sync.store.database import Database, alone
from sync.store.schema import RUN

_OPEN = ("running", "lost")


class RunState(StrEnum):
    """How a run stands: `lost` is one that gave no sign of life and did not say that it ended."""

    RUNNING = "running"
    DONE = "done"
    NEEDS_A_PERSON = "needs-a-person"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Run:
    """Carry what is known of one run."""

    id: int
    parent_id: int | None
    job: str
    state: RunState
    started_at: datetime
    heartbeat_at: datetime
    ended_at: datetime | None
    actor: str
    reason: str | None
    outcome: str | None
    counts: Mapping[str, Any]
    versions: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """Say what begins: by whom, why, of which run it is a part or a repetition, with which versions of what.

    not_beside  jobs of which none may be running when this one begins
    """

    job: str
    actor: str
    reason: str | None = None
    parent_id: int | None = None
    versions: Mapping[str, Any]
    not_beside: Collection[str] = ()


class Ended(NamedTuple):
    """Say how a run ended: its state, its figures, and in words why it ended so."""

    state: RunState
    counts: Mapping[str, Any]
    outcome: str | None = None


def begin_run(db: Database, run: NewRun, now: datetime) -> int:
    """Write down that a run begins; return its id. What an earlier run wrote is never touched.

    Raises RunUnderWay where it must not overlap with another one that is running.
    """
    statement = RUN.insert().values(
        parent_id=run.parent_id, job=run.job, state=RunState.RUNNING, started_at=now, heartbeat_at=now,
        actor=run.actor, reason=run.reason, counts={}, versions=dict(run.versions),
    )  # fmt: skip
    with db.write() as conn:
        _refuse_beside(conn, run.not_beside)
        run_id: int = conn.execute(statement.returning(RUN.c.id)).scalar_one()
    return run_id


def _refuse_beside(conn: Connection, jobs: Collection[str]) -> None:
    """Raise RunUnderWay where one of these jobs is running; until the transaction ends none of them can begin."""
    if not jobs:
        return
    alone(conn, RUN)
    under_way = select(RUN.c.id, RUN.c.job).where(RUN.c.state == RunState.RUNNING, RUN.c.job.in_(jobs))
    if found := conn.execute(under_way.order_by(RUN.c.id)).first():
        raise RunUnderWay(f"{found.job} is under way already, as run {found.id}")


def beat(db: Database, run_id: int, now: datetime) -> bool:
    """Give a sign of life; return False where the run counts as lost, so that it stops before it does more."""
    alive = RUN.update().where(RUN.c.id == run_id, RUN.c.state == RunState.RUNNING)
    with db.write() as conn:
        return conn.execute(alive.values(heartbeat_at=now)).rowcount == 1


def end_run(db: Database, run_id: int, ended: Ended, *, now: datetime) -> None:
    """Write down how a run ended, once; a lost run may still say so itself."""
    still_open = RUN.update().where(RUN.c.id == run_id, RUN.c.state.in_(_OPEN))
    values = {"state": ended.state, "ended_at": now, "counts": dict(ended.counts), "outcome": ended.outcome}
    with db.write() as conn:
        if conn.execute(still_open.values(**values)).rowcount != 1:
            raise StoreError(f"run {run_id} is not open, so that it cannot end as {ended.state}")


def runs(db: Database, limit: int, *, jobs: Collection[str] = (), states: Collection[RunState] = ()) -> list[Run]:
    """Return the newest runs, the newest first; of these jobs and in these states alone where any are named."""
    query = _RUNS.order_by(RUN.c.id.desc()).limit(limit)
    query = query.where(RUN.c.job.in_(jobs)) if jobs else query
    query = query.where(RUN.c.state.in_(states)) if states else query
    with db.read() as conn:
        return _runs_of(conn, query)


def runs_with_ids(db: Database, ids: Collection[int]) -> dict[int, Run]:
    """Return by id the runs that are still kept."""
    with db.read() as conn:
        return {run.id: run for run in _runs_of(conn, _RUNS.where(RUN.c.id.in_(list(ids))))}


def last_runs(db: Database, states: Collection[RunState] = tuple(RunState)) -> dict[str, Run]:
    """Return by job the newest run that stands so."""
    newest = select(func.max(RUN.c.id)).where(RUN.c.state.in_(states)).group_by(RUN.c.job)
    with db.read() as conn:
        return {run.job: run for run in _runs_of(conn, _RUNS.where(RUN.c.id.in_(newest)))}


def lose_runs(db: Database, now: datetime, lease: timedelta) -> dict[int, str]:
    """Give up runs without a sign of life for longer than the lease; return their jobs by their ids.

    Where there are none, nobody waits for a turn to write.
    """
    silent = (RUN.c.state == RunState.RUNNING, RUN.c.heartbeat_at < now - lease)
    with db.read() as conn:
        if conn.execute(select(RUN.c.id).where(*silent).limit(1)).first() is None:
            return {}
    lost = RUN.update().where(*silent).values(state=RunState.LOST, ended_at=now)
    with db.write() as conn:
        return {row.id: row.job for row in conn.execute(lost.returning(RUN.c.id, RUN.c.job))}


_RUNS = select(*(RUN.c[name] for name in Run.__slots__))


def _runs_of(conn: Connection, query: Select[Any]) -> list[Run]:
    return [Run(**{**row._mapping, "state": RunState(row.state)}) for row in conn.execute(query)]
