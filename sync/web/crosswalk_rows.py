"""Show the form of one row of the crosswalk, and add, change, end or remove it within a draft."""

import re
from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for

from sync.crosswalk.edit import cells_at
from sync.crosswalk.files import COLUMNS, MAY_BE_BLANK
from sync.crosswalk.in_force import ALIAS_KINDS
from sync.crosswalk.texts import Files
from sync.errors import Overtaken, WrongCall
from sync.jobs.crosswalk_diff import rows_of
from sync.jobs.crosswalk_drafts import configuration_of
from sync.jobs.crosswalk_edits import LookedAt, On, files_then, looked_at
from sync.jobs.crosswalk_rows import LONGEST_CELL, RowAct, RowEdit, edit_row, is_published, line_now
from sync.store.crosswalk_versions import Draft, DraftState
from sync.web.crosswalk import TITLES
from sync.web.crosswalk_looked import (
    REFUSED,
    Wrong,
    asked_files,
    number_of,
    on_of_form,
    open_drafts,
    show,
    words_of_form,
    wrong_of,
)
from sync.web.shell import Views, service

_HINTS = {
    "first": "The first day on which it holds, YYYY-MM-DD; blank: since ever",
    "last": "The last day on which it holds, YYYY-MM-DD; blank: until further notice",
    "source": "Where it stands, such as a guide and its chapter",
    "scope": "The program for which it holds; blank: for every one",
    "label": "As it stands in the data",
    "stands_for": "The label of the crosswalk that is meant",
}
NAMES = {"ims_type": "type in iMatchSkills", "first": "first day", "last": "last day"}


def row() -> str:
    """Show the form for a new row, or for the one that is asked for."""
    found, table = asked_files(), request.args.get("table", "services")
    line = number_of(request.args.get("line", ""))
    if table not in COLUMNS or (line is None and request.args.get("line")):
        abort(404)
    if found is None:
        return show("crosswalk_row.html", found=None)
    if found.draft and found.draft.state is not DraftState.OPEN:
        abort(404)
    try:
        cells = cells_at(found.files, table, line) if line else dict.fromkeys(COLUMNS[table], "")
    except WrongCall:
        abort(404)
    return _form(found, table, line, cells=cells)


def save_row() -> Any:
    """Do what the form says, and show the draft; where it is refused, the form with what was written."""
    table, line = request.form.get("table", ""), number_of(request.form.get("line", ""))
    if table not in COLUMNS:
        abort(404)
    cells = {name: request.form.get(f"cell-{name}", "").strip() for name in COLUMNS[table]}
    try:
        draft = _edit(table, line, cells)
    except REFUSED as refused:
        return _again(table, line, cells=cells, refused=refused), 409
    return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)


def _edit(table: str, line: int | None, cells: Mapping[str, str]) -> Draft:
    act = request.form.get("act", "")
    if act not in set(RowAct):
        raise WrongCall("It was not said what becomes of the row", "Use one of the buttons.")
    given = {"last": request.form.get("end-last", "").strip()} if act == RowAct.END else cells
    return edit_row(service(), on_of_form(), RowEdit(table, line, RowAct(act), given), words=words_of_form())


def _again(table: str, line: int | None, *, cells: Mapping[str, str], refused: Exception) -> str:
    """Show the form over the files as they are now: where somebody else changed them, the row is found again."""
    wrong = wrong_of(refused) if isinstance(refused, REFUSED) else Wrong("")
    on = on_of_form_or_none()
    draft = on.draft if on else None
    gone = isinstance(refused, Overtaken) and on is not None and _is_old(on)
    found = looked_at(service(), None if gone else draft)
    if isinstance(refused, Overtaken) and on and line:
        then = files_then(service(), on)
        line = line_now(then, found.files, (table, line)) if then else None
        if line is None:
            return show("crosswalk_row.html", found=found, wrong=wrong, lost=True, table=table, title=TITLES[table])
    return _form(found, table, line, cells=cells, wrong=wrong)


def on_of_form_or_none() -> On | None:
    """Return which files a person saw, or None where the form does not say."""
    try:
        return on_of_form()
    except WrongCall:
        return None


def _is_old(on: On) -> bool:
    """Tell whether another version was published since."""
    return looked_at(service(), None).version.number != on.version


def _form(found: LookedAt, table: str, line: int | None, **cells: Any) -> str:
    draft, form = found.draft, request.form
    return show(
        "crosswalk_row.html", found=found, table=table, line=line, lost=False, title=TITLES[table], tables=TITLES,
        columns=COLUMNS[table], names=NAMES, hints=_HINTS, choices=_choices(found.files, table),
        needed=[name for name in COLUMNS[table] if not {name, (table, name)} & MAY_BE_BLANK],
        published=bool(line) and is_published(found.version.files, found.files, (table, line or 0)),
        today=service().today, most=LONGEST_CELL, drafts=[] if draft else open_drafts(),
        reason=form.get("reason", draft.reason if draft else ""), end_last=form.get("end-last", ""),
        checked=form.get("checked", draft.checked if draft else ""), acted=form.get("act", ""),
        is_wrong=lambda name: _is_about(cells.get("wrong"), name), **cells,
    )  # fmt: skip


def _is_about(wrong: Wrong | None, name: str) -> bool:
    """Tell whether what was refused names a field of the form."""
    return wrong is not None and re.search(rf"\b{name} is\b", wrong.what) is not None


def _choices(files: Files, table: str) -> dict[str, list[str]]:
    """Return by column what is written there elsewhere, or all that may be."""
    found = {name: sorted({row[name] for row in rows_of(files) if row.table == table and row[name]})
             for name in COLUMNS[table] if name not in {"first", "last"}}  # fmt: skip
    if "kind" in found:
        found["kind"] = list(ALIAS_KINDS)
    if "component" in found:
        found["component"] = sorted({*found["component"], *_components(files)})
    return found


def _components(files: Files) -> tuple[str, ...]:
    try:
        return configuration_of(files).rules.components.known
    except REFUSED:
        return ()


VIEWS: Views = {"crosswalk_row": row, "save_crosswalk_row": save_row}
