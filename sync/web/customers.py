"""Find a customer, show what was decided about them and why, and the name to whoever asks for it."""

from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.jobs.customer import customer_page, customers_named, name_of
from sync.store import newest_plan
from sync.store.looks import Look, customers_with_id, handle_of, note_look, visible
from sync.web.shell import Views, account, service

_LONGEST = 100
NOT_FOUND = "No customer of the newest plan has this id or name, or none that is yours to see. Check it and try again."
TOO_MANY = "Too many customers have such a name. Type more of it, first and last name, or an id."
NO_PLAN = "There is no plan yet. Run `ims-sync pull` and `ims-sync plan` first."


def look_up() -> str:
    """Show the form."""
    return render_template("look_up.html", wrong=None, asked="")


def find_customer() -> Any:
    """Find a customer by customer id, job seeker id or name; none of them ever stands in an address."""
    made, asked = service(), " ".join(request.form.get("asked", "").split())
    plan = newest_plan(made.db)
    if plan is None:
        return render_template("look_up.html", wrong=NO_PLAN, asked=asked), 404
    if not asked or len(asked) > _LONGEST:
        return render_template("look_up.html", wrong=NOT_FOUND, asked=asked[:_LONGEST]), 404
    found = customers_with_id(made.db, plan.id, asked, providers=account().providers)
    if len(found) == 1:
        return redirect(url_for("customer", handle=handle_of(made.db, found[0])), 303)
    return _several(found, by_name=False) if found else _named(plan.id, asked)


def _named(plan_id: int, asked: str) -> Any:
    """Show who bears a name; whoever sees that sees names, so that it is written down."""
    made = service()
    named = customers_named(made, asked)
    if named is None:
        return render_template("look_up.html", wrong=TOO_MANY, asked=asked), 404
    found = visible(made.db, plan_id, named, providers=account().providers)
    if not found:
        return render_template("look_up.html", wrong=NOT_FOUND, asked=asked), 404
    for one in found:
        note_look(made.db, account().id, Look(account().name, one, made.now(), "search by name", named=True))
    return _several(found, by_name=True)


def _several(found: list[str], *, by_name: bool) -> str:
    several = [(one, handle_of(service().db, one)) for one in found]
    return render_template("several.html", several=several, by_name=by_name)


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
    seen = customer_page(made, g.customer_id, account().providers)
    name = name_of(made, g.customer_id) if named else None
    return render_template("customer.html", handle=handle, customer_id=g.customer_id, seen=seen, name=name)


VIEWS: Views = {"look_up": look_up, "find_customer": find_customer, "customer": customer, "show_name": show_name}
