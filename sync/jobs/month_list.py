"""Say how the months of providers stand: open, ready, signed, or signed with adjustments that wait for a person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from sync.errors import WrongCall
from sync.jobs.frozen import adjustments_of, decided
from sync.jobs.month_points import Point, points_of
from sync.jobs.months import (
    Asked,
    Key,
    Place,
    Sees,
    Told,
    by_place,
    find_place,
    in_months,
    key_of,
    lines_of_place,
    places_in,
    told_of,
    visible,
)
from sync.jobs.service import Service
from sync.store import Connection, StoredPlan, shares_of
from sync.store.blocks import LINES
from sync.store.months import Close, MonthAct, Word, WordAct, digest_of_lines, months_of_plan
from sync.store.plans import newest_of
from sync.summary import Summary, summarise
from sync.summary.shares import shares_from

_NO_LINE = pl.DataFrame(schema=LINES)
_KEY = pl.Schema({"key": pl.String, "month": pl.String})


class MonthState(StrEnum):
    """How a month of a provider stands."""

    OPEN = "open"
    READY = "ready"
    SIGNED = "signed"
    ADJUSTMENTS = "adjustments"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Carry one difference from what was signed, as `differences` names it, and what a person decided about it.

    decided  None where nobody decided, or where the line changed since
    """

    line_id: str
    customer_id: str | None
    change: str
    fingerprint: str
    then: Mapping[str, str | None]
    now: Mapping[str, str | None]
    decided: WordAct | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """Carry how a month of a provider stands.

    digest       of its lines as they are now: what a sign-off has to name
    points       what is open; empty where the month is signed
    close        the sign-off or reopening that was last
    adjustments  how the lines differ now from what was signed; empty where the month is not signed
    declared     of which customers it was declared that there is nothing to report
    """

    place: Place
    state: MonthState
    digest: str
    lines: pl.DataFrame
    points: tuple[Point, ...]
    close: Close | None
    adjustments: tuple[Adjustment, ...]
    declared: tuple[Word, ...]

    @property
    def undecided(self) -> int:
        """Return how many differences wait for a person."""
        return sum(one.decided is None for one in self.adjustments)

    @property
    def is_signed(self) -> bool:
        """Tell whether the month is signed now."""
        return self.state in {MonthState.SIGNED, MonthState.ADJUSTMENTS}

    @property
    def summary(self) -> Summary:
        """Return the figures of the lines as they are now."""
        return summarise(self.lines)


def month_list(service: Service, *, sees: Sees = None, months: Collection[str] | None = None) -> list[Checklist]:
    """Return how every month of every provider stands that the person may see, the newest month first.

    months  None = every one
    """
    with service.db.read() as conn:
        plan = plan_now(conn)
        lines = in_months(service, conn, plan, months=months or months_of_plan(conn, plan.id))
        told = told_of(service, conn, months)
        named = {key: close.provider for (key, _), close in told.newest.items()}
        places = visible(service, places_in(lines, told.newest, named), sees)
        return _stands(service, conn, plan, known=(lines, told, places))


def place_asked(service: Service, asked: Asked) -> Place | None:
    """Return the month of a provider that is asked for; None where there is none that the person may see."""
    with service.db.read() as conn:
        plan = newest_of(conn)
        try:
            return find_place(service, conn, plan, asked=asked) if plan else None
        except WrongCall:
            return None


def months_known(service: Service) -> list[str]:
    """Return the months of which the newest plan has lines, the newest first; none without a plan."""
    with service.db.read() as conn:
        plan = newest_of(conn)
        return months_of_plan(conn, plan.id)[::-1] if plan else []


def months_due(service: Service, *, sees: Sees = None) -> list[Key]:
    """Return the months of the last year that are over and not signed, of the providers that a person may see.

    The oldest first. Quick: from the counts that are kept of the newest plan.
    """
    with service.db.read() as conn:
        plan, told = newest_of(conn), told_of(service, conn)
    known = shares_of(service.db, plan.id) if plan else None
    if known is None:
        return []
    cells = shares_from(known).counts
    keys = {key_of(service, provider) for provider in sees or ()}
    found = {(key_of(service, cell.label), cell.month) for cell in cells if cell.of == "provider"}
    this = service.today.isoformat()[:7]
    due = [place for place in found - set(told.signed) if place[1] < this and (not keys or place[0] in keys)]
    return sorted(due, key=lambda place: (place[1], place[0]))


def checklist(service: Service, asked: Asked) -> Checklist:
    """Return how one month of a provider stands; WrongCall where the person may see no such month."""
    with service.db.read() as conn:
        return checklist_in(service, conn, asked)


def checklist_in(service: Service, conn: Connection, asked: Asked) -> Checklist:
    """Return the same within a transaction."""
    plan = plan_now(conn)
    place = find_place(service, conn, plan, asked=asked)
    lines = lines_of_place(service, conn, plan, place=place)
    told = told_of(service, conn, [place.month])
    return _stands(service, conn, plan, known=(lines, told, [place]))[0]


def plan_now(conn: Connection) -> StoredPlan:
    """Return the newest plan; WrongCall where there is none."""
    plan = newest_of(conn)
    if plan is None:
        raise WrongCall("there is no plan yet", "Run `ims-sync pull` and `ims-sync plan` first.")
    return plan


def _stands(
    service: Service, conn: Connection, plan: StoredPlan, *, known: tuple[pl.DataFrame, Told, list[Place]]
) -> list[Checklist]:
    lines, told, places = known
    asked = {(place.key, place.month) for place in places}
    signed = {key: close for key, close in told.signed.items() if key in asked}
    lines_of = by_place(lines)
    changed = adjustments_of(conn, plan, signed, lines_of=lines_of)
    wanted = pl.DataFrame(sorted(asked - set(signed)), schema=_KEY, orient="row")
    still_open = lines.join(wanted, on=["key", "month"], how="semi", maintain_order="left")
    points = points_of(service, conn, still_open, told=told) if len(still_open) else {}
    found = []
    for place in places:
        key = (place.key, place.month)
        own, close = lines_of.get(key, _NO_LINE), told.newest.get(key)
        open_points = tuple(points.get(key, ()))
        adjustments = _adjustments(changed[key], told, key) if key in changed else ()
        state = _state(close, open_points, adjustments)
        digest, said = digest_of_lines(own), told.declared(key)
        found.append(Checklist(place, state, digest, own, open_points, close, adjustments, said))
    return found


def _adjustments(changed: pl.DataFrame, told: Told, key: Key) -> tuple[Adjustment, ...]:
    found = []
    for row in changed.iter_rows(named=True):
        then, now = ({name.removeprefix(when): cell for name, cell in row.items() if name.startswith(when)}
                     for when in ("then_", "now_"))  # fmt: skip
        line_id, fingerprint = row["line_id"], row["fingerprint"]
        way = decided(told, key, line_id, fingerprint=fingerprint)
        found.append(Adjustment(line_id, row["customer_id"], row["change"], fingerprint, then, now, way))
    return tuple(found)


def _state(close: Close | None, points: Collection[Point], adjustments: Collection[Adjustment]) -> MonthState:
    if close is not None and close.act is MonthAct.SIGN:
        waits = any(one.decided is None for one in adjustments)
        return MonthState.ADJUSTMENTS if waits else MonthState.SIGNED
    return MonthState.OPEN if any(point.blocks for point in points) else MonthState.READY
