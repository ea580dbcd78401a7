"""Serve the pages until somebody ends it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore

from sync.errors import WrongCall
from sync.settings import WebSettings

_THREADS = 8


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
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        server.task_dispatcher.shutdown()
        # Within its own thread, where nothing waits: waitress breaks if another closes the sockets that it waits for.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(open_sockets))
        thread.join(5)


def _listening(web: WebSettings) -> socket.socket:
    """Listen in one place, also where `localhost` is two: waitress would serve both, and could not say which port."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family)
    except OSError as wrong:
        what = f"the pages cannot be served on port {web.port} ({wrong.strerror})"
        raise WrongCall(what, "Name another with --port or [web] port.") from None
