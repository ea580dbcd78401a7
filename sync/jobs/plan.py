"""Decide about what is in the database and store the plan, anew or for those alone whose facts changed."""

from collections import Counter
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from sync.decide import Workings, lines_of, unused_answers, work_out
from sync.jobs.affected import affected, rules_of, tables_about
from sync.jobs.service import Job, Service
from sync.jobs.shares import shares, watch_shares
from sync.store import (
    Counting,
    Decisions,
    Figures,
    NewPlan,
    StoredPlan,
    kept_blocks,
    newest_plan,
    newest_pull,
    store_plan,
)
from sync.summary import Summary, summarise
from sync.tables import Tables


@dataclass(frozen=True, slots=True)
class Planned:
    """Carry a stored plan, its figures, and of what was read for it what was set aside.

    decided_about  how many customers were decided about; None = everybody
    """

    plan: StoredPlan
    summary: Summary
    tables: Tables
    decided_about: int | None


def plan(service: Service, job: Job, *, as_of: date | None = None, months: Collection[str] = ()) -> Planned:
    """Decide as of a day (today where none is given) and store the plan.

    months  YYYY-MM; only lines of these are offered to iMatchSkills later. None = every month.
    Same database, same day, same configuration: same digest, however often and in whatever steps it is planned.
    """
    day = as_of or service.today
    before = newest_plan(service.db)
    customers = affected(service.db, before, configuration=service.configuration, as_of=day)
    new = NewPlan(
        as_of=day.isoformat(), crosswalk_hash=service.configuration.crosswalk.hash,
        crosswalk_version=service.configuration.crosswalk.version, pull_seq=newest_pull(service.db),
        settings={"rules": rules_of(service.configuration), "months": sorted(months)},
        run_id=job.run_id, figures=_counting(service, before, day),
    )  # fmt: skip
    service.tell("reading", 0, 0)
    tables = tables_about(service.db, customers)
    service.tell("deciding", 0, 0)
    with ThreadPoolExecutor(1, thread_name_prefix="blocks") as beside:
        kept = None if customers is None else beside.submit(kept_blocks, service.db)
        lines, tables = _decided(service, tables, day, customers=customers)
        service.tell("storing", 0, 0)
        stored = store_plan(service.db, new, Decisions(lines, customers, kept), now=service.now())
    watch_shares(service, stored)
    job.counts |= {"plan": stored.id, "digest": stored.digest, **stored.counts}
    return Planned(stored, _from_counts(stored.counts), tables, None if customers is None else len(customers))


def _decided(
    service: Service, tables: Tables, as_of: date, *, customers: set[str] | None
) -> tuple[pl.DataFrame, Tables]:
    """Return the lines of the customers, and the tables with the answers that answer nothing set aside."""
    worked = decide_tables(service, tables, as_of)
    lines = lines_of(worked)
    if customers is None:
        return lines, tables.rejecting("choices", unused_answers(worked, lines))
    return lines.filter(pl.col("customer_id").fill_null("").is_in(list(customers))), tables


def decide_tables(service: Service, tables: Tables, as_of: date) -> Workings:
    """Decide about tables by the service's configuration."""
    return work_out(
        tables.frames,
        tables.superseded["customers"],
        crosswalk=service.configuration.crosswalk,
        settings=service.configuration.rules,
        as_of=as_of,
    )


def _counting(service: Service, before: StoredPlan | None, day: date) -> Counting:
    def count(went: pl.DataFrame | None, came: pl.DataFrame) -> Figures:
        counts = _as_counts(_summary(before, went, came))
        return Figures(counts, shares(service, before, day, went=went, came=came).as_document())

    return count


def _summary(before: StoredPlan | None, went: pl.DataFrame | None, came: pl.DataFrame) -> Summary:
    """Return the figures of the whole plan."""
    fresh = summarise(came)
    if went is None or before is None:
        return fresh
    return _changed(_from_counts(before.counts), summarise(went), fresh)


def _changed(whole: Summary, old: Summary, fresh: Summary) -> Summary:
    def moved(of: str) -> dict[Any, int]:
        counts = Counter(getattr(whole, of))
        counts.subtract(getattr(old, of))
        counts.update(getattr(fresh, of))
        return dict(counts)

    reasons = moved("by_reason")
    return Summary(
        whole.lines - old.lines + fresh.lines,
        moved("by_decision"),
        {reason: reasons[reason] for reason in sorted(reasons) if reasons[reason]},
        *(getattr(whole, name) - getattr(old, name) + getattr(fresh, name) for name in _MONEY),
    )


_MONEY = ("invoiceable", "at_risk", "not_invoiceable")


def _as_counts(summary: Summary) -> dict[str, Any]:
    return {
        "lines": summary.lines, "by_decision": summary.by_decision, "by_reason": summary.by_reason,
        **{name: getattr(summary, name) for name in _MONEY},
    }  # fmt: skip


def _from_counts(counts: Any) -> Summary:
    """Return the figures of a plan as it remembers them."""
    return Summary(counts["lines"], counts["by_decision"], counts["by_reason"], *(counts[name] for name in _MONEY))
