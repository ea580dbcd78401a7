"""Lay the facts of an item side by side, and tell one version of them from another."""

from collections.abc import Mapping
from typing import NamedTuple

from sync.model import fold

Facts = Mapping[str, str | None]
_PAIRS = (
    ("job seeker", "line.job_seeker_id", "entry.job_seeker_id"), ("provider", "line.provider", "entry.provider"),
    ("name", "line.entry_name", "entry.name"), ("date", "line.date", "entry.date"),
    ("amount", "line.amount", "entry.amount"),
    ("funder selection", "line.funder_selection", "entry.funder_selection"),
)  # fmt: skip
_OF_PEOPLE = {"job_seeker", "job_seeker_id", "customer_id", "source_id", "entry_id", "copied_from"}


class Side(NamedTuple):
    """Carry one row of the two sides; `differs` marks what a person has to look at."""

    field: str
    itrac: str | None
    ims: str | None
    differs: bool


class Difference(NamedTuple):
    """Say of one fact what it was when the item was settled, and what it is now."""

    fact: str
    then: str | None
    now: str | None


def sides_of(facts: Facts) -> list[Side]:
    """Return what the two systems say, cell by cell; where the item has one side alone nothing can differ."""
    both = any(facts.get(ims) for _, _, ims in _PAIRS) and any(facts.get(itrac) for _, itrac, _ in _PAIRS)
    rows = [_side(name, facts.get(itrac), facts.get(ims), both=both) for name, itrac, ims in _PAIRS]
    told = [row for row in rows if row.itrac or row.ims]
    named = (facts.get("field") or "").replace("_", " ").removesuffix(" id")
    values = facts.get("itrac_value"), facts.get("ims_value")
    if named and named not in {row.field for row in told}:
        told.append(Side(named, *values, differs=True))
    return told


def is_about_people(fact: str) -> bool:
    """Tell whether a fact names a customer, or a row or entry of one."""
    return fact.rpartition(".")[2].replace(" ", "_") in _OF_PEOPLE


def differences(then: Facts, now: Facts) -> list[Difference]:
    """Return fact by fact what changed between two versions; none where one of them is not known."""
    if not then or not now:
        return []
    names = [name for name in (*now, *(name for name in then if name not in now)) if name != "row.vendor"]
    return [Difference(name, then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)]


def _side(name: str, itrac: str | None, ims: str | None, *, both: bool) -> Side:
    return Side(name, itrac, ims, both and fold(itrac or "") != fold(ims or ""))
