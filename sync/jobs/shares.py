"""Count the shares of a stored plan, compare them with those of earlier plans, and let people know what is unlike."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from sync.alerts import Cause
from sync.jobs.alerts import close_alert, known_alerts, raise_alerts
from sync.jobs.service import Service
from sync.store import StoredPlan, earlier_shares, lines_of_plan, shares_of, store_shares
from sync.summary.shares import Shares, Unlike, count_shares, shares_from, unlike_past

_REACH = timedelta(days=60)


def watch_shares(
    service: Service, stored: StoredPlan, before: StoredPlan | None, *, old: pl.DataFrame | None, fresh: pl.DataFrame
) -> None:
    """Raise an alert for each program and provider that is decided unlike its past, and close those that are not.

    before      the plan before, of which fresh lines take the place of old ones; old is None where all are fresh
    """
    shares = _shares(service, stored, before, old=old, fresh=fresh)
    store_shares(service.db, stored.id, shares.as_document())
    past = earlier_shares(service.db, shares.as_of, _REACH)
    found = {one.subject: one for one in unlike_past(shares, [shares_from(one) for one in past])}
    for alert in known_alerts(service.db, every=False):
        if alert.cause == Cause.SHARE_UNLIKE_PAST and alert.subject not in found:
            close_alert(service, [Cause.SHARE_UNLIKE_PAST], alert.subject)
    raise_alerts(service, Cause.SHARE_UNLIKE_PAST, {subject: _facts(one) for subject, one in found.items()})


def _facts(unlike: Unlike) -> dict[str, Any]:
    then = None if unlike.share_then is None else round(unlike.share_then, 3)
    return {
        "share_now": round(unlike.share_now, 3), "now": unlike.lines_now, "share_then": then, "then": unlike.lines_then,
    }  # fmt: skip


def _shares(
    service: Service, stored: StoredPlan, before: StoredPlan | None, *, old: pl.DataFrame | None, fresh: pl.DataFrame
) -> Shares:
    """Return the counts of a plan, from those of the one before where only some lines are fresh."""
    as_of = date.fromisoformat(stored.as_of)
    force = service.configuration.crosswalk.on(as_of)
    if old is None or before is None:
        return count_shares(fresh, force, as_of)
    known = shares_of(service.db, before.id)
    if known is None:  # that plan was stored before shares were
        return count_shares(lines_of_plan(service.db, stored.id), force, as_of)
    return shares_from(known).moved(count_shares(old, force, as_of), count_shares(fresh, force, as_of))
