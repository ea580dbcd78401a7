"""Serve the static files under a name that changes with their content, so that they may be kept for ever."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Response, abort, send_from_directory

from sync.web.shell import shell

STATIC: Final = Path(__file__).parent / "static"
_DIGITS = 12


def version_of(folder: Path) -> str:
    """Return a name for the content of all files of a folder."""
    whole = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()[:_DIGITS]


def send(version: str, name: str) -> Response:
    """Send a file of this version; there is no other."""
    if version != shell().version:
        abort(404)
    return send_from_directory(STATIC, name)
