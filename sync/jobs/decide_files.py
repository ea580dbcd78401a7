"""Decide about a folder of exports: read, decide, write; no database, no network."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from sync.crosswalk import Crosswalk, load
from sync.decide import Workings, lines_of, unused_answers, work_out
from sync.errors import BadConfiguration
from sync.model import RuleSettings
from sync.settings import read_headings, read_rule_settings
from sync.summary import Summary, summarise
from sync.tables import Tables, read_folder
from sync.tables.headings import Headings

T = TypeVar("T")
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Carry what config/ says, read once and checked as a whole."""

    crosswalk: Crosswalk
    rules: RuleSettings
    headings: Headings


@dataclass(frozen=True, slots=True)
class Decided:
    """Carry the answer of one decision and what was read for it."""

    tables: Tables
    worked: Workings
    lines: pl.DataFrame
    summary: Summary


def read_configuration(folder: Path) -> Configuration:
    """Read config/; raise BadConfiguration with every mistake by file and line."""
    mistakes: list[str] = []
    rules = _gathered(mistakes, lambda: read_rule_settings(folder)) or RuleSettings()
    headings = _gathered(mistakes, lambda: read_headings(folder))
    crosswalk = _gathered(mistakes, lambda: load(folder / "crosswalk", rules.components.known))
    if crosswalk and rules.contracts.enforced and not crosswalk.has_contracts:
        where = folder / "crosswalk" / "contracts.csv"
        mistakes.append(f"{where}: no row, but contracts.enforced is true: nothing could be entered")
    if mistakes or crosswalk is None or headings is None:
        raise BadConfiguration(mistakes)
    return Configuration(crosswalk, rules, headings)


def _gathered(mistakes: list[str], read: Callable[[], T]) -> T | None:
    """Return what was read; keep its mistakes instead, so that those of the other files are named too."""
    try:
        return read()
    except BadConfiguration as wrong:
        mistakes += wrong.mistakes
        return None


def decide_folder(folder: Path, configuration: Configuration, as_of: date, *, tell: Tell) -> Decided:
    """Read a folder of exports and decide about every item in it."""
    tables = read_folder(folder, configuration.headings, tell=tell)
    tell("deciding", 0, 0)
    worked = work_out(
        tables.frames,
        tables.superseded["customers"],
        crosswalk=configuration.crosswalk,
        settings=configuration.rules,
        as_of=as_of,
    )
    lines = lines_of(worked)
    tables = tables.rejecting("choices", unused_answers(worked, lines))
    return Decided(tables, worked, lines, summarise(lines))
