"""Plant one synthetic person for each reason, so that the demo shows them all."""

from datetime import date

from sync.model import Decision, Reason
from sync.pretend.person import (
    PROVIDER,
    Act,
    Person,
    changed,
    copied,
    entry,
    payment,
    retention,
    row_of,
    service,
    training,
    without,
)
from sync.pretend.settled import SETTLED_PROVIDER
from sync.pretend.story import Story, people_of

AS_OF = date(2026, 4, 20)
R = Reason
_BOOST, _WORKSOURCE = {"program": "Career Boost"}, {"program": "WorkSource Adult"}
_APRIL, _OWN = {"month": "2026-04"}, {"program": "EOP Portland"}
_CONTRACTED = ("Job Search Training", "Job Retention", "Pre-Apprenticeship/Apprenticeship", "Support Service")
_BARRED = "SE Works"
READY_PROVIDER = "Testbridge"
CONTRACTS = [
    *(
        {"provider": provider, "allowed": allowed}
        for provider in (PROVIDER, "POIC", SETTLED_PROVIDER, READY_PROVIDER)
        for allowed in _CONTRACTED
    ),
    {"provider": "POIC", "allowed": "Career/Technical Education or other Vocational Training"},
]


def _story(shows: Reason, title: str, *acts: Act, decision: Decision | None = None) -> Story:
    return Story(shows, title, acts, decision)


def _barred(person: Person) -> None:
    """Give the person a second provider that has no contract."""
    dates = {"application_date": "2026-01-05", "registration_completed_on": "2026-01-05"}
    person.add("enrollments", program="EOP Portland", provider=_BARRED, **dates)
    person.add("assessments", provider=_BARRED, completed_on="2026-01-06")
    person.add("goals", provider=_BARRED, term="long term", set_on="2026-01-06")
    person.add("goals", provider=_BARRED, term="short term", set_on="2026-01-06", target_end_date="2026-06-30")


def _shared_seeker(person: Person) -> None:
    person.tables["customers"].append({**person.tables["customers"][0], "customer_id": f"{person.customer}-TWIN"})


def _tied(person: Person) -> None:
    person.tables["services"].append({**person.tables["services"][0], "status": "Cancelled"})


SERVICES = (
    _story(R.CAREER_BOOST_COPY, "A coaching and its copy in the Career Boost record.", service("2026-04-07"), copied()),
    _story(
        R.PROGRAM_NOT_QUALIFYING, "A service of Keys to Progress.", service("2026-04-07", program="Keys to Progress")
    ),
    _story(R.ROW_UNREADABLE, "A coaching without a provider.", service("2026-04-07", provider="")),
    _story(R.VERSIONS_TIE, "One coaching, two versions, none newer.", service("2026-04-07"), _tied),
    _story(R.DATE_MISSING, "A coaching dated 'soon'.", service("soon")),
    _story(
        R.LABEL_NEAR_MISS,
        "A service that reads almost like Career Coaching.",
        service("2026-04-07", service="Coaching"),
    ),
    _story(R.LABEL_UNKNOWN, "A service nobody knows.", service("2026-04-07", service="Resume Workshop")),
    _story(
        R.SERVICE_NOT_IN_CROSSWALK,
        "A known service that this program may not claim.",
        service("2026-04-07", service="Workforce Prep"),
    ),
    _story(R.NOT_DELIVERED, "A coaching that was cancelled.", service("2026-04-07", status="Cancelled")),
    _story(R.STATUS_NOT_ALLOWED, "A coaching left as Started.", service("2026-04-07", status="Started")),
    _story(R.END_DATE_MISSING, "A coaching without an end date.", service("2026-04-07", end_date="")),
    _story(R.DATES_REVERSED, "A coaching that ends before it starts.", service("2026-04-07", end_date="2026-04-01")),
    _story(R.SPANS_MONTHS, "A coaching over two months.", service("2026-03-31", end_date="2026-04-01")),
    _story(R.TOO_LONG, "A training of more than three years.", training("2022-01-10")),
    _story(R.IN_THE_FUTURE, "A coaching planned for next week.", service("2026-04-28")),
    _story(
        R.IDENTITY_MISSING,
        "A customer without job seeker id.",
        service("2026-04-07"),
        changed("customers", {}, job_seeker_id=""),
    ),
    _story(R.IDENTITY_CONFLICT, "Two customers with one job seeker id.", service("2026-04-07"), _shared_seeker),
    _story(
        R.SNAP_UNKNOWN, "Nobody checked SNAP for April.", service("2026-04-07"), without("ims_eligibility", **_APRIL)
    ),
    _story(
        R.SNAP_NOT_ELIGIBLE,
        "Not on SNAP in April.",
        service("2026-04-07"),
        changed("ims_eligibility", _APRIL, snap_status="not eligible"),
    ),
    _story(R.TANF, "On TANF in April.", service("2026-04-07"), changed("ims_eligibility", _APRIL, tanf="yes")),
    _story(R.CAREER_BOOST_MISSING, "No Career Boost record.", service("2026-04-07"), without("enrollments", **_BOOST)),
    _story(
        R.CAREER_BOOST_LATE,
        "Career Boost registered after the coaching.",
        service("2026-04-07"),
        changed("enrollments", _BOOST, registration_completed_on="2026-04-10"),
    ),
    _story(
        R.WORKSOURCE_MISSING,
        "WIOA documents not complete.",
        service("2026-04-07"),
        changed("enrollments", _WORKSOURCE, documentation_complete="no"),
    ),
    _story(
        R.WORKSOURCE_LATE,
        "WorkSource applied for after the coaching.",
        service("2026-04-07"),
        changed("enrollments", _WORKSOURCE, application_date="2026-04-08"),
    ),
    _story(
        R.NOT_ENROLLED_IN_PROGRAM,
        "Enrolled with another provider.",
        service("2026-04-07"),
        changed("enrollments", _OWN, provider="POIC"),
    ),
    _story(
        R.AFTER_EXIT,
        "A coaching after exit.",
        service("2026-04-07"),
        changed("enrollments", _OWN, exit_date="2026-04-01"),
    ),
    _story(R.ASSESSMENT_MISSING, "No assessment by this provider.", service("2026-04-07"), without("assessments")),
    _story(
        R.ASSESSMENT_LATE,
        "Assessed after the coaching.",
        service("2026-04-07"),
        changed("assessments", {}, completed_on="2026-04-09"),
    ),
    _story(
        R.PLAN_MISSING, "A plan without a short-term goal.", service("2026-04-07"), without("goals", term="short term")
    ),
    _story(
        R.PLAN_LATE,
        "The plan was complete after the coaching.",
        service("2026-04-07"),
        changed("goals", {"term": "short term"}, set_on="2026-04-09"),
    ),
    _story(
        R.COMPONENT_NOT_CONTRACTED, "A provider without a contract.", _barred, service("2026-04-07", provider=_BARRED)
    ),
    _story(R.EMPLOYMENT_MISSING, "Job retention without a job.", retention("2026-04-07", "")),
    _story(R.EMPLOYMENT_LATE, "Job retention before the job.", retention("2026-04-07", "2026-04-13")),
    _story(
        R.RETENTION_WINDOW_PASSED,
        "Job retention after more than 90 days.",
        service("2026-01-07"),
        retention("2026-04-15", "2026-01-12"),
    ),
    _story(
        R.RETENTION_WITHOUT_COMPONENT,
        "Job retention without any service before the job.",
        retention("2026-04-07", "2026-03-16"),
    ),
    _story(
        R.FUNDER_UNKNOWN,
        "A training whose funder nobody wrote down.",
        training("2026-04-07", provider="POIC", program="Reinvest SNAP", service="Occupational Skills Training"),
    ),
    _story(R.CONTINUING_UNCONFIRMED, "A training that goes on in April.", training("2026-03-09")),
    _story(
        R.WAITS_ON_EARLIER_STEP,
        "The month of the assessment was never checked for SNAP.",
        service("2026-04-07"),
        without("ims_eligibility", month="2026-01"),
        decision=Decision.HOLD,
    ),
    _story(
        R.WAITS_ON_EARLIER_STEP,
        "The month of the assessment was without SNAP.",
        service("2026-04-07"),
        changed("ims_eligibility", {"month": "2026-01"}, snap_status="not eligible"),
        decision=Decision.FLAG,
    ),
    _story(R.ALREADY_IN_IMS, "A coaching that is in iMatchSkills.", service("2026-04-07"), entry("2026-04-07")),
    _story(R.SAME_TYPE_THIS_MONTH, "Two coachings in April.", service("2026-04-07"), service("2026-04-14")),
    _story(
        R.POSSIBLY_IN_IMS,
        "The same component stands under another provider.",
        service("2026-04-07"),
        entry("2026-04-07", provider="POIC"),
    ),
    _story(
        R.HELD_TOO_LONG,
        "A coaching of January still waits for its SNAP check.",
        service("2026-01-08"),
        without("ims_eligibility", month="2026-01"),
    ),
)

PAYMENTS = (
    _story(
        R.PAYMENT_IN_CAREER_BOOST,
        "A payment in the Career Boost record.",
        payment("2026-04-08", program="Career Boost"),
    ),
    _story(
        R.NOT_A_SUPPORT_PAYMENT,
        "A tuition payment.",
        payment("2026-04-08", control="Training & Education Service Payments"),
    ),
    _story(R.PAYMENT_NOT_MADE, "A payment that was cancelled.", payment("2026-04-08", status="Cancelled")),
    _story(
        R.PAYMENT_PENDING,
        "A payment not marked as paid.",
        service("2026-04-07"),
        payment("2026-04-08", status="Pending"),
    ),
    _story(R.AMOUNT_INVALID, "A payment of nothing.", service("2026-04-07"), payment("2026-04-08", amount="0.00")),
    _story(
        R.PAYMENT_TYPE_UNMAPPED,
        "A payment type without an iMatchSkills type.",
        service("2026-04-07"),
        payment("2026-04-08", payment_type="Relocation"),
    ),
    _story(
        R.SUPPORT_NOT_CONTRACTED,
        "Child care by a provider without a contract.",
        _barred,
        service("2026-04-07"),
        payment("2026-04-08", provider=_BARRED),
    ),
    _story(
        R.CHOOSE_IMS_TYPE,
        "Transportation: bus pass, gas voucher or ride share?",
        service("2026-04-07"),
        payment("2026-04-08", payment_type="Transportation", amount="50.00"),
    ),
    _story(
        R.WAITS_ON_SERVICE,
        "Child care on a coaching that waits for SNAP.",
        service("2026-04-07"),
        payment("2026-04-08"),
        without("ims_eligibility", **_APRIL),
    ),
    _story(
        R.PAYMENT_BEFORE_FIRST_SERVICE,
        "Child care five days before the month's first coaching.",
        service("2026-04-07"),
        payment("2026-04-02", amount="85.00"),
    ),
    _story(R.NO_SERVICE_YET, "Child care in a month without a service so far.", payment("2026-04-08", amount="64.00")),
    _story(R.NO_SERVICE_THIS_MONTH, "Child care in a March without a service.", payment("2026-03-10", amount="240.00")),
)

STEPS = (
    _story(
        R.ALREADY_ASSESSED,
        "Assessed twice by one provider.",
        row_of("assessments", provider=PROVIDER, completed_on="2026-03-05"),
    ),
    _story(R.PART_OF_PLAN, "A plan of two goals.", service("2026-04-07"), payment("2026-04-08")),
    _story(
        R.PLAN_UPDATE,
        "A goal added later.",
        row_of("goals", provider=PROVIDER, term="short", set_on="2026-03-05", target_end_date="2026-05-01"),
    ),
    _story(R.PLAN_INCOMPLETE, "A long-term goal alone.", without("goals", term="short term")),
)

STORIES = (*SERVICES, *PAYMENTS, *STEPS)


def people() -> list[Person]:
    """Return the synthetic people, one for each story, in its order."""
    return people_of(STORIES)
