"""Serve a pretended system over real HTTP on this machine alone, with sockets that can really be cut."""

import gzip
import http
import ipaddress
import socket
import socketserver
import ssl
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sync.errors import WrongCall
from sync.pretend.asked import Asked
from sync.pretend.desk import Desk, Reply
from sync.pretend.faults import Act

_DRIP_S = 0.01
_LARGE = 64 * 1024**2
_PIECE = b" " * 64 * 1024
_BODY_AT_MOST = 1024**2
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Served:
    """Where a pretended system is, and its desk: the calls it got, and what to sign in with.

    connections  how many were accepted so far
    """

    url: str
    desk: Desk
    connections: Callable[[], int]


@contextmanager
def serve(desk: Desk, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Serve until the block ends; every connection is closed by then.

    Raises WrongCall for any host but this machine, and what the serving itself broke on.
    """
    if not ipaddress.ip_address(host).is_loopback:
        raise WrongCall(f"{host}: pretended systems are served on this machine alone")
    server = _Server((host, port), desk, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="pretend")
    thread.start()
    try:
        address = f"{'https' if tls else 'http'}://{host}:{server.server_address[1]}"
        yield Served(address, desk, lambda: server.accepted)
    finally:
        server.shutdown()
        thread.join()
        server.cut_all()
        server.server_close()
    if server.broken:
        raise server.broken[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], desk: Desk, tls: ssl.SSLContext | None) -> None:
        self.desk, self._tls = desk, tls
        self.stopping = threading.Event()
        self.accepted = 0
        self.broken: list[BaseException] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Conversation)

    def server_bind(self) -> None:
        # the usual way asks for the machine's full name, which may take seconds
        socketserver.TCPServer.server_bind(self)

    def get_request(self) -> tuple[socket.socket, Any]:
        sock, address = super().get_request()
        if self._tls:
            sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self.accepted += 1
            self._open.add(sock)
        return sock, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        """Let every connection end, so that no thread waits for its next call."""
        self.stopping.set()
        with self._lock:
            still_open = list(self._open)
        for sock in still_open:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        wrong = sys.exc_info()[1]
        if wrong and not isinstance(wrong, OSError):
            self.broken.append(wrong)


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:  # http.server calls it so
        self._reply()

    do_POST = do_GET  # noqa: N815  # http.server calls it so

    def log_message(self, *_words: Any) -> None:
        pass

    def _reply(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _BODY_AT_MOST:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        asked = Asked(
            self.command, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)),
            self.headers.get("Idempotency-Key") or "", self.rfile.read(length),
        )  # fmt: skip
        reply = self.server.desk.reply(asked, self.headers.get("Authorization") or "")
        deliveries = {
            Act.RESET: self._reset, Act.SILENCE: self._stay_silent, Act.CUT_SHORT: self._cut_short,
            Act.DRIP: self._drip, Act.DRIP_HEADERS: self._drip_headers, Act.LARGE: self._pour, Act.BOMB: self._bomb,
        }  # fmt: skip
        deliver = deliveries.get(reply.act) if reply.act else None
        if deliver is None:
            self.wfile.write(_head(reply, len(reply.body)) + reply.body)
            return
        self.close_connection = True
        deliver(reply)

    def _reset(self, _reply: Reply) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def _stay_silent(self, _reply: Reply) -> None:
        self.rfile.read(1)  # ends when the other side gives up

    def _cut_short(self, reply: Reply) -> None:
        self.wfile.write(_head(reply, len(reply.body)) + reply.body[: len(reply.body) // 2])

    def _drip(self, reply: Reply) -> None:
        self.wfile.write(_head(reply, len(reply.body) + _LARGE))
        self._one_by_one(reply.body + _PIECE)

    def _drip_headers(self, reply: Reply) -> None:
        self._one_by_one(_head(reply, len(reply.body))[:-4] + b"\r\nX-Drip: " + b"." * len(_PIECE))

    def _one_by_one(self, raw: bytes) -> None:
        for place in range(len(raw)):
            if self.server.stopping.wait(_DRIP_S):
                return
            self.wfile.write(raw[place : place + 1])

    def _pour(self, reply: Reply) -> None:
        self.wfile.write(_head(reply, _LARGE))
        for _ in range(_LARGE // len(_PIECE)):
            self.wfile.write(_PIECE)

    def _bomb(self, reply: Reply) -> None:
        packed = gzip.compress(_PIECE * 64)
        self.wfile.write(_head(reply, len(packed), "Content-Encoding: gzip") + packed)


def _head(reply: Reply, length: int, *more: str) -> bytes:
    """Write the status line and the headers, up to the empty line."""
    lines = [
        f"HTTP/1.1 {reply.status} {http.HTTPStatus(reply.status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        *(f"{name}: {text}" for name, text in reply.headers.items()),
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")
