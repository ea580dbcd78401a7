"""Make the application: every page of the table, behind the guard, and nothing else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from flask import Flask, g, render_template
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from pydantic import SecretStr
from werkzeug.exceptions import HTTPException, SecurityError

from sync.errors import StoppedToBeSafe, StoreUnavailable, SyncError, WrongCall
from sync.jobs.crosswalk_followed import followed
from sync.jobs.service import Service
from sync.log import facts_of, log
from sync.reconcile.settling import CHOICES
from sync.summary import money
from sync.web import (
    accounts,
    crosswalk,
    crosswalk_calendar,
    crosswalk_contracts,
    crosswalk_drafts,
    crosswalk_import,
    crosswalk_labels,
    crosswalk_lines,
    crosswalk_proposed,
    crosswalk_rows,
    crosswalk_switches,
    crosswalk_use,
    crosswalk_versions,
    customers,
    home,
    keying,
    months,
    oidc,
    own_account,
    rehearsal,
    review_item,
    reviews,
    reviews_together,
    run_pictures,
    runs,
    signing_in,
)
from sync.web.guard import add_guard
from sync.web.headers import add_headers
from sync.web.passwords import Passwords
from sync.web.policy import PAGES, may
from sync.web.shell import Shell, Views, shell
from sync.web.static_files import STATIC, send, version_of
from sync.web.words import CONTENTS, PROBLEMS, REVIEW_STATES, SEVERITIES, STATES, first_up

VIEWS: Views = {
    "static": send, **signing_in.VIEWS, **oidc.VIEWS, **home.VIEWS, **runs.VIEWS, **customers.VIEWS, **accounts.VIEWS,
    **own_account.VIEWS, **reviews.VIEWS, **review_item.VIEWS, **reviews_together.VIEWS,
    **keying.VIEWS, **months.VIEWS, **run_pictures.VIEWS, **rehearsal.VIEWS,
    **crosswalk.VIEWS, **crosswalk_rows.VIEWS, **crosswalk_drafts.VIEWS, **crosswalk_lines.VIEWS,
    **crosswalk_versions.VIEWS, **crosswalk_calendar.VIEWS, **crosswalk_switches.VIEWS,
    **crosswalk_use.VIEWS, **crosswalk_labels.VIEWS, **crosswalk_proposed.VIEWS, **crosswalk_contracts.VIEWS,
    **crosswalk_import.VIEWS,
}  # fmt: skip
_MOST_BYTES = 64 * 1024


def create_app(service: Service, key: SecretStr, *, hasher: PasswordHasher | None = None) -> Flask:
    """Return the pages over a service; RuntimeError where a page is not in the table, or one in the table is missing.

    key     signs forms; whoever knows it can forge none without a session all the same
    hasher  how passwords are kept; tests take a cheap one
    """
    app = Flask(__name__, static_folder=None, template_folder=str(Path(__file__).parent / "templates"))
    web = service.settings.web
    app.config.update(
        SECRET_KEY=key.get_secret_value(), MAX_CONTENT_LENGTH=_MOST_BYTES, SESSION_COOKIE_NAME="ims_sync_form",
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=web.secure,
        WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, TRUSTED_HOSTS=_hosts(web.address),
    )  # fmt: skip
    app.extensions["ims_sync"] = Shell(
        service, Passwords(hasher or PasswordHasher()), key, version_of(STATIC), followed(service)
    )  # fmt: skip
    add_headers(app, secure=web.secure)
    oidc.add_oidc(app, service.settings.oidc)
    add_guard(app)
    CSRFProtect(app)
    add_pages(app, VIEWS)
    _add_words(app, service)
    _add_errors(app)
    return app


def add_pages(app: Flask, views: Views) -> None:
    """Serve exactly the pages of the table."""
    if odd := set(views) ^ set(PAGES):
        raise RuntimeError(f"pages and table of pages differ in {', '.join(sorted(odd))}")
    for endpoint, page in PAGES.items():
        app.add_url_rule(page.path, endpoint, views[endpoint], methods=[page.method])


def _hosts(address: str) -> list[str]:
    """Return the names under which the pages are asked for; any other is a trick to reach this machine."""
    return [urlsplit(address).hostname or "localhost", "127.0.0.1", "localhost", "[::1]"]


def _add_words(app: Flask, service: Service) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    agency = service.settings.oidc.label if service.settings.oidc.issuer else None
    zone = ZoneInfo(service.settings.service.time_zone)
    app.jinja_env.filters["money"] = _dollars
    app.jinja_env.filters["instant"] = lambda at: f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    app.jinja_env.filters["first_up"] = first_up
    app.jinja_env.filters["state_words"] = lambda state: STATES[state]
    app.jinja_env.filters["decision_words"] = lambda decision: CHOICES[decision].words
    app.jinja_env.filters["severity_words"] = lambda severity: SEVERITIES[severity]
    app.jinja_env.filters["review_words"] = lambda state: REVIEW_STATES[state]

    @app.context_processor
    def around() -> dict[str, Any]:
        signed_in = g.get("signed_in")
        account = signed_in.account if signed_in and signed_in.whole else None
        rehearsed = g.get("rehearsed")
        shown = [(name, words) for name, words in CONTENTS.items() if account and may(account.role, name)]
        if rehearsed is None:
            shown = [(name, words) for name, words in shown if name != "rehearsal"]
        environment = service.settings.service.environment
        return {
            "account": account,
            "contents": shown,
            "environment": environment,
            "rehearsed": rehearsed,
            "agency": agency,
            "version": shell().version,
        }


def _dollars(cents: int) -> str:
    whole, _, rest = money(cents).partition(".")
    return f"${int(whole):,}.{rest}"


def _add_errors(app: Flask) -> None:
    @app.errorhandler(CSRFError)
    def stale(_: CSRFError) -> tuple[str, int]:
        return _page(400, "This form is too old", "Go back, load the page again, and send the form once more.")

    @app.errorhandler(SecurityError)
    def misnamed(_: SecurityError) -> tuple[str, int]:
        return "This machine is not asked for under that name: use the address in [web].", 400

    @app.errorhandler(HTTPException)
    def http(wrong: HTTPException) -> Any:
        status = wrong.code or 500
        return _page(status, *PROBLEMS.get(status, PROBLEMS[400])) if status >= 400 else wrong

    @app.errorhandler(SyncError)
    def ours(wrong: SyncError) -> tuple[str, int]:
        log.warning("page_refused", **facts_of(wrong))
        return _page(_status_of(wrong), first_up(wrong.what), wrong.advice)

    @app.errorhandler(Exception)
    def fault(wrong: Exception) -> tuple[str, int]:
        log.error("page_failed", **facts_of(wrong))
        return _page(500, *PROBLEMS[500])


def _status_of(wrong: SyncError) -> int:
    if isinstance(wrong, WrongCall | StoppedToBeSafe):
        return 409
    return 503 if isinstance(wrong, StoreUnavailable) else 500


def _page(status: int, what: str, do: str) -> tuple[str, int]:
    return render_template("problem.html", what=what, do=do), status
