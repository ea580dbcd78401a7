"""Show what was published by whom, give it away, compare it, and let people go back to it by a draft."""

import io
from typing import Any

from flask import g, redirect, request, send_file, url_for

from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_named import pack
from sync.jobs.crosswalk_publish import rollback
from sync.jobs.crosswalk_standing import published_since_plan, unpublished
from sync.store.crosswalk_versions import Version, versions
from sync.web.crosswalk_looked import Wrong, attempt, number_of, show, words_of_form
from sync.web.policy import may
from sync.web.shell import Views, account, service


def history() -> str:
    """Show every version, the newest first, and how two of them differ where that is asked for."""
    return _history(None)


def roll_back(**_: int) -> Any:
    """Save a draft with the files of an older version; it goes the road of every draft."""
    words = words_of_form()

    def act() -> Any:
        draft = rollback(service(), g.found.number, reason=words.reason, checked=words.checked)
        return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)

    return attempt(act, _history)


def files(**_: int) -> Any:
    """Send the files of a version as a ZIP."""
    out = io.BytesIO()
    pack(g.found.files, out)
    out.seek(0)
    name = f"crosswalk-version-{g.found.number}.zip"
    return send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)


def _history(wrong: Wrong | None) -> str:
    made = service()
    with made.db.read() as conn:
        every = versions(conn)
    then, now = (_chosen(name, every) for name in ("then", "now"))
    sentences = difference(then.files, now.files).sentences if then and now else None
    return show(
        "crosswalk_versions.html", versions=every, then=then, now=now, sentences=sentences, wrong=wrong,
        since_plan=published_since_plan(made.db),
        standing=unpublished(made.db, made.config) if made.config and every else None,
        may_roll_back=may(account().role, "roll_back"), refused=g.get("found") if wrong else None,
        reason=request.form.get("reason", ""), checked=request.form.get("checked", ""),
    )  # fmt: skip


def _chosen(name: str, every: list[Version]) -> Version | None:
    number = number_of(request.args.get(name, ""))
    return next((one for one in every if one.number == number), None)


VIEWS: Views = {"crosswalk_versions": history, "crosswalk_files": files, "roll_back": roll_back}
