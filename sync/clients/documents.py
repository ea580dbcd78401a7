"""Read JSON as it was promised: UTF-8, and nothing that JSON does not have."""

import json
from typing import Any


class NotJson(ValueError):
    """A body is no JSON; `ends_early` where it is the beginning of one."""

    def __init__(self, *, ends_early: bool) -> None:
        super().__init__("ends early" if ends_early else "no JSON")
        self.ends_early = ends_early


def document_of(body: bytes) -> Any:
    """Read a body as JSON; raise NotJson."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except json.JSONDecodeError as wrong:
        begun = body[:1] in {b"{", b"["}
        at_the_end = wrong.pos >= len(wrong.doc.rstrip()) or wrong.msg.startswith("Unterminated")
        raise NotJson(ends_early=begun and at_the_end) from None
    except (ValueError, RecursionError):
        raise NotJson(ends_early=False) from None


def _refuse(name: str) -> None:
    raise ValueError(name)
