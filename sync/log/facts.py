"""List the facts that may leave in a log line, an alert or a mail, and what each must look like; nothing else leaves.

A fact that is not listed, or whose value does not fit, is replaced by a mark that names the fact alone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

WITHHELD: Final = "withheld"
"""How the mark begins that stands in place of what may not leave."""

Fits = Callable[[object], bool]
_EVENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MOST = 10**12


@dataclass(frozen=True, slots=True)
class Fact:
    """Name a fact and say what it is; `fits` tells whether a value may be one."""

    name: str
    what: str
    fits: Fits


def _text(pattern: str) -> Fits:
    known = re.compile(pattern)
    return lambda value: isinstance(value, str) and known.fullmatch(value) is not None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST


_SLUG = _text("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORDS = _text("[a-z][a-z0-9]*([ -][a-z0-9]+)*")
_COUNTED = {
    "new": "rows that were not there before",
    "changed": "rows that are not as before",
    "gone": "rows that are gone",
    "unchanged": "rows that are as before",
    "whole_scopes": "months of providers read back as a whole",
    "lines": "lines of a plan",
    "enter": "lines to be entered",
    "hold": "lines that wait",
    "flag": "lines that need a person",
    "no_entry": "lines that are rightly not entered",
    "sent": "entries that were sent",
    "pushed": "entries that were written",
    "confirmed": "entries that a read-back shows",
    "again": "lines to be sent again",
    "to_look_at": "lines that a person has to look at",
    "refused": "lines that the target refused",
    "flagged": "lines of the ledger that need a person",
    "unclear": "lines that may be written or not",
    "waiting": "lines still to be sent",
    "grave": "mismatches that are more than a note",
    "listed": "lines on a worklist",
    "keyed": "lines that a person says they keyed",
    "count": "how often",
    "settled": "lines that a read-back settled",
    "then": "lines counted in the past",
    "now": "lines counted now",
}
FACTS: Final[Mapping[str, Fact]] = {
    fact.name: fact
    for fact in (
        *(Fact(name, what, _whole) for name, what in _COUNTED.items()),
        Fact("run", "the number of a run", _whole),
        Fact("parent", "the number of the run that it is a part of", _whole),
        Fact("plan", "the number of a plan", _whole),
        Fact("tries", "which try it was", _whole),
        Fact("status", "a status of HTTP", lambda value: _whole(value) and 100 <= int(str(value)) <= 599),
        Fact("port", "a port of this machine", _whole),
        Fact("seconds", "a duration", _number),
        Fact("retry_after", "how long the target wants us to wait, in seconds", _number),
        Fact("share_then", "a share in the past, as a fraction", _number),
        Fact("share_now", "a share now, as a fraction", _number),
        Fact("job", "the name of a job", _WORDS),
        Fact("state", "how a run or a line stands", _SLUG),
        Fact("meaning", "what an answer means", _SLUG),
        Fact("seen", "what was seen of an answer", _text("[a-z]+(_[a-z]+)*")),
        Fact("cause", "the cause of an alert", _SLUG),
        Fact("subject", "a job, or a program or provider of the crosswalk", _text(r"[A-Za-z0-9][\w .,&'()/+-]{0,99}")),
        Fact("kind", "whether an alert is new, repeated or over", _SLUG),
        Fact("channel", "a way on which alerts go out", _SLUG),
        Fact("decision", "a decision", _SLUG),
        Fact("level", "how grave", _SLUG),
        Fact("line", "the id of a line", _text(r"[a-z]+:[A-Za-z0-9._-]{1,80}(:\d{4}-\d{2})?")),
        Fact("digest", "a digest, or how it begins", _text("[0-9a-f]{12,64}")),
        Fact("error", "the class of an error", _text("[A-Z][A-Za-z0-9]{1,60}")),
        Fact("place", "file and line of our own code", _text(r"[a-z0-9_/]{1,80}\.py:\d{1,5}")),
        Fact("logger", "which library has logged something", _text(r"[A-Za-z0-9_.-]{1,80}")),
        Fact("at", "the instant", _text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")),
    )
}  # fmt: skip


def listed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts that may leave; what is not known (None) is left out, what may not leave becomes a mark."""
    return {
        name if name in FACTS else WITHHELD: value if _leaves(name, value) else _mark(name)
        for name, value in facts.items()
        if value is not None
    }


def event_name(event: object) -> str:
    """Return the name of an event if it is one."""
    return event if isinstance(event, str) and _EVENT.fullmatch(event) else f"{WITHHELD}_event"


def figures_of(counts: Mapping[str, Any]) -> dict[str, int]:
    """Return the figures of a job that may leave, those by decision among them."""
    decisions = {str(name).replace("-", "_"): count for name, count in (counts.get("by_decision") or {}).items()}
    return {name: count for name, count in {**counts, **decisions}.items() if name in _COUNTED and _whole(count)}


def _leaves(name: str, value: object) -> bool:
    return name in FACTS and FACTS[name].fits(value)


def _mark(name: str) -> str:
    """Name the fact, so that its author finds it; a name that is none could be a value by itself."""
    return f"{WITHHELD} {name}" if re.fullmatch("[a-z_]{1,30}", name) else WITHHELD
