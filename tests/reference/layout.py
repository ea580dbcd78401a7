"""Says which columns the tables have, which are required, and how each cell is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import cells


@dataclass(frozen=True)
class Table:
    """The layout of one table. `stamp` is blank where the table has none."""

    columns: tuple[str, ...]
    required: frozenset[str]
    identity: tuple[str, ...]
    stamp: str


def _table(text: str, identity: int = 1, stamp: str = "") -> Table:
    names = text.split()
    columns = tuple(name.rstrip("*") for name in names)
    required = frozenset(name.rstrip("*") for name in names if name.endswith("*"))
    return Table(columns, required, columns[:identity], stamp)


TABLES = {
    "customers": _table("customer_id* job_seeker_id last_name first_name birth_month_day last4_ssn"),
    "enrollments": _table(
        "enrollment_id* customer_id* program* provider* application_date registration_completed_on "
        "documentation_complete exit_date modified_at",
        stamp="modified_at",
    ),
    "services": _table(
        "service_id* customer_id* program* provider* control* service* start_date end_date "
        "target_end_date status copied_from training_provider modified_at",
        stamp="modified_at",
    ),
    "payments": _table(
        "payment_id* customer_id* program* provider* control* payment_date status payment_type "
        "amount paid_to justification other_resources_unavailable for_service_id modified_at",
        stamp="modified_at",
    ),
    "assessments": _table("assessment_id* customer_id* provider* completed_on modified_at", stamp="modified_at"),
    "goals": _table(
        "goal_id* customer_id* provider* term* set_on target_end_date modified_at",
        stamp="modified_at",
    ),
    "employments": _table("employment_id* customer_id* start_date end_date employer modified_at", stamp="modified_at"),
    "ims_eligibility": _table("job_seeker_id* month* snap_status* tanf checked_on", identity=2, stamp="checked_on"),
    "ims_entries": _table(
        "entry_id* job_seeker_id* provider* kind* name* date* funder_selection amount "
        "client_reference entered_by entered_at",
        stamp="entered_at",
    ),
    "ims_scopes": _table("provider* month* complete* row_count taken_at*", identity=2, stamp="taken_at"),
    "program_statuses": _table("status_id* customer_id* program* status* date"),
    "housing_at_exit": _table("customer_id* program* housing_status*", identity=2),
    "employment_confirmations": _table("confirmation_id* employment_id* type* date status"),
    "credentials": _table("credential_id* customer_id* program* type name date status documentation for_service_id"),
    "rent_referrals": _table("referral_id* customer_id* program* referred_on housing_type status decided_on"),
    "rent_engagements": _table("engagement_id* customer_id* program* date* engaged*"),
    "rent_payments": _table(
        "payment_id* customer_id* program* payment_date payment_type paid_to status for_month for_year "
        "amount housing_type"
    ),
    "registrations": _table("customer_id* program* age_at_application eligible", identity=2),
    "choices": _table("line_id* answer* answered_by* answered_on* note", stamp="answered_on"),
}

# the one date of a row that says in which month it stands: the first date column of its table
FIRST_DATES = {
    "enrollments": "application_date",
    "services": "start_date",
    "payments": "payment_date",
    "employments": "start_date",
    "program_statuses": "date",
    "credentials": "date",
    "rent_referrals": "referred_on",
    "rent_payments": "payment_date",
}

MAKES_LINES = frozenset({"services", "payments", "assessments", "goals"})


def is_id(table: str, column: str) -> bool:
    """Say whether a cell is an id: trimmed, then compared to the letter."""
    if column == "provider":
        return False
    first = TABLES[table].columns[0]
    return column == first or column.endswith("_id") or column in ("copied_from", "client_reference")


def _closed(values: dict[str, str]) -> Callable[[str], str | None]:
    return lambda text: values.get(cells.fold(text))


# required columns that are not free text
READERS: dict[tuple[str, str], Callable[[str], object]] = {
    ("goals", "term"): _closed(cells.TERMS),
    ("ims_eligibility", "month"): cells.read_month,
    ("ims_eligibility", "snap_status"): _closed(cells.SNAP_STATUSES),
    ("ims_entries", "kind"): _closed(cells.ENTRY_KINDS),
    ("ims_entries", "date"): cells.read_date,
    ("rent_engagements", "date"): cells.read_date,
    ("rent_engagements", "engaged"): _closed(cells.ENGAGED),
    ("ims_scopes", "month"): cells.read_month,
    ("ims_scopes", "complete"): cells.read_yes_no,
    ("ims_scopes", "taken_at"): cells.read_stamp,
    ("choices", "answered_on"): cells.read_stamp,
}


def is_blank(table: str, column: str, text: str) -> bool:
    """Say whether a cell is blank or cannot be read."""
    reader = READERS.get((table, column))
    if reader is None:
        return text == ""
    return reader(text) is None
