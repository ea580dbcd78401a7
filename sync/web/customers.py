"""Find a customer by an id, show what was decided about them and why, and the name to whoever asks for it."""

from typing import Any

import polars as pl
from flask import g, redirect, render_template, request, url_for

from sync.jobs.kept_rows import kept_texts
from sync.rules.book import act_of, words_of_reason
from sync.store import ledger_lines, lines_of_plan, newest_plan
from sync.store.looks import Look, customers_with_id, handle_of, note_look
from sync.web.shell import Views, account, service

_LONGEST_ID = 100
NOT_FOUND = "No customer of the newest plan has this id, or none that is yours to see. Check it and try again."
NO_PLAN = "There is no plan yet. Run `ims-sync pull` and `ims-sync plan` first."


def look_up() -> str:
    """Show the form."""
    return render_template("look_up.html", wrong=None, asked="")


def find_customer() -> Any:
    """Find a customer by customer id or job seeker id; the id never stands in an address."""
    made, asked = service(), request.form.get("asked", "").strip()
    plan = newest_plan(made.db)
    if plan is None:
        return render_template("look_up.html", wrong=NO_PLAN, asked=asked), 404
    found = customers_with_id(made.db, plan.id, asked, providers=account().providers) if asked else []
    if not found or len(asked) > _LONGEST_ID:
        return render_template("look_up.html", wrong=NOT_FOUND, asked=asked), 404
    if len(found) == 1:
        return redirect(url_for("customer", handle=handle_of(made.db, found[0])), 303)
    several = [(one, handle_of(made.db, one)) for one in found]
    return render_template("several.html", several=several)


def customer(handle: str) -> str:
    """Show the lines of a customer, the name masked."""
    return _customer(handle, named=False)


def show_name(handle: str) -> str:
    """Show them with the name, once; the next page is masked again."""
    return _customer(handle, named=True)


def _customer(handle: str, *, named: bool) -> str:
    """Write down who looks, then show."""
    made = service()
    note_look(made.db, account().id, Look(account().name, g.customer_id, made.now(), "customer", named))
    return render_template(
        "customer.html", handle=handle, customer_id=g.customer_id, lines=_lines(g.customer_id),
        name=name_of(g.customer_id) if named else None,
    )  # fmt: skip


def _lines(customer_id: str) -> list[dict[str, Any]]:
    """Return the customer's lines of the newest plan that the account may see, each with why, and how it stands."""
    made = service()
    plan = newest_plan(made.db)
    if plan is None:
        return []
    lines = lines_of_plan(made.db, plan.id, customers=[customer_id])
    if account().providers:
        lines = lines.filter(pl.col("provider").is_in(list(account().providers)))
    known = ledger_lines(made.db, lines["line_id"].to_list())
    return [{**line, "why": _why(line), "known": known.get(line["line_id"])} for line in lines.to_dicts()]


def _why(line: dict[str, Any]) -> list[tuple[str, str, str]]:
    reasons = [one for one in (line["reasons"] or "").split(";") if one]
    return [(reason, words_of_reason(reason), act_of(reason)) for reason in reasons]


def name_of(customer_id: str) -> str:
    """Return the name of a customer, as I-Trac has it."""
    rows = kept_texts(service().db, ["customers"], owners={customer_id})["customers"].texts
    names = [" ".join(part for part in (row["first_name"], row["last_name"]) if part) for row in rows.to_dicts()]
    return next((name for name in names if name), "I-Trac gives no name")


VIEWS: Views = {"look_up": look_up, "find_customer": find_customer, "customer": customer, "show_name": show_name}
