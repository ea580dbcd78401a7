"""The table of mismatches between I-Trac and iMatchSkills, and between originals and copies."""

from sync.rules.mismatch import Check, Severity
from sync.rules.rule import agreed, career_boost

CLAIM, MONEY, DATA, NOTE = Severity.CLAIM, Severity.MONEY, Severity.DATA, Severity.NOTE

_FIRST = career_boost('"First delivered service for the month (of each type of service)": "Check specific service"')
_MORE = career_boost('"More of the same services delivered in the month": "NO ENTRY"')
_SUPPORT = career_boost('"Support Service": "can\'t invoice for payment unless entered in iMatchSkills"')
_ORDER = career_boost('"Must have a service entered in the same month and be the first service on that month"')
_COPY = career_boost('"Enter Service and copy to Career Boost"')
_FUNDER = career_boost('table "iMS Training Services Data Entry"')
_STEPS = career_boost("the order of the data entry steps")
_RECORD = career_boost('"Only one record option"')
_SNAP = career_boost('"Confirm SNAP eligibility in iMatchSkills before enrollment into I-Trac"')
_CORRECT = "A keyer: look at both; what is wrong in iMatchSkills is corrected there by a person."

MISSING = Check(
    "missing-in-ims", DATA, "The line should be in iMatchSkills by now, and a complete read-back does not show it.",
    "A keyer: enter it, or find out why it was not.", _FIRST,
)  # fmt: skip
UNSUPPORTED = Check(
    "unsupported-in-ims", CLAIM, "The entry stands in iMatchSkills, and no service in I-Trac carries it.",
    "A reviewer: find the service that was not recorded, or have the entry taken out in iMatchSkills.", _FIRST,
)  # fmt: skip
COMPONENT_DIFFERS = Check(
    "component-differs", CLAIM, "The entry has the provider and date of a service, but another component.", _CORRECT,
    career_boost('table "iMatchSkills and I-Trac Data Entry by Program"'),
)  # fmt: skip
PROVIDER_DIFFERS = Check(
    "provider-differs", DATA, "The entry has the component and month of a service, but another provider.", _CORRECT,
    _FIRST,
)  # fmt: skip
DUPLICATE = Check(
    "duplicate-in-ims", CLAIM, "The entry stands twice: one of its kind stands for the month or the provider.",
    "A reviewer: have the entry that is too many taken out in iMatchSkills.", _MORE,
)  # fmt: skip
DATE_DIFFERS = Check(
    "date-differs", DATA, "The entry has another date than the service that it stands for.", _CORRECT, _FIRST,
)  # fmt: skip
FUNDER_DIFFERS = Check(
    "funder-differs", DATA, "The entry has another funder selection than the crosswalk gives.", _CORRECT, _FUNDER,
)  # fmt: skip
SUPPORT_UNSUPPORTED = Check(
    "support-unsupported", CLAIM, "The support entry stands in iMatchSkills, and no payment in I-Trac carries it.",
    "A reviewer: find the payment that was not recorded, or have the entry taken out in iMatchSkills.", _SUPPORT,
)  # fmt: skip
AMOUNT_DIFFERS = Check(
    "amount-differs", MONEY, "The support entry has another amount than the payment.", _CORRECT, _SUPPORT,
)  # fmt: skip
SUPPORT_DATE_DIFFERS = Check(
    "support-date-differs", DATA, "The support entry has another date than the payment.", _CORRECT, _SUPPORT,
)  # fmt: skip
SUPPORT_WITHOUT_SERVICE = Check(
    "support-without-service", CLAIM, "The support entry stands in a month without any service of the job seeker.",
    "A reviewer: enter the service of that month if there was one; else have the entry taken out.", _ORDER,
)  # fmt: skip
SUPPORT_BEFORE_SERVICE = Check(
    "support-before-service", CLAIM, "The support entry is dated before the first service of its month.",
    "A reviewer: look for an earlier service that was not entered, or correct the date.", _ORDER,
)  # fmt: skip
RETRACTED = Check(
    "retracted-after-entry", CLAIM, "It was entered, and I-Trac has since called the service off or lost it.",
    "A reviewer: find out what is true; have the entry taken out in iMatchSkills, or the row put back in I-Trac.",
    _FIRST,
)  # fmt: skip
GATE_BROKEN = Check(
    "gate-broken-after-entry", CLAIM, "It stands in iMatchSkills, but today's facts would not let it in.",
    "A reviewer: bring in what is missing, or have the entry taken out in iMatchSkills.", _STEPS,
)  # fmt: skip
UNKNOWN_PERSON = Check(
    "entry-for-unknown-person", DATA, "No customer in I-Trac bears the job seeker id of the entry.",
    "The provider's staff: find the customer and enter the WS JobSeekerID in I-Trac.",
    career_boost('"Registration/Eligibility"'),
)  # fmt: skip
MONEY_AT_RISK = Check(
    "money-at-risk", MONEY, "The payment cannot be invoiced as it stands.",
    "A reviewer: see the reasons of the line and act on the first.", _SUPPORT,
)  # fmt: skip
MATCHED_BY_REFERENCE = Check(
    "matched-by-reference", DATA, "The entry bears the line's id, but differs from it.", _CORRECT, agreed(),
)  # fmt: skip
NOT_COPIED = Check(
    "not-copied", NOTE, "The service was not copied to the Career Boost record.",
    "The provider's staff: copy the service to the Career Boost record.", _COPY,
)  # fmt: skip
COPY_WITHOUT_ORIGINAL = Check(
    "copy-without-original", MONEY, "The Career Boost row names no original, so no qualifying program carries it.",
    "The provider's staff: enter the service in the record of the qualifying program.", _COPY,
    table="services",
)  # fmt: skip
COPY_DIFFERS = Check(
    "copy-differs", DATA, "The copy differs from its original.", "The provider's staff: correct the one that is wrong.",
    _COPY,
    table="services",
)  # fmt: skip
COPIED_TWICE = Check(
    "copied-twice", DATA, "The service was copied more than once.",
    "The provider's staff: take the copy that is too many out of the Career Boost record.", _COPY,
    table="services",
)  # fmt: skip
BOOST_DUPLICATE = Check(
    "career-boost-duplicate", DATA, "The customer has a second Career Boost record.",
    "The provider's staff: keep the first; if this record already exists no step is needed.", _RECORD,
    table="enrollments",
)  # fmt: skip
SNAP_LATE = Check(
    "snap-checked-late", NOTE, "SNAP eligibility was checked after the application to Career Boost, or never.",
    "The provider's staff: check SNAP before enrollment.", _SNAP,
    table="enrollments",
)  # fmt: skip

KINDS = (
    MISSING, UNSUPPORTED, COMPONENT_DIFFERS, PROVIDER_DIFFERS, DUPLICATE, DATE_DIFFERS, FUNDER_DIFFERS,
    SUPPORT_UNSUPPORTED, AMOUNT_DIFFERS, SUPPORT_DATE_DIFFERS, SUPPORT_WITHOUT_SERVICE, SUPPORT_BEFORE_SERVICE,
    RETRACTED, GATE_BROKEN, UNKNOWN_PERSON, MONEY_AT_RISK, MATCHED_BY_REFERENCE, NOT_COPIED, COPY_WITHOUT_ORIGINAL,
    COPY_DIFFERS, COPIED_TWICE, BOOST_DUPLICATE, SNAP_LATE,
)  # fmt: skip
