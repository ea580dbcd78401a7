"""Plant one synthetic person for each kind of mismatch between the systems, and between copies and originals."""

from functools import partial

from sync.pretend.person import Person, changed, copied, remembered, row_of, service, together, without
from sync.pretend.settled import (
    PAID,
    SETTLED_PROVIDER,
    TRAINING,
    keyed,
    keyed_payment,
    paid,
    settled,
    slip,
)
from sync.pretend.story import Story

_NEXT_WEEK = "2026-03-17"
_SUPPORT, _BOOST = {"kind": "support"}, {"program": "Career Boost"}
_other_entry = partial(changed, "ims_entries", {"kind": "component"})
_other_support = partial(changed, "ims_entries", _SUPPORT)
_RISK = ("money-at-risk",)


def _misread(person: Person) -> None:
    """Enter the payment under its own id, with two digits of the amount changed round."""
    _other_support(client_reference=f"payment:{person.id_of('payments', 1)}", amount="102.00")(person)


SERVICES = (
    slip(
        "unsupported-in-ims",
        "A coaching stands in iMatchSkills under a provider who never served the customer.",
        keyed(_NEXT_WEEK, provider="POIC"),
    ),
    slip("component-differs", "A coaching was keyed as job retention.", _other_entry(name="Job Retention")),
    slip("provider-differs", "A coaching was keyed under another provider.", _other_entry(provider="POIC")),
    slip("duplicate-in-ims", "The same coaching was keyed twice.", keyed(_NEXT_WEEK)),
    slip("date-differs", "A coaching was keyed with the date of the day before.", _other_entry(date="2026-03-09")),
    Story(
        "funder-differs",
        "A training was keyed with the funder alone, without the provider.",
        (settled(TRAINING), _other_entry(funder_selection="Funder")),
    ),
    slip(
        "retracted-after-entry",
        "A job retention was keyed; later it was cancelled in I-Trac.",
        together(
            service(_NEXT_WEEK, provider=SETTLED_PROVIDER, control="Follow-Up", status="Cancelled"),
            keyed(_NEXT_WEEK, name="Job Retention"),
            remembered,
        ),
        also=("unsupported-in-ims",),
    ),
    slip(
        "gate-broken-after-entry",
        "The plan was complete only after the coaching that was keyed.",
        changed("goals", {"term": "short term"}, set_on="2026-03-20"),
    ),
    slip(
        "entry-for-unknown-person",
        "An entry stands under a job seeker id that no customer has.",
        keyed(_NEXT_WEEK, job_seeker_id="DEMO-JNOBODY"),
    ),
)
SUPPORTS = (
    slip("missing-in-ims", "Child care was paid in March and never keyed.", without("ims_entries", **_SUPPORT)),
    slip("support-unsupported", "Child care was keyed twice; I-Trac has one payment.", keyed_payment(PAID)),
    slip("amount-differs", "Child care of 120.00 was keyed as 210.00.", _other_support(amount="210.00"), also=_RISK),
    slip(
        "support-date-differs",
        "Child care was keyed with the date of the next week.",
        _other_support(date="2026-03-19"),
        also=_RISK,
    ),
    slip(
        "support-without-service",
        "Child care was keyed in April; there was no service in April.",
        together(paid("2026-04-08"), keyed_payment("2026-04-08")),
    ),
    slip(
        "support-before-service",
        "Child care was keyed with a date before the month's first coaching.",
        together(paid("2026-03-05"), keyed_payment("2026-03-05")),
    ),
    slip(
        "money-at-risk",
        "Child care was paid a week before the month's first coaching.",
        paid("2026-03-03", amount="75.00"),
    ),
    slip("matched-by-reference", "Child care of 120.00 was entered by its id as 102.00.", _misread),
)
COPIES = (
    slip("not-copied", "A coaching was not copied to the Career Boost record.", without("services", **_BOOST)),
    slip(
        "copy-without-original",
        "A coaching stands in the Career Boost record alone.",
        service(_NEXT_WEEK, provider=SETTLED_PROVIDER, **_BOOST),
    ),
    slip(
        "copy-differs",
        "A copy ends a day later than its coaching.",
        changed("services", _BOOST, end_date="2026-03-11"),
    ),
    slip("copied-twice", "A coaching was copied twice.", copied()),
    slip(
        "career-boost-duplicate",
        "A second Career Boost record was made.",
        row_of(
            "enrollments", **_BOOST, provider="LWA Portland Metro", application_date="2026-03-02",
            registration_completed_on="2026-03-02",
        ),
    ),
    slip(
        "snap-checked-late",
        "SNAP was checked two days after the application.",
        changed("ims_eligibility", {"month": "2026-01"}, checked_on="2026-01-07"),
    ),
)  # fmt: skip

SLIPS = (*SERVICES, *SUPPORTS, *COPIES)
