"""Keep the access token, one for all threads."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sync.clients.seen import TRANSPORT, Answer, Seen

_EARLY_S, _EARLY_SHARE = 60.0, 0.1
_REFUSED = (400, 401, 403)
_PASSED_ON = (429, Seen.NOT_TRIED)
_LATER = (500, 502, 503, 504, *TRANSPORT)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    seconds: float


class Tokens:
    """Hand out the token until shortly before it expires, and fetch the next one once.

    Where none can be had, the answer that says why comes in its place.
    """

    def __init__(self, fetch: Callable[[], Answer], monotonic: Callable[[], float]) -> None:
        self._fetch, self._monotonic = fetch, monotonic
        self._lock = threading.Lock()
        self._text = ""
        self._ends_at = float("-inf")

    def bearer(self) -> str | Answer:
        """Return a token that is good by our clock."""
        with self._lock:
            return self._held() or self._next()

    def renew(self, refused: str) -> str | Answer:
        """Return another token than the one refused; of many threads with the same one, the first fetches."""
        with self._lock:
            if self._text == refused:
                self._text = ""
            return self._held() or self._next()

    def _held(self) -> str:
        return self._text if self._monotonic() < self._ends_at else ""

    def _next(self) -> str | Answer:
        asked_at = self._monotonic()
        answer = self._fetch()
        token = _token_of(answer)
        if token is None:
            return Answer(_trouble(answer), retry_after=answer.retry_after)
        self._text = token.text
        self._ends_at = asked_at + token.seconds - min(_EARLY_S, token.seconds * _EARLY_SHARE)
        return token.text


def _token_of(answer: Answer) -> _Token | None:
    if answer.what != 200 or answer.body is None:
        return None
    try:
        told = json.loads(answer.body.decode("utf-8"))
        text, kind, seconds = told["access_token"], told["token_type"], told["expires_in"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(text, str) or not re.fullmatch("[!-~]+", text) or str(kind).casefold() != "bearer":
        return None
    return _Token(text, float(seconds)) if type(seconds) in {int, float} and 0 < seconds < 10**9 else None


def _trouble(answer: Answer) -> Seen | int:
    if answer.what in _PASSED_ON:
        return answer.what
    if answer.what in _LATER:
        return Seen.NOT_SIGNED_IN
    return Seen.SIGN_IN_REFUSED if answer.what in _REFUSED else Seen.SIGN_IN_NOT_PROMISED
