"""Talk to one system politely: few calls at once, signed in, bounded in time and size, redirects never followed.

Reads are tried again; a write is sent once, and what came of it is the caller's to judge.
"""

import base64
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Self

import requests
import urllib3.exceptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from sync.clients.breaker import Breaker
from sync.clients.documents import NotJson, document_of
from sync.clients.pause import Pause, seconds_of
from sync.clients.seen import TRANSPORT, Answer, Seen, what_went_wrong
from sync.clients.target import Edges, Target
from sync.clients.tokens import Tokens
from sync.clients.wire import CURRENT, Call, Plain
from sync.errors import ChangedInterface, Forbidden, SyncError, Unreachable

_PIECE = 64 * 1024
_TELLING = (400, 422)
_AGAIN = frozenset({429, 500, 502, 503, 504, Seen.NOT_SIGNED_IN, *TRANSPORT})
_NOT_LET_IN = frozenset({401, 403, Seen.SIGN_IN_REFUSED})


@dataclass(frozen=True, slots=True)
class _Asked:
    """One call as it goes out; `headers` without the token."""

    method: str
    path: str
    headers: Mapping[str, str]
    params: Mapping[str, str] | None = None
    body: bytes | None = None


class _Again(Exception):
    """A read got no answer that can be used; it may be asked again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.what)
        self.answer = answer


class Session:
    """Talk to one system; its methods may be called from many threads.

    `pause` and `breaker` may be shared with another session to the same system.
    """

    def __init__(
        self, target: Target, edges: Edges | None = None, *, pause: Pause | None = None, breaker: Breaker | None = None
    ) -> None:
        self.target, self.edges = target, edges or Edges()
        self.pause = pause or Pause(self.edges)
        self.breaker = breaker or Breaker(self.edges, target.limits)
        self._tokens = Tokens(self._fetch_token, self.edges.monotonic)
        self._plain = Plain(target.senders)
        self._plain.verify = str(target.ca_file) if target.ca_file else True
        self._plain.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "ims-sync"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_wrong: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._plain.close()

    def write(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body once and return what was seen; after a 401 the same bytes go out once more with a new token."""
        return self._signed_in(_Asked("POST", path, {"Content-Type": "application/json", **headers}, body=body))

    def read(self, path: str, params: Mapping[str, str], met: Callable[[Seen | int], None] | None = None) -> Any:
        """Return the JSON at a path, asked for again where that may help; `met` hears what each failed try saw.

        Raises Unreachable, ChangedInterface or Forbidden.
        """
        limits = self.target.limits
        tries = Retrying(
            retry=retry_if_exception_type(_Again), stop=stop_after_attempt(limits.tries), wait=self._wait,
            sleep=self.edges.sleep, reraise=True,
        )  # fmt: skip
        try:
            return tries(self._read_once, _Asked("GET", path, {}, params), met or _ignore)
        except _Again as last:
            raise self.wrong(Unreachable, f"GET {path}: {_words(last.answer)}, {limits.tries} times") from None

    def wrong(self, kind: type[SyncError], what: str) -> SyncError:
        """Return an error that names the system."""
        return kind(f"{self.target.name}: {what}")

    def _read_once(self, asked: _Asked, met: Callable[[Seen | int], None]) -> Any:
        answer = self._signed_in(asked)
        if answer.what == 200:
            return self._document(answer, asked, met)
        if answer.what in _AGAIN:
            met(answer.what)
            raise _Again(answer)
        raise self._final(answer, asked)

    def _document(self, answer: Answer, asked: _Asked, met: Callable[[Seen | int], None]) -> Any:
        if answer.body is None:
            most = self.target.limits.body_bytes
            raise self.wrong(ChangedInterface, f"GET {asked.path}: cannot be unpacked, or is larger than {most} bytes")
        try:
            return document_of(answer.body)
        except NotJson as wrong:
            if not wrong.ends_early:
                raise self.wrong(ChangedInterface, f"GET {asked.path}: the answer is no JSON") from None
        met(Seen.CUT_SHORT)
        raise _Again(Answer(Seen.CUT_SHORT, answer.status))

    def _final(self, answer: Answer, asked: _Asked) -> SyncError:
        what = f"GET {asked.path}: {_words(answer)}"
        if answer.what is Seen.NOT_TRIED:
            return self.wrong(Unreachable, what)
        return self.wrong(Forbidden if answer.what in _NOT_LET_IN else ChangedInterface, what)

    def _wait(self, state: RetryCallState) -> float:
        """Return the seconds before the next try of a read; after a 429 the pause does the waiting."""
        wrong = state.outcome.exception() if state.outcome else None
        if not isinstance(wrong, _Again) or wrong.answer.what == 429:
            return 0.0
        limits = self.target.limits
        longest = wait_exponential(multiplier=limits.backoff_s, max=limits.backoff_max_s)(state)
        return max(longest * (0.5 + self.edges.chance.random() / 2), wrong.answer.retry_after or 0.0)

    def _signed_in(self, asked: _Asked) -> Answer:
        token = self._tokens.bearer()
        answer = self._exchange(asked, token) if isinstance(token, str) else token
        if answer.what != 401 or not isinstance(token, str):
            return answer
        renewed = self._tokens.renew(token)
        return self._exchange(asked, renewed) if isinstance(renewed, str) else renewed

    def _fetch_token(self) -> Answer:
        known = self.target.credentials
        pair = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange(_Asked("POST", "/oauth/token", headers, body=b"grant_type=client_credentials"))

    def _exchange(self, asked: _Asked, token: str = "") -> Answer:
        """Make one call, when the pause is over and if the breaker lets it through."""
        self.pause.wait()
        if not self.breaker.admits():
            return Answer(Seen.NOT_TRIED, retry_after=self.breaker.left())
        answer = self._call(asked, {**asked.headers, "Authorization": f"Bearer {token}"} if token else asked.headers)
        if answer.what in TRANSPORT:
            self.breaker.lost()
        else:
            self.breaker.answered()
        return self._paused(answer) if answer.what == 429 else answer

    def _paused(self, answer: Answer) -> Answer:
        seconds = self.target.limits.pause_s if answer.retry_after is None else answer.retry_after
        self.pause.hold(seconds)
        return replace(answer, retry_after=seconds)

    def _call(self, asked: _Asked, headers: Mapping[str, str]) -> Answer:
        limits = self.target.limits
        call = Call(limits, self.edges.monotonic)
        place = CURRENT.set(call)
        try:
            response = self._plain.carry(
                requests.Request(
                    asked.method, self.target.url.rstrip("/") + asked.path, params=asked.params, data=asked.body,
                    headers=dict(headers),
                ),
                timeout=(min(limits.connect_s, limits.total_s), limits.read_s),
            )  # fmt: skip
            with closing(response):
                return self._answer(response, call)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as wrong:
            return Answer(what_went_wrong(wrong, call), call.status)
        finally:
            CURRENT.reset(place)

    def _answer(self, response: requests.Response, call: Call) -> Answer:
        """Read the body where it says something: of a success, and of a refusal in the target's own words."""
        call.status = status = response.status_code
        named = seconds_of(response.headers.get("Retry-After"), self.edges.wall())
        wait = None if named is None else min(named, self.target.limits.pause_max_s)
        telling = 200 <= status < 300 or status in _TELLING
        body = _bounded(response.raw, self.target.limits.body_bytes) if telling else None
        return Answer(status, status, body, wait)


def _bounded(raw: urllib3.BaseHTTPResponse, most: int) -> bytes | None:
    """Read a body to its end, unpacked; None if it is larger than the limit or cannot be unpacked."""
    body = bytearray()
    try:
        while len(body) <= most and (piece := raw.read1(_PIECE, decode_content=True)):
            body += piece
    except urllib3.exceptions.DecodeError:
        return None
    return bytes(body) if len(body) <= most else None


def _words(answer: Answer) -> str:
    return str(answer.what) if isinstance(answer.what, Seen) else f"status {answer.what}"


def _ignore(_seen: Seen | int) -> None:
    pass
