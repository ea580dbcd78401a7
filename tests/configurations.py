"""Copy the shipped configuration, spoil it in one place, and hear what is said of it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sync.cli import main
from sync.errors import BadConfiguration
from sync.jobs.decide_files import read_configuration
from tests.support import CONFIG


def copied(target: Path) -> Path:
    """Return a copy of the shipped configuration."""
    shutil.copytree(CONFIG, target / "config")
    return target / "config"


def added(config: Path, table: str, *rows: str) -> int:
    """Add rows at the end of a crosswalk file and return the line of the first."""
    path = config / "crosswalk" / f"{table}.csv"
    text = path.read_text("utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), "utf-8")
    return text.count("\n") + 1


def rewritten(config: Path, name: str, old: str, new: str) -> int:
    """Replace a text that stands once in a file and return the line on which it stood."""
    path = config / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistakes(config: Path) -> list[str]:
    """Return every mistake for which a configuration is refused; none if it is good."""
    try:
        read_configuration(config)
    except BadConfiguration as wrong:
        return wrong.mistakes
    return []


def naming(found: list[str], *words: str) -> list[str]:
    """Return the mistakes in which all the words stand."""
    return [mistake for mistake in found if all(word in mistake for word in words)]


class Command:
    """Run the command in this process: its words in, its exit code and what it printed out."""

    def __init__(self, patch: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]) -> None:
        self._patch, self._printed = patch, printed

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr."""
        self._patch.setattr("sys.argv", ["ims-sync", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = self._printed.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err

    def json(self, *words: str | Path) -> tuple[int, Any]:
        """Return exit code and the one JSON document on stdout."""
        code, out, _ = self(*words, "--json")
        return code, json.loads(out)
