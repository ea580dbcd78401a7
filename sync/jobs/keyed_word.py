"""Take a named person's word on lines: keyed, not sure, or could not; the one road by which such a word counts."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.store import Confirmation, Connection, How, State, confirm, move


class Said(StrEnum):
    """What a person says of a line."""

    KEYED = "keyed"
    NOT_SURE = "not sure"
    COULD_NOT = "could not"


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of one line.

    state         how the line stands
    entry_number  of what was keyed, where they know it
    why           more, in their words
    """

    line_id: str
    said: Said
    state: State
    entry_number: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """Say whose word it is, of which day, and at which instant it is written down."""

    by: str
    on: str
    now: datetime


def take_words(conn: Connection, told: Collection[Told], voice: Voice) -> None:
    """Write down what somebody says of lines: keyed counts on their word alone, until the next read-back shows it.

    What is not sure is unclear, and looked up before anybody keys it again; what could not be keyed needs a person.
    """
    by, now = voice.by, voice.now
    keyed = [one for one in told if one.said is Said.KEYED]
    confirm(
        conn, [Confirmation(one.line_id, one.entry_number, How.PERSON, by, voice.on, now) for one in keyed], now=now
    )
    moved: dict[tuple[State, str], list[str]] = defaultdict(list)
    for one in told:
        if one.said is Said.NOT_SURE and one.state is not State.UNCLEAR:
            moved[State.UNCLEAR, f"{by} is not sure"].append(one.line_id)
        if one.said is Said.COULD_NOT:
            moved[State.FLAGGED, ": ".join(part for part in (f"{by} could not", one.why) if part)].append(one.line_id)
    for (state, words), ids in moved.items():
        move(conn, ids, state, now=now, words=words)
