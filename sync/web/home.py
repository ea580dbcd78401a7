"""Show at a glance how things stand: money at risk first, what is unclear or due, whether the service is well."""

from calendar import monthrange

from flask import render_template

from sync.jobs.glance import glance
from sync.jobs.month_list import months_due
from sync.store import State
from sync.web.policy import may
from sync.web.shell import Views, account, service

_TO_LOOK_AT = (State.UNCLEAR, State.REFUSED, State.FLAGGED)


def home() -> str:
    """Show the page where everybody begins."""
    made = service()
    today = made.today
    left = monthrange(today.year, today.month)[1] - today.day
    due = months_due(made, sees=account().providers) if may(account().role, "months") else []
    return render_template(
        "home.html", seen=glance(made), today=today, left=left, to_look_at=_TO_LOOK_AT, State=State, due=due
    )


VIEWS: Views = {"home": home}
