"""Say what an answer to a write means: one table, a row for each thing that can be seen."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from sync.clients.seen import Seen


class Meaning(StrEnum):
    """What follows from what was seen of one write."""

    WRITTEN = "written"
    NOT_WRITTEN = "not-written"
    PAUSED = "paused"
    UNCLEAR = "unclear"
    UNCLEAR_STOP = "unclear-stop"
    REFUSED = "refused"
    FLAGGED = "flagged"
    CONFLICT = "conflict"
    STOP = "stop"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as iMatchSkills shows it; dates, amounts and instants as the text that came."""

    entry_id: str
    job_seeker_id: str
    provider: str
    kind: str
    name: str
    date: str
    funder_selection: str | None = None
    amount: str | None = None
    client_reference: str | None = None
    entered_by: str | None = None
    entered_at: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one write.

    status       the status, also where the rest of the answer did not come; None if none came
    entry        the entry that the answer shows, also where it is foreign
    words        of a refusal, in the target's own words, never shown in a repr: they may name a person
    retry_after  seconds that the target, or our own breaker, wants us to wait
    seen         what was seen in place of a plain status
    """

    meaning: Meaning
    status: int | None = None
    entry: Entry | None = None
    words: str = field(default="", repr=False)
    retry_after: float | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what may be seen, what it means, and whether it may have been written."""

    seen: Collection[Seen | int]
    meaning: Meaning
    may_be_written: bool


TABLE = (
    Row((Seen.NOT_TRIED, Seen.NOT_SIGNED_IN), Meaning.NOT_WRITTEN, may_be_written=False),
    Row(
        (Seen.NAME_NOT_RESOLVED, Seen.REFUSED, Seen.CONNECT_TIMEOUT, Seen.TLS_FAILURE),
        Meaning.NOT_WRITTEN,
        may_be_written=False,
    ),
    Row(
        (Seen.READ_TIMEOUT, Seen.LOST, Seen.CUT_SHORT, Seen.TOTAL_TIME),
        Meaning.UNCLEAR,
        may_be_written=True,
    ),
    Row((500, 502, 503, 504), Meaning.UNCLEAR, may_be_written=True),
    Row((429,), Meaning.PAUSED, may_be_written=False),
    Row(range(300, 400), Meaning.STOP, may_be_written=False),
    Row((401, 403, Seen.SIGN_IN_REFUSED, Seen.SIGN_IN_NOT_PROMISED), Meaning.STOP, may_be_written=False),
    Row((400, 422), Meaning.REFUSED, may_be_written=False),
    Row((404,), Meaning.FLAGGED, may_be_written=False),
    Row((409,), Meaning.CONFLICT, may_be_written=True),
    Row((Seen.AGREES,), Meaning.WRITTEN, may_be_written=True),
    Row((Seen.FOREIGN,), Meaning.FOREIGN, may_be_written=True),
    Row((Seen.NOT_PROMISED,), Meaning.UNCLEAR_STOP, may_be_written=True),
)
# A write went out, and nobody agreed what this answer says of it: it is looked up before any second try.
ANYTHING_ELSE = Row((), Meaning.UNCLEAR, may_be_written=True)


def row_of(seen: Seen | int) -> Row:
    """Return the row for what was seen of a write."""
    return next((row for row in TABLE if seen in row.seen), ANYTHING_ELSE)
