"""Keep the runs that people ask for on a page, until a scheduler or a command takes them, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select, text, update

from sync.errors import WrongCall
from sync.store.audit import Act, record
from sync.store.database import Database, alone
from sync.store.run_requests_schema import RUN_REQUEST, WAITS

_REQUEST = RUN_REQUEST.c
_WAITS = text(WAITS)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Carry who asked for a run of which month and why, who took it and when, and which run it became."""

    id: int
    month: str
    by: str
    asked_at: datetime
    reason: str
    taken_at: datetime | None
    taken_by: str | None
    run_id: int | None
    taken_back_at: datetime | None
    taken_back_by: str | None

    @property
    def waits(self) -> bool:
        """Tell whether nobody took it yet, and nobody took it back."""
        return self.taken_at is None and self.taken_back_at is None


_COLUMNS = [_REQUEST[name] for name in RunRequest.__slots__]


def ask_run(db: Database, month: str, act: Act, *, reason: str, now: datetime) -> RunRequest:
    """Ask for a run of a month; WrongCall where one of that month waits already."""
    with db.write() as conn:
        alone(conn, RUN_REQUEST)
        if conn.scalar(select(func.count()).select_from(RUN_REQUEST).where(_WAITS, _REQUEST.month == month)):
            raise WrongCall(f"a run of {month} is asked for already", "Wait for it, or take it back first.")
        values = {"month": month, "by": act.actor, "asked_at": now, "reason": reason}
        made = _of(conn.execute(RUN_REQUEST.insert().values(**values).returning(*_COLUMNS)).one()._mapping)
        record(conn, act, now)
    return made


def take_back_request(db: Database, number: int, act: Act, *, now: datetime) -> None:
    """Take a request back; WrongCall where somebody took it, or took it back, before."""
    values: Mapping[str, Any] = {"taken_back_at": now, "taken_back_by": act.actor}
    with db.write() as conn:
        gone = update(RUN_REQUEST).where(_REQUEST.id == number, _WAITS).values(**values)
        if conn.execute(gone).rowcount != 1:
            raise WrongCall("that run does not wait any more", "Look at the list again: it was taken, or taken back.")
        record(conn, act, now)


def take_request(db: Database, *, by: str, now: datetime) -> RunRequest | None:
    """Take the request that waits longest; None where none does. Whoever gets it is the only one."""
    oldest = select(func.min(_REQUEST.id)).where(_WAITS).scalar_subquery()
    with db.read() as conn:  # so that a scheduler waits for no turn to write where nobody asked for anything
        if conn.scalar(select(oldest)) is None:
            return None
    with db.write() as conn:
        alone(conn, RUN_REQUEST)
        mine = update(RUN_REQUEST).where(_REQUEST.id == oldest).values(taken_at=now, taken_by=by)
        won = conn.execute(mine.returning(*_COLUMNS)).first()
    return _of(won._mapping) if won else None


def attach_request(db: Database, number: int, run_id: int) -> None:
    """Write down which run a request became."""
    with db.write() as conn:
        conn.execute(update(RUN_REQUEST).where(_REQUEST.id == number).values(run_id=run_id))


def put_back_request(db: Database, number: int) -> None:
    """Let a request wait again whose taker did not come to its end; where its month waits anew, that one does it."""
    mine = select(_REQUEST.month).where(_REQUEST.id == number).scalar_subquery()
    again = update(RUN_REQUEST).where(_REQUEST.id == number)
    with db.write() as conn:
        alone(conn, RUN_REQUEST)
        if not conn.scalar(select(func.count()).select_from(RUN_REQUEST).where(_WAITS, _REQUEST.month == mine)):
            conn.execute(again.values(taken_at=None, taken_by=None, run_id=None))


def run_requests(db: Database, limit: int) -> list[RunRequest]:
    """Return the newest requests, the newest first."""
    with db.read() as conn:
        return [
            _of(row) for row in conn.execute(select(*_COLUMNS).order_by(_REQUEST.id.desc()).limit(limit)).mappings()
        ]


def _of(row: RowMapping) -> RunRequest:
    return RunRequest(**row)
