"""Tell how much each row of the published crosswalk is used: how many lines of the last months rest on it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from sync.crosswalk import COLUMNS, Row
from sync.errors import WrongCall
from sync.jobs.crosswalk_drafts import configured_by, newest_or_refuse
from sync.jobs.kept_rows import kept_tables
from sync.jobs.service import Service
from sync.rules.use import rows_used
from sync.store import StoredPlan, lines_of_plan, newest_plan

MONTHS, MOST_MONTHS = 6, 120
_WITH_STATUS = {"services": "service_id", "payments": "payment_id"}


@dataclass(frozen=True, slots=True)
class RowUse:
    """Carry a row with its use.

    lines       how many lines of the months that were asked for rest on it
    last_month  the newest month of any line that does, YYYY-MM; None = there is none
    """

    row: Row
    lines: int
    last_month: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """Carry the use of every row, unused ones first.

    since  the first month that was counted; until: the month of the plan's day
    """

    version: int
    since: str
    until: str
    rows: list[RowUse]

    @property
    def unused(self) -> int:
        """Return how many rows no line of these months rests on."""
        return sum(not one.lines for one in self.rows)


def use(service: Service, months: int = MONTHS) -> Use:
    """Count the lines of the newest plan by the rows of the published version that they rest on.

    months  how many months are counted, up to that of the plan's day
    """
    if not 0 < months <= MOST_MONTHS:
        raise WrongCall(f"{months} is no number of months", f"Name one from 1 to {MOST_MONTHS}.")
    published, plan = newest_or_refuse(service), plan_or_refuse(service)
    crosswalk = configured_by(service, published.files).configuration.crosswalk
    since = month_before(plan.as_of[:7], months - 1)
    counted = rows_used(_lines(service, plan), crosswalk, since=since)
    known = {row["row"]: row for row in counted.iter_rows(named=True)}
    none = {"lines": 0, "last_month": None}
    rows = [_used(row, known.get(place, none)) for place, row in enumerate(crosswalk.rows)]
    tables = list(COLUMNS)
    order = sorted(
        rows, key=lambda one: (one.lines, one.last_month or "", tables.index(one.row.table), one.row.line)
    )  # fmt: skip
    return Use(published.number, since, plan.as_of[:7], order)


def plan_or_refuse(service: Service) -> StoredPlan:
    """Return the newest plan; WrongCall where nothing was planned yet."""
    plan = newest_plan(service.db)
    if plan is None:
        raise WrongCall("nothing was planned yet", "Plan first: `ims-sync plan`.")
    return plan


def month_before(month: str, months: int) -> str:
    """Return the month some months before another, both YYYY-MM."""
    first = date.fromisoformat(f"{month}-01")
    place = first.year * 12 + first.month - 1 - months
    return f"{max(place // 12, 1):04d}-{place % 12 + 1:02d}"


def _used(row: Row, counted: dict[str, int | str | None]) -> RowUse:
    last = counted["last_month"]
    return RowUse(row, int(counted["lines"] or 0), None if last is None else str(last))


def _lines(service: Service, plan: StoredPlan) -> pl.DataFrame:
    """Return the lines of a plan with the status of their rows, which lines themselves do not keep."""
    frames = kept_tables(service.db, _WITH_STATUS, seq=plan.pull_seq).frames
    told = [
        frames[table].select(pl.lit(table).alias("source_kind"), pl.col(key).alias("source_id"), "status")
        for table, key in _WITH_STATUS.items()
    ]
    return lines_of_plan(service.db, plan.id).join(pl.concat(told), on=["source_kind", "source_id"], how="left")
