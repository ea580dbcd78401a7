"""Read the key of the backups from the environment, or from a file that is named there."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from sync.errors import BadConfiguration, WrongCall
from sync.settings.service import PREFIX

VARIABLE = f"{PREFIX}BACKUP_KEY"
_IN_FILE = f"{VARIABLE}_FILE"


def read_backup_key(environment: Mapping[str, str] = os.environ) -> SecretStr:
    """Return the key as text; raise WrongCall where there is none, BadConfiguration where its file cannot be read."""
    if text := environment.get(VARIABLE, "").strip():
        return SecretStr(text)
    if not (name := environment.get(_IN_FILE)):
        raise WrongCall(
            f"there is no backup key in {VARIABLE}",
            f"Set {VARIABLE}, or {_IN_FILE} to a file that holds it; `ims-sync backup --new-key` makes one.",
        )
    try:
        lines = Path(name).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadConfiguration([f"{_IN_FILE}: the file that it names cannot be read"]) from None
    # As age-keygen writes it, with remarks above the key.
    return SecretStr("".join(line.strip() for line in lines if not line.startswith("#")))
