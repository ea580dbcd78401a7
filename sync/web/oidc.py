"""Sign in with an account that the agency has already, by OpenID Connect; who somebody is, its provider says.

An admin gives the account here, and its one-time link ties it to the person who comes by it: never a name or an address
that the provider hands over, for those can change hands. The provider asks for the second factor.
"""

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, current_app, redirect, render_template, session, url_for
from joserfc.errors import JoseError

from sync.log import facts_of, log
from sync.settings.oidc import OidcSettings
from sync.store import Act, record
from sync.store.accounts import Account, account_of_link, account_of_subject, enrol_subject
from sync.web.entering import let_in
from sync.web.shell import Views, shell

_NAME = "agency"
_LINKING = "linking"
_FAILURES = (AuthlibBaseError, JoseError, OSError, ValueError, RuntimeError)
"""What goes wrong between the provider and us; an answer that takes too long is an OSError."""
NOT_REACHED = (
    "The sign-in of your agency cannot be used now",
    "Try again in some minutes. If it goes on, tell an admin: it does not answer, or not as it describes itself.",
)
NOT_BACK = (
    "You are not signed in",
    "The sign-in of your agency was broken off, or took too long. Go back to Sign in and begin again.",
)
UNKNOWN = (
    "No account here is yours",
    "Your agency knows you, but nobody has let you in here. Ask an admin for a link, and come by that the first time.",
)


def add_oidc(app: Flask, settings: OidcSettings) -> None:
    """Make the client of the provider; nothing is asked of it before somebody signs in."""
    if not settings.issuer:
        return
    OAuth(app).register(
        _NAME,
        client_id=settings.client_id.get_secret_value(),
        client_secret=settings.client_secret.get_secret_value() or None,
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid", "code_challenge_method": "S256", "default_timeout": settings.timeout_s,
        },
    )  # fmt: skip


def oidc() -> Any:
    """Send somebody who has an account to the provider."""
    session.pop(_LINKING, None)
    return _away()


def oidc_first(token: str) -> Any:
    """Send somebody with a one-time link to the provider; the link is used up when they come back."""
    made = shell().service
    if account_of_link(made.db, token, made.now()) is None:
        abort(404)
    session[_LINKING] = token
    return _away()


def oidc_back() -> Any:
    """Let in whoever comes back from the provider, if an account is theirs."""
    try:
        claims = _client().authorize_access_token().get("userinfo") or {}
    except _FAILURES as wrong:
        log.warning("oidc_refused", **facts_of(wrong))
        return render_template("problem.html", what=NOT_BACK[0], do=NOT_BACK[1]), 401
    linking = session.pop(_LINKING, None)
    known = _owner(f"{claims['iss']} {claims['sub']}", linking) if claims.get("sub") else None
    if known is None:
        log.warning("oidc_unknown")
        return render_template("problem.html", what=UNKNOWN[0], do=UNKNOWN[1]), 401
    made = shell().service
    with made.db.write() as conn:
        record(conn, Act(known.name, "signed in", known.name, {"by": "oidc"}), made.now())
    return let_in(known, "home", whole=True)


def _owner(subject: str, linking: str | None) -> Account | None:
    made = shell().service
    if linking:
        return enrol_subject(made.db, linking, subject, now=made.now())
    return account_of_subject(made.db, subject)


def _away() -> Any:
    try:
        url = _client().create_authorization_url(url_for("oidc_back", _external=True))
    except _FAILURES as wrong:
        log.warning("oidc_unreachable", **facts_of(wrong))
        return render_template("problem.html", what=NOT_REACHED[0], do=NOT_REACHED[1]), 503
    _client().save_authorize_data(redirect_uri=url_for("oidc_back", _external=True), **url)
    return redirect(url["url"], 303)


def _client() -> Any:
    registered = current_app.extensions.get("authlib.integrations.flask_client")
    return getattr(registered, _NAME) if registered else abort(404)


VIEWS: Views = {"oidc": oidc, "oidc_first": oidc_first, "oidc_back": oidc_back}
