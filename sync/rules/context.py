"""Bring together what every rule asks: tables, crosswalk, settings, the day, and who is who."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sync.crosswalk import Crosswalk
from sync.model import RuleSettings
from sync.rules.answers import Answers
from sync.rules.enrollments import Enrolled
from sync.rules.entries import Entries


@dataclass(frozen=True, slots=True)
class Context:
    """Carry the facts of one decision; `people` as `sync.rules.people.people` returns it."""

    frames: Mapping[str, pl.DataFrame]
    crosswalk: Crosswalk
    settings: RuleSettings
    as_of: date
    people: pl.DataFrame
    answers: Answers
    entries: Entries
    enrolled: Enrolled
