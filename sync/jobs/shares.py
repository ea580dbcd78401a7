"""Count the shares of a stored plan, compare them with those of earlier plans, and let people know what is unlike."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from sync.alerts import Cause
from sync.jobs.alerts import close_alert, known_alerts, raise_alerts
from sync.jobs.service import Service
from sync.store import StoredPlan, earlier_shares, lines_of_plan, shares_of
from sync.summary.shares import Shares, Unlike, count_shares, shares_from, unlike_past

_REACH = timedelta(days=60)


def shares(
    service: Service, before: StoredPlan | None, as_of: date, *, went: pl.DataFrame | None, came: pl.DataFrame
) -> Shares:
    """Return the counts of a plan, from those of the one before where only some lines came in the place of others.

    went  lines of the plan before that are not there any more; None: all lines came
    """
    force = service.configuration.crosswalk.on(as_of)
    fresh = count_shares(came, force, as_of)
    if went is None or before is None:
        return fresh
    known = shares_of(service.db, before.id)
    if known is None:  # that plan was stored before shares were
        known = count_shares(lines_of_plan(service.db, before.id), force, as_of).as_document()
    return shares_from(known).moved(count_shares(went, force, as_of), fresh)


def watch_shares(service: Service, plan: StoredPlan) -> None:
    """Raise an alert for each program and provider that is decided unlike its past, and close those that are not."""
    now = shares_from(shares_of(service.db, plan.id) or {})
    past = earlier_shares(service.db, now.as_of, _REACH)
    found = {one.subject: one for one in unlike_past(now, [shares_from(one) for one in past])}
    for alert in known_alerts(service.db, every=False):
        if alert.cause == Cause.SHARE_UNLIKE_PAST and alert.subject not in found:
            close_alert(service, [Cause.SHARE_UNLIKE_PAST], alert.subject)
    raise_alerts(service, Cause.SHARE_UNLIKE_PAST, {subject: _facts(one) for subject, one in found.items()})


def _facts(unlike: Unlike) -> dict[str, Any]:
    then = None if unlike.share_then is None else round(unlike.share_then, 3)
    return {
        "share_now": round(unlike.share_now, 3), "now": unlike.lines_now, "share_then": then, "then": unlike.lines_then,
    }  # fmt: skip
