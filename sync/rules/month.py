"""Stage 3 and last: how lines and entries stand to each other.

The rules on payments are applied as they stand here. The others compare whole sets of lines and entries, so what
their conditions name is worked out in first_of_month.py, matching.py and, for the last one, decide.py.
"""

from polars import col

from sync.model import Decision, Reason
from sync.rules.rule import Rule, agreed, career_boost

FLAG, HOLD, NO_ENTRY = Decision.FLAG, Decision.HOLD, Decision.NO_ENTRY
R = Reason

_FIRST = '"First delivered service for the month (of each type of service)"'
_MORE = '"More of the same services delivered in the month": "NO ENTRY"'
_SUPPORT = '"Support Service": "Must have a service entered in the same month and be the first service on that month"'
_AGREED_ORDER = " (setting support.order)"

ALREADY = Rule(
    R.ALREADY_IN_IMS, NO_ENTRY, col("already"),
    "It stands in iMatchSkills already.", "Nobody: nothing to do.", career_boost(_FIRST),
)  # fmt: skip
SAME_TYPE = Rule(
    R.SAME_TYPE_THIS_MONTH, NO_ENTRY, col("same_type"),
    "Another one of this type stands for the month.", "Nobody: nothing to do.", career_boost(_MORE),
)  # fmt: skip
POSSIBLY = Rule(
    R.POSSIBLY_IN_IMS, FLAG, col("possibly"),
    "iMatchSkills has an entry that looks like this one but differs.",
    "A keyer: look at the entry and say whether it is the same or a different one.", agreed(),
)  # fmt: skip
WAITS_ON_SERVICE = Rule(
    R.WAITS_ON_SERVICE, HOLD, col("waits_on_service"),
    "The payment waits for a service of its month that is held or has to be settled first.",
    "A reviewer: settle the service; the payment follows.", career_boost(_SUPPORT) + _AGREED_ORDER,
)  # fmt: skip
BEFORE_FIRST = Rule(
    R.PAYMENT_BEFORE_FIRST_SERVICE, FLAG, col("before_first"),
    "The payment is dated before the first service of its month, so it cannot be invoiced.",
    "A reviewer: look for an earlier service that was not recorded, or correct the date.",
    career_boost(_SUPPORT) + _AGREED_ORDER,
)  # fmt: skip
NO_SERVICE_YET = Rule(
    R.NO_SERVICE_YET, HOLD, col("no_service") & col("month_open"),
    "There is no service in the month of the payment yet.",
    "The provider's staff: record the service of this month.", career_boost(_SUPPORT),
)  # fmt: skip
NO_SERVICE = Rule(
    R.NO_SERVICE_THIS_MONTH, FLAG, col("no_service") & ~col("month_open"),
    "There was no service in the month of the payment, so it cannot be invoiced.",
    "A reviewer: look for a service of that month that was not recorded or not entered.",
    career_boost(_SUPPORT),
)  # fmt: skip
HELD_TOO_LONG = Rule(
    R.HELD_TOO_LONG, FLAG, col("overdue"),
    "It has been waiting for too long since its month ended.",
    "A reviewer: bring in what it waits for, or settle that it is not entered.", agreed("hold.max_days"),
)  # fmt: skip

SERVICES = (ALREADY, SAME_TYPE, POSSIBLY)
PAYMENTS = (WAITS_ON_SERVICE, BEFORE_FIRST, NO_SERVICE_YET, NO_SERVICE)
