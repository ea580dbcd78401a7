"""Let nobody see a page that the table does not give them; runs before every page."""

from datetime import date
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, url_for

from sync.jobs.month_list import place_asked
from sync.jobs.months import Asked
from sync.jobs.rehearsal_date import dated
from sync.jobs.review import visible_item
from sync.jobs.review_together import visible_act
from sync.store import newest_plan
from sync.store.accounts import Account, all_accounts
from sync.store.crosswalk_versions import draft_numbered, version_numbered
from sync.store.keying import Claim, claim_behind
from sync.store.looks import customer_behind, visible
from sync.store.sessions import session_of
from sync.web.policy import PAGES, Object, Page, Stage, may
from sync.web.shell import account, limits, shell

COOKIE = "ims_sync"
_MOST = 2**31 - 1


def add_guard(app: Flask) -> None:
    """Guard every page."""

    @app.before_request
    def guard() -> Any:
        g.signed_in = _who()
        g.rehearsed = _rehearsed()
        page = PAGES.get(request.endpoint or "")
        if page is None:
            # No such address, or another method than the page's: the answer is Flask's own, the same for everybody.
            return None if request.routing_exception else abort(404)
        away = _turned_away(page)
        if away is None:
            _let_in(page)
        return away


def _let_in(page: Page) -> None:
    """Let whoever may see the page send as much as it takes, and find what it is about."""
    if page.most_bytes:
        request.max_content_length = request.max_form_memory_size = page.most_bytes
    _find(page)


def _who() -> Any:
    token = request.cookies.get(COOKIE, "")
    made = shell().service
    return session_of(made.db, token, limits(), now=made.now()) if token else None


def _rehearsed() -> date | None:
    """Return today's date in a rehearsal, which every page shows; None where this is none."""
    made = shell().service
    on_its_date = dated(made)
    return None if on_its_date is made else on_its_date.today


def _turned_away(page: Page) -> Response | None:
    """Send whoever has not signed in far enough to where they can; stop whoever may not see the page."""
    if page.stage is Stage.NOT:
        return None
    whole = g.signed_in is not None and g.signed_in.whole
    if page.stage is Stage.HALF:
        return None if g.signed_in and not whole else _to("home" if whole else "sign_in")
    if not whole:
        return _to("sign_in") if page.method == "GET" else abort(401)
    return None if may(account().role, request.endpoint or "") else abort(403)


def _find(page: Page) -> None:
    """Find what the page is about; what somebody may not see does not exist for them."""
    given = request.view_args or {}
    if page.object is Object.CUSTOMER:
        g.customer_id = visible_customer(given["handle"], account()) or abort(404)
    if page.object is Object.CLAIM:
        g.claim = own_claim(given["handle"], account()) or abort(404)
    if page.object is Object.ACCOUNT:
        known = {one.id: one for one in all_accounts(shell().service.db)}
        g.about = known.get(given["account_id"]) or abort(404)
    if page.object is Object.ITEM:
        g.item_id = visible_item(dated(shell().service), given["item"], sees=account().sees) or abort(404)
    if page.object is Object.TOGETHER:
        g.done = visible_act(dated(shell().service), given["common"], sees=account().sees) or abort(404)
    if page.object is Object.PROVIDER_MONTH:
        asked = Asked(given["provider"], given["month"], account().providers)
        g.place = place_asked(dated(shell().service), asked) or abort(404)
    if page.object in {Object.DRAFT, Object.VERSION}:
        _find_files(given)


def _find_files(given: dict[str, Any]) -> None:
    """Find a draft or a version of the crosswalk."""
    find, name = (draft_numbered, "draft") if "draft" in given else (version_numbered, "number")
    if given[name] > _MOST:
        abort(404)
    with shell().service.db.read() as conn:
        found: Any = find(conn, given[name])
    g.found = found or abort(404)


def visible_customer(handle: str, whose: Account) -> str | None:
    """Return the customer behind a handle, if the account may see one of their providers."""
    db = shell().service.db
    customer_id, plan = customer_behind(db, handle), newest_plan(db)
    if customer_id is None or plan is None:
        return None
    seen = visible(db, plan.id, [customer_id], providers=whose.providers)
    return customer_id if customer_id in seen else None


def own_claim(handle: str, whose: Account) -> Claim | None:
    """Return the claim behind a handle, if it is the account's own."""
    with shell().service.db.read() as conn:
        found = claim_behind(conn, handle)
    return found if found is not None and found.keyer == whose.name else None


def _to(endpoint: str) -> Response:
    answer: Any = redirect(url_for(endpoint), 303)
    return answer  # type: ignore[no-any-return]
