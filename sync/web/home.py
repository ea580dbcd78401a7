"""Show at a glance how things stand: money at risk first, what is unclear or due, whether the service is well."""

from calendar import monthrange

from flask import render_template

from sync.jobs.glance import glance
from sync.jobs.keying_shown import waiting_for
from sync.jobs.month_list import months_due
from sync.jobs.review import open_by_severity
from sync.store import State
from sync.web.crosswalk_looked import is_own, open_drafts
from sync.web.policy import may
from sync.web.shell import Views, account, keyer, service

_TO_LOOK_AT = (State.UNCLEAR, State.REFUSED, State.FLAGGED)


def home() -> str:
    """Show the page where everybody begins."""
    made = service()
    today = made.today
    left = monthrange(today.year, today.month)[1] - today.day
    role = account().role
    to_review = open_by_severity(made, sees=account().sees) if may(role, "reviews") else None
    to_key = waiting_for(made, keyer()) if may(role, "open_next") else None
    due = months_due(made, sees=account().providers) if may(role, "months") else []
    return render_template(
        "home.html", seen=glance(made), today=today, left=left, to_look_at=_TO_LOOK_AT, State=State,
        to_review=to_review, to_key=to_key, due=due,
        drafts=[(one, is_own(one)) for one in open_drafts()],
    )  # fmt: skip


VIEWS: Views = {"home": home}
