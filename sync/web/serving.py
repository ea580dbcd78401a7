"""Serve the pages until somebody ends it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore

from sync.errors import WrongCall
from sync.settings import WebSettings

_THREADS = 8
_ANSWERS_S = 4
"""What is being answered has so long at the end, what is answered and not sent yet `_UNSENT_S`: less than the grace."""
_UNSENT_S = 2.0
_LOOK_S = 1.0


@contextmanager
def serving(app: Flask, web: WebSettings) -> Iterator[int]:
    """Serve while the block runs; yield the port. Raises WrongCall where the port is taken.

    With a proxy its word on who calls is taken, and that of nobody else. Who is being answered when the block ends is
    answered still; who only keeps a connection open is not waited for.
    """
    behind: dict[str, Any] = {
        "trusted_proxy": web.proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}
    } if web.proxy else {}  # fmt: skip
    open_sockets: dict[int, Any] = {}
    server = create_server(
        app, open_sockets, sockets=[_listening(web)], threads=_THREADS, ident=None,
        clear_untrusted_proxy_headers=True, **behind
    )  # fmt: skip
    ended = threading.Event()
    thread = threading.Thread(target=_carry, args=(server, open_sockets, ended), name="web", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.task_dispatcher.shutdown(timeout=_ANSWERS_S)
        ended.set()
        server.pull_trigger()
        thread.join(_UNSENT_S + _LOOK_S)
        # Not before its thread has ended: waitress breaks if what it waits for is closed by another.
        for one in list(server.active_channels.values()):
            one.handle_close()
        wasyncore.close_all(open_sockets)


def _carry(server: Any, open_sockets: dict[int, Any], ended: threading.Event) -> None:
    """Carry what comes to those who answer, and the answers back; at the end what is not sent yet."""
    while not ended.is_set():
        wasyncore.loop(_LOOK_S, map=open_sockets, count=1)
    until = time.monotonic() + _UNSENT_S
    while time.monotonic() < until and any(one.total_outbufs_len for one in server.active_channels.values()):
        wasyncore.loop(_LOOK_S, map=open_sockets, count=1)


def _listening(web: WebSettings) -> socket.socket:
    """Listen in one place, also where `localhost` is two: waitress would serve both, and could not say which port."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family)
    except OSError as wrong:
        what = f"the pages cannot be served on port {web.port} ({wrong.strerror})"
        raise WrongCall(what, "Name another with --port or [web] port.") from None
