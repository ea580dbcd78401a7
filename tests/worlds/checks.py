"""Fills what only mismatches and data-entry checks look at: copies, funders, outcomes, scopes."""

from __future__ import annotations

import datetime

from tests.reference import cells
from tests.worlds import crosswalk as guide
from tests.worlds.base import Cells, Maker
from tests.worlds.crosswalk import Walk
from tests.worlds.keys import PROGRAM, make_record
from tests.worlds.rows import Made

DAY = datetime.timedelta(days=1)
# kind, label, stands for
ALIASES = (("program", "K2P", PROGRAM), ("status", "Approve", "Approved"), ("payment_type", "Rental", "Rent"))
TYPES = ("Occupational Skills Licensure", "Industry Recognized Certificate")


def make_checks(maker: Maker, walk: Walk, made: Made) -> None:
    """Add to a world what the checks look at; the rows that it has already are kept or filled up."""
    for kind, label, stands_for in ALIASES:
        row = {"kind": kind, "scope": "", "label": label, "stands_for": stands_for}
        walk.tables["aliases"].append({**row, "first": "", "last": "", "source": "made up"})
        walk.other_names.setdefault((kind, stands_for), []).append(label)
    _keys_to_progress(maker, walk, made)
    _payments(maker, walk, made)
    _copies(maker, walk, made)
    _second_records(maker, walk, made)
    _outcomes(maker, walk, made)
    for entry in made.tables.get("ims_entries", []):
        if cells.fold(entry["kind"]) == "component":
            selections = ("Funder", "Funder and Provider", "Funder and Provider", "Provider, only", "")
            entry["funder_selection"] = maker.odd(maker.pick(selections))


def _keys_to_progress(maker: Maker, walk: Walk, made: Made) -> None:
    """Give some customers a Keys to Progress record, and add customers who have no other."""
    for number in range(1, maker.numbers.get("C", 0) + 1):
        if maker.chance(0.25):
            make_record(maker, walk, made, f"C{number}")
    share = 0.2 * maker.numbers.get("C", 0)
    for _ in range(maker.rng.randint(1, 1 + int(share))):
        customer = maker.number("C")
        row = {"customer_id": maker.odd_id(customer), "job_seeker_id": customer.replace("C", "J")}
        row["job_seeker_id"] = maker.pick((row["job_seeker_id"], row["job_seeker_id"], ""))
        made.add("customers", {**row, "last_name": f"Test{customer}", "first_name": "Made-up"})
        make_record(maker, walk, made, customer)


def _payments(maker: Maker, walk: Walk, made: Made) -> None:
    """Fill the cells of payments that deciding does not look at; add payments for training."""
    services = [row["service_id"] for row in made.tables.get("services", [])]
    share = maker.pick((0.0, 0.02, 0.1))
    rows = made.tables.get("payments", [])
    for row in list(rows):
        row.setdefault("paid_to", maker.pick(("", " ")) if maker.chance(share) else "landlord")
        row.setdefault("justification", "" if maker.chance(share) else "needed for work")
        resources = maker.pick(("", "maybe", " ")) if maker.chance(share) else maker.pick(("yes", "no", "Y"))
        row.setdefault("other_resources_unavailable", resources)
        if services and maker.chance(0.1):
            again = {**row, "payment_id": maker.number("P"), "for_service_id": maker.pick(services)}
            again["control"] = maker.odd("Training & Education Service Payments")
            rows.append(again)


def _copies(maker: Maker, walk: Walk, made: Made) -> None:
    """Copy most services to the Career Boost record, some twice, some wrongly, some not at all."""
    share = maker.pick((0.0, 0.5, 0.9, 1.0))
    rows = made.tables.get("services", [])
    for row in list(rows):
        if not maker.chance(share):
            continue
        for _ in range(2 if maker.chance(0.03) else 1):
            rows.append(_copy(maker, walk, row))


def _copy(maker: Maker, walk: Walk, row: Cells) -> Cells:
    copy = {**row, "service_id": maker.number("B"), "copied_from": maker.odd_id(row["service_id"].strip())}
    copy["program"] = walk.label(maker, "program", guide.BOOST)
    start = cells.read_date(row.get("start_date", ""))
    if start and maker.chance(0.3):
        copy["start_date"] = maker.pick((start.isoformat(), f"{start.month}/{start.day}/{start.year}"))
    for kind in ("service", "status"):
        if maker.chance(0.2):
            copy[kind] = walk.label(maker, kind, row[kind])
    if maker.chance(0.06):
        column = maker.pick(("service", "status", "start_date", "end_date", "customer_id"))
        day = maker.day().isoformat()
        wrong = {"service": "Coaching", "status": "Completed", "customer_id": "C1"}
        copy[column] = maker.pick((wrong.get(column, day), wrong.get(column, day), ""))
    if maker.chance(0.05):
        copy["copied_from"] = maker.pick(("", " ", "S0", "s1", copy["service_id"]))
    return copy


def _second_records(maker: Maker, walk: Walk, made: Made) -> None:
    """Enroll some customers in Career Boost again."""
    for number in range(1, maker.numbers.get("C", 0) + 1):
        while maker.chance(0.06):
            row = {"enrollment_id": maker.number("E"), "customer_id": f"C{number}", "provider": "WSI"}
            row["program"] = walk.label(maker, "program", guide.BOOST)
            row["application_date"] = maker.written(maker.pick((None, maker.day(), maker.early(90))))
            row["registration_completed_on"] = maker.written(maker.pick((None, maker.day())))
            made.add("enrollments", {**row, "modified_at": maker.stamp(maker.start)})


def _outcomes(maker: Maker, walk: Walk, made: Made) -> None:
    """Confirm most employments; add credentials to some services."""
    for row in list(made.tables.get("employments", [])):
        if maker.chance(0.75):
            found = {"confirmation_id": maker.number("F"), "type": "Before Exit", "status": "Working"}
            found["employment_id"] = maker.odd_id(row["employment_id"])
            found["date"] = maker.written(maker.day())
            if maker.chance(0.08):
                found[maker.pick(("type", "employment_id"))] = maker.pick(("", " ", "w1"))
            made.add("employment_confirmations", found)
    for row in list(made.tables.get("services", [])):
        if maker.chance(0.12):
            made.add("credentials", _credential(maker, row))


def _credential(maker: Maker, service: Cells) -> Cells:
    row = {
        "credential_id": maker.number("D"),
        "customer_id": service["customer_id"],
        "program": service["program"],
        "type": maker.pick(TYPES),
        "name": "LPN",
        "date": maker.written(maker.day()),
        "status": "Attained",
        "documentation": "License",
        "for_service_id": service["service_id"],
    }
    while maker.chance(0.15):
        row[maker.pick(("type", "name", "date", "documentation", "for_service_id"))] = maker.pick(("", " "))
    return row


def make_scopes(maker: Maker, walk: Walk, made: Made) -> list[Cells]:
    """Return scopes for the entries as they are in the end: most complete and rightly counted."""
    months = [maker.month_start(number) for number in range(-1, maker.months + 1)]
    counts = _counts(walk, made)
    share = maker.pick((0.3, 0.6, 0.9))
    rows = []
    for provider in (*walk.providers, "Elsewhere"):
        for first in months:
            if not maker.chance(share):
                continue
            row = _scope(maker, provider, first, counts.get((cells.fold(provider), f"{first:%Y-%m}"), 0))
            if maker.contested and provider in walk.providers:
                row["provider"] = walk.label(maker, "provider", provider)
            rows.append(row)
            if maker.chance(0.15):
                taken = maker.pick((maker.stamp(maker.as_of), maker.stamp(first), "never"))
                rows.append({**row, "taken_at": taken, "complete": maker.pick(("yes", "no", "perhaps"))})
    maker.rng.shuffle(rows)
    return rows


def _scope(maker: Maker, provider: str, first: datetime.date, count: int) -> Cells:
    last = maker.next_month(first) - DAY
    taken = last + maker.pick((5, 10, 10, 11, 11, 12, 30, 60)) * DAY
    row = {"provider": maker.odd(provider), "month": f"{first:%Y-%m}", "complete": maker.yes()}
    row |= {"row_count": str(count), "taken_at": maker.stamp(taken)}
    if maker.chance(0.12):
        row["complete"] = maker.pick(("no", "", "perhaps", "FALSE"))
    if maker.chance(0.12):
        row["row_count"] = maker.pick(("", "0", str(count + 1), "-1", "two"))
    return row


def _counts(walk: Walk, made: Made) -> dict[tuple[str, str], int]:
    """Count the entries by provider and month, whichever of the provider's names they carry."""
    names = {cells.fold(name): cells.fold(name) for name in walk.providers}
    for (kind, stands_for), labels in walk.other_names.items():
        if kind == "provider":
            names |= {cells.fold(label): cells.fold(stands_for) for label in labels}
    found: dict[str, tuple[str, str]] = {}
    for row in made.tables.get("ims_entries", []):
        day, provider = cells.read_date(row["date"]), cells.fold(row["provider"])
        if day and provider and row["entry_id"].strip() and row["kind"] and row["name"]:
            found.setdefault(row["entry_id"], (names.get(provider, provider), cells.month_of(day)))
    counts: dict[tuple[str, str], int] = {}
    for place in found.values():
        counts[place] = counts.get(place, 0) + 1
    return counts
