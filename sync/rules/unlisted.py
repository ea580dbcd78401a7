"""Find the labels in I-Trac's and iMatchSkills' rows that no row of the crosswalk and no rule knows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import polars as pl

from sync.crosswalk import Crosswalk, InForce
from sync.model import EntryKind, RuleSettings
from sync.rules.labels import CAREER_BOOST, CONTROLS, STATUSES, control_kind, with_day
from sync.rules.records import KEYS_TO_PROGRESS

# What I-Trac's screens offer, and no rule has to know.
OTHER_STATUSES = ("Next Step", "Pending", "Approved")
OTHER_CONTROLS = ("Training & Education Service Payments", "Rent Assistance Management Control")
_OF_SERVICE = ("era", "program", "provider", "control", "service", "status")
_OF_PAYMENT = ("era", "program", "provider", "control", "payment_type", "status")


class Unlisted(NamedTuple):
    """Carry a label that nothing knows, as it came, in one program (as it came; blank = in any).

    near  the crosswalk has a service that reads almost the same
    """

    kind: str
    program: str
    control: str
    label: str
    near: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Carry the labels that are known on a day, by kind, as they are compared."""

    force: InForce
    of: Mapping[str, frozenset[str]]


def unlisted(
    frames: Mapping[str, pl.DataFrame], crosswalk: Crosswalk, settings: RuleSettings, *, as_of: date
) -> dict[Unlisted, int]:
    """Return the labels that nothing knows on the date of their row, each with its number of rows.

    Programs without any row in the crosswalk are looked at for their own label alone: nothing of theirs is entered.
    """
    known: dict[int, Known] = {}
    found: dict[Unlisted, int] = {}
    providers = enrolled_at(frames)
    for era, rows, one in _groups(frames, crosswalk, as_of):
        if era not in known:
            known[era] = known_on(crosswalk.in_era(era), crosswalk, settings, providers=providers)
        for label in _unlisted(known[era], one):
            found[label] = found.get(label, 0) + rows
    return found


def known_on(force: InForce, crosswalk: Crosswalk, settings: RuleSettings, *, providers: Iterable[str]) -> Known:
    """Return what is known on a day.

    providers  those that customers are enrolled with: I-Trac's own list of them
    """
    rows = crosswalk.rows
    programs = [row["program"] for row in rows if row.table == "services"]
    others = (CAREER_BOOST, KEYS_TO_PROGRESS, *settings.worksource.programs, *settings.worksource.exempt_programs)
    named = [row["provider"] for row in rows if row.table in {"funders", "contracts"} and row["provider"]]
    controls = [row["control"] for row in rows if row.table == "services"]
    of = {
        "program": [*programs, *others], "provider": [*named, *providers],
        "control": [*controls, *CONTROLS, *OTHER_CONTROLS], "status": [*STATUSES, *OTHER_STATUSES],
        "component": settings.components.known,
    }  # fmt: skip
    return Known(force, {kind: frozenset(force.canonical(kind, one) for one in of[kind]) for kind in of})


def enrolled_at(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the providers that customers are enrolled with."""
    return frames["enrollments"]["provider"].drop_nulls().unique().sort().to_list()


def _groups(
    frames: Mapping[str, pl.DataFrame], crosswalk: Crosswalk, as_of: date
) -> Iterator[tuple[int, int, dict[str, str]]]:
    """Yield every distinct combination of labels: its era, its number of rows, and the labels."""
    asked = (
        ("services", "start_date", _OF_SERVICE), ("payments", "payment_date", _OF_PAYMENT),
        ("enrollments", "application_date", ("era", "program")), ("assessments", "completed_on", ("era", "provider")),
        ("goals", "set_on", ("era", "provider")), ("ims_entries", "date", ("era", "kind", "name")),
    )  # fmt: skip
    for table, day, labels in asked:
        dated = with_day(frames[table].rename({day: "date"}), crosswalk, as_of)
        for row in dated.group_by(labels).len("rows").sort(labels).iter_rows(named=True):
            told = {name: str(cell) for name, cell in row.items() if cell is not None and name not in {"era", "rows"}}
            yield row["era"], row["rows"], told


def _unlisted(known: Known, cells: dict[str, str]) -> Iterator[Unlisted]:
    program = known.force.program(cells.get("program"))
    if cells.get("kind") == EntryKind.COMPONENT:
        yield from _other(known, "component", cells.get("name"))
    if "program" in cells and program not in known.of["program"]:
        yield Unlisted("program", "", "", cells["program"], near=False)
    elif "control" in cells and known.force.service(cells.get("program"), None, None).qualifying:
        yield from _of_item(known, cells, program)
    elif "program" not in cells:
        yield from _other(known, "provider", cells.get("provider"))


def _of_item(known: Known, cells: dict[str, str], program: str) -> Iterator[Unlisted]:
    """Yield what is not known of a service's or a payment's labels."""
    yield from _other(known, "provider", cells.get("provider"), program=program)
    yield from _other(known, "status", cells.get("status"), program=program)
    strange = list(_other(known, "control", cells["control"], program=program))
    yield from strange
    if not strange and "service" in cells:
        yield from _of_service(known.force, cells)
    if "payment_type" in cells and control_kind(known.force, cells["control"], program) == "support":
        found = known.force.support_rows(cells["program"], cells["payment_type"])
        yield from () if found else (Unlisted("payment_type", "", "", cells["payment_type"], near=False),)


def _of_service(force: InForce, cells: dict[str, str]) -> Iterator[Unlisted]:
    found = force.service(cells["program"], cells["control"], cells["service"])
    if found.row is None and (found.near_miss or not found.known):
        yield Unlisted("service", cells["program"], cells["control"], cells["service"], near=found.near_miss)


def _other(known: Known, kind: str, label: str | None, *, program: str = "") -> Iterator[Unlisted]:
    """Yield a label of a kind that is compared alike in every program, where it is not among the known ones."""
    if label and known.force.canonical(kind, label, program) not in known.of[kind]:
        yield Unlisted(kind, "", "", label, near=False)
