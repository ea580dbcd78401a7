"""Lay down the records of one synthetic person, good in every respect until a story changes them."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

Cells = dict[str, str]
Act = Callable[["Person"], None]

PROGRAM, PROVIDER = "EOP Portland", "IRCO"
KEYED_AT = datetime(2026, 3, 18, 17, tzinfo=UTC)
_OWN_IDS = {
    "enrollments": ("enrollment_id", "ENR"), "services": ("service_id", "SER"), "payments": ("payment_id", "PAY"),
    "assessments": ("assessment_id", "ASS"), "goals": ("goal_id", "GOA"), "employments": ("employment_id", "EMP"),
    "employment_confirmations": ("confirmation_id", "CON"), "program_statuses": ("status_id", "STA"),
    "credentials": ("credential_id", "CRE"), "rent_referrals": ("referral_id", "REF"),
    "rent_engagements": ("engagement_id", "ENG"), "rent_payments": ("payment_id", "RENT"),
    "ims_entries": ("entry_id", "IMS"),
}  # fmt: skip
_OF_SEEKER, _OF_NOBODY = {"ims_eligibility", "ims_entries"}, {"choices", "employment_confirmations"}


class Person:
    """One synthetic customer with ids that no real one has (DEMO-…) and the rows of every table.

    The background lets a coaching in March or April 2026 be entered. People of one `series` are numbered among
    themselves, so that ids stay the same when another series grows.

    remembered  what the ledger knows of them: line id, its table, its row, the entry that it had, and since when
    """

    def __init__(self, number: int, series: str = "") -> None:
        self.customer = f"DEMO-{series or 'C'}{number:02d}"
        self.seeker = f"DEMO-J{series}{number:02d}"
        self._prefix = f"DEMO-{series}{number:02d}"
        self.tables: dict[str, list[Cells]] = defaultdict(list)
        self.remembered: list[tuple[str, str, str, str, datetime]] = []
        self.add(
            "customers", job_seeker_id=self.seeker, last_name="Testperson", first_name=f"Number {number}",
            birth_month_day="02/29", last4_ssn="9876",
        )  # fmt: skip
        registered = {"application_date": "2026-01-05", "registration_completed_on": "2026-01-05"}
        self.add("enrollments", program="Career Boost", provider="LWA Portland Metro", **registered)
        self.add(
            "enrollments", program="WorkSource Adult", provider="WSPM Central", application_date="2026-01-05",
            documentation_complete="yes",
        )  # fmt: skip
        self.add("enrollments", program=PROGRAM, provider=PROVIDER, **registered)
        self.add("assessments", provider=PROVIDER, completed_on="2026-01-06")
        self.add("goals", provider=PROVIDER, term="long term", set_on="2026-01-06")
        self.add("goals", provider=PROVIDER, term="short term", set_on="2026-01-06", target_end_date="2026-06-30")
        for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
            self.add("ims_eligibility", month=month, snap_status="eligible", tanf="no", checked_on=f"{month}-02")

    def id_of(self, table: str, place: int) -> str:
        """Return the id of the row at a place (from 1) of one of this person's tables."""
        return f"{self._prefix}-{_OWN_IDS[table][1]}{place}"

    def add(self, table: str, **cells: str) -> None:
        """Add a row; its id and the person's own ids are filled in."""
        ids = {}
        if table in _OWN_IDS:
            ids[_OWN_IDS[table][0]] = self.id_of(table, len(self.tables[table]) + 1)
        if table in _OF_SEEKER:
            ids["job_seeker_id"] = self.seeker
        elif table not in _OF_NOBODY:
            ids["customer_id"] = self.customer
        self.tables[table].append({**ids, **cells})


def service(day: str, **cells: str) -> Act:
    """Add a coaching that was completed on the day."""
    row = {
        "program": PROGRAM, "provider": PROVIDER, "control": "Services", "service": "Career Coaching",
        "start_date": day, "end_date": day, "status": "Completed",
    }  # fmt: skip
    return lambda person: person.add("services", **{**row, **cells})


def copied(**cells: str) -> Act:
    """Copy the service that was entered last to the Career Boost record."""

    def act(person: Person) -> None:
        *_, original = (row for row in person.tables["services"] if row["program"] != "Career Boost")
        copy = {**original, "program": "Career Boost", "copied_from": original["service_id"], **cells}
        del copy["service_id"]
        person.add("services", **copy)

    return act


def training(day: str, **cells: str) -> Act:
    """Add a training in progress, with the enrollment that it needs."""

    def act(person: Person) -> None:
        enrolled = {"application_date": "2021-01-05", "registration_completed_on": "2021-01-05"}
        person.add("enrollments", program="CCTP", provider="POIC", **enrolled)
        person.add("assessments", provider="POIC", completed_on="2026-01-06")
        person.add("goals", provider="POIC", term="long term", set_on="2026-01-06")
        person.add("goals", provider="POIC", term="short term", set_on="2026-01-06", target_end_date="2026-06-30")
        row = {
            "program": "CCTP", "provider": "POIC", "control": "Training & Education",
            "service": "Pre-Apprenticeship Training", "start_date": day, "status": "Started",
        }  # fmt: skip
        person.add("services", **{**row, **cells})

    return act


def retention(day: str, employed_on: str) -> Act:
    """Add a follow-up coaching, and the employment if it has a start."""

    def act(person: Person) -> None:
        service(day, control="Follow-Up")(person)
        if employed_on:
            person.add("employments", start_date=employed_on, employer="Testworks")

    return act


def payment(day: str, **cells: str) -> Act:
    """Add a payment for child care that was paid on the day."""
    row = {
        "program": PROGRAM, "provider": PROVIDER, "control": "Support Services Payments", "payment_date": day,
        "status": "Paid", "payment_type": "Child Care", "amount": "120.00", "paid_to": "Testvendor",
        "justification": "test", "other_resources_unavailable": "yes",
    }  # fmt: skip
    return lambda person: person.add("payments", **{**row, **cells})


def entry(day: str, **cells: str) -> Act:
    """Add an entry that stands in iMatchSkills."""
    row = {"provider": PROVIDER, "kind": "component", "name": "Job Search Training", "date": day}
    return lambda person: person.add("ims_entries", **{**row, **cells})


def remembered(person: Person) -> None:
    """Let the ledger know that the service entered last stands in iMatchSkills as the entry keyed last."""
    service_id, entry_id = person.tables["services"][-1]["service_id"], person.tables["ims_entries"][-1]["entry_id"]
    person.remembered.append((f"service:{service_id}", "services", service_id, entry_id, KEYED_AT))


def row_of(table: str, **cells: str) -> Act:
    """Add any other row."""
    return lambda person: person.add(table, **cells)


def together(*acts: Act) -> Act:
    """Do several things as one act."""

    def act(person: Person) -> None:
        for one in acts:
            one(person)

    return act


def without(table: str, **where: str) -> Act:
    """Take rows away."""

    def act(person: Person) -> None:
        kept = [row for row in person.tables[table] if any(row.get(name) != text for name, text in where.items())]
        person.tables[table] = kept

    return act


def changed(table: str, where: Cells, **cells: str) -> Act:
    """Change cells of the rows that have the cells of `where`."""

    def act(person: Person) -> None:
        for row in person.tables[table]:
            if all(row.get(name) == text for name, text in where.items()):
                row.update(cells)

    return act


def write(people: Iterable[Person], folder: Path, more: Mapping[str, list[Cells]] | None = None) -> None:
    """Write the tables of people, and rows that are nobody's own, as CSV files, one for each table with rows."""
    tables: dict[str, list[Cells]] = defaultdict(list)
    for rows_of in (*(person.tables for person in people), more or {}):
        for name, rows in rows_of.items():
            tables[name] += rows
    for name, rows in tables.items():
        if rows:
            _write_rows(folder / f"{name}.csv", rows)


def _write_rows(path: Path, rows: list[Cells]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
