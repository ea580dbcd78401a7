"""Watch the connection itself: until when a call may last, and whether anything of it has left.

A read timeout starts anew with every byte, so an answer that drips would never end. Here every single
reading of the socket, for the status line, a header, the size of a chunk or the body, waits no longer than
what is left of the call's total time. Looking up the name is the one part that cannot be cut off.
"""

import http.client
import io
import socket
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
import requests.adapters
import urllib3
import urllib3.connection
import urllib3.connectionpool
from requests.cookies import RequestsCookieJar

from sync.clients.target import Limits


@dataclass(slots=True)
class Call:
    """Follow one call, from the start of connecting to the last byte.

    started  a watched connection took it on
    sent     its first byte may have left
    status   as soon as the answer's headers were read
    """

    limits: Limits
    monotonic: Callable[[], float] = time.monotonic
    started: bool = False
    sent: bool = False
    status: int | None = None
    ends_at: float = float("inf")

    def start(self) -> None:
        """Let the total time run, from the first time on."""
        if not self.started:
            self.started = True
            self.ends_at = self.monotonic() + self.limits.total_s

    def left(self) -> float:
        """Return the seconds that are left of the total time."""
        return self.ends_at - self.monotonic()

    def patience(self) -> float:
        """Return how long the next reading or sending may wait; raise TimeoutError where the time is over."""
        left = self.left()
        if left <= 0:
            raise TimeoutError
        return min(self.limits.read_s, left)


CURRENT: ContextVar[Call] = ContextVar("CURRENT")


class _WatchedReader(io.RawIOBase):
    """Read a socket, each time with the patience that the call has left."""

    def __init__(self, sock: socket.socket, call: Call) -> None:
        self._sock, self._call = sock, call
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._call.patience())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _WatchedSocket:
    """Stand in for a socket where the answer makes its file from it."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        if mode != "rb":
            raise ValueError(mode)
        return io.BufferedReader(_WatchedReader(self._sock, CURRENT.get()))


class _WatchedAnswer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(_WatchedSocket(sock), *args, **named)  # type: ignore[arg-type]  # only makefile is used


class _Watched(http.client.HTTPConnection):
    response_class = _WatchedAnswer

    def connect(self) -> None:
        CURRENT.get().start()
        super().connect()

    def send(self, data: Any) -> None:
        call = CURRENT.get()
        call.start()
        if self.sock is None:
            self.connect()
        self.sock.settimeout(call.patience())
        call.sent = True
        super().send(data)


class _HttpConnection(_Watched, urllib3.connection.HTTPConnection):
    pass


class _HttpsConnection(_Watched, urllib3.connection.HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class Adapter(requests.adapters.HTTPAdapter):
    """Carry calls over watched connections; a caller waits for one that is free."""

    def __init__(self, senders: int) -> None:
        super().__init__(pool_connections=1, pool_maxsize=senders, pool_block=True)

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _NoCookies(RequestsCookieJar):
    def set_cookie(self, *args: Any, **named: Any) -> None:
        """Keep none: two threads share nothing but the connections."""


class Plain(requests.Session):
    """Send exactly what was asked for: no proxy or password of the environment, no cookie, no redirect."""

    def __init__(self, senders: int) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies = _NoCookies()
        self.mount("https://", Adapter(senders))
        self.mount("http://", Adapter(senders))

    def carry(self, asked: requests.Request, *, timeout: tuple[float, float]) -> requests.Response:
        """Send a request with the headers of the session; to merge in more takes as long as to send it."""
        asked.headers = {**self.headers, **asked.headers}
        return self.send(
            asked.prepare(), stream=True, allow_redirects=False, timeout=timeout, proxies={}, verify=self.verify
        )

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target, ever; requests would read the body of a redirect without any limit."""
