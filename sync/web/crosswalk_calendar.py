"""Show per program and service when which component holds, and let people say that they checked the rows."""

from typing import Any

from flask import redirect, request, url_for

from sync.crosswalk.calendar import calendar
from sync.jobs.crosswalk_checked import Comparison, last_checked, say_checked
from sync.jobs.crosswalk_diff import rows_of
from sync.model import fold
from sync.web.crosswalk_looked import Wrong, asked_files, attempt, show
from sync.web.policy import may
from sync.web.shell import Views, account, service


def shown() -> str:
    """Show the calendar of the newest version, or of a draft."""
    return _calendar(None)


def checked() -> Any:
    """Keep that somebody compared the rows of a program with a source."""
    cells = {name: request.form.get(name, "").strip() for name in ("program", "against", "checked_on", "note")}

    def act() -> Any:
        say_checked(service(), Comparison(**cells))
        return redirect(url_for("crosswalk_calendar", did="checked"), 303)

    return attempt(act, _calendar)


def _calendar(wrong: Wrong | None) -> str:
    found = asked_files()
    if found is None:
        return show("crosswalk_calendar.html", found=None, wrong=wrong)
    every = calendar(rows_of(found.files))
    program, odd = request.args.get("program", ""), "odd" in request.args
    chosen = {
        name: [one for one in services if one.is_odd or not odd]
        for name, services in every.items()
        if not program or fold(name) == fold(program)
    }
    made = service()
    last = last_checked(made)
    return show(
        "crosswalk_calendar.html", found=found, programs={name: own for name, own in chosen.items() if own},
        every=list(every), program=program, odd=odd, last={name: last.get(fold(name)) for name in every}, wrong=wrong,
        today=made.today, may_say=may(account().role, "say_checked") and found.draft is None, form=request.form,
    )  # fmt: skip


VIEWS: Views = {"crosswalk_calendar": shown, "say_checked": checked}
