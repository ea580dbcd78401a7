"""Name the tables read from files: their columns, kinds of cells, keys and stamps."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell holds; a cell that does not fit its kind counts as blank and is reported."""

    ID = "an id"
    LABEL = "a label"
    TEXT = "text"
    DATE = "a date as YYYY-MM-DD or M/D/YYYY"
    STAMP = "a date, or an instant such as 2026-04-03T10:15:00Z"
    MONTH = "a month as YYYY-MM"
    MONEY = "an amount such as 1,250.00"
    YES_NO = "yes or no"
    INTEGER = "a whole number"
    SNAP = "eligible, not eligible or unknown"
    ENTRY = "orientation, assessment, plan, component or support"
    TERM = "long term or short term"
    MONTH_DAY = "a day as MM/DD"
    LAST4 = "four digits or REFUSED"
    ENGAGED = "one of the eight kinds of program engagement"
    MONTH_NAME = "a month by its English name or number"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one column; `private` cells are never shown in a message."""

    name: str
    kind: Kind
    required: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Describe one table; `key` names its id, `stamp` the column that tells which version is newest."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    stamp: str | None
    makes_lines: bool = False
    keeps_versions: bool = False

    def names(self, kind: Kind) -> list[str]:
        """Return the names of the columns of one kind, in the order of the table."""
        return [column.name for column in self.columns if column.kind is kind]


_PRIVATE = {
    "last_name", "first_name", "birth_month_day", "last4_ssn", "paid_to", "justification",
    "snap_status", "tanf", "note", "housing_status", "housing_type", "employer",
}  # fmt: skip
_KINDS = {
    "start_date": Kind.DATE, "end_date": Kind.DATE, "target_end_date": Kind.DATE,
    "application_date": Kind.DATE, "registration_completed_on": Kind.DATE, "exit_date": Kind.DATE,
    "payment_date": Kind.DATE, "completed_on": Kind.DATE, "set_on": Kind.DATE, "date": Kind.DATE,
    "referred_on": Kind.DATE, "decided_on": Kind.DATE,
    "modified_at": Kind.STAMP, "checked_on": Kind.STAMP, "taken_at": Kind.STAMP,
    "answered_on": Kind.STAMP, "entered_at": Kind.STAMP,
    "month": Kind.MONTH, "amount": Kind.MONEY, "documentation_complete": Kind.YES_NO,
    "other_resources_unavailable": Kind.YES_NO, "tanf": Kind.YES_NO, "complete": Kind.YES_NO,
    "eligible": Kind.YES_NO, "row_count": Kind.INTEGER, "age_at_application": Kind.INTEGER,
    "for_year": Kind.INTEGER, "snap_status": Kind.SNAP, "kind": Kind.ENTRY, "term": Kind.TERM,
    "birth_month_day": Kind.MONTH_DAY, "last4_ssn": Kind.LAST4, "engaged": Kind.ENGAGED,
    "for_month": Kind.MONTH_NAME,
    "copied_from": Kind.ID, "client_reference": Kind.ID,
    "program": Kind.LABEL, "provider": Kind.LABEL, "control": Kind.LABEL, "service": Kind.LABEL,
    "status": Kind.LABEL, "payment_type": Kind.LABEL, "name": Kind.LABEL, "answer": Kind.LABEL,
    "funder_selection": Kind.LABEL,
}  # fmt: skip
_STAMPS = ("modified_at", "checked_on", "taken_at", "answered_on", "entered_at")


def _column(text: str) -> Column:
    name = text.rstrip("*")
    kind = _KINDS.get(name, Kind.ID if name.endswith("_id") else Kind.TEXT)
    return Column(name, kind, required=text.endswith("*"), private=name in _PRIVATE)


def _table(name: str, columns: str, key: tuple[str, ...] = (), **traits: bool) -> Table:
    made = tuple(_column(text) for text in columns.split())
    stamp = next((column.name for column in made if column.name in _STAMPS), None)
    return Table(name, made, key or (made[0].name,), stamp, **traits)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("customers", "customer_id* job_seeker_id last_name first_name birth_month_day last4_ssn"),
        _table(
            "enrollments",
            "enrollment_id* customer_id* program* provider* application_date registration_completed_on "
            "documentation_complete exit_date modified_at",
        ),
        _table(
            "services",
            "service_id* customer_id* program* provider* control* service* start_date end_date "
            "target_end_date status copied_from training_provider modified_at",
            makes_lines=True,
        ),
        _table(
            "payments",
            "payment_id* customer_id* program* provider* control* payment_date status payment_type amount "
            "paid_to justification other_resources_unavailable for_service_id modified_at",
            makes_lines=True,
        ),
        _table("assessments", "assessment_id* customer_id* provider* completed_on modified_at", makes_lines=True),
        _table(
            "goals",
            "goal_id* customer_id* provider* term* set_on target_end_date modified_at",
            makes_lines=True,
        ),
        _table("employments", "employment_id* customer_id* start_date end_date employer modified_at"),
        _table("program_statuses", "status_id* customer_id* program* status* date"),
        _table("housing_at_exit", "customer_id* program* housing_status*", ("customer_id", "program")),
        _table("employment_confirmations", "confirmation_id* employment_id* type* date status"),
        _table(
            "credentials",
            "credential_id* customer_id* program* type name date status documentation for_service_id",
        ),
        _table(
            "rent_referrals",
            "referral_id* customer_id* program* referred_on housing_type status decided_on",
        ),
        _table("rent_engagements", "engagement_id* customer_id* program* date* engaged*"),
        _table(
            "rent_payments",
            "payment_id* customer_id* program* payment_date payment_type paid_to status for_month for_year "
            "amount housing_type",
        ),
        _table("registrations", "customer_id* program* age_at_application eligible", ("customer_id", "program")),
        _table(
            "ims_eligibility",
            "job_seeker_id* month* snap_status* tanf checked_on",
            ("job_seeker_id", "month"),
        ),
        _table(
            "ims_entries",
            "entry_id* job_seeker_id* provider* kind* name* date* funder_selection amount client_reference "
            "entered_by entered_at",
        ),
        _table("ims_scopes", "provider* month* complete* row_count taken_at*", ("provider", "month")),
        _table("choices", "line_id* answer* answered_by* answered_on* note", keeps_versions=True),
    )
}


def as_markdown() -> str:
    """Return docs/tables.md: every table with its columns, kinds of cells, id and stamp."""
    parts = [
        "# Tables",
        "Made from the schemas by `make docs`; do not edit. One file for each table, `NAME.csv` (UTF-8) or `NAME.xlsx` "
        "(first sheet), columns in any order. `*` = a row cannot do without it. A cell that does not fit counts as "
        "blank and is reported; of several rows with one id the newest by stamp is used.",
    ]
    for table in TABLES.values():
        rows = [f"| `{one.name}`{'*' if one.required else ''} | {one.kind} |" for one in table.columns]
        stamp = f", newest by `{table.stamp}`" if table.stamp else ""
        about = f"Id: {' and '.join(f'`{name}`' for name in table.key)}{stamp}."
        parts.append(f"## {table.name}\n\n{about}\n\n| column | cell |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"
