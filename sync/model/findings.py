"""Order the findings: which decision each stands for, and in which order a line shows them.

The set of findings of a line is kept as one integer, a bit for each finding in the order of
FINDINGS, so that a million lines carry their reasons in eight bytes each and a rule that adds one
is an addition.
"""

from enum import IntEnum
from functools import cache
from typing import NamedTuple

from sync.model.words import Decision, Reason

R = Reason


class Stage(IntEnum):
    """When a finding is made: scope, gates, then how lines and entries stand to each other."""

    SCOPE = 1
    GATES = 2
    MONTH = 3


class Finding(NamedTuple):
    """Say what a reason means for its line; only one reason comes with two decisions."""

    reason: Reason
    decision: Decision
    stage: Stage


def _findings(stage: Stage, decision: Decision, *reasons: Reason) -> tuple[Finding, ...]:
    return tuple(Finding(reason, decision, stage) for reason in reasons)


FINDINGS: tuple[Finding, ...] = (
    *_findings(Stage.MONTH, Decision.NO_ENTRY, R.ALREADY_IN_IMS, R.SAME_TYPE_THIS_MONTH),
    *_findings(Stage.GATES, Decision.NO_ENTRY, R.SNAP_NOT_ELIGIBLE, R.TANF, R.RETENTION_WINDOW_PASSED),
    *_findings(
        Stage.SCOPE, Decision.NO_ENTRY, R.CAREER_BOOST_COPY, R.PROGRAM_NOT_QUALIFYING,
        R.SERVICE_NOT_IN_CROSSWALK, R.NOT_DELIVERED, R.NOT_A_SUPPORT_PAYMENT, R.PAYMENT_NOT_MADE,
        R.ALREADY_ASSESSED, R.PART_OF_PLAN, R.PLAN_UPDATE,
    ),
    *_findings(
        Stage.MONTH, Decision.FLAG, R.POSSIBLY_IN_IMS, R.PAYMENT_BEFORE_FIRST_SERVICE,
        R.NO_SERVICE_THIS_MONTH, R.HELD_TOO_LONG,
    ),
    *_findings(
        Stage.GATES, Decision.FLAG, R.IDENTITY_MISSING, R.IDENTITY_CONFLICT, R.CAREER_BOOST_LATE,
        R.WORKSOURCE_LATE, R.NOT_ENROLLED_IN_PROGRAM, R.AFTER_EXIT, R.ASSESSMENT_LATE, R.PLAN_LATE,
        R.COMPONENT_NOT_CONTRACTED, R.EMPLOYMENT_LATE, R.RETENTION_WITHOUT_COMPONENT,
        R.FUNDER_UNKNOWN, R.CONTINUING_UNCONFIRMED, R.SUPPORT_NOT_CONTRACTED, R.CHOOSE_IMS_TYPE,
        R.WAITS_ON_EARLIER_STEP,
    ),
    *_findings(
        Stage.SCOPE, Decision.FLAG, R.PAYMENT_IN_CAREER_BOOST, R.ROW_UNREADABLE, R.VERSIONS_TIE,
        R.DATE_MISSING, R.LABEL_NEAR_MISS, R.LABEL_UNKNOWN, R.STATUS_NOT_ALLOWED, R.END_DATE_MISSING,
        R.DATES_REVERSED, R.SPANS_MONTHS, R.TOO_LONG, R.AMOUNT_INVALID, R.PAYMENT_TYPE_UNMAPPED,
    ),
    *_findings(Stage.MONTH, Decision.HOLD, R.WAITS_ON_SERVICE, R.NO_SERVICE_YET),
    *_findings(
        Stage.GATES, Decision.HOLD, R.SNAP_UNKNOWN, R.CAREER_BOOST_MISSING, R.WORKSOURCE_MISSING,
        R.ASSESSMENT_MISSING, R.PLAN_MISSING, R.EMPLOYMENT_MISSING, R.WAITS_ON_EARLIER_STEP,
    ),
    *_findings(Stage.SCOPE, Decision.HOLD, R.PAYMENT_PENDING, R.IN_THE_FUTURE, R.PLAN_INCOMPLETE),
)  # fmt: skip

_PLACE = {(finding.reason, finding.decision): place for place, finding in enumerate(FINDINGS)}


def bit(reason: Reason, decision: Decision) -> int:
    """Return the bit of one finding; KeyError if the reason never comes with that decision."""
    return 1 << _PLACE[reason, decision]


def mask(*reasons: Reason) -> int:
    """Return the bits of every finding with one of these reasons."""
    return sum(1 << place for place, finding in enumerate(FINDINGS) if finding.reason in reasons)


def of_decision(decision: Decision) -> int:
    """Return the bits of every finding that stands for this decision."""
    return sum(1 << place for place, finding in enumerate(FINDINGS) if finding.decision is decision)


@cache
def unpack(findings: int) -> tuple[Finding, ...]:
    """Return the findings of a line in the order in which it shows them."""
    return tuple(finding for place, finding in enumerate(FINDINGS) if findings >> place & 1)


def reasons_text(findings: int) -> str:
    """Return the reasons of a line, strongest first, joined by semicolons."""
    return ";".join(finding.reason for finding in unpack(findings))


def strongest(findings: int) -> Decision:
    """Return the decision of the strongest finding; no finding means `enter`."""
    found = unpack(findings)
    return found[0].decision if found else Decision.ENTER
