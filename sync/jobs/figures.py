"""Collect the figures that are watched, from the queries that the commands use; never a person's id or fact."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from sync.jobs.service import Service
from sync.store import (
    RunState,
    StoredPlan,
    counts,
    last_ended,
    newest_plan,
    open_alerts_by_cause,
    reconcile_first,
    runs_by_state,
    stopped,
)

_GOOD = (RunState.DONE, RunState.NEEDS_A_PERSON)


class Figures(Collector):
    """Ask the database anew at each collection; StoreError where it cannot be asked."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Say nothing in advance: to register must not take a database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return every figure as it stands now."""
        service, db = self._service, self._service.db
        ims = service.settings.ims
        yield _gauge("build", "What runs here.", {(ims.target, ims.level): 1}, by=("target", "level"))
        yield _gauge("runs", "Runs by job and state.", runs_by_state(db), by=("job", "state"))
        good = {(job,): at.timestamp() for job, at in last_ended(db, _GOOD).items()}
        yield _gauge("last_good_seconds", "When a job last came to its end.", good, by=("job",))
        lines = {(state,): count for state, count in counts(db).items()}
        yield _gauge("ledger_lines", "Lines of the ledger by state.", lines, by=("state",))
        alerts = {(cause,): count for cause, count in open_alerts_by_cause(db).items()}
        yield _gauge("alerts", "Open alerts by cause.", alerts, by=("cause",))
        yield _gauge("stopped", "1 while the stop switch is on.", {(): stopped(db) is not None})
        yield _gauge("reconcile_first", "1 until a restored database was read back.", {(): reconcile_first(db)})
        yield from _of_plan(newest_plan(db))


def registry(service: Service) -> CollectorRegistry:
    """Return a registry of the service's own figures."""
    made = CollectorRegistry(auto_describe=False)
    made.register(Figures(service))
    return made


def _of_plan(plan: StoredPlan | None) -> Iterable[GaugeMetricFamily]:
    if plan is None:
        return
    decisions = {(decision,): count for decision, count in plan.counts.get("by_decision", {}).items()}
    yield _gauge("plan_lines", "Lines of the newest plan by decision.", decisions, by=("decision",))
    yield _gauge("plan_seconds", "When the newest plan was made.", {(): plan.created_at.timestamp()})


def _gauge(name: str, what: str, figures: Mapping[Any, float], *, by: tuple[str, ...] = ()) -> GaugeMetricFamily:
    """Return figures by the values of their labels."""
    family = GaugeMetricFamily(f"ims_sync_{name}", what, labels=by)
    for values, figure in figures.items():
        family.add_metric([str(value) for value in values], float(figure))
    return family
