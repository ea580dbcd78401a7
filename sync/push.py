"""Carry lines to iMatchSkills, each at most once by itself, and judge what a read-back shows of them.

The order that makes this true: the intent is written down, then the line is sent, then the outcome is written down.
An intent without outcome is unclear, and what is unclear is looked up before anything is sent again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl

from sync.clients import ImsGateway, Meaning, body_of
from sync.clients import Outcome as Heard
from sync.errors import LeaseLost
from sync.log import log
from sync.model import EntryKind, fold
from sync.store import OFFER_COLUMNS, Answered, Database, LedgerLine, Outcome, State, begin, finish, hand_over
from sync.tables.cells import read_date, read_money

MOST_TRIES = 8
CONFLICT = "the target said that it is there already"
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
_LABELS = ("provider", "kind", "name")
Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Follow:
    """What follows from the meaning of an answer.

    settles  the line waits for the settle time, then it is looked up
    stops    no further entry is tried, with this reason
    forever  not even by the next push, until a person has looked
    """

    state: State
    settles: bool = False
    stops: str | None = None
    forever: bool = False
    words: str | None = None


FOLLOWS: Mapping[Meaning, Follow] = {
    Meaning.WRITTEN: Follow(State.WRITTEN),
    Meaning.NOT_WRITTEN: Follow(State.TO_DO),
    Meaning.PAUSED: Follow(State.UNCLEAR, settles=True),
    Meaning.UNCLEAR: Follow(State.UNCLEAR, settles=True),
    Meaning.UNCLEAR_STOP: Follow(State.UNCLEAR, settles=True, stops="the target's answer is not as agreed"),
    Meaning.REFUSED: Follow(State.REFUSED),
    Meaning.FLAGGED: Follow(State.FLAGGED, words="the target does not know what it was asked for"),
    Meaning.CONFLICT: Follow(State.UNCLEAR, words=CONFLICT),
    Meaning.STOP: Follow(State.TO_DO, stops="the target does not let us in, or sends us elsewhere"),
    Meaning.FOREIGN: Follow(
        State.FLAGGED, stops="the target wrote something other than what was sent", forever=True,
        words="the answer shows an entry of another person, name or date",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender of lines.

    owner  whose leases it holds
    """

    db: Database
    gateway: ImsGateway
    owner: str
    now: Callable[[], datetime]
    settle: timedelta


def intend(sender: Sender, line: LedgerLine, past: Answered | None) -> int | None:
    """Write down the intent to send a line, together with what came of the one before; return the attempt's number.

    None where it may not be sent: it is no longer the sender's, or sending is stopped.
    """
    if past is not None:
        return hand_over(sender.db, past, line.line_id, owner=sender.owner, now=sender.now())
    try:
        return begin(sender.db, line.line_id, sender.owner, now=sender.now())
    except LeaseLost:
        return None


def send(sender: Sender, line: LedgerLine, number: int) -> tuple[Follow, Answered]:
    """Send one line, whose intent is stored; return what follows, and what has to be written down of it."""
    answered = sender.gateway.write(line.body, line.line_id)
    follow = FOLLOWS[answered.meaning]
    outcome = _outcome(sender, follow, answered, tries=number)
    if outcome.state is not State.WRITTEN:
        _log_answer(line, answered, outcome, tries=number)
    return follow, Answered(line.line_id, number, outcome, sender.now())


def write_down(sender: Sender, past: Answered | None) -> None:
    """Write down what came of the last line, where no other follows it at once."""
    if past is not None:
        finish(sender.db, past.line_id, past.attempt, outcome=past.outcome, now=past.at)


def _log_answer(line: LedgerLine, answered: Heard, outcome: Outcome, *, tries: int) -> None:
    """Log an answer that does not say that the line was written; never in the target's words."""
    seen = answered.seen.name.lower() if answered.seen else None
    log.warning(
        "line_not_written", line=line.line_id, meaning=str(answered.meaning), status=answered.status, tries=tries,
        state=str(outcome.state), retry_after=answered.retry_after, seen=seen,
    )  # fmt: skip


def _outcome(sender: Sender, follow: Follow, answered: Heard, *, tries: int) -> Outcome:
    """Return what is written down of an answer."""
    wait = timedelta(seconds=answered.retry_after or 0)
    if follow.settles:
        wait = max(wait, sender.settle)
    elif follow.state is State.TO_DO and not follow.stops:
        wait = max(wait, min(_FIRST_WAIT * 2 ** (tries - 1), _LONGEST_WAIT))
    given_up = follow.state is State.TO_DO and tries >= MOST_TRIES
    words = answered.words or follow.words or (str(answered.seen) if answered.seen else None)
    return Outcome(
        state=State.FLAGGED if given_up else follow.state,
        meaning=answered.meaning,
        status=answered.status,
        entry_id=answered.entry.entry_id if answered.entry else None,
        words=f"not written in {tries} tries" if given_up else words,
        next_try_at=sender.now() + wait if wait else None,
    )


def offers_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines of the decisions as they are offered to the ledger (OFFER_COLUMNS), with the bytes to send."""
    bodies = [body_of(line) for line in lines.iter_rows(named=True)]
    named = lines.rename({"entry_kind": "kind", "entry_name": "name"})
    return named.with_columns(pl.Series("body", bodies, pl.Binary)).select(OFFER_COLUMNS.names())


class Shown(StrEnum):
    """What a read-back shows of a line."""

    THERE = "there"
    DIFFERS = "differs"
    ABSENT = "absent"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a read-back shows of one line, and the entry that it is or differs from."""

    line: LedgerLine
    shown: Shown
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What was read back of one provider and month.

    entries   rows of `ims_entries`
    taken_at  when; None where something may be missing, so that absence tells nothing
    exact     identity is told by the client reference alone
    others    ids of entries that cannot be one of the lines, since they are another line's
    before    by line the ids of entries that cannot be it, since they stood there before it was planned
    """

    entries: Sequence[Cells]
    taken_at: datetime | None
    exact: bool
    others: Collection[str] = ()
    before: Mapping[str, Collection[str]] = field(default_factory=dict)


def judge(lines: Iterable[LedgerLine], read: ReadBack) -> list[Verdict]:
    """Say of each line whether it stands among the entries read back; every entry stands for one line.

    First by the entry's id where one is known, then by the client reference, then, unless identity is exact, by
    counting: of so many equal lines as many are there as there are equal entries left.
    """
    left = {str(entry["entry_id"]): entry for entry in read.entries}
    verdicts = []
    for line in sorted(lines, key=lambda line: line.line_id):
        known = _by_id(line, left) or _by_reference(line, left)
        verdicts.append(_known(line, known, left) if known else Verdict(line, Shown.NOT_KNOWN))
    return [_counted(verdict, left, read) if verdict.shown is Shown.NOT_KNOWN else verdict for verdict in verdicts]


def _by_id(line: LedgerLine, left: Mapping[str, Cells]) -> Cells | None:
    return left.get(line.entry_id) if line.entry_id else None


def _by_reference(line: LedgerLine, left: Mapping[str, Cells]) -> Cells | None:
    bearing = [entry for entry in left.values() if (entry["client_reference"] or "").strip() == line.line_id]
    return min(bearing, key=lambda entry: str(entry["entry_id"]), default=None)


def _known(line: LedgerLine, entry: Cells, left: dict[str, Cells]) -> Verdict:
    entry_id = str(entry["entry_id"])
    del left[entry_id]
    return Verdict(line, Shown.THERE if _same(line, entry) else Shown.DIFFERS, entry_id)


def _counted(verdict: Verdict, left: dict[str, Cells], read: ReadBack) -> Verdict:
    line = verdict.line
    not_it = {*read.others, *read.before.get(line.line_id, ())}
    equal = [] if read.exact else [
        entry_id for entry_id, entry in left.items()
        if entry_id not in not_it and not (entry["client_reference"] or "").strip() and _same(line, entry)
    ]  # fmt: skip
    if equal:
        entry_id = min(equal)
        del left[entry_id]
        return Verdict(line, Shown.THERE, entry_id)
    return Verdict(line, Shown.ABSENT if _tells_absence(line, read) else Shown.NOT_KNOWN)


def _tells_absence(line: LedgerLine, read: ReadBack) -> bool:
    """Tell whether a whole read-back was taken after the line last changed, and after its settle time."""
    return read.taken_at is not None and max(line.changed_at, line.next_try_at or line.changed_at) <= read.taken_at


def _same(line: LedgerLine, entry: Cells) -> bool:
    """Tell whether an entry has the facts of a line; of support services the amount too."""
    labels = all(fold(getattr(line, name)) == fold(entry[name] or "") for name in _LABELS)
    person = line.job_seeker_id == (entry["job_seeker_id"] or "").strip()
    day = read_date(entry["date"] or "") == read_date(line.date)
    paid = line.kind != EntryKind.SUPPORT or line.amount == read_money(entry["amount"] or "")
    return labels and person and day and paid
