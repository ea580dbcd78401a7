"""Begin and end sessions: a cookie with a random token for the browser, its hash for the server."""

import secrets

from flask import Response, g, make_response, redirect, request, session, url_for

from sync.store.accounts import Account
from sync.store.sessions import begin_session, end_session
from sync.web.guard import COOKIE
from sync.web.shell import shell


def let_in(known: Account, endpoint: str, *, whole: bool) -> Response:
    """Begin a session under a new token, and send the person on."""
    made = shell().service
    answer: Response = make_response(redirect(url_for(endpoint), 303))
    forget(answer)
    token = secrets.token_urlsafe(32)
    begin_session(made.db, known.id, token, whole=whole, now=made.now())
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=made.settings.web.secure)
    return answer


def forget(answer: Response) -> None:
    """End the session that the request came with, if any."""
    if token := request.cookies.get(COOKIE):
        end_session(shell().service.db, token)
    g.signed_in = None
    session.clear()
    answer.delete_cookie(COOKIE)
