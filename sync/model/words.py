"""Name what is decided: decisions, reasons, kinds of entries, and how texts are compared."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_LABELS = 10_000
WHITE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


class Decision(StrEnum):
    """What happens to a line, weakest first; the strongest finding decides."""

    ENTER = "enter"
    HOLD = "hold"
    FLAG = "flag"
    NO_ENTRY = "no-entry"


class EntryKind(StrEnum):
    """Kinds of iMatchSkills entries, in the order in which a person keys them."""

    ORIENTATION = "orientation"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    COMPONENT = "component"
    SUPPORT = "support"


class Reason(StrEnum):
    """Slugs of findings; what each means stands in docs/reasons.md."""

    CAREER_BOOST_COPY = "career-boost-copy"
    PROGRAM_NOT_QUALIFYING = "program-not-qualifying"
    ROW_UNREADABLE = "row-unreadable"
    VERSIONS_TIE = "versions-tie"
    DATE_MISSING = "date-missing"
    LABEL_NEAR_MISS = "label-near-miss"
    LABEL_UNKNOWN = "label-unknown"
    SERVICE_NOT_IN_CROSSWALK = "service-not-in-crosswalk"
    NOT_DELIVERED = "not-delivered"
    STATUS_NOT_ALLOWED = "status-not-allowed"
    END_DATE_MISSING = "end-date-missing"
    DATES_REVERSED = "dates-reversed"
    SPANS_MONTHS = "spans-months"
    TOO_LONG = "too-long"
    IN_THE_FUTURE = "in-the-future"
    PAYMENT_IN_CAREER_BOOST = "payment-in-career-boost"
    NOT_A_SUPPORT_PAYMENT = "not-a-support-payment"
    PAYMENT_NOT_MADE = "payment-not-made"
    PAYMENT_PENDING = "payment-pending"
    AMOUNT_INVALID = "amount-invalid"
    PAYMENT_TYPE_UNMAPPED = "payment-type-unmapped"
    ALREADY_ASSESSED = "already-assessed"
    PART_OF_PLAN = "part-of-plan"
    PLAN_UPDATE = "plan-update"
    PLAN_INCOMPLETE = "plan-incomplete"
    IDENTITY_MISSING = "identity-missing"
    IDENTITY_CONFLICT = "identity-conflict"
    SNAP_UNKNOWN = "snap-unknown"
    SNAP_NOT_ELIGIBLE = "snap-not-eligible"
    TANF = "tanf"
    CAREER_BOOST_MISSING = "career-boost-missing"
    CAREER_BOOST_LATE = "career-boost-late"
    WORKSOURCE_MISSING = "worksource-missing"
    WORKSOURCE_LATE = "worksource-late"
    NOT_ENROLLED_IN_PROGRAM = "not-enrolled-in-program"
    AFTER_EXIT = "after-exit"
    ASSESSMENT_MISSING = "assessment-missing"
    ASSESSMENT_LATE = "assessment-late"
    PLAN_MISSING = "plan-missing"
    PLAN_LATE = "plan-late"
    COMPONENT_NOT_CONTRACTED = "component-not-contracted"
    EMPLOYMENT_MISSING = "employment-missing"
    EMPLOYMENT_LATE = "employment-late"
    RETENTION_WINDOW_PASSED = "retention-window-passed"
    RETENTION_WITHOUT_COMPONENT = "retention-without-component"
    FUNDER_UNKNOWN = "funder-unknown"
    CONTINUING_UNCONFIRMED = "continuing-unconfirmed"
    SUPPORT_NOT_CONTRACTED = "support-not-contracted"
    CHOOSE_IMS_TYPE = "choose-ims-type"
    WAITS_ON_EARLIER_STEP = "waits-on-earlier-step"
    ALREADY_IN_IMS = "already-in-ims"
    SAME_TYPE_THIS_MONTH = "same-type-this-month"
    POSSIBLY_IN_IMS = "possibly-in-ims"
    WAITS_ON_SERVICE = "waits-on-service"
    PAYMENT_BEFORE_FIRST_SERVICE = "payment-before-first-service"
    NO_SERVICE_YET = "no-service-yet"
    NO_SERVICE_THIS_MONTH = "no-service-this-month"
    HELD_TOO_LONG = "held-too-long"


LINE_COLUMNS = (
    "line_id", "source_kind", "source_id", "customer_id", "job_seeker_id", "program", "provider",
    "control", "label", "month", "date", "entry_kind", "entry_name", "amount", "funder_selection",
    "decision", "reasons", "standing", "depends_on", "choices", "crosswalk_version",
)  # fmt: skip


@lru_cache(_LABELS)
def fold(text: str) -> str:
    """Return the form in which two texts are compared: NFC, single blanks, no case, trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def words_of(text: str) -> frozenset[str]:
    """Return the words of a label: its runs of letters and digits, folded."""
    return frozenset(re.findall(r"[^\W_]+", fold(text)))
