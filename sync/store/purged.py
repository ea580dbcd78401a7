"""Remember how far back was purged, and refuse to answer about what is not there any more."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from sync.errors import WrongCall
from sync.store.schema import INSTALLATION

_PLAN, _PULL = "purged-plan", "purged-pull"
_ADVICE = "What was purged is in no database any more; a backup of that time holds it, if one was kept."


class Purged(NamedTuple):
    """Name the newest plan whose lines are gone, and the oldest pull after which all rows are still known; 0 = none."""

    plan: int
    pull: int


def purged_through(conn: Connection) -> Purged:
    """Return how far back was purged."""
    query = select(INSTALLATION.c.name, INSTALLATION.c.value).where(INSTALLATION.c.name.in_([_PLAN, _PULL]))
    known = {name: int(value) for name, value in conn.execute(query)}
    return Purged(known.get(_PLAN, 0), known.get(_PULL, 0))


def set_purged(conn: Connection, purged: Purged) -> None:
    """Write down how far back was purged."""
    conn.execute(INSTALLATION.delete().where(INSTALLATION.c.name.in_([_PLAN, _PULL])))
    rows = [{"name": name, "value": str(value)} for name, value in zip((_PLAN, _PULL), purged, strict=True)]
    conn.execute(INSTALLATION.insert(), rows)


def refuse_purged_plan(conn: Connection, plan_id: int) -> None:
    """Raise WrongCall where the lines of a plan are gone."""
    if plan_id <= purged_through(conn).plan:
        raise WrongCall(f"the lines of plan {plan_id} were purged", _ADVICE)


def refuse_purged_pull(conn: Connection, seq: int | None) -> None:
    """Raise WrongCall where not all rows that stood after a pull are known any more."""
    if seq is not None and seq < purged_through(conn).pull:
        raise WrongCall(f"rows that stood after pull {seq} were purged", _ADVICE)
