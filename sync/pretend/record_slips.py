"""Plant one synthetic person for each kind of slip in the data entry of I-Trac alone."""

from functools import partial

from sync.pretend.person import PROGRAM, changed, row_of, without
from sync.pretend.settled import EMPLOYED, EXITED, IN_KEYS, KEYS_TO_PROGRESS, RENTING, TRAINED, slip

_KEYS = {"program": KEYS_TO_PROGRESS}
_other_training = partial(changed, "services", {"control": "Training & Education"})

RECORDS = (
    slip(
        "applied-after-service",
        "Applied to Keys to Progress on the day of the first service.",
        IN_KEYS,
        changed("enrollments", _KEYS, application_date="2026-03-11"),
    ),
    slip(
        "registration-incomplete",
        "Served, but the Registration tab was never completed.",
        changed("enrollments", {"program": PROGRAM}, registration_completed_on=""),
    ),
    slip(
        "age-or-eligibility",
        "Seventeen years old at the application to Keys to Progress.",
        IN_KEYS,
        changed("registrations", {}, age_at_application="17"),
    ),
    slip(
        "service-status",
        "A coaching of Keys to Progress was left as Started.",
        IN_KEYS,
        changed("services", _KEYS, status="Started"),
    ),
    slip("target-end-missing", "A training without target end date.", TRAINED, _other_training(target_end_date="")),
    slip(
        "target-end-passed",
        "A training is still Started, weeks after its target end date.",
        TRAINED,
        _other_training(status="Started", end_date=""),
    ),
    slip(
        "training-payment-without-training",
        "A tuition payment that names no training.",
        TRAINED,
        changed("payments", _KEYS, for_service_id=""),
    ),
    slip("payment-incomplete", "Child care without a justification.", changed("payments", {}, justification="")),
    slip(
        "auto-exit-near",
        "No service of Keys to Progress since February.",
        IN_KEYS,
        changed("services", _KEYS, start_date="2026-02-16", end_date="2026-02-16"),
    ),
    slip(
        "auto-exit-due",
        "No service of Keys to Progress since January.",
        IN_KEYS,
        changed("services", _KEYS, start_date="2026-01-13", end_date="2026-01-13"),
    ),
    slip(
        "exit-without-housing-status",
        "Exited from Keys to Progress without a housing status.",
        EXITED,
        without("housing_at_exit"),
    ),
    slip("employment-unconfirmed", "A job that nobody confirmed.", EMPLOYED, without("employment_confirmations")),
    slip(
        "credential-incomplete",
        "A certificate without documentation.",
        TRAINED,
        changed("credentials", {}, documentation=""),
    ),
)
RENT = (
    slip(
        "rent-referral-housing-type",
        "A referral for rent as Doubled Up instead of Homeless.",
        RENTING,
        changed("rent_referrals", {}, housing_type="Doubled Up"),
    ),
    slip(
        "rent-payment-housing-type",
        "Rent was paid as Prevention instead of Rapid Re-Housing.",
        RENTING,
        changed("rent_payments", {}, housing_type="Prevention"),
    ),
    slip(
        "rent-referral-open",
        "A second referral for rent has been pending since the beginning of March.",
        RENTING,
        row_of("rent_referrals", **_KEYS, referred_on="2026-03-02", housing_type="Homeless", status="Pending"),
    ),
    slip(
        "rent-without-approval",
        "Rent was paid four days before the referral was approved.",
        RENTING,
        changed("rent_referrals", {}, decided_on="2026-03-20"),
    ),
    slip(
        "rent-without-engagement",
        "Rent was paid two days before engagement was verified.",
        RENTING,
        changed("rent_payments", {}, payment_date="2026-03-03"),
    ),
    slip(
        "engagement-late",
        "Engagement in March was verified on the 13th.",
        RENTING,
        changed("rent_engagements", {}, date="2026-03-13"),
    ),
    slip("rent-month", "Rent paid in March for March.", RENTING, changed("rent_payments", {}, for_month="March")),
)

SLIPS = (*RECORDS, *RENT)
