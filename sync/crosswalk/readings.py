"""Read beside each setting of rules.toml what its comment says: the question, the readings, the source."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_PARTS = re.compile(r"\b(Readings|Source|Default):")
_READING = re.compile(r"(\S+)\s+\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Said:
    """Carry what the comment above a setting says; blank where it says nothing of it.

    readings  what each value means
    """

    question: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


def said_of(text: str) -> dict[str, Said]:
    """Return what is said of each setting that has a comment, by its dotted name."""
    return {name: _said(" ".join(comment)) for name, comment in _commented(text) if comment}


def _commented(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each setting's dotted name with the lines of the comment above it, or above its section."""
    section, comment = "", list[str]()
    for line in map(str.strip, text.splitlines()):
        name = line.partition("=")[0].strip()
        if line.startswith("["):
            section = line.strip("[]") + "."
            continue
        if "=" in line and not line.startswith("#"):
            yield section + name, comment
        comment = [*comment, line.lstrip("# ")] if line.startswith("#") else []


def _said(comment: str) -> Said:
    question, *rest = _PARTS.split(comment)
    parts = {name: words.strip() for name, words in zip(rest[::2], rest[1::2], strict=True)}
    readings = {name: " ".join(words.split()) for name, words in _READING.findall(parts.get("Readings", ""))}
    return Said(question.strip().strip('"'), readings, parts.get("Source", ""))
