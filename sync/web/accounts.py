"""Let an admin give and take accounts, and see who looked at whom."""

from typing import Any

from flask import g, redirect, render_template, request, url_for

from sync.errors import WrongCall
from sync.jobs.accounts import disable, new_account, new_link
from sync.store.accounts import NewAccount, Role, all_accounts
from sync.store.looks import newest_looks
from sync.web.shell import Views, account, on_the_wall

_LOOKS_SHOWN = 500


def accounts() -> str:
    """Show every account."""
    return _accounts(None)


def add_account() -> str:
    """Add an account, and show its one-time link this once."""
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    if role not in list(Role):
        raise WrongCall("No account was added: it has no role", "Go back and choose one of the roles.")
    providers = [one.strip() for one in request.form.get("providers", "").splitlines() if one.strip()]
    token = new_account(on_the_wall(), NewAccount(name=name, role=Role(role), providers=providers))
    return _accounts((name, token))


def renew_account(**_: int) -> str:
    """End what an account signs in with, and show the link by which it is set anew."""
    return _accounts((g.about.name, new_link(on_the_wall(), g.about.name)))


def disable_account(**_: int) -> Any:
    """Let nobody in by an account any more; nobody shuts themselves out."""
    if g.about.id == account().id:
        raise WrongCall("Your own account stays as it is", "Ask another admin to disable it.")
    disable(on_the_wall(), g.about.name)
    return redirect(url_for("accounts"), 303)


def looks() -> str:
    """Show who looked at whom."""
    return render_template("looks.html", looks=newest_looks(on_the_wall().db, _LOOKS_SHOWN), most=_LOOKS_SHOWN)


def _accounts(linked: tuple[str, str] | None) -> str:
    made = on_the_wall()
    link = url_for("first_visit", token=linked[1], _external=True) if linked else None
    return render_template(
        "accounts.html", accounts=all_accounts(made.db), roles=list(Role), link=link, now=made.now(),
        linked=linked[0] if linked else None, own=account().id,
    )  # fmt: skip


VIEWS: Views = {
    "accounts": accounts, "add_account": add_account, "renew_account": renew_account,
    "disable_account": disable_account, "looks": looks,
}  # fmt: skip
