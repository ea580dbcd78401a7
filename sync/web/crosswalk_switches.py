"""Show the settings that can be read in more than one way, what another reading would change, and put it in a draft."""

from typing import Any

from flask import redirect, request, url_for

from sync.errors import SyncError
from sync.jobs.crosswalk_edits import LookedAt
from sync.jobs.crosswalk_impact import Impact
from sync.jobs.crosswalk_switches import Switch, put_switch, switches
from sync.web.crosswalk_looked import (
    REFUSED,
    Wrong,
    asked_files,
    attempt,
    on_of_form,
    open_drafts,
    show,
    words_of_form,
    wrong_of,
)
from sync.web.shell import Views, service, shell


def shown() -> Any:
    """Show every switch; what another reading would change is worked out where that is asked for."""
    if "try" not in request.args:
        return _switches(None)
    setting = f"{request.args.get('try', '')}={request.args.get('value', '')}"
    try:
        impact = shell().impacts.of_setting(service(), setting)
    except REFUSED as refused:
        return _switches(wrong_of(refused)), 409
    return _switches(None, tried=request.args.get("try", ""), value=request.args.get("value", ""), impact=impact)


def put() -> Any:
    """Keep another reading in a draft."""
    setting = f"{request.form.get('setting', '')}={request.form.get('value', '')}"

    def act() -> Any:
        draft = put_switch(service(), on_of_form(), setting, words=words_of_form())
        return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)

    return attempt(act, lambda wrong: _switches(wrong, tried=request.form.get("setting", ""),
                                                value=request.form.get("value", "")))  # fmt: skip


def _switches(wrong: Wrong | None, *, tried: str = "", value: str = "", impact: Impact | None = None) -> str:
    found = asked_files()
    every, wrong = _known(found, wrong)
    return show(
        "crosswalk_switches.html", found=found, every=every, wrong=wrong, tried=tried, value=value, impact=impact,
        drafts=open_drafts(), groups=200, reason=request.form.get("reason", ""),
        checked=request.form.get("checked", ""),
    )  # fmt: skip


def _known(found: LookedAt | None, wrong: Wrong | None) -> tuple[list[Switch], Wrong | None]:
    """Return the switches of the files; where these have mistakes none, and what is wrong."""
    try:
        return (switches(found.files) if found else []), wrong
    except SyncError as refused:
        return [], wrong or wrong_of(refused)


VIEWS: Views = {"crosswalk_switches": shown, "put_switch": put}
