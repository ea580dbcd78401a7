"""Read the settings in config/ once: frozen, typed, every mistake named by file and key."""

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
    values = {name: value for name, value in _toml(path).items() if name != "doc"}
    try:
        return RuleSettings.model_validate(values)
    except ValidationError as wrong:
        mistakes = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']} ({_ADVICE})" for one in wrong.errors()]
        raise BadConfiguration(mistakes) from None


def read_headings(config: Path) -> dict[str, dict[str, str]]:
    """Read columns.toml: for each table an agency's own heading (folded) → the canonical one."""
    path = config / "columns.toml"
    values = _toml(path) if path.exists() else {}
    mistakes = []
    for table, headings in values.items():
        columns = {column.name for column in TABLES[table].columns} if table in TABLES else set()
        if not columns or not isinstance(headings, dict):
            mistakes.append(f"{path}: [{table}] is no table; expected one of {', '.join(TABLES)}")
            continue
        mistakes += [
            f"{path}: [{table}] {own!r} stands for {name!r}, which is no column of {table}"
            for own, name in headings.items()
            if name not in columns
        ]
    if mistakes:
        raise BadConfiguration(mistakes)
    return {table: {fold(own): name for own, name in headings.items()} for table, headings in values.items()}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadConfiguration([f"{path}: the file is missing"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadConfiguration([f"{path}: no readable TOML: {wrong}"]) from None
