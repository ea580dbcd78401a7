"""Sign in with password and second factor, sign out, and use a one-time link."""

from datetime import timedelta
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for

from sync.log import log
from sync.store import Act, record
from sync.store.accounts import Account, account_named, account_of_link, use_code
from sync.store.accounts import enrol as keep_enrolled
from sync.store.sessions import forget_tries, note_tries
from sync.web.entering import forget, let_in
from sync.web.passwords import SHORTEST, address_of, step_of, wrong_with
from sync.web.shell import Views, account, shell

TRIES_WITHIN = timedelta(minutes=15)
MOST_BY_ACCOUNT, MOST_BY_ADDRESS = 5, 50
WRONG = (
    "Name and password do not fit together, or the account cannot be used. Try again, or ask an admin for a new link."
)
WRONG_CODE = "This code does not fit, or was used before. Wait for the next one and type it."
TOO_MANY = f"Too many tries. Wait {TRIES_WITHIN.seconds // 60} minutes, or ask an admin for a new link."


def sign_in() -> str:
    """Show the form."""
    return render_template("sign_in.html", wrong=None, name="")


def check_password() -> Any:
    """Check name and password; whoever passes goes on to the second factor."""
    made, name = shell(), request.form.get("name", "").strip()
    tries = _tries(name)
    if tries is None:
        return _again("sign_in.html", TOO_MANY, 429, name=name)
    known = account_named(made.service.db, name)
    if not made.passwords.fits(known, request.form.get("password", "")) or known is None:
        log.warning("sign_in_refused")
        return _again("sign_in.html", WRONG, 401, name=name)
    forget_tries(made.service.db, tries)
    return let_in(known, "code", whole=False)


def code() -> str:
    """Ask for the second factor."""
    return render_template("code.html", wrong=None)


def check_code() -> Any:
    """Check the second factor; each code works once."""
    made, known = shell(), account()
    now = made.service.now()
    tries = _tries(known.name)
    if tries is None:
        return _again("code.html", TOO_MANY, 429)
    step = step_of(known.totp_secret, request.form.get("code", ""), now)
    if step is None or not use_code(made.service.db, known.id, step):
        log.warning("code_refused")
        return _again("code.html", WRONG_CODE, 401)
    forget_tries(made.service.db, tries)
    with made.service.db.write() as conn:
        record(conn, Act(known.name, "signed in", known.name, {}), now)
    return let_in(known, "home", whole=True)


def sign_out() -> Any:
    """End the session, here and on the server."""
    answer = make_response(redirect(url_for("sign_in"), 303))
    forget(answer)
    return answer


def first_visit(token: str) -> str:
    """Show the form by which password and second factor are set."""
    return _first_visit(_linked(token), token, None)


def enrol(token: str) -> Any:
    """Set password and second factor; the link has no more use after that."""
    made, known = shell(), _linked(token)
    now, password = made.service.now(), request.form.get("password", "")
    step = step_of(known.totp_secret, request.form.get("code", ""), now)
    wrong = wrong_with(password, request.form.get("again", ""), known.name)
    if wrong or step is None:
        return _first_visit(known, token, wrong or WRONG_CODE), 400
    if not keep_enrolled(made.service.db, token, made.passwords.hash(password), step=step, now=now):
        abort(404)
    return redirect(url_for("sign_in"), 303)


def _first_visit(known: Account, token: str, wrong: str | None) -> str:
    grouped = " ".join(known.totp_secret[place : place + 4] for place in range(0, len(known.totp_secret), 4))
    return render_template(
        "first_visit.html", name=known.name, token=token, secret=grouped, address=address_of(known), wrong=wrong,
        shortest=SHORTEST,
    )  # fmt: skip


def _linked(token: str) -> Account:
    made = shell().service
    return account_of_link(made.db, token, made.now()) or abort(404)


def tries_left(name: str) -> bool:
    """Count a try under an account and this address; tell whether there was one left."""
    return _tries(name) is not None


def _tries(name: str) -> list[int] | None:
    made = shell()
    most = {
        made.key_of("account", name): MOST_BY_ACCOUNT,
        made.key_of("address", request.remote_addr or ""): MOST_BY_ADDRESS,
    }
    return note_tries(made.service.db, most, TRIES_WITHIN, now=made.service.now())


def _again(template: str, wrong: str, status: int, **shown: str) -> tuple[str, int]:
    return render_template(template, wrong=wrong, **shown), status


VIEWS: Views = {
    "sign_in": sign_in, "check_password": check_password, "code": code, "check_code": check_code,
    "sign_out": sign_out, "first_visit": first_visit, "enrol": enrol,
}  # fmt: skip
