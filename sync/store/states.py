"""Say how a line in the ledger may stand, and from where it may go where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sync.model import EntryKind


class State(StrEnum):
    """How a line stands that was ever offered to iMatchSkills.

    `intended` is written down before anything is sent; what is `intended` and had no outcome is `unclear`, for it
    may stand in iMatchSkills or not. `keyed` rests on a named person's word, `confirmed` on a dated read-back.
    """

    TO_DO = "to-do"
    INTENDED = "intended"
    UNCLEAR = "unclear"
    WRITTEN = "written"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    FLAGGED = "flagged"
    KEYED = "keyed"
    WITHDRAWN = "withdrawn"


_S = State
# What an answer (or its absence) may make of a line that was sent.
ANSWERS: Final[frozenset[State]] = frozenset({_S.TO_DO, _S.WRITTEN, _S.UNCLEAR, _S.REFUSED, _S.FLAGGED})
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    _S.TO_DO: frozenset({_S.INTENDED, _S.UNCLEAR, _S.CONFIRMED, _S.KEYED, _S.FLAGGED, _S.WITHDRAWN}),
    _S.INTENDED: ANSWERS | {_S.CONFIRMED},
    _S.UNCLEAR: ANSWERS - {_S.UNCLEAR} | {_S.CONFIRMED, _S.KEYED},
    _S.WRITTEN: frozenset({_S.CONFIRMED, _S.FLAGGED}),
    _S.CONFIRMED: frozenset(),
    _S.REFUSED: frozenset({_S.TO_DO, _S.CONFIRMED, _S.KEYED, _S.FLAGGED, _S.WITHDRAWN}),
    _S.FLAGGED: frozenset({_S.TO_DO, _S.CONFIRMED, _S.KEYED, _S.WITHDRAWN}),
    # Back to do is it only where whoever said so takes their slip back.
    _S.KEYED: frozenset({_S.TO_DO, _S.CONFIRMED, _S.FLAGGED}),
    _S.WITHDRAWN: frozenset({_S.TO_DO, _S.CONFIRMED, _S.KEYED, _S.FLAGGED}),
}
# Where a look-up, a newer plan or a person may move a line; all else takes an attempt, a read-back or a named person.
MOVES: Final[frozenset[State]] = frozenset({_S.TO_DO, _S.UNCLEAR, _S.FLAGGED, _S.WITHDRAWN})
# What depends on an entry that was read back already depends on nothing that is still to be sent.
IN_IMS: Final = "ims:"
STEPS: Final[Mapping[str, int]] = {kind: place for place, kind in enumerate(EntryKind)}


def before(state: State) -> list[State]:
    """Return the states from which a line may go to this one."""
    return [start for start, ends in TRANSITIONS.items() if state in ends]
