"""Remember what the schedule has done: every due time is taken once, whoever keeps the time.

The newest tick of a job tells up to when its schedule is done; what lies before it is never done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Insert, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.store.database import Database, alone
from sync.store.engines import POSTGRESQL
from sync.store.runs import RunState
from sync.store.schema import RUN, TICK

ASKED: Final = "asked to stop"
"""How the outcome of a run begins that ended because it was asked to; its tick may be taken once more."""
_MOST_TRIES = 2
_TICK = TICK.c


class TickState(StrEnum):
    """How a due time stands: `first-seen` is no due time, but when the schedule of a job began to count."""

    FIRST_SEEN = "first-seen"
    SKIPPED = "skipped"
    TAKEN = "taken"
    ENDED = "ended"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Tick:
    """Carry one due time of a job: who took it, when, with which run, and the how-manieth try it is."""

    job: str
    due_at: datetime
    state: TickState
    taken_by: str | None
    taken_at: datetime | None
    run_id: int | None
    ended_at: datetime | None
    tries: int


_COLUMNS = [_TICK[name] for name in Tick.__slots__]


def last_dues(db: Database) -> dict[str, datetime]:
    """Return up to when the schedule of each job is done; a job is left out whose schedule never began."""
    with db.read() as conn:
        return {row[0]: row[1] for row in conn.execute(select(_TICK.job, func.max(_TICK.due_at)).group_by(_TICK.job))}


def left_open(db: Database, now: datetime, lease: timedelta) -> set[str]:
    """Return the jobs of which a tick was left open by whoever took it."""
    left = select(_TICK.job).where(_TICK.state == TickState.TAKEN, or_(_over(), _dead(now - lease)))
    with db.read() as conn:
        return set(conn.scalars(left))


def begin_schedule(db: Database, job: str, now: datetime) -> None:
    """Let the schedule of a job count from now on, unless it began already: nothing before it is caught up."""
    with db.write() as conn:
        alone(conn, TICK)
        if conn.scalar(select(func.count()).select_from(TICK).where(_TICK.job == job)) == 0:
            conn.execute(TICK.insert().values(job=job, due_at=now, state=TickState.FIRST_SEEN, tries=0))


def take(db: Database, job: str, dues: Sequence[datetime], *, by: str, now: datetime) -> Tick | None:
    """Take the newest of the due times that passed; return None where another took it first.

    The older ones are skipped, so that whatever was missed is caught up once.
    """
    newest, older = dues[-1], dues[:-1]
    mine = {"job": job, "due_at": newest, "state": TickState.TAKEN, "taken_by": by, "taken_at": now, "tries": 1}
    with db.write() as conn:
        won = conn.execute(_unless_there(conn).values(**mine).returning(*_COLUMNS)).first()
        if won is None:
            return None
        if older:
            skipped = {"job": job, "state": TickState.SKIPPED, "taken_at": now, "tries": 0}
            conn.execute(_unless_there(conn), [{**skipped, "due_at": due} for due in older])
        return _of(won)


def take_again(db: Database, job: str, *, by: str, now: datetime, lease: timedelta) -> Tick | None:
    """Take the newest tick of a job once more whose taker died, or was asked to stop; None where there is none.

    It is taken once more, not again and again; one that a newer tick followed, or that was tried so often, is given up.
    """
    open_ticks = (_TICK.job == job, _TICK.state == TickState.TAKEN)
    going = TICK.update().where(*open_ticks)
    dead = going.where(_dead(now - lease))
    newest = select(func.max(_TICK.due_at)).where(_TICK.job == job).scalar_subquery()
    again = dead.where(_TICK.due_at == newest, _TICK.tries < _MOST_TRIES)
    with db.write() as conn:
        conn.execute(going.where(_over()).values(state=TickState.ENDED, ended_at=now))
        values = {"taken_by": by, "taken_at": now, "run_id": None, "tries": _TICK.tries + 1}
        mine = conn.execute(again.values(**values).returning(*_COLUMNS)).first()
        conn.execute(dead.values(state=TickState.GIVEN_UP, ended_at=now))
        return _of(mine) if mine else None


def attach(db: Database, tick: Tick, run_id: int) -> None:
    """Write down which run a tick began."""
    _change(db, tick, {"run_id": run_id})


def end_tick(db: Database, tick: Tick, now: datetime) -> None:
    """Write down that what a tick began is over, however it ended."""
    _change(db, tick, {"state": TickState.ENDED, "ended_at": now})


def ticks(db: Database, limit: int) -> list[Tick]:
    """Return the newest ticks, the newest first."""
    query = select(*_COLUMNS).order_by(_TICK.due_at.desc(), _TICK.job).limit(limit)
    with db.read() as conn:
        return [_of(row) for row in conn.execute(query)]


def last_ticks(db: Database) -> dict[str, Tick]:
    """Return the newest tick of each job whose schedule began."""
    newest = select(_TICK.job, func.max(_TICK.due_at).label("due_at")).group_by(_TICK.job).subquery()
    query = select(*_COLUMNS).join(newest, and_(_TICK.job == newest.c.job, _TICK.due_at == newest.c.due_at))
    with db.read() as conn:
        return {row.job: _of(row) for row in conn.execute(query)}


def _unless_there(conn: Connection) -> Insert:
    insert: Any = postgresql.insert if conn.dialect.name == POSTGRESQL else sqlite.insert
    made: Insert = insert(TICK).on_conflict_do_nothing()
    return made


def _over() -> ColumnElement[bool]:
    """Tell of a tick whether its run ended, but not because it was asked to."""
    ended = RUN.c.state.not_in([RunState.RUNNING, RunState.LOST])
    return _TICK.run_id.in_(select(RUN.c.id).where(ended, ~_asked()))


def _dead(before: datetime) -> ColumnElement[bool]:
    """Tell of a tick whether its run is lost or was asked to stop, or whether its taker died before any run began."""
    silent = and_(_TICK.run_id.is_(None), _TICK.taken_at < before)
    return or_(silent, _TICK.run_id.in_(select(RUN.c.id).where(or_(RUN.c.state == RunState.LOST, _asked()))))


def _asked() -> ColumnElement[bool]:
    return and_(RUN.c.state == RunState.STOPPED, func.coalesce(RUN.c.outcome, "").startswith(ASKED))


def _change(db: Database, tick: Tick, values: dict[str, Any]) -> None:
    """Change a tick, unless it was taken from whoever took it."""
    mine = (_TICK.job == tick.job, _TICK.due_at == tick.due_at, _TICK.taken_by == tick.taken_by)
    with db.write() as conn:
        conn.execute(TICK.update().where(*mine, _TICK.tries == tick.tries).values(**values))


def _of(row: Any) -> Tick:
    return Tick(**{**row._mapping, "state": TickState(row.state)})
