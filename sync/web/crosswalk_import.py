"""Take a workbook, a table or the guide's own table, show what it would change, and keep that as a draft.

Between the two steps nothing is kept here: the page that shows the change carries the tables themselves, which are no
secret, and they are checked anew when they come back.
"""

import base64
import binascii
import io
import json
import zlib
from datetime import date
from pathlib import PurePath
from typing import Any

from flask import g, redirect, request, send_file, url_for

from sync.crosswalk.texts import Files
from sync.errors import BadInput, WrongCall
from sync.jobs.crosswalk_sheets import GUIDE_SOURCE, LARGEST, MIB, Came, Imported, imported, keep_import, shown_before
from sync.jobs.crosswalk_sheets import workbook as as_workbook
from sync.store.crosswalk_versions import Draft
from sync.web.crosswalk import TITLES
from sync.web.crosswalk_looked import REFUSED, Wrong, asked_files, show, words_of_form, wrong_of
from sync.web.shell import Views, service

_FIELDS = ("table", "first", "source")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shown() -> str:
    """Show the form for a file."""
    return _page()


def preview() -> Any:
    """Show what a file would change, with every mistake; nothing is kept."""
    try:
        found = imported(service(), _came())
    except (*REFUSED, BadInput) as refused:
        return _page(wrong_of(refused)), 409
    return _page(found=found, carried=_packed(found))


def save() -> Any:
    """Keep what was shown as a draft."""
    words = words_of_form()
    text = request.form.get("carried", "")
    found = None
    try:
        found = shown_before(service(), *_unpacked(text))
        draft = keep_import(service(), found, reason=words.reason, checked=words.checked)
    except REFUSED as refused:
        return _page(wrong_of(refused), found=found, carried=text), 409
    return redirect(url_for("crosswalk_draft", draft=draft.id, did="saved"), 303)


def version_workbook(**_: int) -> Any:
    """Send the tables of a version, or of a draft, as a workbook."""
    one = g.found
    name = f"draft-{one.id}" if isinstance(one, Draft) else f"version-{one.number}"
    content = as_workbook(service(), one.files, name if isinstance(one, Draft) else str(one.number))
    return send_file(io.BytesIO(content), mimetype=_XLSX, as_attachment=True, download_name=f"crosswalk-{name}.xlsx")


def _came() -> Came:
    """Read the form; the name of the file is told back, but for the folders before it."""
    file, table = request.files.get("file"), request.form.get("table", "")
    if file is None or not file.filename:
        raise WrongCall("No file was chosen", "Choose one, then use the button again.")
    text = request.form.get("first", "").strip()
    try:
        first = date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongCall("The day from which it holds is no date", "Give it as YYYY-MM-DD.") from None
    name = PurePath(file.filename.replace("\\", "/")).name
    source = request.form.get("source", "").strip() or GUIDE_SOURCE
    return Came(name, file.stream.read(LARGEST + 1), table or None, first, source)


def _packed(found: Imported) -> str:
    """Return the tables that differ as a form carries them; blank where there is nothing to save."""
    differ = {name: text for name, text in found.files.items() if text != found.base.files[name]}
    if found.mistakes or not differ:
        return ""
    return base64.b64encode(zlib.compress(json.dumps([found.base.number, differ]).encode())).decode()


def _unpacked(text: str) -> tuple[int, Files]:
    try:
        unpacker = zlib.decompressobj()
        base, files = json.loads(unpacker.decompress(base64.b64decode(text, validate=True), 4 * LARGEST))
        return int(base), {str(name): str(cells) for name, cells in files.items()}
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError):
        raise WrongCall("What was shown before cannot be read", "Choose the file again.") from None


def _page(wrong: Wrong | None = None, *, found: Imported | None = None, carried: str = "") -> str:
    return show(
        "crosswalk_import.html", looked=asked_files(), found=found, carried=carried, wrong=wrong, tables=TITLES,
        largest=LARGEST // MIB, guide_source=GUIDE_SOURCE, given={name: request.form.get(name, "") for name in _FIELDS},
        reason=request.form.get("reason", ""), checked=request.form.get("checked", ""),
    )  # fmt: skip


VIEWS: Views = {
    "crosswalk_import": shown, "preview_import": preview, "save_import": save, "version_workbook": version_workbook,
    "draft_workbook": version_workbook,
}  # fmt: skip
