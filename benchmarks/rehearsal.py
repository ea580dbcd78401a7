"""Lay out the world that a push is measured in: synthetic people on I-Trac's side, spread over some providers."""

import csv
from pathlib import Path
from typing import Final

from sync.pretend.person import Cells, Person, payment, service

AS_OF: Final = "2026-04-20"
MONTHS: Final = ("2026-01", "2026-02", "2026-03", "2026-04")
ENTRIES_OF_ONE: Final = 6
_PROVIDERS: Final = 20


def people(count: int) -> list[Person]:
    """Make people who each have so many entries: three steps, a component, and two equal payments."""
    return [_person(number) for number in range(1, count + 1)]


def lay_exports(folder: Path, made: list[Person]) -> None:
    """Write what I-Trac holds of them, a CSV for each table."""
    for name in sorted({name for person in made for name in person.tables if not name.startswith("ims_")}):
        rows = [row for person in made for row in person.tables[name]]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, sorted({column for row in rows for column in row}))
            writer.writeheader()
            writer.writerows(rows)


def eligibility(made: list[Person]) -> list[Cells]:
    """Return what iMatchSkills holds of them: that they are eligible."""
    return [row for person in made for row in person.tables["ims_eligibility"]]


def _person(number: int) -> Person:
    made = Person(number)
    for act in (service("2026-04-07"), *[payment("2026-04-08", amount="25.00")] * 2):
        act(made)
    for rows in made.tables.values():
        for row in rows:
            if row.get("provider") == "IRCO":
                row["provider"] = f"Test Provider {number % _PROVIDERS:02d}"
    return made
