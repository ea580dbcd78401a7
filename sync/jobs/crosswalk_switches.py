"""Show the settings that have readings, and put another reading on the road of every change: a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from sync.crosswalk.edit import setting_changed
from sync.crosswalk.readings import Said, said_of
from sync.crosswalk.texts import RULES, Files
from sync.errors import WrongCall
from sync.jobs.compare import with_setting
from sync.jobs.crosswalk_drafts import configuration_of
from sync.jobs.crosswalk_edits import On, Words, edit
from sync.jobs.service import Service
from sync.store.crosswalk_versions import Draft

_YES_NO = ("false", "true")


@dataclass(frozen=True, slots=True)
class Switch:
    """Carry a setting with how it is read now, and how it could be.

    readings  none: any whole number
    """

    name: str
    value: str
    readings: tuple[str, ...]
    said: Said

    @property
    def others(self) -> list[str]:
        """Return the readings that it could have instead."""
        return [reading for reading in self.readings if reading != self.value]


def switches(files: Files) -> list[Switch]:
    """Return every setting of files that has readings, in the order of the rule book."""
    rules = configuration_of(files).rules
    said = said_of(files[RULES])
    return [
        Switch(name, _told(value), readings, said.get(name, Said()))
        for name, value in _values(rules).items()
        if (readings := _readings(value)) is not None
    ]


def put_switch(service: Service, on: On, setting: str, *, words: Words) -> Draft:
    """Keep a setting, given as NAME=VALUE, read otherwise in a draft; raise WrongCall where it has no such reading."""
    name = setting.partition("=")[0].strip()

    def make(files: Files) -> Files:
        configuration = configuration_of(files)
        there = _values(configuration.rules).get(name)
        if there is None or _readings(there) is None:
            raise WrongCall("there is no such setting", "Choose one of the page.")
        other = _values(with_setting(configuration, setting).rules)[name]
        return setting_changed(files, name, str(other) if isinstance(other, StrEnum) else other)

    return edit(service, on, words, make=make)


def _values(rules: BaseModel, before: str = "") -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name in type(rules).model_fields:
        value = getattr(rules, name)
        found |= _values(value, f"{before}{name}.") if isinstance(value, BaseModel) else {before + name: value}
    return found


def _readings(value: object) -> tuple[str, ...] | None:
    """Return the readings of a value of this kind, none for a number; None where it is no switch."""
    if isinstance(value, bool):
        return _YES_NO
    if isinstance(value, StrEnum):
        return tuple(map(str, type(value)))
    return () if isinstance(value, int) else None


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
