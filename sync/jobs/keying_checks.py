"""Say why a keyer's word on an entry does not count: not theirs, too late, overtaken, or typed otherwise."""

from dataclasses import dataclass
from datetime import date, datetime

from sync.errors import Overtaken, RetypedOtherwise, StoppedToBeSafe, WrongCall
from sync.jobs.keyed_word import Said
from sync.model import fold
from sync.store import Connection, LedgerLine, State
from sync.store.keying import BEGUN, Claim, KeyingAct, KeyingEvent, claim_behind, open_claim
from sync.store.keying_queue import stands
from sync.tables.cells import read_date

_LONGEST = {"reason": 200, "entry_number": 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Carry what a keyer says of an entry.

    date, name    as they keyed them, typed a second time; only of what is keyed
    entry_number  as iMatchSkills shows it, where it does
    reason        why it could not be keyed
    """

    line_id: str
    said: Said
    date: str = ""
    name: str = ""
    entry_number: str = ""
    reason: str = ""

    def own(self) -> dict[str, str]:
        """Return what the person wrote, so that nothing of it is lost."""
        written = {name: getattr(self, name) for name in ("date", "name", "entry_number", "reason")}
        return {name: text for name, text in written.items() if text}


def own_claim(conn: Connection, keyer: str, handle: str | None) -> Claim:
    """Return a claim of this keyer, open or not; WrongCall where there is none."""
    claim = open_claim(conn, keyer) if handle is None else claim_behind(conn, handle)
    if claim is None or claim.keyer != keyer:
        raise WrongCall("you hold no customer", "`ims-sync key next` opens one.")
    return claim


def refuse_closed(claim: Claim, now: datetime) -> None:
    """Raise StoppedToBeSafe where a claim is over."""
    if claim.closed_at is not None or claim.until <= now:
        raise StoppedToBeSafe(
            "your time with this customer is over: what was begun and not said is unclear, and is looked up first",
            "If you keyed it, say so with date and component; else open the next customer.",
        )


def late(claim: Claim, event: KeyingEvent, now: datetime) -> bool:
    """Tell whether a word comes after the time of the claim was over, on an entry that became unclear by that."""
    return (claim.closed_at is not None or claim.until <= now) and event.act is KeyingAct.LEFT


def check_word(conn: Connection, event: KeyingEvent, line: LedgerLine, *, word: Word) -> None:
    """Raise why the word cannot count as it was given; the entry stays open."""
    for name, longest in _LONGEST.items():
        if len(getattr(word, name)) > longest:
            raise WrongCall(f"{name.replace('_', ' ')} is longer than {longest} characters")
    if word.said is Said.COULD_NOT and not word.reason:
        raise WrongCall("the reason is missing", "Say in a few words, without names, why it could not be keyed.")
    if event.act is KeyingAct.LEFT and line.state is not State.UNCLEAR:
        raise WrongCall(f"{line.line_id} is {line.state} by now", "Nothing to do: it was looked up meanwhile.")
    if line.state not in {State.TO_DO, State.UNCLEAR, State.WITHDRAWN}:
        raise WrongCall(f"{line.line_id} is {line.state} already", "Nothing to do: go on with the next entry.")
    if word.said is not Said.KEYED:
        return
    if line.state is State.WITHDRAWN:
        raise StoppedToBeSafe(
            f"{line.line_id} was withdrawn: a newer plan does not enter it any more",
            "If it is keyed already, say not sure, and somebody looks at it; else say that it could not be keyed.",
        )
    if event.act in BEGUN and not stands(conn, line):
        raise WrongCall(f"{line.line_id} depends on {line.depends_on}", "Say first what became of that one.")


def said_before(event: KeyingEvent, word: Word) -> bool:
    """Tell whether the very same word was said already: a button that was clicked twice."""
    said = (str(event.act), event.date or "", event.name or "", event.words or "")
    return said == (str(word.said), word.date, word.name, word.reason)


def check_turn(claim: Claim, event: KeyingEvent, word: Word, *, now: datetime) -> None:
    """Raise where the entry is not open, or the time is over; a late `keyed` counts on an entry that was left."""
    if late(claim, event, now) and word.said is Said.KEYED:
        return
    refuse_closed(claim, now)
    if event.act not in BEGUN:
        raise WrongCall(
            f"{word.line_id}: you said `{event.act}` of it already", "Take that back first, if it was a slip."
        )


def overtaken(event: KeyingEvent, line: LedgerLine, word: Word) -> Overtaken | None:
    """Say that the line has other facts than when it was begun, where somebody says that they keyed it."""
    if word.said is not Said.KEYED or line.changed_at == event.line_at:
        return None
    return Overtaken(
        f"{line.line_id} changed while you keyed it",
        ["a newer plan has other facts for it: look at it as it is now, and say not sure if you keyed it as it was"],
        word.own(),
    )


def check_retyped(line: LedgerLine, word: Word) -> None:
    """Raise RetypedOtherwise where date or component are not those of the line."""
    if word.said is not Said.KEYED:
        return
    differs = {
        "date": read_date(word.date) != date.fromisoformat(line.date),
        "name": fold(word.name) != fold(line.name),
    }
    if any(differs.values()):
        raise RetypedOtherwise(line.line_id, [name for name, differing in differs.items() if differing])
