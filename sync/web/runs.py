"""Show what ran; stop sending and let it go on; approve the newest plan."""

from typing import Any

from flask import redirect, render_template, request, url_for

from sync.errors import WrongCall
from sync.jobs.approval import approve as approve_plan
from sync.jobs.brake import brakes, compared
from sync.jobs.service import running
from sync.jobs.stop import go_on as take_back
from sync.jobs.stop import stop as stop_sending
from sync.store import Run, newest_plan, stopped
from sync.store import runs as known_runs
from sync.web.policy import may
from sync.web.shell import Views, account, service

_SHOWN = 60
_LONGEST_REASON = 200


def runs() -> str:
    """Show the newest runs, each with its parts, and what can be done about sending."""
    made = service()
    plan = newest_plan(made.db)
    seen = compared(made, plan) if plan else None
    can = {name: may(account().role, name) for name in ("approve", "stop", "go_on")}
    return render_template(
        "runs.html", runs=_with_parts(known_runs(made.db, _SHOWN)), plan=plan, seen=seen, stopped=stopped(made.db),
        brakes=seen is not None and brakes(made, seen), can=can, longest=_LONGEST_REASON,
    )  # fmt: skip


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


VIEWS: Views = {"runs": runs, "approve": approve, "stop": stop, "go_on": go_on}
