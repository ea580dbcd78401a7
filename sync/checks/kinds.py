"""The table of data-entry checks, each with its sentence of the Keys to Progress guide."""

from sync.rules.mismatch import Check, Severity
from sync.rules.rule import keys_to_progress

MONEY, DATA, NOTE = Severity.MONEY, Severity.DATA, Severity.NOTE
_STAFF = "The provider's staff: correct the row in I-Trac."
_COACH = "The career coach: verify engagement by the 10th of each month."
_COORDINATOR = "The rent assistance coordinator: correct the row in I-Trac."

APPLIED_LATE = Check(
    "applied-after-service", DATA, "The application is not dated before the first service of the record.", _STAFF,
    keys_to_progress('Providers: "must be before the date of the first Keys to Progress grant funded service"'),
    table="enrollments",
)  # fmt: skip
REGISTRATION = Check(
    "registration-incomplete", DATA, "The record has services, but its registration is not complete.",
    "The provider's staff: complete the Registration tab.",
    keys_to_progress('Registration Tab: "All required data must be entered to complete Registration"'),
    table="enrollments",
)  # fmt: skip
AGE = Check(
    "age-or-eligibility", DATA, "The registration says under 18, or not eligible.", _STAFF,
    keys_to_progress('Registration Tab: "To be eligible must be age 18+"'),
    table="registrations",
)  # fmt: skip
SERVICE_STATUS = Check(
    "service-status", DATA, "A service of the Services control is Next Step or Started, or lacks a date.", _STAFF,
    keys_to_progress('Services Control: "Do not utilize the Status of Next Step or Started"'),
    table="services",
)  # fmt: skip
TARGET_MISSING = Check(
    "target-end-missing", DATA, "A training has no target end date.", _STAFF,
    keys_to_progress('Training Control: "Services must have a Start and Target End date"'),
    table="services",
)  # fmt: skip
TARGET_PASSED = Check(
    "target-end-passed", NOTE, "A training is still Started after its target end date.",
    "The provider's staff: enter its end, or a new target.",
    keys_to_progress('Training Control: "Services must have a Start and Target End date"'),
    table="services",
)  # fmt: skip
TRAINING_PAYMENT = Check(
    "training-payment-without-training", DATA, "A training payment names no training of the record.", _STAFF,
    keys_to_progress('Training & Education Service Payments: "Must have a … record on the Services Tab"'),
    table="payments",
)  # fmt: skip
PAYMENT_INCOMPLETE = Check(
    "payment-incomplete", DATA, "A support payment lacks cells that it needs.", _STAFF,
    keys_to_progress('Payments Tab: "Must complete all fields in yellow"'),
    table="payments",
)  # fmt: skip
REFERRAL_HOUSING = Check(
    "rent-referral-housing-type", DATA, "The housing type of a referral is not Homeless.", _COORDINATOR,
    keys_to_progress('Rent Assistance Management: "Choose the Housing Type of Homeless"'),
    table="rent_referrals",
)  # fmt: skip
PAYMENT_HOUSING = Check(
    "rent-payment-housing-type", DATA, "The housing type of a rent payment is not Rapid Re-Housing.", _COORDINATOR,
    keys_to_progress('Rent Assistance Payment: "Choose Housing Type of Rapid Re-Housing for all payments"'),
    table="rent_payments",
)  # fmt: skip
REFERRAL_OPEN = Check(
    "rent-referral-open", NOTE, "The referral has been pending for more than 30 days.",
    "The rent assistance coordinator: finalize the referral.",
    keys_to_progress('Rent Assistance Management: "update the status to Approve or Not Approved"'),
    table="rent_referrals",
)  # fmt: skip
WITHOUT_APPROVAL = Check(
    "rent-without-approval", MONEY, "Rent was paid without a referral approved by that day.",
    "The rent assistance coordinator: find the approval, or settle the payment.",
    keys_to_progress("Rent Assistance Management Control"),
    table="rent_payments",
)  # fmt: skip
WITHOUT_ENGAGEMENT = Check(
    "rent-without-engagement", MONEY, "Rent was paid before engagement was verified in its month.", _COACH,
    keys_to_progress('Program Engagement: "must verify monthly services … prior to the rent payment being released"'),
    table="rent_payments",
)  # fmt: skip
ENGAGEMENT_LATE = Check(
    "engagement-late", DATA, "Engagement was not verified by the 10th of the month.", _COACH,
    keys_to_progress('Program Engagement: "must be entered by the 10th day of each month"'),
    table="rent_engagements", key="customer_id",
)  # fmt: skip
RENT_MONTH = Check(
    "rent-month", NOTE, "The rent is not for the month after the payment.", _COORDINATOR,
    keys_to_progress('Program Engagement: "rent is paid in the current month for the next month"'),
    table="rent_payments",
)  # fmt: skip
EXIT_HOUSING = Check(
    "exit-without-housing-status", DATA, "The exit was entered without a housing status.",
    "The career coach: enter the Housing Status at Exit.",
    keys_to_progress('Housing Status at Exit: "must be completed before you can enter a manual Exit status"'),
    table="program_statuses",
)  # fmt: skip
EXIT_NEAR = Check(
    "auto-exit-near", NOTE, "No service for more than 60 days; after 90 the record exits by itself.",
    "The career coach: record the services delivered, or exit the customer.",
    keys_to_progress('Program Status: "Auto Exit … more than 90 days without a service entered"'),
    table="enrollments",
)  # fmt: skip
EXIT_DUE = Check(
    "auto-exit-due", NOTE, "No service for more than 90 days: the record exits by itself.",
    "The career coach: record the services delivered, or exit the customer.",
    keys_to_progress('Program Status: "Auto Exit … more than 90 days without a service entered"'),
    table="enrollments",
)  # fmt: skip
UNCONFIRMED = Check(
    "employment-unconfirmed", NOTE, "The employment has no confirmation, so it does not count.",
    "The career coach: add an employment confirmation.",
    keys_to_progress('Employment Confirmations: "will only count … if there are Employment Confirmations"'),
    table="employments",
)  # fmt: skip
CREDENTIAL = Check(
    "credential-incomplete", DATA, "A credential lacks cells that it needs.", _STAFF,
    keys_to_progress("Credential Control"),
    table="credentials",
)  # fmt: skip

KINDS = (
    APPLIED_LATE, REGISTRATION, AGE, SERVICE_STATUS, TARGET_MISSING, TARGET_PASSED, TRAINING_PAYMENT,
    PAYMENT_INCOMPLETE, REFERRAL_HOUSING, PAYMENT_HOUSING, REFERRAL_OPEN, WITHOUT_APPROVAL, WITHOUT_ENGAGEMENT,
    ENGAGEMENT_LATE, RENT_MONTH, EXIT_HOUSING, EXIT_NEAR, EXIT_DUE, UNCONFIRMED, CREDENTIAL,
)  # fmt: skip
