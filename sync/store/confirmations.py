"""Write down what shows that an entry stands in iMatchSkills: a dated read-back, or a named person's word."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.errors import StoreError
from sync.store.bulk import in_parts
from sync.store.database import Database, alone
from sync.store.engines import POSTGRESQL
from sync.store.schema import CONFIRMATION, LEDGER
from sync.store.states import State, before

_LEDGER = LEDGER.c


class How(StrEnum):
    """What a confirmation rests on."""

    READ_BACK = "read-back"
    PERSON = "person"


class Confirmation(NamedTuple):
    """Say of a line which entry it is, how one knows, who says so, of which day, and when it was seen."""

    line_id: str
    entry_id: str
    how: How
    by: str
    on: str
    seen_at: datetime


_LEADS_TO = {How.READ_BACK: State.CONFIRMED, How.PERSON: State.KEYED}
# A line that is read back stays so, whatever a person says of it later.
_STAYS = {How.READ_BACK: (State.CONFIRMED,), How.PERSON: (State.KEYED, State.CONFIRMED)}


def confirm(conn: Connection, rows: Sequence[Confirmation], *, now: datetime) -> None:
    """Write confirmations down, each once, and move their lines: `confirmed` by a read-back, `keyed` by a person.

    Raises StoreError for a line that the ledger does not know, or that is being sent while a person says they keyed it.
    """
    alone(conn, LEDGER)
    for how in How:
        chosen = [row for row in rows if row.how is how]
        if chosen:
            _check(conn, chosen, how)
            _move(conn, chosen, now=now)
            _insert(conn, chosen)


def confirmations(db: Database, line_id: str) -> list[Confirmation]:
    """Return what shows that a line stands in iMatchSkills, the oldest first."""
    query = select(*(CONFIRMATION.c[name] for name in Confirmation._fields)).where(CONFIRMATION.c.line_id == line_id)
    with db.read() as conn:
        rows = conn.execute(query.order_by(CONFIRMATION.c.id)).mappings()
        return [Confirmation(**{**row, "how": How(row["how"])}) for row in rows]


def _check(conn: Connection, rows: Sequence[Confirmation], how: How) -> None:
    may = {*before(_LEADS_TO[how]), *_STAYS[how]}
    for part in in_parts(row.line_id for row in rows):
        query = select(_LEDGER.line_id).where(_LEDGER.line_id.in_(part), _LEDGER.state.in_(may))
        if wrong := set(part) - set(conn.scalars(query)):
            raise StoreError(f"{min(wrong)} is not in the ledger, or may not become {_LEADS_TO[how]} now")


def _move(conn: Connection, rows: Sequence[Confirmation], *, now: datetime) -> None:
    going = LEDGER.update().where(_LEDGER.line_id == bindparam("confirmed"), _LEDGER.state != State.CONFIRMED)
    moved = going.values(
        state=_LEADS_TO[rows[0].how], entry_id=bindparam("entry"), changed_at=now, words=None, next_try_at=None,
        lease_owner=None, lease_until=None,
    )  # fmt: skip
    conn.execute(moved, [{"confirmed": row.line_id, "entry": row.entry_id} for row in rows])


def _insert(conn: Connection, rows: Sequence[Confirmation]) -> None:
    insert = postgresql.insert if conn.dialect.name == POSTGRESQL else sqlite.insert
    conn.execute(insert(CONFIRMATION).on_conflict_do_nothing(), [row._asdict() for row in rows])
