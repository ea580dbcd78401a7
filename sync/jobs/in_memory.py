"""Talk to a pretended iMatchSkills in this process, without any network; the power may fail on the way."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sync.clients import Credentials, ImsGateway, Session, Target
from sync.clients.seen import Answer, Seen
from sync.errors import ChangedInterface
from sync.pretend.asked import Asked, System

_NOWHERE = Target("the pretended iMatchSkills", "https://pretended.invalid", Credentials("", ""))


class PowerCut(BaseException):
    """The power went off: whatever was under way ends where it is, and nobody writes down how."""


class _InMemory(Session):
    """Hand calls to a system in this process; after so many writes the power fails before the answer arrives."""

    def __init__(self, system: System, power_cut_after: int | None) -> None:
        super().__init__(_NOWHERE)
        self._system, self._left = system, power_cut_after

    def write(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Write, and return the answer, unless the power fails in between."""
        told = self._system.answer(Asked("POST", path, {}, headers["Idempotency-Key"], body))
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise PowerCut
        return Answer(told.status, told.status, json.dumps(told.document).encode())

    def read(self, path: str, params: Mapping[str, str], met: Callable[[Seen | int], None] | None = None) -> Any:  # noqa: ARG002 - nothing fails here
        """Return what stands there."""
        told = self._system.answer(Asked("GET", path, params))
        if told.status != 200:
            raise self.wrong(ChangedInterface, f"GET {path}: status {told.status}")
        return told.document


def gateway_to(system: System, *, power_cut_after: int | None = None) -> ImsGateway:
    """Return a gateway to a system in this process."""
    return ImsGateway(_InMemory(system, power_cut_after))
