"""Stop a push that would enter far more than usual, and name what is unusual about it."""

from statistics import median
from typing import NamedTuple

import polars as pl

from sync.errors import StoppedToBeSafe
from sync.jobs.frozen import lines_offered
from sync.jobs.service import Service
from sync.store import Run, StoredPlan, ledger_lines, runs

_RUNS_LOOKED_AT = 200
_USUAL_OF = 10
_NAMED = 3


class Compared(NamedTuple):
    """Compare a plan with what is usual.

    new    entries that no push offered before
    usual  how many a push offers; None before there was one
    most   the providers, months and entries that most of them have
    """

    new: int
    usual: float | None
    most: str


def compared(service: Service, plan: StoredPlan) -> Compared:
    """Compare the new entries of a plan with those of the last pushes."""
    new = _new_lines(service, plan)
    return Compared(len(new), usual_now(service), _most(new))


def brakes(service: Service, seen: Compared) -> bool:
    """Tell whether a plan has more new entries than usual, by share and by count; without any push nothing is."""
    return seen.usual is not None and seen.new > limit_of(service, seen.usual)


def check_brake(service: Service, plan: StoredPlan) -> None:
    """Raise StoppedToBeSafe where a plan has more new entries than usual, by share and by count.

    Usual is the median of the last pushes that offered anything. Before there are such, nothing is unusual.
    """
    if usual_now(service) is None:
        return
    seen = compared(service, plan)
    if brakes(service, seen):
        raise StoppedToBeSafe(
            f"the plan has {seen.new} new entries, usual are {seen.usual:g}; most are {seen.most}",
            "Look at what is named; if it is right, raise [brake] for this push (IMS_SYNC_BRAKE__COUNT) and push.",
        )


def usual_now(service: Service) -> float | None:
    """Return how many new entries a push usually offers, as of now."""
    return usual_offer(runs(service.db, _RUNS_LOOKED_AT))


def limit_of(service: Service, usual: float) -> int:
    """Return how many new entries the brake lets through: both limits have to be passed."""
    brake = service.settings.brake
    return int(max(usual * (1 + brake.share), usual + brake.count))


def usual_offer(known: list[Run]) -> float | None:
    """Return how many new entries a push usually offers; None where no push offered any."""
    offered = [run.counts["offered"]["new"] for run in known if run.job == "push" and "offered" in run.counts]
    last = [new for new in offered if new][:_USUAL_OF]
    return float(median(last)) if last else None


def _new_lines(service: Service, plan: StoredPlan) -> pl.DataFrame:
    lines = lines_offered(service, plan)
    if plan.settings["months"]:
        lines = lines.filter(pl.col("month").is_in(plan.settings["months"]))
    known = ledger_lines(service.db, lines["line_id"].to_list())
    return lines.filter(~pl.col("line_id").is_in(list(known)))


def _most(lines: pl.DataFrame) -> str:
    """Name the providers, months and entries that most of the lines have."""
    named = lines.select(pl.concat_str("provider", "month", "entry_name", separator=", ").alias("what"))
    most = named["what"].value_counts(sort=True).head(_NAMED)
    return "; ".join(f"{what} ({count})" for what, count in most.iter_rows())
