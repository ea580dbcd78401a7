"""Makes the I-Trac rows of one customer: mostly good, now and then with something wrong."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from tests.sink import BIRTH_DAY, LAST4
from tests.worlds import crosswalk as guide
from tests.worlds.base import Cells, Maker, Tables
from tests.worlds.crosswalk import Walk

DAY = datetime.timedelta(days=1)


@dataclass
class Item:
    """A service or payment as it was meant, for making entries and answers around it."""

    row_id: str
    seeker: str
    provider: str
    name: str
    day: datetime.date
    cents: int = 0
    training: bool = False


@dataclass
class Made:
    """What has been made so far."""

    tables: Tables = field(default_factory=dict)
    services: list[Item] = field(default_factory=list)
    payments: list[Item] = field(default_factory=list)
    seekers: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)  # job seeker, provider

    def add(self, table: str, row: Cells) -> None:
        self.tables.setdefault(table, []).append(row)


def make_customer(maker: Maker, walk: Walk, made: Made) -> None:
    """Make everything that I-Trac and the SNAP check know of one customer."""
    customer = maker.number("C")
    seeker = _identity(maker, made, customer)
    records = {(maker.pick(walk.programs), maker.pick(walk.providers)) for _ in range(maker.rng.randint(1, 2))}
    _shared_records(maker, walk, made, customer)
    _eligibility(maker, made, seeker)
    for provider in sorted({provider for _, provider in records}):
        made.pairs.append((seeker, provider))
        _assessments(maker, walk, made, customer, provider)
        _goals(maker, walk, made, customer, provider)
    for program, provider in sorted(records):
        _enrollment(maker, walk, made, customer, program, provider)
        for _ in range(maker.rng.randint(2, 5)):
            make_service(maker, walk, made, Place(customer, seeker, program, provider))
        for _ in range(maker.rng.randint(0, 3)):
            make_payment(maker, walk, made, Place(customer, seeker, program, provider))
    _employment(maker, made, customer)


def _identity(maker: Maker, made: Made, customer: str) -> str:
    seeker = customer.replace("C", "J")
    if made.seekers and maker.bad(0.4):
        seeker = maker.pick(made.seekers)
    if maker.bad(0.4):
        seeker = ""
    made.seekers.append(seeker or "J0")
    row = {"customer_id": maker.odd_id(customer), "job_seeker_id": maker.odd_id(seeker)}
    row |= {"last_name": f"Test{customer}", "first_name": "Made-up"}
    row |= {"birth_month_day": BIRTH_DAY, "last4_ssn": LAST4}
    if not maker.bad(0.2):
        made.add("customers", row)
    if maker.bad(0.25):
        other = maker.pick(("", "J90", seeker))
        made.add("customers", {**row, "job_seeker_id": other, "first_name": "Other"})
    return seeker or "J0"


def _late(maker: Maker, most: int, least: int) -> datetime.date | None:
    """Return an early day; now and then one that is late, or none."""
    if maker.bad(0.7):
        return maker.pick((None, maker.day(), maker.day(), maker.day()))
    return maker.early(most, least)


def _enrolled(maker: Maker, walk: Walk, customer: str, program: str, provider: str) -> Cells:
    return {
        "enrollment_id": maker.number("E"),
        "customer_id": maker.odd_id(customer),
        "program": walk.label(maker, "program", program),
        "provider": walk.label(maker, "provider", provider),
        "application_date": maker.written(_late(maker, 60, 30)),
        "registration_completed_on": maker.written(_late(maker, 60, 30)),
        "documentation_complete": "",
        "modified_at": maker.stamp(maker.start),
    }


def _shared_records(maker: Maker, walk: Walk, made: Made, customer: str) -> None:
    if not maker.bad(0.7):
        made.add("enrollments", _enrolled(maker, walk, customer, guide.BOOST, "WSI"))
    for program in maker.pick((("WorkSource Adult",), ("WorkSource Adult", "WorkSource Dislocated Worker"))):
        if not maker.bad(0.7):
            row = _enrolled(maker, walk, customer, program, "WorkSource")
            good = maker.yes()
            row["documentation_complete"] = maker.pick(("no", "", "maybe")) if maker.bad() else good
            made.add("enrollments", row)


def _enrollment(maker: Maker, walk: Walk, made: Made, customer: str, program: str, provider: str) -> None:
    if maker.bad(0.5):
        provider = maker.pick(walk.providers)
    row = _enrolled(maker, walk, customer, program, provider)
    if maker.chance(0.05) or maker.bad():
        row["exit_date"] = maker.written(maker.day())
        if maker.chance(0.3):
            again = _enrolled(maker, walk, customer, program, provider)
            again["application_date"] = maker.written(maker.day())
            made.add("enrollments", again)
    made.add("enrollments", row)


def _eligibility(maker: Maker, made: Made, seeker: str) -> None:
    for number in range(-2, maker.months + 1):
        if maker.bad(0.4):
            continue
        status = "eligible"
        if maker.bad(0.5):
            status = maker.pick(("not eligible", "unknown", "maybe", ""))
        first = maker.month_start(number)
        row = {
            "job_seeker_id": maker.odd_id(seeker),
            "month": f"{first:%Y-%m}",
            "snap_status": maker.odd(status),
            "tanf": maker.yes() if maker.bad(0.4) else maker.pick(("no", "", "N")),
            "checked_on": maker.stamp(first),
        }
        made.add("ims_eligibility", row)


def _assessments(maker: Maker, walk: Walk, made: Made, customer: str, provider: str) -> None:
    days = [] if maker.bad(0.6) else [_late(maker, 30, 5)]
    while maker.chance(0.2):
        days.append(maker.pick((maker.early(), maker.day())))
    for day in days:
        row = {"assessment_id": maker.number("A"), "customer_id": maker.odd_id(customer)}
        row |= {"provider": walk.label(maker, "provider", provider), "completed_on": maker.written(day)}
        row["modified_at"] = maker.stamp(maker.start)
        made.add("assessments", row)


def _goals(maker: Maker, walk: Walk, made: Made, customer: str, provider: str) -> None:
    terms = [] if maker.bad(0.4) else ["long", "short"]
    while maker.chance(0.3):
        terms.append(maker.pick(("long", "short")))
    for place, term in enumerate(terms):
        day = maker.early(5) if place < 2 and not maker.bad(0.8) else maker.day()
        name = maker.pick((term, f"{term} term", f"{term}-term".title()))
        row = {"goal_id": maker.number("G"), "customer_id": maker.odd_id(customer)}
        row |= {"provider": walk.label(maker, "provider", provider), "set_on": maker.written(day)}
        row["term"] = maker.pick(("medium", "")) if maker.bad(0.2) else maker.odd(name)
        if (term == "short" and not maker.bad(0.6)) or maker.chance(0.6):
            row["target_end_date"] = maker.written(day + 90 * DAY)
        row["modified_at"] = maker.stamp(maker.start)
        made.add("goals", row)


def _employment(maker: Maker, made: Made, customer: str) -> None:
    for _ in range(maker.pick((0, 1, 1, 2))):
        day = maker.pick((maker.early(100), maker.day(), maker.day()))
        row = {"employment_id": maker.number("W"), "customer_id": maker.odd_id(customer)}
        row |= {"start_date": maker.written(day), "employer": "Made-up Works"}
        made.add("employments", row)


@dataclass(frozen=True)
class Place:
    """Whose row it is, and in which record."""

    customer: str
    seeker: str
    program: str
    provider: str


def _head(maker: Maker, walk: Walk, place: Place, prefix: str) -> Cells:
    first = "service_id" if prefix == "S" else "payment_id"
    program = place.program
    if maker.bad(0.5) or maker.chance(0.01):
        program = maker.pick((guide.BOOST, "Keys to Progress", *walk.programs))
    row = {
        first: maker.number(prefix),
        "customer_id": maker.odd_id(place.customer),
        "program": walk.label(maker, "program", program),
        "provider": walk.label(maker, "provider", place.provider),
        "modified_at": maker.stamp(maker.start),
    }
    if maker.bad(0.2):
        row[maker.pick(("customer_id", "program", "provider"))] = " "
    return row


def make_service(maker: Maker, walk: Walk, made: Made, place: Place) -> None:
    """Make a service row."""
    control, service, component = maker.pick(guide.PROGRAMS[place.program])
    training = control in (guide.TRAINING, guide.WORK_BASED)
    day = maker.day(0, max(0, maker.months - 2)) if training else maker.day()
    row = _head(maker, walk, place, "S")
    item = Item(row["service_id"], place.seeker, place.provider, component, day, training=training)
    if maker.bad(0.6):
        control = maker.pick((guide.SERVICES, guide.FOLLOW_UP, guide.TRAINING, "Workshops", ""))
    if maker.bad(0.8):
        others = ("Coaching Career", "Career", "Workforce Prep", "Skills", "???", "")
        service = maker.pick((*others, *guide.KNOWN))
    row["control"] = walk.label(maker, "control", control)
    row["service"] = walk.label(maker, "service", service)
    row |= _training(maker, walk, day) if training else _one_time(maker, walk, day)
    if maker.bad(0.15):
        row["start_date"] = ""
    made.services.append(item)
    made.add("services", row)


def _one_time(maker: Maker, walk: Walk, day: datetime.date) -> Cells:
    end: datetime.date | None = day
    if maker.bad(0.8):
        end = maker.pick((None, day - DAY, day + DAY, day + 20 * DAY))
    status = "Completed"
    if maker.bad(0.6):
        status = maker.pick(("Started", "Next Step", "Not Completed", "Cancelled", ""))
    cells = {"start_date": maker.written(day), "end_date": maker.written(end)}
    return {**cells, "status": walk.label(maker, "status", status)}


def _training(maker: Maker, walk: Walk, day: datetime.date) -> Cells:
    if maker.chance(0.05):
        day = day - datetime.timedelta(days=maker.pick((60, 400, 1095, 1130)))
    end = maker.pick((None, None, day, day + 10 * DAY, day + 40 * DAY, day + 80 * DAY))
    target = maker.pick((None, day + 30 * DAY, day + 60 * DAY, day + 120 * DAY))
    status = "Completed" if end else "Started"
    if maker.bad(0.6):
        status = maker.pick(("Completed", "Started", "Next Step", "Not Completed", ""))
        end = maker.pick((end, day - DAY))
    cells = {"start_date": maker.written(day), "end_date": maker.written(end)}
    cells["target_end_date"] = maker.written(target)
    return {**cells, "status": walk.label(maker, "status", status)}


def make_payment(maker: Maker, walk: Walk, made: Made, place: Place) -> None:
    """Make a payment row; now and then the same payment twice."""
    row = _head(maker, walk, place, "P")
    kind, day = maker.pick(walk.payment_types), maker.day()
    cents = maker.pick((500, 500, 2500, 123400))
    names = guide.SUPPORT[kind]
    control, status = "Support Services Payments", "Paid"
    if maker.bad(0.4):
        control = maker.pick(("Training & Education Service Payments", ""))
    if maker.bad(0.8):
        status = maker.pick(("Cancelled", "Void", "Not Paid", "Pending", "Approved", ""))
    if maker.bad(0.5):
        kind = maker.pick(("Gift Card", "", "Laptop", "Utilities"))
    row |= {
        "control": walk.label(maker, "control", control),
        "payment_date": maker.written(None if maker.bad(0.2) else day),
        "status": walk.label(maker, "status", status),
        "payment_type": walk.label(maker, "payment_type", kind),
        "amount": maker.money(cents),
    }
    made.add("payments", row)
    made.payments.append(Item(row["payment_id"], place.seeker, place.provider, maker.pick(names), day, cents))
    if maker.chance(0.08):
        again = {**row, "payment_id": maker.number("P")}
        made.add("payments", again)
        made.payments.append(Item(again["payment_id"], place.seeker, place.provider, names[0], day, cents))
