"""Read the settings in config/ once: frozen, typed, every mistake named by file and key."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sync.errors import BadConfiguration
from sync.model import TABLES, RuleSettings, fold

_ADVICE = "unknown keys are refused; config/ in the project shows every key with its readings"


def read_rule_settings(config: Path) -> RuleSettings:
    """Read rules.toml; raise BadConfiguration naming each wrong key."""
    path = config / "rules.toml"
    values = {name: value for name, value in read_toml(path).items() if name != "doc"}
    try:
        return RuleSettings.model_validate(values)
    except ValidationError as wrong:
        text = path.read_text("utf-8")
        mistakes = [
            f"{path}:{_line_of(text, one['loc'])}: {'.'.join(map(str, one['loc']))}: {one['msg']} ({_ADVICE})"
            for one in wrong.errors()
        ]
        raise BadConfiguration(mistakes) from None


def read_headings(config: Path) -> dict[str, dict[str, str]]:
    """Read columns.toml: for each table an agency's own heading (folded) → the canonical one."""
    path = config / "columns.toml"
    values = read_toml(path) if path.exists() else {}
    mistakes = []
    for table, headings in values.items():
        columns = {column.name for column in TABLES[table].columns} if table in TABLES else set()
        if not columns or not isinstance(headings, dict):
            mistakes.append(f"{path}: [{table}] is no table; expected one of {', '.join(TABLES)}")
            continue
        mistakes += [f"{path}: [{table}] {wrong}" for wrong in _wrong_headings(headings, columns, table)]
    if mistakes:
        raise BadConfiguration(mistakes)
    return {table: {fold(own): name for own, name in headings.items()} for table, headings in values.items()}


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raise BadConfiguration where it is missing or none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadConfiguration([f"{path}: the file is missing; --config names the folder"]) from None
    except OSError as wrong:
        raise BadConfiguration([f"{path}: cannot be read ({wrong.strerror})"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadConfiguration([f"{path}: no readable TOML: {wrong}"]) from None


def _wrong_headings(headings: dict[str, Any], columns: set[str], table: str) -> list[str]:
    """Name own headings that stand for no column, and those that are the same but mean two."""
    wrong = [
        f"{own!r} stands for {name!r}, which is no column of {table}"
        for own, name in headings.items()
        if not isinstance(name, str) or name not in columns
    ]
    meanings: dict[str, str] = {}
    for own, name in headings.items():
        if meanings.setdefault(fold(own), name) != name:
            wrong.append(f"{own!r} stands twice, for {meanings[fold(own)]!r} and for {name!r}")
    return wrong


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """Return the line on which a setting stands, or its section, or 1."""
    names = [name for name in place if isinstance(name, str)]
    section, found = "", 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\]]+)\]", line):
            section = header.group(1).strip()
            found = number if section == ".".join(names[:-1] or names) or section == ".".join(names) else found
        key = re.match(r"\s*([\w-]+)\s*=", line)
        if key and names and key.group(1) == names[-1] and section == ".".join(names[:-1]):
            return number
    return found
