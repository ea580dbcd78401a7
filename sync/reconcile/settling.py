"""List what a person may decide about an item, kind by kind, in words."""

from dataclasses import dataclass

from sync.model import Reason
from sync.reconcile import kinds
from sync.rules.mismatch import Severity

FLAG = "flag"
R = Reason


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be decided.

    days     after how many days the item comes back if it is still found; None = it stays settled
    note     a note is needed: what was decided cannot be seen in the two systems
    answer   what it tells the rules, as a row of `choices`; blank = nothing; `?` = the person names the type
    """

    name: str
    words: str
    days: int | None = None
    note: bool = False
    answer: str = ""


IN_ITRAC = Choice("corrected-in-itrac", "It was corrected in I-Trac; the next pull will show it.", days=14)
IN_IMS = Choice("corrected-in-ims", "It was entered, corrected or taken out in iMatchSkills.", days=14)
ACCEPTED = Choice("accepted", "It was looked at and stays as it is.")
ELSEWHERE = Choice("evidence-elsewhere", "There is evidence outside I-Trac; the note says where.", note=True)
NOT_OURS = Choice("not-ours", "The entry is not of this programme.", note=True)
WRITTEN_OFF = Choice("written-off", "The money is given up: it will not be invoiced.", note=True)
TYPE = Choice("type", "The payment is of the iMatchSkills type named.", answer="?")
SAME = Choice("same", "The entry in iMatchSkills is this line.", answer="same")
DIFFERENT = Choice("different", "The entry in iMatchSkills is another one; this line is to be entered.",
                   answer="different")  # fmt: skip
DELIVERED = Choice("delivered", "It was delivered in this month.", answer="delivered")
NOT_DELIVERED = Choice("not-delivered", "It was not delivered.", answer="not delivered")

CHOICES = {
    one.name: one
    for one in (IN_ITRAC, IN_IMS, ACCEPTED, ELSEWHERE, NOT_OURS, WRITTEN_OFF, TYPE, SAME, DIFFERENT, DELIVERED,
                NOT_DELIVERED)
}  # fmt: skip
_OF_SEVERITY = {
    Severity.CLAIM: (IN_IMS, IN_ITRAC, ELSEWHERE),
    Severity.MONEY: (IN_ITRAC, IN_IMS, WRITTEN_OFF),
    Severity.DATA: (IN_ITRAC, IN_IMS, ACCEPTED),
    Severity.NOTE: (IN_ITRAC, ACCEPTED),
}
_OF_KIND = {
    FLAG: (IN_ITRAC, ACCEPTED),
    kinds.MONEY_AT_RISK.kind: (IN_ITRAC, WRITTEN_OFF),
    kinds.UNKNOWN_PERSON.kind: (IN_ITRAC, IN_IMS, NOT_OURS),
}
_OF_REASON = {
    R.CHOOSE_IMS_TYPE: (TYPE,),
    R.POSSIBLY_IN_IMS: (SAME, DIFFERENT),
    R.CONTINUING_UNCONFIRMED: (DELIVERED, NOT_DELIVERED),
}


def choices_for(kind: str, severity: str, reasons: frozenset[str] | set[str]) -> tuple[Choice, ...]:
    """Return what may be decided about an item, answers that the rules read first.

    reasons  of its line; an answer is offered only where the rules ask for it
    """
    answers = [choice for reason in R if reason in reasons for choice in _OF_REASON.get(reason, ())]
    return (*answers, *_OF_KIND.get(kind, _OF_SEVERITY[Severity(severity)]))
