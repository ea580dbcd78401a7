"""Let people move the date of a rehearsal, and let its night pass."""

from datetime import date
from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.errors import WrongCall
from sync.jobs.night import NIGHT, let_night_pass
from sync.jobs.rehearsal_date import move_date
from sync.store import newest_plan
from sync.store import runs as known_runs
from sync.web.policy import may
from sync.web.shell import Views, account, on_the_wall, service
from sync.web.words import in_full


def rehearsal() -> str:
    """Show the date, how to move it, and what the last night brought."""
    return _rehearsal(None)


def move_rehearsal() -> Any:
    """Move to a later day; nothing runs by it."""
    try:
        move_date(on_the_wall(), _day(request.form.get("day", "")))
    except WrongCall as wrong:
        if g.rehearsed is None:
            raise
        return _rehearsal(wrong), 400
    return redirect(url_for("rehearsal"), 303)


def pass_night() -> Any:
    """Let the night pass, and show what it brought."""
    let_night_pass(on_the_wall())
    return redirect(url_for("rehearsal", _anchor="last"), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongCall("this is no date", "Give a day such as 2026-05-04.") from None


def _rehearsal(wrong: WrongCall | None) -> str:
    made = service()
    last = next(iter(known_runs(made.db, 1, jobs=[NIGHT])), None)
    plan = newest_plan(made.db)
    return render_template(
        "rehearsal.html", wrong=in_full(wrong) if wrong else None,
        typed=request.form.get("day", ""), last=last, approved=plan is not None and plan.approved_at is not None,
        can_pass=may(account().role, "pass_night"),
    )  # fmt: skip


VIEWS: Views = {"rehearsal": rehearsal, "move_rehearsal": move_rehearsal, "pass_night": pass_night}
