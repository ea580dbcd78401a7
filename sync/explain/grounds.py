"""The table of grounds: for each reason the facts that it rests on, and what would change the answer.

The sentence on what would change has places for the line's own words: {date}, {month}, {provider}, {program}, {label}
and more (see `words_of` in lines.py).
"""

from dataclasses import dataclass

from sync.explain import facts as f
from sync.explain.facts import Facts
from sync.model import EntryKind, Reason

R = Reason
K = EntryKind


@dataclass(frozen=True, slots=True)
class Ground:
    """One row: on which facts a reason rests, and what would take it away."""

    reason: Reason
    facts: tuple[Facts, ...]
    would_change: str


_DATES = f.own("start_date", "end_date", "target_end_date", "status")
_LABELS = f.own("program", "control", "service")
_STEPS = f.other_lines(K.ORIENTATION, K.ASSESSMENT, K.PLAN, provider=True)
_SERVICES = f.other_lines(K.COMPONENT)

SCOPE = (
    Ground(
        R.CAREER_BOOST_COPY, (f.own("program", "copied_from"),),
        "Nothing: the original in the record of the qualifying program is decided.",
    ),
    Ground(
        R.PROGRAM_NOT_QUALIFYING, (f.own("program"),), "A row for {program} in the service crosswalk, if it qualifies.",
    ),
    Ground(R.ROW_UNREADABLE, (f.blank_cells,), "A readable value in each of these cells."),
    Ground(
        R.VERSIONS_TIE, (f.versions,), "A later modified date on the version that is true, or one version alone.",
    ),
    Ground(R.DATE_MISSING, (f.own_date,), "A date as YYYY-MM-DD or M/D/YYYY in this cell."),
    Ground(
        R.LABEL_NEAR_MISS, (_LABELS, f.services_offered),
        'An alias from "{label}" to the service that is meant, or that service\'s own label in I-Trac.',
    ),
    Ground(
        R.LABEL_UNKNOWN, (_LABELS,),
        'A control and a service that the crosswalk knows, an alias for "{label}", or a row in known_services.csv.',
    ),
    Ground(
        R.SERVICE_NOT_IN_CROSSWALK, (_LABELS, f.services_offered),
        "A crosswalk row for {program}, {control}, {label} in force on {date}, if the program may claim it.",
    ),
    Ground(
        R.NOT_DELIVERED, (f.own("status"), f.answers),
        "Another status in I-Trac, or the newest answer `delivered`, if it did take place.",
    ),
    Ground(
        R.STATUS_NOT_ALLOWED, (f.own("control", "status"),),
        "Status Completed (for a training also Started), if that is what happened.",
    ),
    Ground(R.END_DATE_MISSING, (_DATES,), "A readable end date."),
    Ground(R.DATES_REVERSED, (_DATES,), "An end date on or after the start date."),
    Ground(R.SPANS_MONTHS, (_DATES,), "A start and an end in one month; a service of two months is two rows."),
    Ground(
        R.TOO_LONG, (_DATES, f.setting("training.max_months"), f.as_of),
        "An end or target end date within the months that training.max_months allows.",
    ),
    Ground(R.IN_THE_FUTURE, (f.own_date, f.as_of), "Time: it is decided from {date} on."),
    Ground(
        R.PAYMENT_IN_CAREER_BOOST, (f.own("program"),), "The payment in the record of the program that paid it.",
    ),
    Ground(R.NOT_A_SUPPORT_PAYMENT, (f.own("control"),), "The control Support Services Payments, if it was one."),
    Ground(R.PAYMENT_NOT_MADE, (f.own("status"),), "Status Paid, if it was paid."),
    Ground(R.PAYMENT_PENDING, (f.own("status"),), "Status Paid."),
    Ground(R.AMOUNT_INVALID, (f.own("amount"),), "A readable amount above zero."),
    Ground(
        R.PAYMENT_TYPE_UNMAPPED, (f.own("payment_type"),),
        'A row or an alias for "{label}" in the crosswalk, in force on {date}, or another payment type.',
    ),
    Ground(
        R.ALREADY_ASSESSED, (f.own("completed_on"), f.standing), "Nothing: one assessment for each provider is enough.",
    ),
    Ground(
        R.PART_OF_PLAN, (f.own("term", "set_on", "target_end_date"), f.standing),
        "Nothing: the plan is entered once, by another row.",
    ),
    Ground(
        R.PLAN_UPDATE, (f.own("term", "set_on", "target_end_date"), f.standing),
        "Nothing: updating a plan is no entry.",
    ),
    Ground(
        R.PLAN_INCOMPLETE, (f.of_provider("goals", "term", "set_on", "target_end_date"),),
        "A long-term goal, and a short-term goal with its target end date, both by {provider}.",
    ),
)  # fmt: skip

GATES = (
    Ground(R.IDENTITY_MISSING, (f.customer,), "The WS JobSeekerID of the customer in I-Trac."),
    Ground(R.IDENTITY_CONFLICT, (f.customer,), "One job seeker id for one customer, and one customer for it."),
    Ground(
        R.SNAP_UNKNOWN, (f.eligibility("snap_status", "checked_on"),), "A SNAP check for {month} that says eligible.",
    ),
    Ground(
        R.SNAP_NOT_ELIGIBLE, (f.eligibility("snap_status", "checked_on"),),
        "A newer SNAP check for {month} that says eligible.",
    ),
    Ground(R.TANF, (f.eligibility("tanf", "checked_on"),), "A newer check for {month} that says no TANF."),
    Ground(
        R.CAREER_BOOST_MISSING, (f.career_boost_records,), "A Career Boost registration completed on or before {date}.",
    ),
    Ground(
        R.CAREER_BOOST_LATE, (f.career_boost_records, f.own_date),
        "A Career Boost registration completed on or before {date}.",
    ),
    Ground(
        R.WORKSOURCE_MISSING, (f.worksource_records, f.setting("worksource.programs")),
        "A WorkSource enrollment applied for on or before {date}, with documentation complete.",
    ),
    Ground(
        R.WORKSOURCE_LATE, (f.worksource_records, f.own_date),
        "A WorkSource enrollment applied for on or before {date}, with documentation complete.",
    ),
    Ground(
        R.NOT_ENROLLED_IN_PROGRAM, (f.program_records, f.own("provider")),
        "An enrollment in {program} with {provider}, applied for on or before {date}.",
    ),
    Ground(
        R.AFTER_EXIT, (f.program_records, f.own_date),
        "No exit date from {program} with {provider}, or one on or after {date}; or the control Follow-Up.",
    ),
    Ground(
        R.ASSESSMENT_MISSING, (f.of_provider("assessments", "completed_on"),),
        "An assessment by {provider} on or before {date}.",
    ),
    Ground(
        R.ASSESSMENT_LATE, (f.of_provider("assessments", "completed_on"), f.own_date),
        "An assessment by {provider} on or before {date}.",
    ),
    Ground(
        R.PLAN_MISSING, (f.of_provider("goals", "term", "set_on", "target_end_date"),),
        "A long-term goal, and a short-term goal with its target end date, by {provider} on or before {date}.",
    ),
    Ground(
        R.PLAN_LATE, (f.of_provider("goals", "term", "set_on", "target_end_date"), f.own_date),
        "A long-term goal, and a short-term goal with its target end date, by {provider} on or before {date}.",
    ),
    Ground(
        R.COMPONENT_NOT_CONTRACTED, (f.contracts, f.own("provider")),
        "A contract row for {provider} and {component} in force on {date}.",
    ),
    Ground(R.EMPLOYMENT_MISSING, (f.employments,), "An employment that started on or before {date}."),
    Ground(R.EMPLOYMENT_LATE, (f.employments, f.own_date), "An employment that started on or before {date}."),
    Ground(
        R.RETENTION_WINDOW_PASSED, (f.days_since_employment, f.own_date, f.setting("retention.days")),
        "A later employment, started on or before {date} and at most so many days before it.",
    ),
    Ground(
        R.RETENTION_WITHOUT_COMPONENT, (f.days_since_employment, _SERVICES),
        "A service of another component before the employment that is entered or in iMatchSkills.",
    ),
    Ground(
        R.FUNDER_UNKNOWN, (f.own("program", "provider"), f.funders),
        "A funder row for {component} with {program} or {provider}, in force on {date}.",
    ),
    Ground(
        R.CONTINUING_UNCONFIRMED, (_DATES, f.answers),
        "An answer on the line {line_id}: `delivered`, or `not delivered`.",
    ),
    Ground(
        R.SUPPORT_NOT_CONTRACTED, (f.contracts, f.own("provider")),
        "A contract row for {provider} and Support Service in force on {date}.",
    ),
    Ground(
        R.CHOOSE_IMS_TYPE, (f.own("payment_type"), f.answers), "An answer on the line {line_id}: one of {choices}.",
    ),
    Ground(
        R.WAITS_ON_EARLIER_STEP, (_STEPS, f.own_date),
        "The orientation, assessment and plan by {provider} in iMatchSkills, or to be entered, by {date}.",
    ),
)  # fmt: skip

MONTH = (
    Ground(R.ALREADY_IN_IMS, (f.standing,), "Nothing: it is there. If it is wrong, a person corrects iMatchSkills."),
    Ground(
        R.SAME_TYPE_THIS_MONTH, (f.own_date, f.standing),
        "Only if what stands for it fell away; the first of its type and month is entered.",
    ),
    Ground(
        R.POSSIBLY_IN_IMS, (f.look_alikes, f.own_date), "An answer on the line {line_id}: `same`, or `different`.",
    ),
    Ground(
        R.WAITS_ON_SERVICE, (f.own_date, f.services_of_month),
        "A service of {month}, dated on or before {date}, that is entered or in iMatchSkills.",
    ),
    Ground(
        R.PAYMENT_BEFORE_FIRST_SERVICE, (f.own_date, f.services_of_month),
        "A service of {month} dated on or before {date}, or a payment dated on or after the first service.",
    ),
    Ground(R.NO_SERVICE_YET, (f.own_date, f.services_of_month), "A service of {month} dated on or before {date}."),
    Ground(
        R.NO_SERVICE_THIS_MONTH, (f.own_date, f.services_of_month), "A service of {month} dated on or before {date}.",
    ),
    Ground(
        R.HELD_TOO_LONG, (f.own_date, f.as_of, f.setting("hold.max_days")),
        "What the other reasons of this line wait for.",
    ),
)  # fmt: skip

GROUNDS = {ground.reason: ground for ground in (*SCOPE, *GATES, *MONTH)}
