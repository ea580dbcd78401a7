"""Read the secret key of the pages from the environment, or from a file that is named there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from sync.errors import BadConfiguration, WrongCall
from sync.settings.service import PREFIX

VARIABLE: Final = f"{PREFIX}SECRET_KEY"
_IN_FILE = f"{VARIABLE}_FILE"
_SHORTEST = 32


def read_secret_key(environment: Mapping[str, str] = os.environ) -> SecretStr:
    """Return the key; raise WrongCall where there is none or it is short, BadConfiguration for an unreadable file."""
    text = environment.get(VARIABLE, "").strip()
    if not text and (name := environment.get(_IN_FILE)):
        text = _text_of(Path(name))
    if len(text) < _SHORTEST:
        raise WrongCall(
            f"{VARIABLE} {'is too short' if text else 'is not set'}",
            f"Set it, or {_IN_FILE} to a file that holds it, to {_SHORTEST} random characters or more, such as "
            "`openssl rand -hex 32` gives, and keep it: a new one signs everybody's forms anew.",
        )
    return SecretStr(text)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadConfiguration([f"{_IN_FILE}: the file that it names cannot be read"]) from None
