"""Say what was seen of one call: a status, or what happened instead of an answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import requests
import urllib3.exceptions


class Seen(StrEnum):
    """Name what can be seen beside a plain status."""

    NOT_TRIED = "not tried, for the calls before it got no answer"
    NOT_SIGNED_IN = "no token could be had"
    SIGN_IN_REFUSED = "the client id and secret were refused"
    SIGN_IN_NOT_PROMISED = "the answer to the call for a token is not the promised one"
    NAME_NOT_RESOLVED = "name not resolved"
    REFUSED = "connection refused"
    CONNECT_TIMEOUT = "connect timeout"
    TLS_FAILURE = "TLS failure"
    READ_TIMEOUT = "read timeout"
    LOST = "connection lost after sending"
    CUT_SHORT = "body cut short"
    TOTAL_TIME = "total time exceeded"
    AGREES = "an entry that agrees with what was sent"
    FOREIGN = "an entry of another person, name or date"
    NOT_PROMISED = "a success that is not the promised JSON"


NOT_REACHED = frozenset({Seen.NAME_NOT_RESOLVED, Seen.REFUSED, Seen.CONNECT_TIMEOUT, Seen.TLS_FAILURE})
NO_WHOLE_ANSWER = frozenset({Seen.READ_TIMEOUT, Seen.LOST, Seen.CUT_SHORT, Seen.TOTAL_TIME})
TRANSPORT = NOT_REACHED | NO_WHOLE_ANSWER


@dataclass(frozen=True, slots=True)
class Answer:
    """Carry what came back from one call.

    what         the status, or what was seen in place of a whole answer
    status       the status, also where the rest of the answer did not come
    body         what stands in the answer, unpacked; None where it was not read, or was larger than the limit
    retry_after  seconds that the other system wants us to wait
    """

    what: Seen | int
    status: int | None = None
    body: bytes | None = None
    retry_after: float | None = None


class Progress(Protocol):
    """How far a call had come when it went wrong."""

    started: bool
    sent: bool
    status: int | None

    def left(self) -> float:
        """Return the seconds that are left of the total time."""


_BEFORE_SENDING = (requests.ConnectTimeout, requests.exceptions.SSLError)
_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError)
_NAMED = (
    (urllib3.exceptions.NameResolutionError, Seen.NAME_NOT_RESOLVED),
    (urllib3.exceptions.NewConnectionError, Seen.REFUSED),
    (requests.exceptions.SSLError, Seen.TLS_FAILURE),
    (_TIMEOUTS, Seen.CONNECT_TIMEOUT),
)


def what_went_wrong(wrong: Exception, call: Progress) -> Seen:
    """Name what an exception of the libraries means; in doubt, the call may have arrived."""
    reason = _reason(wrong)
    if _nothing_left(wrong, reason, call):
        return next(
            (seen for kind, seen in _NAMED if isinstance(reason, kind) or isinstance(wrong, kind)), Seen.REFUSED
        )
    if call.left() <= 0:
        return Seen.TOTAL_TIME
    if isinstance(wrong, _TIMEOUTS):
        return Seen.READ_TIMEOUT
    return Seen.LOST if call.status is None else Seen.CUT_SHORT


def _reason(wrong: Exception) -> object:
    """Return what lies under an exception of requests."""
    return getattr(wrong.args[0], "reason", None) if wrong.args else None


def _nothing_left(wrong: Exception, reason: object, call: Progress) -> bool:
    """Tell whether surely no byte was sent.

    The watched connection knows. Where none was used, only failures that happen before sending count.
    """
    if call.started:
        return not call.sent
    before = isinstance(reason, urllib3.exceptions.NewConnectionError) or isinstance(wrong, _BEFORE_SENDING)
    return before and not call.sent and call.status is None
