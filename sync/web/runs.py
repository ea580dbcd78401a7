"""Show the newest plan and the schedule; stop sending and let it go on; approve the plan; show what ran."""

from typing import Any

from flask import redirect, render_template, request, url_for

from sync.errors import WrongCall
from sync.jobs import asked_runs
from sync.jobs.approval import approve as approve_plan
from sync.jobs.crosswalk_standing import published_since_plan
from sync.jobs.schedule_shown import shown
from sync.jobs.service import running
from sync.jobs.stop import go_on as take_back
from sync.jobs.stop import stop as stop_sending
from sync.jobs.ticking import RULE
from sync.jobs.usual import limit
from sync.store import Run, newest_plan, stopped
from sync.store import runs as known_runs
from sync.web.policy import may
from sync.web.shell import Views, account, service, shell
from sync.web.words import RUN_PAGES, in_full

_SHOWN = 60
_LONGEST_REASON = 200
_LONGEST_NUMBER = 10


def runs() -> str:
    """Show the newest plan beside what is usual, what can be done about sending and runs, and the schedule."""
    return _runs(None)


def _runs(wrong: WrongCall | None) -> str:
    made = service()
    plan = newest_plan(made.db)
    seen = shell().remembered.compared(made, plan) if plan else None
    can = {name: may(account().role, name) for name in ("approve", "stop", "go_on", "ask_run")}
    return render_template(
        "runs.html", plan=plan, seen=seen, limit=limit(made, seen) if seen else None, stopped=stopped(made.db),
        schedule=shown(made), rule=RULE, run_pages=RUN_PAGES, can=can, longest=_LONGEST_REASON,
        since_plan=published_since_plan(made.db),
        asked=asked_runs.asked(made), wrong=in_full(wrong) if wrong else None, cells=request.form,
    )  # fmt: skip


def history() -> str:
    """Show the newest runs, each with its parts."""
    found = _with_parts(known_runs(service().db, _SHOWN))
    return render_template("runs_history.html", runs=found, shown=_SHOWN, run_pages=RUN_PAGES)


def ask_run() -> Any:
    """Ask for a run of a month; what is refused is shown at the form, with what the person wrote."""
    try:
        asked_runs.ask(service(), request.form.get("month", ""), request.form.get("because", ""))
    except WrongCall as wrong:
        return _runs(wrong), 409
    return redirect(url_for("runs", _anchor="start"), 303)


def take_back_run() -> Any:
    """Take back a run that was asked for."""
    number = request.form.get("request", "")
    if not (number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER):
        raise WrongCall("It was not said which run is taken back", "Use the buttons of the page.")
    asked_runs.take_back(service(), int(number))
    return redirect(url_for("runs", _anchor="start"), 303)


def _with_parts(known: list[Run]) -> list[tuple[Run, list[Run]]]:
    """Return the runs that are no part of another one shown, each with its parts in their order."""
    ids = {one.id for one in known}
    whole = [one for one in known if one.parent_id not in ids]
    return [(one, [part for part in reversed(known) if part.parent_id == one.id]) for one in whole]


def approve() -> Any:
    """Approve the plan whose digest the person saw; a newer one in its place is not approved by it."""
    reason = _reason("reason", "The plan was not approved")
    made = service()
    with running(made, "approve") as job:
        plan = approve_plan(made, request.form.get("digest", ""), reason)
        job.counts |= {"plan": plan.id, "digest": plan.digest}
    return redirect(url_for("runs"), 303)


def _reason(field: str, undone: str) -> str:
    """Return why a person does something; raise WrongCall where that is missing or too long."""
    why = " ".join(request.form.get(field, "").split())
    if not why or len(why) > _LONGEST_REASON:
        what = f"{undone}: the reason is missing or too long"
        raise WrongCall(what, f"Go back and give the reason in up to {_LONGEST_REASON} characters, without names.")
    return why


def stop() -> Any:
    """Stop every sender at once."""
    why = _reason("why", "Sending was not stopped")
    made = service()
    with running(made, "stop"):
        stop_sending(made, why)
    return redirect(url_for("runs"), 303)


def go_on() -> Any:
    """Let senders send again."""
    made = service()
    with running(made, "go-on"):
        take_back(made)
    return redirect(url_for("runs"), 303)


VIEWS: Views = {
    "runs": runs, "runs_history": history, "ask_run": ask_run, "take_back_run": take_back_run, "approve": approve,
    "stop": stop, "go_on": go_on,
}  # fmt: skip
