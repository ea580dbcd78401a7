"""Store what a reconciliation found as items for review, and count what still needs a person."""

from collections import Counter
from typing import Any

import polars as pl

from sync.decide import Workings
from sync.jobs.service import Service
from sync.reconcile import items_of
from sync.reconcile.settling import FLAG
from sync.rules.mismatch import Severity
from sync.store.findings import store_found
from sync.store.review_list import Wanted, counts_by_facet
from sync.store.review_states import NEEDS_A_PERSON


def keep_items(service: Service, worked: Workings, lines: pl.DataFrame, *, found: pl.DataFrame) -> dict[str, int]:
    """Store the items; return of the mismatches how many are open (reopened ones too), settled, deferred.

    `grave_open` are those of the open ones that are more than a note, `flags_open` flagged lines beside them.
    """
    store_found(service.db, items_of(worked, lines, found), now=service.now())
    total: Counter[str] = Counter()
    every = counts_by_facet(service.db, Wanted(service.today.isoformat(), frozenset(), {}))
    counted = every.group_by("kind", "severity", "state").agg(pl.col("count").sum())
    for facets in counted.iter_rows(named=True):
        total[_what(facets)] += facets["count"]
        if _what(facets) == "open" and facets["severity"] != Severity.NOTE:
            total["grave_open"] += facets["count"]
    return {name: total[name] for name in ("open", "settled", "deferred", "grave_open", "flags_open")}


def _what(facets: dict[str, Any]) -> str:
    needed = facets["state"] in NEEDS_A_PERSON
    if facets["kind"] == FLAG:
        return "flags_open" if needed else "flags"
    return "open" if needed else str(facets["state"])
