"""Stage 2: what must be true before an item may be entered. Every finding is kept."""

from polars import col

from sync.model import Decision, Reason
from sync.rules.rule import Rule, agreed, career_boost

FLAG, HOLD, NO_ENTRY = Decision.FLAG, Decision.HOLD, Decision.NO_ENTRY
R = Reason

_known = col("seeker").is_not_null()
_reached = col("date")

IDENTITY = (
    Rule(
        R.IDENTITY_MISSING, FLAG, col("job_seeker_id").is_null(),
        "The customer has no job seeker id, so it is not known who this is in iMatchSkills.",
        "The provider's staff: enter the WS JobSeekerID in I-Trac.",
        career_boost('"Registration/Eligibility"'),
    ),
    Rule(
        R.IDENTITY_CONFLICT, FLAG, col("conflict"),
        "The job seeker id stands for more than one customer, or the customer has more than one.",
        "The provider's staff: find out which is right and correct I-Trac.",
        career_boost('"Registration/Eligibility"'),
    ),
)  # fmt: skip

SNAP = (
    Rule(
        R.SNAP_UNKNOWN, HOLD, _known & col("snap_status").fill_null("unknown").eq("unknown"),
        "SNAP eligibility in this month is not known.",
        "The provider's staff: check SNAP in iMatchSkills and record the check.",
        career_boost('"Registration/Eligibility": "Confirm SNAP eligibility in iMatchSkills before enrollment"'),
    ),
    Rule(
        R.SNAP_NOT_ELIGIBLE, NO_ENTRY, _known & col("snap_status").eq("not eligible"),
        "The customer was not SNAP eligible in this month.", "Nobody: nothing to do.",
        career_boost('"Registration/Eligibility": "Confirm SNAP eligibility in iMatchSkills before enrollment"'),
    ),
    Rule(
        R.TANF, NO_ENTRY, _known & col("tanf"),
        "The customer received TANF in this month.", "Nobody: nothing to do.", agreed(),
    ),
)  # fmt: skip

CAREER_BOOST = (
    Rule(
        R.CAREER_BOOST_MISSING, HOLD, col("career_boost_on").is_null(),
        "There is no Career Boost record with completed registration.",
        "The provider's staff: create the Career Boost record and complete its Registration tab.",
        career_boost('"Create Career Boost Record and complete Registration Tab"'),
    ),
    Rule(
        R.CAREER_BOOST_LATE, FLAG, col("career_boost_on") > _reached,
        "Career Boost registration was completed after this date.",
        "A reviewer: check the registration date; if it is right, this cannot be claimed.",
        career_boost('"Create Career Boost Record and complete Registration Tab"'),
    ),
)  # fmt: skip

WORKSOURCE = (
    Rule(
        R.WORKSOURCE_MISSING, HOLD, ~col("exempt") & col("worksource_on").is_null(),
        "There is no WorkSource enrollment with complete WIOA documentation.",
        "The provider's staff: complete WorkSource enrollment and documentation.",
        career_boost('"Confirm WorkSource Adult or Dislocated Worker enrollment and WIOA Documentation are complete"'),
    ),
    Rule(
        R.WORKSOURCE_LATE, FLAG, ~col("exempt") & (col("worksource_on") > _reached),
        "The documented WorkSource enrollment was applied for after this date.",
        "A reviewer: check the application date; if it is right, this cannot be claimed.",
        career_boost('"Confirm WorkSource Adult or Dislocated Worker enrollment and WIOA Documentation are complete"'),
    ),
)  # fmt: skip

ENROLLED = (
    Rule(
        R.NOT_ENROLLED_IN_PROGRAM, FLAG, ~(col("enrolled_on") <= _reached).fill_null(value=False),
        "The customer was not enrolled in this program with this provider on this date.",
        "The provider's staff: correct the enrollment, the program or the provider in I-Trac.",
        career_boost('"Confirm enrollment in a qualifying grant program"'),
    ),
    Rule(
        R.AFTER_EXIT, FLAG, col("exited") & col("control_kind").ne_missing("follow-up"),
        "The customer had left the program before this date.",
        "The provider's staff: correct the exit date or the date, or record it as Follow-Up.",
        career_boost('"Confirm enrollment in a qualifying grant program"'),
    ),
)  # fmt: skip

ASSESSED = (
    Rule(
        R.ASSESSMENT_MISSING, HOLD, col("assessed_on").is_null(),
        "There is no assessment by this provider.",
        "The provider's staff: complete the assessment in the Career Boost record.",
        career_boost('"SNAP Initial Assessment (by Provider-each new Provider must complete)"'),
    ),
    Rule(
        R.ASSESSMENT_LATE, FLAG, col("assessed_on") > _reached,
        "The provider's first assessment is dated after this.",
        "A reviewer: check the date of the assessment; if it is right, this cannot be claimed.",
        career_boost('"SNAP Initial Assessment (by Provider-each new Provider must complete)"'),
    ),
)  # fmt: skip

PLANNED = (
    Rule(
        R.PLAN_MISSING, HOLD, col("planned_on").is_null(),
        "The provider's plan is not complete.",
        "The provider's staff: complete the goals in the Career Boost record.",
        career_boost('"Initial STEP Case/Service Plan (by Provider-each new Provider must complete)"'),
    ),
    Rule(
        R.PLAN_LATE, FLAG, col("planned_on") > _reached,
        "The provider's plan was complete only after this date.",
        "A reviewer: check the dates of the goals; if they are right, this cannot be claimed.",
        career_boost('"Initial STEP Case/Service Plan (by Provider-each new Provider must complete)"'),
    ),
)  # fmt: skip

CONTRACTED = Rule(
    R.COMPONENT_NOT_CONTRACTED, FLAG, ~col("contracted"),
    "The provider's contract does not allow this component on this date.",
    "A reviewer: check with the Worksystems contract manager.",
    career_boost('"Check your Worksystems contract for allowable Career Boost services"'),
)  # fmt: skip

RETENTION = (
    Rule(
        R.EMPLOYMENT_MISSING, HOLD, col("is_retention") & col("first_employed_on").is_null(),
        "Job Retention needs an employment, and I-Trac has none.",
        "The provider's staff: enter the employment on the Outcomes tab.",
        career_boost('table by program, Follow-Up services: "Job Retention"'),
    ),
    Rule(
        R.EMPLOYMENT_LATE, FLAG, col("is_retention") & (col("first_employed_on") > _reached),
        "The employment started only after this date.",
        "The provider's staff: correct the start of the employment or the date.",
        career_boost('table by program, Follow-Up services: "Job Retention"'),
    ),
    Rule(
        R.RETENTION_WINDOW_PASSED, NO_ENTRY, col("is_retention") & (col("employed_days") > col("retention_days")),
        "The time for Job Retention after the start of the employment is over.", "Nobody: nothing to do.",
        agreed("retention.days"),
    ),
)  # fmt: skip
WITHOUT_COMPONENT = Rule(
    R.RETENTION_WITHOUT_COMPONENT, FLAG,
    col("is_retention") & col("latest_employed_on").is_not_null() & ~col("served_before"),
    "Before the employment started no other component was entered for the customer.",
    "A reviewer: check whether an earlier service is missing; else this cannot be claimed.", agreed(),
)  # fmt: skip

FUNDER = Rule(
    R.FUNDER_UNKNOWN, FLAG, col("needs_funder") & col("funder_selection").is_null(),
    "The crosswalk does not say which funder or provider to choose for this training.",
    "An admin: add the funder row.",
    career_boost('table "iMS Training Services Data Entry"') + " (setting funder.absent)",
)  # fmt: skip
UNCONFIRMED = Rule(
    R.CONTINUING_UNCONFIRMED, FLAG, col("continues") & col("delivered").ne_missing("delivered"),
    "The training was still open in this month; nobody has said yet whether it was delivered.",
    "The provider's staff: say whether the training took place in this month.",
    agreed("continuing_training"),
)  # fmt: skip
SUPPORT_CONTRACTED = Rule(
    R.SUPPORT_NOT_CONTRACTED, FLAG, ~col("contracted"),
    "The provider's contract does not allow support services on this date.",
    "A reviewer: check with the Worksystems contract manager.",
    career_boost('"Very few providers are allowed to provide Career Boost support services"'),
)  # fmt: skip
CHOOSE = Rule(
    R.CHOOSE_IMS_TYPE, FLAG, col("entry_name").is_null(),
    "iMatchSkills has several support services for this payment type; a person has to choose.",
    "A keyer: choose the type that the payment was for.",
    career_boost('table "I-Trac and iMS Support Services"'),
)  # fmt: skip

_WAITS = "The assessment, the orientation or the plan of this provider"
WAITS = (
    Rule(
        R.WAITS_ON_EARLIER_STEP, FLAG, col("waits") == FLAG,
        f"{_WAITS} will not be in iMatchSkills by this date.",
        "A reviewer: settle the earlier step first.", career_boost("the order of the data entry steps"),
    ),
    Rule(
        R.WAITS_ON_EARLIER_STEP, HOLD, col("waits") == HOLD,
        f"{_WAITS} has to be entered first and waits itself.",
        "Nobody: it is decided when the earlier step is.", career_boost("the order of the data entry steps"),
    ),
)  # fmt: skip

SERVICES = (
    *IDENTITY, *SNAP, *CAREER_BOOST, *WORKSOURCE, *ENROLLED, *ASSESSED, *PLANNED, CONTRACTED,
    *RETENTION, FUNDER, UNCONFIRMED,
)  # fmt: skip
PAYMENTS = (*IDENTITY, *SNAP, *CAREER_BOOST, *WORKSOURCE, *ENROLLED, SUPPORT_CONTRACTED, CHOOSE)
ASSESSMENTS = (*IDENTITY, *SNAP, *CAREER_BOOST, *WORKSOURCE)
PLANS = (*ASSESSMENTS, *ASSESSED)
