"""Decide what is due to be told of an alert, and put it into words; ids and figures alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sync.alerts.causes import CAUSES, Cause

_REMINDS_AFTER = timedelta(days=1)


class Kind(StrEnum):
    """What is told of an alert."""

    NEW = "new"
    AGAIN = "again"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Carry what is told: of which alert what, since when, and how often it was raised."""

    kind: Kind
    cause: Cause
    subject: str
    facts: Mapping[str, Any]
    first_at: datetime
    last_at: datetime
    count: int

    @property
    def grave(self) -> bool:
        """Tell whether it cannot wait until the morning."""
        return CAUSES[self.cause].grave and self.kind is not Kind.OVER


def kind_due(told: Mapping[str, Any], count: int, *, closed: bool, now: datetime) -> Kind | None:
    """Say what is due on a channel; None if nothing is.

    told   what was told there last: `at`, `count`, `kind`; empty for nothing
    count  how often the alert was raised by now
    An alert that closed before anything was told of it is not told of at all.
    """
    if not told:
        return None if closed else Kind.NEW
    if closed:
        return None if told["kind"] == Kind.OVER else Kind.OVER
    rested = now - datetime.fromisoformat(told["at"]) >= _REMINDS_AFTER
    return Kind.AGAIN if rested and count > told["count"] else None


def text_of(notice: Notice) -> str:
    """Return a notice as a person reads it."""
    about = CAUSES[notice.cause]
    often = f"{notice.count} times, last {_when(notice.last_at)}" if notice.count > 1 else "once"
    figures = ", ".join(f"{name.replace('_', ' ')} {figure}" for name, figure in notice.facts.items())
    over = notice.kind is Kind.OVER
    lines = [
        f"{'Over: ' if over else ''}{about.words.format(subject=notice.subject)}",
        f"  Since {_when(notice.first_at)}, {often}.",
        *([f"  {figures}"] if figures else []),
        f"  What to do: {'nothing more' if over else about.act}",
    ]
    return "\n".join(lines)


def document_of(notice: Notice) -> dict[str, Any]:
    """Return a notice as a line of JSON has it."""
    about = CAUSES[notice.cause]
    return {
        "kind": notice.kind, "cause": notice.cause, "subject": notice.subject, "grave": notice.grave,
        "since": notice.first_at.isoformat(), "last": notice.last_at.isoformat(), "count": notice.count,
        "what": about.words.format(subject=notice.subject), "do": about.act, "facts": dict(notice.facts),
    }  # fmt: skip


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M %Z}"
