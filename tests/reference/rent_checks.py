"""Data-entry checks of rent assistance in the Keys to Progress record."""

from __future__ import annotations

import datetime
from collections import defaultdict

from . import cells
from .record_keys import KEYS_TO_PROGRESS, Keys
from .report import Report, shown_date
from .tables import Row

DAYS_PENDING = 30
LAST_ENGAGEMENT_DAY = 10
Days = dict[str, list[datetime.date]]


def check_rent(report: Report) -> None:
    """Add the findings of referrals, engagements and rent payments."""
    keys = Keys(report.facts)
    approved, engaged = _approved(keys), _engaged(keys)
    for row in keys.keys_to_progress("rent_referrals"):
        _referral(report, keys, row)
    paid: Days = defaultdict(list)
    for row in keys.keys_to_progress("rent_payments"):
        day, customer = row.date("payment_date"), row["customer_id"]
        _housing_type(report, "rent-payment-housing-type", row, "Rapid Re-Housing")
        if day is None:
            continue
        paid[customer].append(day)
        if not any(decided <= day for decided in approved[customer]):
            _of_payment(report, "rent-without-approval", row)
        month = cells.month_of(day)
        if not any(each <= day and cells.month_of(each) == month for each in engaged[customer]):
            _of_payment(report, "rent-without-engagement", row)
        _month(report, keys, row, day)
    for customer, decided in list(approved.items()):
        if decided and paid[customer]:
            _engagement(report, customer, (min(decided), max(paid[customer])), engaged[customer])


def _of_payment(report: Report, kind: str, row: Row) -> None:
    report.of_row(kind, row, field="payment_date", itrac_value=shown_date(row, "payment_date"))


def _approved(keys: Keys) -> Days:
    """Return by customer the days on which referrals were approved."""
    found: Days = defaultdict(list)
    for row in keys.keys_to_progress("rent_referrals"):
        decided = row.date("decided_on")
        if decided and keys.is_one_of("status", row, ("Approved",)):
            found[row["customer_id"]].append(decided)
    return found


def _engaged(keys: Keys) -> Days:
    """Return by customer the days on which engagement was verified."""
    found: Days = defaultdict(list)
    for row in keys.keys_to_progress("rent_engagements"):
        day = row.date("date")
        if day and cells.ENGAGED[cells.fold(row["engaged"])] == "engaged":
            found[row["customer_id"]].append(day)
    return found


def _referral(report: Report, keys: Keys, row: Row) -> None:
    _housing_type(report, "rent-referral-housing-type", row, "Homeless")
    referred = row.date("referred_on")
    if referred is None or not keys.is_one_of("status", row, ("Pending",)):
        return
    if (report.facts.as_of - referred).days > DAYS_PENDING:
        value = referred.isoformat()
        report.of_row("rent-referral-open", row, field="referred_on", itrac_value=value)


def _housing_type(report: Report, kind: str, row: Row, wanted: str) -> None:
    value = row["housing_type"]
    if cells.letters(value) != cells.letters(wanted):
        report.of_row(kind, row, field="housing_type", itrac_value=value)


def _month(report: Report, keys: Keys, row: Row, day: datetime.date) -> None:
    """Check that rent is paid for the month after the payment."""
    if not keys.is_one_of("payment_type", row, ("Rent",)):
        return
    following = cells.first_day(cells.month_number(day) + 1)
    month, year = cells.read_month_name(row["for_month"]), cells.read_number(row["for_year"])
    if (month, year) == (following.month, following.year):
        return
    shown = (
        row["for_month"] if month is not None else "",
        row["for_year"] if year is not None else "",
    )
    report.of_row("rent-month", row, field="for_month;for_year", itrac_value=" ".join(shown))


def _engagement(
    report: Report,
    customer: str,
    span: tuple[datetime.date, datetime.date],
    engaged: list[datetime.date],
) -> None:
    """Look for engagement early in each month; `span` is approval and the last rent payment."""
    approval, last = span
    first = cells.month_number(approval) + (approval.day > LAST_ENGAGEMENT_DAY)
    for number in range(first, cells.month_number(last) + 1):
        start = cells.first_day(number)
        end = start.replace(day=LAST_ENGAGEMENT_DAY)
        if report.facts.as_of <= end or any(start <= day <= end for day in engaged):
            continue
        month = cells.month_of(start)
        filled = {
            "customer_id": customer,
            "job_seeker_id": report.facts.person(customer).job_seeker_id,
            "program": KEYS_TO_PROGRESS,
            "month": month,
            "field": "date",
        }
        report.add("engagement-late", [customer, month], filled)
