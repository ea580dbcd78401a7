"""Keep who compared the rows of which program with which source, and when: calendars show the last time."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from sync.store.crosswalk_schema import CROSSWALK_CHECK

_CHECK = CROSSWALK_CHECK.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Say that somebody compared the rows of a program with a source.

    checked_on  the day on which they did, YYYY-MM-DD
    version     the version whose rows they looked at
    """

    program: str
    against: str
    checked_on: str
    note: str
    version: int
    by: str
    at: datetime


def add_checked(conn: Connection, one: Checked) -> None:
    """Write down that rows were compared."""
    conn.execute(insert(CROSSWALK_CHECK).values(**asdict(one)))


def all_checked(conn: Connection) -> list[Checked]:
    """Return every comparison, that of the latest day first."""
    columns = [_CHECK[name] for name in Checked.__slots__]
    rows = conn.execute(select(*columns).order_by(_CHECK.checked_on.desc(), _CHECK.id.desc()))
    return [Checked(**row._mapping) for row in rows]
