"""Everything that deciding looks at, read and indexed once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from . import cells
from .answers import Answers
from .crosswalk import Crosswalk
from .entries import Entries
from .line import Line
from .settings import Settings
from .tables import Raw, Rejected, Row, distinct_rows, used_rows

Tables = dict[str, list[Raw]]


@dataclass(frozen=True)
class Person:
    """Who a customer is in iMatchSkills."""

    job_seeker_id: str
    conflict: bool

    @property
    def matched(self) -> str:
        """The job seeker whose entries may be matched; blank where identity is in doubt."""
        return "" if self.conflict else self.job_seeker_id


NOBODY = Person("", False)


@dataclass(frozen=True)
class Enrollment:
    """One row of the Providers tab."""

    program: str
    provider: str
    applied: datetime.date | None
    registered: datetime.date | None
    documented: bool
    exited: datetime.date | None


@dataclass(frozen=True)
class Eligibility:
    status: str
    tanf: bool


@dataclass
class Steps:
    """What a provider did with a customer before services."""

    assessed: list[datetime.date] = field(default_factory=list)
    orientation: Line | None = None
    assessment: Line | None = None
    plan: Line | None = None
    plan_complete: datetime.date | None = None


class Facts:
    """The tables, the crosswalk and the settings as the stages ask for them."""

    def __init__(self, tables: Tables, crosswalk: Crosswalk, settings: Settings, as_of: datetime.date) -> None:
        self.as_of = as_of
        self.crosswalk = crosswalk
        self.settings = settings
        self.rejected: list[Rejected] = []
        used = {
            name: used_rows(name, tables.get(name, []), self.rejected)
            for name in [
                "customers",
                "enrollments",
                "services",
                "payments",
                "assessments",
                "goals",
                "employments",
                "ims_eligibility",
                "ims_entries",
                "ims_scopes",
                "program_statuses",
                "housing_at_exit",
                "employment_confirmations",
                "credentials",
                "rent_referrals",
                "rent_engagements",
                "rent_payments",
                "registrations",
            ]
        }
        self.rows = used
        self.answers = Answers(tables.get("choices", []), as_of, self.rejected)
        self.entries = Entries(used["ims_entries"], crosswalk)
        self.people = _people(used["customers"], distinct_rows("customers", tables.get("customers", [])))
        self.holders: dict[str, list[str]] = {}
        for row in used["customers"]:
            if row["job_seeker_id"]:
                self.holders.setdefault(row["job_seeker_id"], []).append(row["customer_id"])
        self.enrollments: dict[str, list[Enrollment]] = {}
        for row in used["enrollments"]:
            self.enrollments.setdefault(row["customer_id"], []).append(_enrollment(row))
        self.employed: dict[str, list[datetime.date]] = {}
        for row in used["employments"]:
            start = row.date("start_date")
            if start:
                self.employed.setdefault(row["customer_id"], []).append(start)
        self.eligibility = {
            (row["job_seeker_id"], cells.read_month(row["month"])): _eligibility(row) for row in used["ims_eligibility"]
        }
        self._steps: dict[tuple[str, str], Steps] = {}

    def person(self, customer_id: str) -> Person:
        return self.people.get(customer_id, NOBODY)

    def known(self, job_seeker: str) -> bool:
        """Say whether a job seeker is exactly one customer, without an identity conflict."""
        customers = self.holders.get(job_seeker, [])
        return len(customers) == 1 and not self.person(customers[0]).conflict

    def steps(self, customer_id: str, provider_key: str) -> Steps:
        """Return the steps of a customer with a provider; empty until they are decided."""
        return self._steps.setdefault((customer_id, provider_key), Steps())

    def key(self, kind: str, text: str, line: Line) -> str:
        """Return a label's key on the line's date, in the line's program."""
        return self.crosswalk.key(kind, text, line.looked_up, line.program)

    def line(self, row: Row, prefix: str, entry_kind: str, day: datetime.date | None) -> Line:
        """Start the line of a row."""
        source_id = row.texts[0]
        line = Line(
            line_id=f"{prefix}:{source_id}",
            source_kind=row.table,
            source_id=source_id,
            customer_id=row["customer_id"],
            provider=row["provider"],
            day=day,
            looked_up=day or self.as_of,
            entry_kind=entry_kind,
            job_seeker_id=self.person(row["customer_id"]).job_seeker_id,
        )
        if row.table in ("services", "payments"):
            line.program = row["program"]
            line.control = row["control"]
        self.set_keys(line)
        return line

    def set_keys(self, line: Line) -> None:
        line.program_key = self.key("program", line.program, line)
        line.provider_key = self.key("provider", line.provider, line)
        line.control_key = self.key("control", line.control, line)


def _people(used: list[Row], rows: list[Row]) -> dict[str, Person]:
    """Tell the customers apart; `rows` are all versions, `used` the ones that count."""
    seekers: dict[str, set[str]] = {}
    for row in rows:
        if row["job_seeker_id"]:
            seekers.setdefault(row["customer_id"], set()).add(row["job_seeker_id"])
    customers: dict[str, set[str]] = {}
    for row in used:
        customers.setdefault(row["job_seeker_id"], set()).add(row["customer_id"])
    people = {}
    for row in used:
        seeker = row["job_seeker_id"]
        shared = bool(seeker) and len(customers[seeker]) > 1
        differs = len(seekers.get(row["customer_id"], ())) > 1
        people[row["customer_id"]] = Person(seeker, shared or differs)
    return people


def _enrollment(row: Row) -> Enrollment:
    return Enrollment(
        program=row["program"],
        provider=row["provider"],
        applied=row.date("application_date"),
        registered=row.date("registration_completed_on"),
        documented=cells.read_yes_no(row["documentation_complete"]) is True,
        exited=row.date("exit_date"),
    )


def _eligibility(row: Row) -> Eligibility:
    return Eligibility(cells.fold(row["snap_status"]), cells.read_yes_no(row["tanf"]) is True)
