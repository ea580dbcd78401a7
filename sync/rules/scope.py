"""Stage 1: is the item in scope? The first rule that applies ends the evaluation."""

from polars import col, lit

from sync.model import Decision, Reason
from sync.rules.rule import Rule, agreed, career_boost, keys_to_progress

FLAG, HOLD, NO_ENTRY = Decision.FLAG, Decision.HOLD, Decision.NO_ENTRY
R = Reason

_EXPORT = "Operations: export the records again, or mend the row in I-Trac."
_ENTRY = "The provider's staff: correct the row in I-Trac."
_CROSSWALK = 'table "iMatchSkills and I-Trac Data Entry by Program"'
_SERVICES = 'Services Control: "Services must have a Start and End Date with a Status of Completed"'
_TRAINING = 'Training Control: "Services must have a Start and Target End date"'
_COPY = '"First delivered service for the month": "Enter Service and copy to Career Boost"'

_one_day = col("control_kind").is_in(["services", "follow-up"])
_training = col("control_kind").is_in(["training", "work-based"])

COPY = Rule(
    R.CAREER_BOOST_COPY, NO_ENTRY, col("is_career_boost"),
    "The row is the copy in the Career Boost record; the original is decided.",
    "Nobody: nothing to do.", career_boost(_COPY),
)  # fmt: skip
NOT_QUALIFYING = Rule(
    R.PROGRAM_NOT_QUALIFYING, NO_ENTRY, col("program").is_not_null() & ~col("qualifying"),
    "The program is no qualifying grant program of Career Boost.",
    "Nobody: nothing to do; if the program should qualify, an admin adds it to the crosswalk.",
    career_boost(_CROSSWALK),
)  # fmt: skip
UNREADABLE = Rule(
    R.ROW_UNREADABLE, FLAG, col("bad"),
    "A cell that every row needs is blank or cannot be read.", _EXPORT, agreed(),
)  # fmt: skip
TIE = Rule(
    R.VERSIONS_TIE, FLAG, col("tie"),
    "Two versions of the row differ and none is newer, so it is not known which one is true.",
    _EXPORT, agreed(),
)  # fmt: skip
UNDATED = Rule(
    R.DATE_MISSING, FLAG, col("date").is_null(),
    "The date is blank or cannot be read.", _ENTRY, keys_to_progress(_SERVICES),
)  # fmt: skip
FUTURE = Rule(
    R.IN_THE_FUTURE, HOLD, col("date") > col("as_of"),
    "The date lies in the future.", "Nobody: it is decided when the day has come.",
    career_boost('"First delivered service for the month"'),
)  # fmt: skip

SERVICES = (
    COPY,
    NOT_QUALIFYING,
    UNREADABLE,
    TIE,
    UNDATED,
    Rule(
        R.LABEL_NEAR_MISS, FLAG, col("near_miss"),
        "The crosswalk has no such service for this program and control, but one that reads almost the same.",
        "An admin: add an alias if both mean the same; else the provider's staff correct the service.",
        career_boost(_CROSSWALK),
    ),
    Rule(
        R.LABEL_UNKNOWN, FLAG, ~col("known"),
        "Neither guide knows this control or this service.",
        "An admin: add an alias, or add the service to the known ones.",
        career_boost(_CROSSWALK),
    ),
    Rule(
        R.SERVICE_NOT_IN_CROSSWALK, NO_ENTRY, col("component").is_null(),
        "The service is known, but is no allowable Career Boost service of this program on this day.",
        "Nobody: nothing to do.", career_boost(_CROSSWALK),
    ),
    Rule(
        R.NOT_DELIVERED, NO_ENTRY,
        col("status_kind").is_in(["not completed", "cancelled"]) | (col("delivered") == "not delivered"),
        "The service was not delivered.", "Nobody: nothing to do.",
        career_boost('"First delivered service for the month"'),
    ),
    Rule(
        R.STATUS_NOT_ALLOWED, FLAG,
        (_one_day & col("status_kind").ne_missing(lit("completed")))
        | (_training & ~col("status_kind").is_in(["started", "completed"]).fill_null(value=False)),
        "The status is not one that this control allows.", _ENTRY, keys_to_progress(
            'Services Control: "Do not utilize the Status of Next Step or Started"'),
    ),
    Rule(
        R.END_DATE_MISSING, FLAG,
        col("end_date").is_null() & (_one_day | (col("status_kind") == "completed")),
        "The end date is blank or cannot be read.", _ENTRY, keys_to_progress(_SERVICES),
    ),
    Rule(
        R.DATES_REVERSED, FLAG, col("end_date") < col("start_date"),
        "The end date is before the start date.", _ENTRY, keys_to_progress(_SERVICES),
    ),
    Rule(
        R.SPANS_MONTHS, FLAG, _one_day & (col("end_date").dt.truncate("1mo") != col("start_date").dt.truncate("1mo")),
        "The service starts in one month and ends in another, so its month is not known.", _ENTRY,
        career_boost('"First delivered service for the month"'),
    ),
    Rule(
        R.TOO_LONG, FLAG, _training & (col("last_month") - col("start_month") + 1 > col("max_months")),
        "The training runs longer than any training should.",
        "The provider's staff: enter the end date of the training in I-Trac.",
        keys_to_progress(_TRAINING) + "; the limit is agreed (setting training.max_months)",
    ),
    FUTURE,
)  # fmt: skip

PAYMENTS = (
    Rule(
        R.PAYMENT_IN_CAREER_BOOST, FLAG, col("is_career_boost"),
        "The payment stands in the Career Boost record; payments belong in the original fund.",
        "The provider's staff: move the payment to the program that paid it.",
        career_boost('"Support Service": "Original Fund/Program: Enter Payment. Does not copy to Career Boost"'),
    ),
    NOT_QUALIFYING,
    UNREADABLE,
    TIE,
    Rule(
        R.NOT_A_SUPPORT_PAYMENT, NO_ENTRY, ~col("is_support"),
        "The payment is for training or education, not a support service.", "Nobody: nothing to do.",
        career_boost('"Support Service"'),
    ),
    UNDATED,
    Rule(
        R.PAYMENT_NOT_MADE, NO_ENTRY, col("status_kind").is_in(["cancelled", "void", "not paid"]),
        "The payment was not made.", "Nobody: nothing to do.", career_boost('"Support Service"'),
    ),
    Rule(
        R.PAYMENT_PENDING, HOLD, col("status_kind").ne_missing(lit("paid")),
        "The payment is not marked as paid.", "Nobody: it is decided when I-Trac says Paid.",
        keys_to_progress('Support Service Payments Control, status "Paid"'),
    ),
    Rule(
        R.AMOUNT_INVALID, FLAG,
        col("amount").is_null() | col("amount").str.starts_with("-") | (col("amount") == "0.00"),
        "The amount is blank, unreadable, zero or negative.", _ENTRY,
        keys_to_progress("Support Service Payments Control"),
    ),
    FUTURE,
    Rule(
        R.PAYMENT_TYPE_UNMAPPED, FLAG, col("types").list.len() == 0,
        "The crosswalk has no iMatchSkills support service for this payment type on this day.",
        "An admin: add the payment type or an alias for it; else the provider's staff correct the type.",
        career_boost('table "I-Trac and iMS Support Services"'),
    ),
)  # fmt: skip

ASSESSMENTS = (UNREADABLE, TIE, UNDATED, FUTURE)
ALREADY_ASSESSED = Rule(
    R.ALREADY_ASSESSED, NO_ENTRY, ~col("stands"),
    "Another assessment by this provider stands for the customer.", "Nobody: nothing to do.",
    career_boost('"SNAP Initial Assessment (by Provider-each new Provider must complete)"'),
)  # fmt: skip

GOALS = (UNREADABLE, TIE, UNDATED, FUTURE)
_PLAN = '"Initial STEP Case/Service Plan (by Provider-each new Provider must complete)"'
PLAN_ROWS = (
    Rule(
        R.PLAN_INCOMPLETE, HOLD, col("plan_place").is_null(),
        "The provider's plan is not complete: it needs a long-term goal, and a short-term goal with its "
        "target end date.",
        "The provider's staff: complete the goals in the Career Boost record.", career_boost(_PLAN),
    ),
    Rule(
        R.PART_OF_PLAN, NO_ENTRY, col("place") < col("plan_place"),
        "The goal is part of the plan that another row stands for.", "Nobody: nothing to do.",
        career_boost(_PLAN),
    ),
    Rule(
        R.PLAN_UPDATE, NO_ENTRY, col("place") > col("plan_place"),
        "The goal updates a plan that stands already.", "Nobody: updating a plan is NO ENTRY.",
        career_boost('"Updating Case/Service Plan": "NO ENTRY"'),
    ),
)  # fmt: skip
