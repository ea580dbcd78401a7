"""Answer calls for a pretended system as its door does: sign-in, faults, and a record of every call."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qsl

from sync.pretend.asked import Asked, Document, System, Told, refusal
from sync.pretend.faults import Act, Door, Fault, Faults

_TOKEN_PATH = "/oauth/token"  # noqa: S105  # a path
WAIT_S = 1
_OTHER: dict[Act, Document] = {
    Act.OTHER_PERSON: {"job_seeker_id": "DEMO-J-OTHER"},
    Act.OTHER_NAME: {"name": "Another Component"},
    Act.OTHER_DATE: {"date": "1999-12-31"},
    Act.NO_ENTRY_ID: {"entry_id": None},
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: `act` says how its delivery goes wrong, None if it goes well."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    act: Act | None = None


@dataclass(slots=True)
class Desk:
    """Let in who signs in, ask the system, and spoil the answer where a fault is drawn.

    calls  (method, path, status) of every call; the status is None where no answer was given
    """

    system: System
    faults: Faults | None = None
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    token_s: int = 3600
    client_id: str = "demo"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    calls: list[tuple[str, str, int | None]] = field(default_factory=list)
    _tokens: dict[str, float] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def revoke_tokens(self) -> None:
        """Let no token that was given out be good any longer."""
        with self._lock:
            self._tokens.clear()

    def reply(self, asked: Asked, authorization: str) -> Reply:
        """Answer one call and record it."""
        made = self._reply(asked, authorization)
        silent = made.act in {Act.RESET, Act.SILENCE, Act.DRIP_HEADERS}
        with self._lock:
            self.calls.append((asked.method, asked.path, None if silent else made.status))
        return made

    def _reply(self, asked: Asked, authorization: str) -> Reply:
        signs_in = asked.path == _TOKEN_PATH
        if not signs_in and not self._lets_in(authorization):
            return _plain(refusal(401, "no valid token"))
        fault = self._fault(asked)
        if fault and not fault.after:
            return self._spoiled(refusal(fault.status or 200, "a fault was asked for"), fault, asked)
        told = self._sign_in(asked, authorization) if signs_in else self.system.answer(asked)
        return self._spoiled(told, fault, asked) if fault else _plain(told)

    def _fault(self, asked: Asked) -> Fault | None:
        if self.faults is None:
            return None
        if asked.path == _TOKEN_PATH:
            return self.faults.draw(Door.SIGN_IN, "")
        if asked.method == "POST":
            return self.faults.draw(Door.WRITE, asked.key)
        return self.faults.draw(Door.LIST, f"{asked.path}?{sorted(asked.query.items())}")

    def _lets_in(self, authorization: str) -> bool:
        token = authorization.removeprefix("Bearer ")
        with self._lock:
            return self.monotonic() < self._tokens.get(token, float("-inf"))

    def _sign_in(self, asked: Asked, authorization: str) -> Told:
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if authorization != f"Basic {pair}":
            return Told(401, {"error": "invalid_client"})
        if dict(parse_qsl(asked.body.decode("ascii", "replace"))) != {"grant_type": "client_credentials"}:
            return Told(400, {"error": "unsupported_grant_type"})
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._tokens[token] = self.monotonic() + self.token_s
        return Told(200, {"access_token": token, "token_type": "Bearer", "expires_in": self.token_s})

    def _spoiled(self, told: Told, fault: Fault, asked: Asked) -> Reply:
        status, act = fault.status or told.status, fault.act
        if act is Act.NOT_JSON:
            return Reply(201 if asked.method == "POST" else 200, b"<html>Welcome</html>", act=act)
        headers = {}
        if 300 <= status < 400:
            headers["Location"] = "/elsewhere"
        if act in {Act.WAIT_SECONDS, Act.WAIT_DATE}:
            date = formatdate(self.wall() + WAIT_S, usegmt=True)
            headers["Retry-After"] = str(WAIT_S) if act is Act.WAIT_SECONDS else date
        document = told.document if act is not Act.STATUS else refusal(status, "a fault was asked for").document
        return Reply(status, _as_json(self._other(document, act, asked)), headers, act)

    def _other(self, document: Document, act: Act, asked: Asked) -> Document:
        """Return the document with what the act puts in its place."""
        if act in _OTHER:
            return {**document, **_OTHER[act]}
        if "items" not in document:
            return document
        if act is Act.REPEATED_PAGE:
            first = Asked(asked.method, asked.path, {**asked.query, "cursor": "after-0"})
            return {**document, "items": self.system.answer(first).document["items"]}
        changes: dict[Act, Document] = {
            Act.MISSED_ROW: {"items": document["items"][:-1]},
            Act.TOTAL_CHANGED: {"total": document["total"] + 1},
            Act.CURSOR_LOOP: {"next_cursor": asked.query.get("cursor", "after-0")},
        }
        return {**document, **changes.get(act, {})}


def _plain(told: Told) -> Reply:
    return Reply(told.status, _as_json(told.document))


def _as_json(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8")
