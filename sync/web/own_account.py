"""Show people their own account, and let them change their password."""

from typing import Any

from flask import redirect, render_template, request, url_for

from sync.store.accounts import set_password
from sync.web.passwords import SHORTEST, wrong_with
from sync.web.shell import Views, account, on_the_wall, shell
from sync.web.signing_in import TOO_MANY, tries_left

_WRONG_NOW = "The password of now does not fit. Type it again."


def my_account() -> str:
    """Show the account that is signed in."""
    return render_template("my_account.html", wrong=None, shortest=SHORTEST)


def change_password() -> Any:
    """Set a new password; every session of the account ends, this one too."""
    made, known = on_the_wall(), account()
    new = request.form.get("password", "")
    if not tries_left(known.name):
        wrong: str | None = TOO_MANY
    elif not shell().passwords.fits(known, request.form.get("now", "")):
        wrong = _WRONG_NOW
    else:
        wrong = wrong_with(new, request.form.get("again", ""), known.name)
    if wrong:
        return render_template("my_account.html", wrong=wrong, shortest=SHORTEST), 400
    set_password(made.db, known, shell().passwords.hash(new), now=made.now())
    return redirect(url_for("sign_in"), 303)


VIEWS: Views = {"my_account": my_account, "change_password": change_password}
