"""Makes one customer's Keys to Progress record: services, payments, rent assistance and exit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tests.worlds.base import Cells, Maker
from tests.worlds.crosswalk import TRAINING, WORK_BASED, Walk
from tests.worlds.rows import Made

PROGRAM = "Keys to Progress"
DAY = datetime.timedelta(days=1)
ENGAGED = (
    "Attending Career Coach Appointments",
    "Career Plan Goals Progress",
    "Career Coach Weekly Contact",
    "Employed",
    "Job Searching",
    "Training",
)
NOT_ENGAGED = ("Gap in Service", "Not Engaged", "On holiday", "")
SERVICES = ("Career Coaching", "Career Mapping Workshop", "Job Search Assistance")


@dataclass
class Record:
    """Whose record it is, and when it began."""

    customer: str
    provider: str
    applied: datetime.date


def make_record(maker: Maker, walk: Walk, made: Made, customer: str) -> None:
    """Make a Keys to Progress record, mostly as the guide wants it."""
    applied = maker.pick((maker.early(60, 10), maker.day(0, 0)))
    record = Record(customer, maker.pick(walk.providers), applied)
    _enrollment(maker, walk, made, record)
    if maker.chance(0.85):
        made.add("registrations", _registration(maker, walk, record))
    for _ in range(maker.rng.randint(0, 3)):
        made.add("services", _service(maker, walk, record))
    if maker.chance(0.4):
        _training(maker, walk, made, record)
    if maker.chance(0.4):
        made.add("payments", _payment(maker, walk, record, "Support Services Payments"))
    if maker.chance(0.6):
        _rent(maker, walk, made, record)
    _exit(maker, walk, made, record)


def _head(maker: Maker, walk: Walk, record: Record) -> Cells:
    program = PROGRAM
    if maker.bad(0.1):
        program = maker.pick((*walk.programs, "Career Boost", ""))
    return {
        "customer_id": maker.odd_id(record.customer),
        "program": walk.label(maker, "program", program),
    }


def _enrollment(maker: Maker, walk: Walk, made: Made, record: Record) -> None:
    for _ in range(2 if maker.chance(0.1) else 1):
        provider = maker.pick(walk.providers) if maker.contested and maker.chance(0.1) else record.provider
        row = {"enrollment_id": maker.number("E"), **_head(maker, walk, record)}
        row["provider"] = walk.label(maker, "provider", provider)
        row["application_date"] = maker.written(record.applied)
        registered = None if maker.chance(0.1) else record.applied
        row["registration_completed_on"] = maker.written(registered)
        if maker.chance(0.15):
            row["exit_date"] = maker.written(maker.day())
        made.add("enrollments", {**row, "modified_at": maker.stamp(maker.start)})


def _registration(maker: Maker, walk: Walk, record: Record) -> Cells:
    age = maker.pick(("17", "5", "18", "", "n/a")) if maker.chance(0.15) else maker.pick(("18", "30", "41"))
    eligible = maker.pick(("no", "N", "0", "", "perhaps")) if maker.chance(0.15) else maker.yes()
    return {**_head(maker, walk, record), "age_at_application": age, "eligible": eligible}


def _service(maker: Maker, walk: Walk, record: Record) -> Cells:
    late = maker.pick((0, -3)) if maker.chance(0.08) else maker.pick((1, 5, 20, 40))
    day = record.applied + late * DAY
    status, end = "Completed", maker.written(day)
    if maker.chance(0.12):
        status = maker.pick(("Next Step", "Started", "Cancelled", "Not Completed", ""))
    if maker.chance(0.08):
        end = maker.pick(("", "n/a"))
    return {
        "service_id": maker.number("S"),
        **_head(maker, walk, record),
        "provider": walk.label(maker, "provider", record.provider),
        "control": walk.label(maker, "control", maker.pick(("Services", "Services", "Follow-Up"))),
        "service": walk.label(maker, "service", maker.pick(SERVICES)),
        "start_date": "" if maker.chance(0.03) else maker.written(day),
        "end_date": end,
        "status": walk.label(maker, "status", status),
        "modified_at": maker.stamp(maker.start),
    }


def _training(maker: Maker, walk: Walk, made: Made, record: Record) -> None:
    """Make a training and perhaps the payment for it."""
    row = _service(maker, walk, record)
    row["control"] = walk.label(maker, "control", maker.pick((TRAINING, TRAINING, WORK_BASED)))
    row["service"] = walk.label(maker, "service", "Occupational Skills Training")
    target = record.applied + maker.pick((20, 60, 90, 200)) * DAY
    row["target_end_date"] = "" if maker.chance(0.15) else maker.written(target)
    if maker.chance(0.5):
        row["status"], row["end_date"] = walk.label(maker, "status", "Started"), ""
    made.add("services", row)
    if maker.chance(0.7):
        payment = _payment(maker, walk, record, "Training & Education Service Payments")
        payment["for_service_id"] = maker.odd_id(row["service_id"])
        if maker.chance(0.2):
            payment["for_service_id"] = maker.pick(("", "S0", "S1", payment["payment_id"]))
        made.add("payments", payment)


def _payment(maker: Maker, walk: Walk, record: Record, control: str) -> Cells:
    return {
        "payment_id": maker.number("P"),
        **_head(maker, walk, record),
        "provider": walk.label(maker, "provider", record.provider),
        "control": walk.label(maker, "control", control),
        "payment_date": "" if maker.chance(0.05) else maker.written(maker.day()),
        "status": "Paid",
        "payment_type": "" if maker.chance(0.05) else "Transportation",
        "amount": maker.money(5000),
        "modified_at": maker.stamp(maker.start),
    }


def _rent(maker: Maker, walk: Walk, made: Made, record: Record) -> None:
    """Make referrals, engagement in most months, and payments."""
    approved = record.applied + maker.pick((0, 5, 10, 15)) * DAY
    for _ in range(maker.pick((0, 1, 1, 1, 1, 2))):
        made.add("rent_referrals", _referral(maker, walk, record, approved))
    for number in range(-2, maker.months + 1):
        if maker.chance(0.8):
            day = maker.month_start(number).replace(day=maker.pick((1, 5, 10, 10, 10, 11, 20)))
            row = {"engagement_id": maker.number("N"), **_head(maker, walk, record)}
            row["date"] = maker.written(day)
            row["engaged"] = maker.odd(maker.pick(NOT_ENGAGED if maker.chance(0.15) else ENGAGED))
            made.add("rent_engagements", row)
        if maker.chance(0.5):
            made.add("rent_payments", _rent_payment(maker, walk, record, maker.month_start(number)))


def _referral(maker: Maker, walk: Walk, record: Record, approved: datetime.date) -> Cells:
    row = {"referral_id": maker.number("R"), **_head(maker, walk, record)}
    row["referred_on"] = "" if maker.chance(0.05) else maker.written(record.applied)
    row["housing_type"] = maker.odd("Homeless")
    if maker.chance(0.1):
        row["housing_type"] = maker.pick(("Rapid Re-Housing", "", "Home-less", "Homeless?", "Home"))
    row["status"] = walk.label(maker, "status", "Approved")
    row["decided_on"] = maker.written(approved)
    if maker.chance(0.3):
        row["status"] = maker.odd(maker.pick(("Pending", "Pending", "Not Approved")))
        row["decided_on"] = maker.pick(("", row["decided_on"]))
    return row


def _rent_payment(maker: Maker, walk: Walk, record: Record, first: datetime.date) -> Cells:
    day = first.replace(day=maker.pick((1, 5, 10, 14, 20, 28)))
    month = maker.next_month(first)
    if maker.chance(0.15):
        month = maker.pick((first, maker.next_month(month), month.replace(year=month.year + 1)))
    name = maker.pick((f"{month:%B}", f"{month.month}", f"{month:%m}", f"{month:%B}".upper()))
    year = str(month.year)
    if maker.contested and maker.chance(0.2):
        name, year = maker.pick((("", year), ("Dec", year), ("13", year), (name, ""), ("", "")))
    housing = maker.pick(("Rapid Re-Housing", "Rapid Rehousing", "rapid re-housing", "RAPID  REHOUSING"))
    if maker.chance(0.1):
        housing = maker.pick(("Homeless", "", "Rapid", "Rapid Re-Housing 2"))
    return {
        "payment_id": maker.number("Q"),
        **_head(maker, walk, record),
        "payment_date": "" if maker.chance(0.04) else maker.written(day),
        "payment_type": walk.label(maker, "payment_type", maker.pick(("Rent", "Rent", "Move-In Fee", ""))),
        "paid_to": "landlord",
        "status": maker.pick(("Paid", "Paid", "Cancelled", "")),
        "for_month": name,
        "for_year": year,
        "amount": maker.money(75000),
        "housing_type": housing,
    }


def _exit(maker: Maker, walk: Walk, made: Made, record: Record) -> None:
    statuses = ["Application", *maker.pick(((), ("Exit",), ("Exit",), ("Exit-Deceased",), ("Auto Exit",)))]
    for status in statuses:
        row = {"status_id": maker.number("U"), **_head(maker, walk, record)}
        row |= {"status": maker.odd(status), "date": maker.written(maker.day())}
        made.add("program_statuses", row)
    if maker.chance(0.6):
        housing = "" if maker.chance(0.1) else maker.pick(("Permanent Housing", "Shelter"))
        made.add("housing_at_exit", {**_head(maker, walk, record), "housing_status": housing})
