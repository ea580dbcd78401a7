"""Lay down settled people: all is right in I-Trac, and what should stand in iMatchSkills stands there exactly.

A settled person gives no mismatch, and no line but `no-entry`: what one slip then changes is what the slip shows.
Their month is March 2026, which has been over for long enough by the day of deciding to tell what is missing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sync.pretend.person import (
    PROGRAM,
    Act,
    Cells,
    Person,
    changed,
    copied,
    entry,
    payment,
    row_of,
    service,
    together,
)
from sync.pretend.story import Story

SETTLED_PROVIDER = "Constructing Hope"
KEYS_TO_PROGRESS = "Keys to Progress"
SERVED, PAID = "2026-03-10", "2026-03-12"
_ASSESSED, _TARGET = "2026-01-06", "2026-03-27"
_STEPS = (("orientation", "STEP Orientation"), ("assessment", "STEP E & T Assessment"), ("plan", "Created STEP Plan"))
_KEYS = {"program": KEYS_TO_PROGRESS}


@dataclass(frozen=True, slots=True)
class Work:
    """What a settled person was served with, by whom, and as what it is entered: a row of the crosswalk.

    selection  the funder selection of the component, blank if it needs none
    """

    program: str = PROGRAM
    provider: str = SETTLED_PROVIDER
    control: str = "Services"
    service: str = "Career Coaching"
    component: str = "Job Search Training"
    selection: str = ""


COACHING = Work()
TRAINING = Work(
    program="CCTP", control="Training & Education", service="Pre-Apprenticeship Training",
    component="Pre-Apprenticeship/Apprenticeship", selection="Funder and Provider",
)  # fmt: skip


def settled(work: Work = COACHING) -> Act:
    """Serve a good person once in the month, pay once, and enter all of it."""
    return together(_enrolled(work), _stepped(work), _served(work), paid(PAID, work), keyed_payment(PAID, work))


def _enrolled(work: Work) -> Act:
    """Move the person to the program and the provider."""
    return together(
        changed("enrollments", {"program": PROGRAM}, program=work.program, provider=work.provider),
        changed("assessments", {}, provider=work.provider),
        changed("goals", {}, provider=work.provider),
    )


def _stepped(work: Work) -> Act:
    return together(*(entry(_ASSESSED, provider=work.provider, kind=kind, name=name) for kind, name in _STEPS))


def _served(work: Work) -> Act:
    """Deliver the service, copy it to the Career Boost record, and enter it."""
    target = "" if work.control == "Services" else _TARGET
    cells = {"program": work.program, "provider": work.provider, "control": work.control, "service": work.service}
    return together(service(SERVED, target_end_date=target, **cells), copied(), keyed(SERVED, work))


def keyed(day: str, work: Work = COACHING, **cells: str) -> Act:
    """Enter a component."""
    own = {"provider": work.provider, "name": work.component, "funder_selection": work.selection}
    return entry(day, **{**own, **cells})


def paid(day: str, work: Work = COACHING, **cells: str) -> Act:
    """Pay for child care."""
    return payment(day, **{"program": work.program, "provider": work.provider, **cells})


def keyed_payment(day: str, work: Work = COACHING, **cells: str) -> Act:
    """Enter a support service; unless told otherwise that of `paid`."""
    own = {"provider": work.provider, "kind": "support", "name": "Child Care", "amount": "120.00"}
    return entry(day, **{**own, **cells})


def of_keys(day: str, **cells: str) -> Act:
    """Add a service of Keys to Progress."""
    return service(day, **{**_KEYS, "provider": SETTLED_PROVIDER, **cells})


IN_KEYS = together(
    row_of(
        "enrollments", **_KEYS, provider=SETTLED_PROVIDER, application_date="2026-01-05",
        registration_completed_on="2026-01-05",
    ),
    row_of("registrations", **_KEYS, age_at_application="34", eligible="yes"),
    row_of("program_statuses", **_KEYS, status="Active", date="2026-01-05"),
    of_keys("2026-03-11"),
)  # fmt: skip


def _trained(person: Person) -> None:
    """Train the person in Keys to Progress, pay for the training, and record what it led to."""
    training = person.id_of("services", len(person.tables["services"]) + 1)
    of_keys(
        "2026-02-16", end_date="2026-03-13", control="Training & Education", service="Occupational Skills Training",
        target_end_date=_TARGET,
    )(person)  # fmt: skip
    paid(
        "2026-02-17", control="Training & Education Service Payments", for_service_id=training, program=KEYS_TO_PROGRESS
    )(person)
    person.add(
        "credentials", **_KEYS, type="Certificate", name="Forklift", date="2026-03-13", status="Attained",
        documentation="Copy on file", for_service_id=training,
    )  # fmt: skip


def _employed(person: Person) -> None:
    person.add("employments", start_date="2026-03-16", employer="Testworks")
    employment = person.id_of("employments", len(person.tables["employments"]))
    person.add("employment_confirmations", employment_id=employment, type="Pay stub", date="2026-03-27", status="Done")


TRAINED, EMPLOYED = together(IN_KEYS, _trained), _employed
RENTING = together(
    IN_KEYS,
    row_of(
        "rent_referrals", **_KEYS, referred_on="2026-02-09", housing_type="Homeless", status="Approved",
        decided_on="2026-02-12",
    ),
    row_of("rent_engagements", **_KEYS, date="2026-03-05", engaged="Job Searching"),
    row_of(
        "rent_payments", **_KEYS, payment_date="2026-03-16", payment_type="Rent", paid_to="Testlandlord",
        status="Paid", for_month="April", for_year="2026", amount="900.00", housing_type="Rapid Re-Housing",
    ),
)  # fmt: skip
EXITED = together(
    IN_KEYS,
    changed("enrollments", _KEYS, exit_date="2026-03-31"),
    row_of("program_statuses", **_KEYS, status="Exit", date="2026-03-31"),
    row_of("housing_at_exit", **_KEYS, housing_status="Rental by client"),
)


def slip(kind: str, title: str, *acts: Act, also: tuple[str, ...] = ()) -> Story:
    """Tell of a settled person and their slip, which is the last of the acts."""
    return Story(kind, title, (settled(), *acts), also=also)


def read_back_of(people: Iterable[Person], taken_on: date, provider: str = SETTLED_PROVIDER) -> list[Cells]:
    """Return the scopes that say: the read-back of the provider is complete in every month of the people's SNAP checks.

    people  everybody whose entries are read back together, since a scope counts the rows of all of them
    """
    everybody = list(people)
    months = {row["month"] for person in everybody for row in person.tables["ims_eligibility"]}
    counted = Counter(
        row["date"][:7] for person in everybody for row in person.tables["ims_entries"] if row["provider"] == provider
    )
    scope = {"provider": provider, "complete": "yes", "taken_at": taken_on.isoformat()}
    return [{**scope, "month": month, "row_count": str(counted[month])} for month in sorted(months)]
