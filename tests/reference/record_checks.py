"""Data-entry checks of every program's records, but for rent assistance."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from . import cells
from .payment_scope import SUPPORT_PAYMENTS
from .record_keys import Keys
from .report import Report, shown_date
from .service_scope import TRAINING
from .tables import Row

TRAINING_PAYMENTS = "Training & Education Service Payments"
TRAINING_CONTROL = "Training & Education"
OLDEST_MINOR = 17
NEAR, DUE = 60, 90
Record = tuple[str, str, str]


def check_records(report: Report) -> None:
    """Add the findings of enrollments, registrations, services, payments and outcomes."""
    keys = Keys(report.facts)
    _enrollments(report, keys)
    _applications(report, keys)
    for row in keys.keys_to_progress("registrations"):
        _registration(report, row)
    for row in keys.outside_career_boost("services"):
        _service(report, keys, row)
    _payments(report, keys)
    _outcomes(report, keys)


def _enrollments(report: Report, keys: Keys) -> None:
    """Check registration and the last service of each enrollment that has services."""
    services: dict[Record, list[Row]] = {}
    for row in keys.outside_career_boost("services"):
        services.setdefault(keys.record_of(row), []).append(row)
    for row in keys.outside_career_boost("enrollments"):
        rows = services.get(keys.record_of(row), [])
        if rows and row.date("registration_completed_on") is None:
            report.of_row("registration-incomplete", row, field="registration_completed_on")
        if rows and row.date("exit_date") is None:
            _auto_exit(report, row, _last_start(keys, rows))


def _last_start(keys: Keys, rows: list[Row]) -> datetime.date | None:
    """Return when the last service began that counts, and not after `as_of`."""
    starts = []
    for row in rows:
        start = row.date("start_date")
        undone = keys.is_one_of("status", row, ("Cancelled", "Not Completed"))
        if start and start <= keys.facts.as_of and not undone:
            starts.append(start)
    return max(starts, default=None)


def _auto_exit(report: Report, row: Row, last: datetime.date | None) -> None:
    if last is None:
        return
    days = (report.facts.as_of - last).days
    if days > NEAR:
        kind = "auto-exit-due" if days > DUE else "auto-exit-near"
        report.of_row(kind, row, field="start_date", itrac_value=last.isoformat())


def _applications(report: Report, keys: Keys) -> None:
    """Check that Keys to Progress customers applied before their first service of the record."""
    first: dict[str, datetime.date] = {}
    for row in keys.keys_to_progress("services"):
        start = row.date("start_date")
        if start:
            customer = row["customer_id"]
            first[customer] = min(start, first.get(customer, start))
    for row in keys.keys_to_progress("enrollments"):
        applied, start = row.date("application_date"), first.get(row["customer_id"])
        if applied and start and start <= applied:
            value = applied.isoformat()
            report.of_row("applied-after-service", row, field="application_date", itrac_value=value)


def _registration(report: Report, row: Row) -> None:
    age = cells.read_number(row["age_at_application"])
    minor = age is not None and age <= OLDEST_MINOR
    ineligible = cells.read_yes_no(row["eligible"]) is False
    headings = ["age_at_application"] * minor + ["eligible"] * ineligible
    if headings:
        value = row["age_at_application"] if minor else ""
        report.of_row("age-or-eligibility", row, row["program"], field=";".join(headings), itrac_value=value)


def _service(report: Report, keys: Keys, row: Row) -> None:
    if keys.is_one_of("control", row, ("Services",)):
        headings = ["status"] * keys.is_one_of("status", row, ("Next Step", "Started"))
        headings += [name for name in ("start_date", "end_date") if row.date(name) is None]
        if headings:
            value = row["status"]
            report.of_row("service-status", row, field=";".join(headings), itrac_value=value)
    if not keys.is_one_of("control", row, TRAINING):
        return
    target = row.date("target_end_date")
    if target is None:
        report.of_row("target-end-missing", row, field="target_end_date")
    elif _still_going(keys, row) and target < keys.facts.as_of:
        value = target.isoformat()
        report.of_row("target-end-passed", row, field="target_end_date", itrac_value=value)


def _still_going(keys: Keys, row: Row) -> bool:
    return keys.is_one_of("status", row, ("Started",)) and row.date("end_date") is None


def _payments(report: Report, keys: Keys) -> None:
    trainings = {
        (row["service_id"], row["customer_id"], keys.key("program", row))
        for row in keys.outside_career_boost("services")
        if keys.is_one_of("control", row, (TRAINING_CONTROL,))
    }
    for row in keys.outside_career_boost("payments"):
        named = (row["for_service_id"], row["customer_id"], keys.key("program", row))
        if keys.is_one_of("control", row, (TRAINING_PAYMENTS,)) and named not in trainings:
            value = row["for_service_id"]
            report.of_row("training-payment-without-training", row, field="for_service_id", itrac_value=value)
        if keys.is_one_of("control", row, (SUPPORT_PAYMENTS,)):
            _incomplete(report, "payment-incomplete", row, PAYMENT_CELLS)


Filled = Callable[[str], object]
PAYMENT_CELLS: dict[str, Filled] = {
    "payment_type": bool,
    "amount": lambda text: cells.read_money(text) is not None,
    "payment_date": cells.read_date,
    "paid_to": bool,
    "justification": bool,
    "other_resources_unavailable": lambda text: cells.read_yes_no(text) is not None,
}
CREDENTIAL_CELLS: dict[str, Filled] = {
    "type": bool,
    "name": bool,
    "date": cells.read_date,
    "documentation": bool,
    "for_service_id": bool,
}


def _incomplete(report: Report, kind: str, row: Row, wanted: dict[str, Filled]) -> None:
    """Name the cells that are blank."""
    headings = [column for column, filled in wanted.items() if not filled(row[column])]
    if headings:
        report.of_row(kind, row, field=";".join(headings))


def _outcomes(report: Report, keys: Keys) -> None:
    facts = report.facts
    confirmed = {row["employment_id"] for row in facts.rows["employment_confirmations"]}
    for row in facts.rows["employments"]:
        if row["employment_id"] not in confirmed:
            value = shown_date(row, "start_date")
            report.of_row("employment-unconfirmed", row, field="start_date", itrac_value=value)
    for row in keys.outside_career_boost("credentials"):
        _incomplete(report, "credential-incomplete", row, CREDENTIAL_CELLS)
    housed = {row["customer_id"] for row in keys.keys_to_progress("housing_at_exit")}
    for row in keys.keys_to_progress("program_statuses"):
        if keys.is_one_of("status", row, ("Exit",)) and row["customer_id"] not in housed:
            value = row["status"]
            report.of_row("exit-without-housing-status", row, field="status", itrac_value=value)
