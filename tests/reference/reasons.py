"""The reasons, each with its decision, its stage and its place in the order of findings."""

from __future__ import annotations

from dataclasses import dataclass

ENTER, HOLD, FLAG, NO_ENTRY = "enter", "hold", "flag", "no-entry"
STRENGTH = {ENTER: 0, HOLD: 1, FLAG: 2, NO_ENTRY: 3}

WAITS = "waits-on-earlier-step"
ALREADY, SAME_TYPE, POSSIBLY = "already-in-ims", "same-type-this-month", "possibly-in-ims"

# reason, decision, stage; within a stage in the order of the contract's tables
RULES = (
    ("career-boost-copy", NO_ENTRY, 1),
    ("payment-in-career-boost", FLAG, 1),
    ("program-not-qualifying", NO_ENTRY, 1),
    ("row-unreadable", FLAG, 1),
    ("versions-tie", FLAG, 1),
    ("not-a-support-payment", NO_ENTRY, 1),
    ("date-missing", FLAG, 1),
    ("label-near-miss", FLAG, 1),
    ("label-unknown", FLAG, 1),
    ("service-not-in-crosswalk", NO_ENTRY, 1),
    ("not-delivered", NO_ENTRY, 1),
    ("status-not-allowed", FLAG, 1),
    ("end-date-missing", FLAG, 1),
    ("dates-reversed", FLAG, 1),
    ("spans-months", FLAG, 1),
    ("too-long", FLAG, 1),
    ("payment-not-made", NO_ENTRY, 1),
    ("payment-pending", HOLD, 1),
    ("amount-invalid", FLAG, 1),
    ("in-the-future", HOLD, 1),
    ("payment-type-unmapped", FLAG, 1),
    ("already-assessed", NO_ENTRY, 1),
    ("part-of-plan", NO_ENTRY, 1),
    ("plan-update", NO_ENTRY, 1),
    ("plan-incomplete", HOLD, 1),
    ("identity-missing", FLAG, 2),
    ("identity-conflict", FLAG, 2),
    ("snap-unknown", HOLD, 2),
    ("snap-not-eligible", NO_ENTRY, 2),
    ("tanf", NO_ENTRY, 2),
    ("career-boost-missing", HOLD, 2),
    ("career-boost-late", FLAG, 2),
    ("worksource-missing", HOLD, 2),
    ("worksource-late", FLAG, 2),
    ("not-enrolled-in-program", FLAG, 2),
    ("after-exit", FLAG, 2),
    ("assessment-missing", HOLD, 2),
    ("assessment-late", FLAG, 2),
    ("plan-missing", HOLD, 2),
    ("plan-late", FLAG, 2),
    ("component-not-contracted", FLAG, 2),
    ("employment-missing", HOLD, 2),
    ("employment-late", FLAG, 2),
    ("retention-window-passed", NO_ENTRY, 2),
    ("retention-without-component", FLAG, 2),
    ("funder-unknown", FLAG, 2),
    ("continuing-unconfirmed", FLAG, 2),
    (WAITS, HOLD, 2),  # or flag
    ("support-not-contracted", FLAG, 2),
    ("choose-ims-type", FLAG, 2),
    (ALREADY, NO_ENTRY, 3),
    (SAME_TYPE, NO_ENTRY, 3),
    (POSSIBLY, FLAG, 3),
    ("waits-on-service", HOLD, 3),
    ("payment-before-first-service", FLAG, 3),
    ("no-service-yet", HOLD, 3),
    ("no-service-this-month", FLAG, 3),
    ("held-too-long", FLAG, 3),
)
DECISIONS = {reason: decision for reason, decision, _ in RULES}
STAGES = {reason: stage for reason, _, stage in RULES}
PLACES = {reason: place for place, (reason, _, _) in enumerate(RULES)}


@dataclass(frozen=True)
class Finding:
    """A reason on a line, with what it decides there."""

    reason: str
    decision: str

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts the strongest first; among equals stage 3 first, then the tables' order."""
        return (-STRENGTH[self.decision], -STAGES[self.reason], PLACES[self.reason])


def finding(reason: str, decision: str = "") -> Finding:
    """Make a finding; only `waits-on-earlier-step` is told what it decides."""
    return Finding(reason, decision or DECISIONS[reason])
