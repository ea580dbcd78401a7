"""Carry one call to a pretended system and its answer, without any network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

Clock = Callable[[], datetime]
Document = dict[str, Any]
_CURSOR = "after-"


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: `key` is its Idempotency-Key, blank if it has none."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a call."""

    status: int
    document: Document


class System(Protocol):
    """A pretended system."""

    def answer(self, asked: Asked) -> Told:
        """Answer one call."""


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)


def instant_text(moment: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def refusal(status: int, message: str) -> Told:
    """Return an answer that refuses, in words."""
    return Told(status, {"message": message})


def page(items: Sequence[Document], query: Mapping[str, str], as_of: datetime) -> Told:
    """Return one page of a list; the cursor is a place in it, so rows that move may come twice or not at all."""
    start, limit = query.get("cursor", f"{_CURSOR}0").removeprefix(_CURSOR), query.get("limit", "500")
    if not (start.isdecimal() and limit.isdecimal() and int(limit) > 0):
        return refusal(400, "cursor or limit cannot be read")
    end = int(start) + int(limit)
    cursor = f"{_CURSOR}{end}" if end < len(items) else None
    return Told(
        200,
        {"items": list(items[int(start) : end]), "next_cursor": cursor, "total": len(items),
         "as_of": instant_text(as_of)},
    )  # fmt: skip
