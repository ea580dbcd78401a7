"""Check what a person decides: a decision that the item allows, with what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sync.errors import WrongCall
from sync.model import fold
from sync.reconcile.settling import Choice, choices_for
from sync.store.review_list import ReviewRow

Facts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Carry what a person decides and writes.

    decision  a name of `sync.reconcile.settling.CHOICES`
    answer    the iMatchSkills type, for the decision `type` alone
    until     the day on which it comes back (YYYY-MM-DD); None = as the decision says
    """

    decision: str
    reason: str
    note: str = ""
    answer: str | None = None
    until: str | None = None

    def own(self) -> dict[str, str]:
        """Return what the person wrote, to be handed back."""
        told = {"decision": self.decision, "reason": self.reason, "note": self.note, "answer": self.answer,
                "until": self.until}  # fmt: skip
        return {name: text for name, text in told.items() if text}


def allowed(row: ReviewRow, facts: Facts) -> tuple[Choice, ...]:
    """Return what may be decided about an item."""
    reasons = set((facts.get("line.reasons") or "").split(";"))
    return choices_for(row.kind, row.severity, reasons)


def types_of(facts: Facts) -> list[str]:
    """Return the iMatchSkills types between which the line leaves the choice."""
    return [one for one in (facts.get("line.choices") or "").split("|") if one]


def check_ruling(row: ReviewRow, facts: Facts, ruling: Ruling) -> None:
    """Raise WrongCall where the item does not allow the decision, or the decision lacks what it needs."""
    known = {choice.name: choice for choice in allowed(row, facts)}
    choice = known.get(ruling.decision)
    if choice is None:
        raise WrongCall(f"{row.item_id}: cannot be settled as that", f"Choose one of: {', '.join(known)}.")
    if not ruling.reason.strip():
        raise WrongCall(f"{row.item_id}: no reason is given", "Say in a few words why, without names or birth dates.")
    if choice.note and not ruling.note.strip():
        raise WrongCall(f"{row.item_id}: `{choice.name}` needs a note", "Say where what was decided can be seen.")
    if choice.answer == "?" and fold(ruling.answer or "") not in set(map(fold, types_of(facts))):
        raise WrongCall(f"{row.item_id}: no type that it can be", f"Choose one of: {', '.join(types_of(facts))}.")


def check_day(text: str, today: date) -> None:
    """Raise WrongCall where a text is no day after today."""
    try:
        later = date.fromisoformat(text) > today and len(text) == len("YYYY-MM-DD")
    except ValueError:
        later = False
    if not later:
        raise WrongCall(f"{text!r} is no day after today", "Give a later day as YYYY-MM-DD, such as 2026-12-31.")
