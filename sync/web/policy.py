"""Say of every page at which address it is, and who may see it; what is not listed is not served."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync.store.accounts import Role


class Object(StrEnum):
    """What a page is about; the guard finds it before the page runs, or answers that there is no such thing.

    A customer is found by whoever may see one of their providers; an account by every admin; an item to review by
    whoever may see its provider; what was done about several at once by whoever may see all of them; a claim by its
    keyer; a month of a provider by whoever may see the provider; a draft or a version of the crosswalk by everybody
    who may see such pages.
    """

    CUSTOMER = "customer"
    ACCOUNT = "account"
    ITEM = "item"
    TOGETHER = "together"
    CLAIM = "claim"
    PROVIDER_MONTH = "provider and month"
    DRAFT = "draft of the crosswalk"
    VERSION = "version of the crosswalk"


class Stage(StrEnum):
    """How far somebody must have signed in."""

    NOT = "not at all"
    HALF = "password shown, second factor not"
    WHOLE = "signed in"


@dataclass(frozen=True, slots=True)
class Page:
    """Describe a page: its address, how it is asked for, by whom, and what it is about.

    script      whether it has one; only a page that needs one has
    most_bytes  how much may be sent to it; None = as much as to any page
    """

    path: str
    method: str
    roles: frozenset[Role] = frozenset()
    stage: Stage = Stage.WHOLE
    object: Object | None = None
    script: bool = False
    most_bytes: int | None = None


_MIB = 1024 * 1024
_ALL = frozenset(Role)
_ADMIN = frozenset({Role.ADMIN})
_OPERATIONS = frozenset({Role.OPERATIONS})
_RUNS = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMIN})
_MAY_STOP = frozenset({Role.OPERATIONS, Role.ADMIN})
_REVIEWS = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMIN})
_REVIEWER = frozenset({Role.REVIEWER})
_KEYER = frozenset({Role.KEYER})
_SEE_QUEUE = frozenset({Role.KEYER, Role.OPERATIONS})
_CUSTOMERS = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.KEYER})
_MONTHS = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMIN})
_CLOSE = frozenset({Role.OPERATIONS, Role.REVIEWER})
_CROSSWALK = frozenset({Role.OPERATIONS, Role.REVIEWER, Role.ADMIN})
_CROSSWALK_LINES = frozenset({Role.OPERATIONS, Role.ADMIN})


def _open(path: str, method: str) -> Page:
    return Page(path, method, stage=Stage.NOT)


def _half(path: str, method: str) -> Page:
    return Page(path, method, stage=Stage.HALF)


def _about(path: str, method: str, about: Object, *, roles: Collection[Role] = _CUSTOMERS) -> Page:
    return Page(path, method, frozenset(roles), object=about)


def _of_claim(path: str, method: str, *, script: bool = False) -> Page:
    return Page(path, method, _KEYER, object=Object.CLAIM, script=script)


def _month(below: str, method: str, roles: Collection[Role]) -> Page:
    return _about(f"/months/<provider>/<month>{below}", method, Object.PROVIDER_MONTH, roles=roles)


def _draft(below: str, method: str, roles: Collection[Role] = _ADMIN) -> Page:
    return _about(f"/crosswalk/drafts/<int:draft>{below}", method, Object.DRAFT, roles=roles)


def _version(below: str, method: str, roles: Collection[Role]) -> Page:
    return _about(f"/crosswalk/versions/<int:number>{below}", method, Object.VERSION, roles=roles)


PAGES: Final[Mapping[str, Page]] = {
    "static": _open("/static/<version>/<path:name>", "GET"),
    "sign_in": _open("/sign-in", "GET"),
    "check_password": _open("/sign-in", "POST"),
    "oidc": _open("/sign-in/oidc", "GET"),
    "oidc_back": _open("/sign-in/oidc/back", "GET"),
    "code": _half("/sign-in/code", "GET"),
    "check_code": _half("/sign-in/code", "POST"),
    "first_visit": _open("/first-visit/<token>", "GET"),
    "enrol": _open("/first-visit/<token>", "POST"),
    "oidc_first": _open("/first-visit/<token>/oidc", "GET"),
    "sign_out": Page("/sign-out", "POST", _ALL),
    "home": Page("/", "GET", _ALL),
    "runs": Page("/runs", "GET", _RUNS),
    "runs_history": Page("/runs/history", "GET", _RUNS),
    "runs_pictures": Page("/runs/pictures", "GET", _RUNS),
    "runs_connections": Page("/runs/connections", "GET", _RUNS),
    "ask_run": Page("/runs/asked", "POST", _OPERATIONS),
    "take_back_run": Page("/runs/asked/take-back", "POST", _OPERATIONS),
    "approve": Page("/runs/approve", "POST", _OPERATIONS),
    "stop": Page("/runs/stop", "POST", _MAY_STOP),
    "go_on": Page("/runs/go-on", "POST", _MAY_STOP),
    "look_up": Page("/customers", "GET", _CUSTOMERS),
    "find_customer": Page("/customers", "POST", _CUSTOMERS),
    "customer": _about("/customers/<handle>", "GET", Object.CUSTOMER),
    "show_name": _about("/customers/<handle>/name", "POST", Object.CUSTOMER),
    "reviews": Page("/reviews", "GET", _REVIEWS),
    "review_causes": Page("/reviews/causes", "GET", _REVIEWS),
    "review_together": Page("/reviews/together", "GET", _REVIEWER),
    "act_together": Page("/reviews/together", "POST", _REVIEWER),
    "done_together": _about("/reviews/together/<common>", "GET", Object.TOGETHER, roles=_REVIEWS),
    "undo_together": _about("/reviews/together/<common>/undo", "POST", Object.TOGETHER, roles=_REVIEWER),
    "review": _about("/reviews/<item>", "GET", Object.ITEM, roles=_REVIEWS),
    "review_explained": _about("/reviews/<item>/explained", "GET", Object.ITEM, roles=_REVIEWS - {Role.ADMIN}),
    "settle_review": _about("/reviews/<item>/settle", "POST", Object.ITEM, roles=_REVIEWER),
    "defer_review": _about("/reviews/<item>/defer", "POST", Object.ITEM, roles=_REVIEWER),
    "assign_review": _about("/reviews/<item>/assign", "POST", Object.ITEM, roles=_REVIEWER),
    "undo_review": _about("/reviews/<item>/undo", "POST", Object.ITEM, roles=_REVIEWER),
    "keying": Page("/keying", "GET", _SEE_QUEUE),
    "open_next": Page("/keying", "POST", _KEYER),
    "claim": _of_claim("/keying/<handle>", "GET", script=True),
    "show_name_to_key": _of_claim("/keying/<handle>/name", "POST", script=True),
    "say": _of_claim("/keying/<handle>/said", "POST", script=True),
    "take_back": _of_claim("/keying/<handle>/taken-back", "POST"),
    "give_back": _of_claim("/keying/<handle>/given-back", "POST"),
    "extend": _of_claim("/keying/<handle>/extended", "POST"),
    "months": Page("/months", "GET", _MONTHS),
    "month": _month("", "GET", _MONTHS),
    "declare_month": _month("/declare", "POST", _CLOSE),
    "sign_month": _month("/sign", "POST", _CLOSE),
    "decide_adjustment": _month("/adjustments", "POST", _CLOSE),
    "take_back_word": _month("/take-back", "POST", _CLOSE),
    "reopen_month": _month("/reopen", "POST", _OPERATIONS),
    "month_evidence": _month("/evidence", "POST", _CLOSE),
    "crosswalk": Page("/crosswalk", "GET", _CROSSWALK),
    "crosswalk_row": Page("/crosswalk/rows", "GET", _ADMIN),
    "save_crosswalk_row": Page("/crosswalk/rows", "POST", _ADMIN),
    "crosswalk_drafts": Page("/crosswalk/drafts", "GET", _ADMIN),
    "crosswalk_draft": _draft("", "GET"),
    "crosswalk_lines": _draft("/lines", "GET", _CROSSWALK_LINES),
    "reword_draft": _draft("/words", "POST"),
    "publish_draft": _draft("/publish", "POST"),
    "discard_draft": _draft("/discard", "POST"),
    "reopen_draft": _draft("/reopen", "POST"),
    "crosswalk_versions": Page("/crosswalk/versions", "GET", _CROSSWALK),
    "crosswalk_files": _version("/files", "GET", _CROSSWALK),
    "roll_back": _version("/roll-back", "POST", _ADMIN),
    "crosswalk_calendar": Page("/crosswalk/calendar", "GET", _CROSSWALK),
    "say_checked": Page("/crosswalk/calendar", "POST", _ADMIN),
    "crosswalk_switches": Page("/crosswalk/switches", "GET", _ADMIN),
    "put_switch": Page("/crosswalk/switches", "POST", _ADMIN),
    "crosswalk_use": Page("/crosswalk/use", "GET", _CROSSWALK),
    "crosswalk_labels": Page("/crosswalk/labels", "GET", _ADMIN),
    "put_alias": Page("/crosswalk/labels", "POST", _ADMIN),
    "crosswalk_proposed": Page("/crosswalk/proposed", "GET", _ADMIN),
    "put_proposal": Page("/crosswalk/proposed", "POST", _ADMIN),
    "crosswalk_contracts": Page("/crosswalk/contracts", "GET", _CROSSWALK),
    "put_contracts": Page("/crosswalk/contracts", "POST", _ADMIN),
    "crosswalk_import": Page("/crosswalk/import", "GET", _ADMIN),
    "preview_import": Page("/crosswalk/import", "POST", _ADMIN, most_bytes=5 * _MIB),
    "save_import": Page("/crosswalk/import/save", "POST", _ADMIN, most_bytes=5 * _MIB),
    "version_workbook": _version("/workbook", "GET", _CROSSWALK),
    "draft_workbook": _draft("/workbook", "GET"),
    "rehearsal": Page("/rehearsal", "GET", _MAY_STOP),
    "move_rehearsal": Page("/rehearsal/date", "POST", _MAY_STOP),
    "pass_night": Page("/rehearsal/night", "POST", _OPERATIONS),
    "accounts": Page("/accounts", "GET", _ADMIN),
    "add_account": Page("/accounts", "POST", _ADMIN),
    "renew_account": _about("/accounts/<int:account_id>/link", "POST", Object.ACCOUNT, roles=_ADMIN),
    "disable_account": _about("/accounts/<int:account_id>/disable", "POST", Object.ACCOUNT, roles=_ADMIN),
    "looks": Page("/looks", "GET", _ADMIN),
    "my_account": Page("/my-account", "GET", _ALL),
    "change_password": Page("/my-account", "POST", _ALL),
}


def may(role: Role, endpoint: str) -> bool:
    """Tell whether a role may see a page; what is not listed, nobody may."""
    page = PAGES.get(endpoint)
    return page is not None and role in page.roles
