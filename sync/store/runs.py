"""Remember which jobs ran, for whom, with which versions, and how each ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select

from sync.errors import StoreError
from sync.store.database import Database
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
    """Say what begins: by whom, why, of which run it is a repetition, with which versions of what."""

    job: str
    actor: str
    reason: str | None = None
    parent_id: int | None = None
    versions: Mapping[str, Any]


class Ended(NamedTuple):
    """Say how a run ended: its state, its figures, and in words why it ended so."""

    state: RunState
    counts: Mapping[str, Any]
    outcome: str | None = None


def begin_run(db: Database, run: NewRun, now: datetime) -> int:
    """Write down that a run begins; return its id. What an earlier run wrote is never touched."""
    statement = RUN.insert().values(
        parent_id=run.parent_id, job=run.job, state=RunState.RUNNING, started_at=now, heartbeat_at=now,
        actor=run.actor, reason=run.reason, counts={}, versions=dict(run.versions),
    )  # fmt: skip
    with db.write() as conn:
        run_id: int = conn.execute(statement.returning(RUN.c.id)).scalar_one()
    return run_id


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


def runs(db: Database, limit: int) -> list[Run]:
    """Return the newest runs, the newest first."""
    query = select(*(RUN.c[name] for name in Run.__slots__)).order_by(RUN.c.id.desc()).limit(limit)
    with db.read() as conn:
        return [Run(**{**row._mapping, "state": RunState(row.state)}) for row in conn.execute(query)]


def lose_runs(db: Database, now: datetime, lease: timedelta) -> list[int]:
    """Give up runs without a sign of life for longer than the lease; return their ids."""
    silent = RUN.update().where(RUN.c.state == RunState.RUNNING, RUN.c.heartbeat_at < now - lease)
    with db.write() as conn:
        return list(conn.scalars(silent.values(state=RunState.LOST, ended_at=now).returning(RUN.c.id)))
