"""Stop a push that would enter far more than usual, and name what is unusual about it."""

from statistics import median

import polars as pl

from sync.errors import StoppedToBeSafe
from sync.jobs.service import Service
from sync.model import Decision
from sync.store import Run, StoredPlan, ledger_lines, lines_of_plan, runs

_RUNS_LOOKED_AT = 200
_USUAL_OF = 10
_NAMED = 3


def check_brake(service: Service, plan: StoredPlan) -> None:
    """Raise StoppedToBeSafe where a plan has more new entries than usual, by share and by count.

    Usual is the median of the last pushes that offered anything. Before there are such, nothing is unusual.
    """
    usual = usual_offer(runs(service.db, _RUNS_LOOKED_AT))
    if usual is None:
        return
    new = _new_lines(service, plan)
    brake = service.settings.brake
    if len(new) > usual * (1 + brake.share) and len(new) > usual + brake.count:
        raise StoppedToBeSafe(
            f"the plan has {len(new)} new entries, usual are {usual:g}; most are {_most(new)}",
            "Look at what is named; if it is right, raise [brake] for this push (IMS_SYNC_BRAKE__COUNT) and push.",
        )


def usual_offer(known: list[Run]) -> float | None:
    """Return how many new entries a push usually offers; None where no push offered any."""
    offered = [run.counts["offered"]["new"] for run in known if run.job == "push" and "offered" in run.counts]
    last = [new for new in offered if new][:_USUAL_OF]
    return float(median(last)) if last else None


def _new_lines(service: Service, plan: StoredPlan) -> pl.DataFrame:
    lines = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER])
    if plan.settings["months"]:
        lines = lines.filter(pl.col("month").is_in(plan.settings["months"]))
    known = ledger_lines(service.db, lines["line_id"].to_list())
    return lines.filter(~pl.col("line_id").is_in(list(known)))


def _most(lines: pl.DataFrame) -> str:
    """Name the providers, months and entries that most of the lines have."""
    named = lines.select(pl.concat_str("provider", "month", "entry_name", separator=", ").alias("what"))
    most = named["what"].value_counts(sort=True).head(_NAMED)
    return "; ".join(f"{what} ({count})" for what, count in most.iter_rows())
