"""What stands in iMatchSkills already, by job seeker."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from . import cells
from .crosswalk import Crosswalk
from .tables import Row


@dataclass(frozen=True)
class Entry:
    """One entry. `name_key` and `provider_key` are compared on the entry's own date."""

    entry_id: str
    job_seeker_id: str
    kind: str
    name_key: str
    provider_key: str
    day: datetime.date
    month: str
    cents: int | None
    reference: str
    name: str  # this and what follows as it came
    provider: str
    funder_selection: str

    @property
    def order(self) -> tuple[datetime.date, str]:
        return (self.day, self.entry_id)


class Entries:
    """The entries, each list in the order of (date, entry_id)."""

    def __init__(self, rows: list[Row], crosswalk: Crosswalk) -> None:
        self._by_kind: dict[tuple[str, str], list[Entry]] = {}
        self.by_reference: dict[str, list[Entry]] = {}
        self.all = sorted((_entry(row, crosswalk) for row in rows), key=lambda entry: entry.order)
        self.by_id = {entry.entry_id: entry for entry in self.all}
        for entry in self.all:
            self._by_kind.setdefault((entry.job_seeker_id, entry.kind), []).append(entry)
            if entry.kind == "support" and entry.reference:
                self.by_reference.setdefault(entry.reference, []).append(entry)

    def of(self, job_seeker: str, kind: str) -> list[Entry]:
        """Return a job seeker's entries of one kind; none for a blank job seeker."""
        return self._by_kind.get((job_seeker, kind), []) if job_seeker else []

    def step(self, job_seeker: str, kind: str, provider_key: str) -> Entry | None:
        """Return the provider's earliest entry of a kind, on any date."""
        for entry in self.of(job_seeker, kind):
            if entry.provider_key == provider_key:
                return entry
        return None


def _entry(row: Row, crosswalk: Crosswalk) -> Entry:
    day = row.date("date")
    assert day is not None
    kind = cells.fold(row["kind"])
    name = row["name"]
    return Entry(
        entry_id=row["entry_id"],
        job_seeker_id=row["job_seeker_id"],
        kind=kind,
        name_key=crosswalk.key("component", name, day) if kind == "component" else cells.fold(name),
        provider_key=crosswalk.key("provider", row["provider"], day),
        day=day,
        month=cells.month_of(day),
        cents=cells.read_money(row["amount"]),
        reference=row["client_reference"],
        name=name,
        provider=row["provider"],
        funder_selection=row["funder_selection"],
    )
