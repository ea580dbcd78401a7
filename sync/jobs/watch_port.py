"""Serve the figures and whether the service lives and is ready, on a port of its own."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client.exposition import choose_encoder

from sync.errors import SyncError, WrongCall
from sync.jobs.figures import registry
from sync.jobs.service import Service
from sync.log import facts_of, log
from sync.store import schema_is_current

_PATIENCE_S = 5


class _Page(NamedTuple):
    status: HTTPStatus
    kind: str
    body: bytes


def watch_app(service: Service) -> WSGIApplication:
    """Return a WSGI application with /metrics, /healthz and /readyz; pages may mount it."""
    figures = registry(service)
    pages: dict[str, Callable[[str], _Page]] = {
        "/metrics": lambda accepts: _metrics(figures, accepts),
        "/healthz": lambda _: _Page(HTTPStatus.OK, "application/json", b'{"alive": true}\n'),
        "/readyz": lambda _: _readiness(service),
    }

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = _answer(pages, environ)
        headers = [
            ("Content-Type", page.kind), ("Content-Length", str(len(page.body))), ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]  # fmt: skip
        start_response(f"{page.status.value} {page.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]

    return app


def _answer(pages: dict[str, Callable[[str], _Page]], environ: WSGIEnvironment) -> _Page:
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _words(HTTPStatus.METHOD_NOT_ALLOWED, "only GET")
    page = pages.get(environ.get("PATH_INFO", ""))
    if page is None:
        return _words(HTTPStatus.NOT_FOUND, f"there are {', '.join(pages)}")
    try:
        return page(environ.get("HTTP_ACCEPT", ""))
    except SyncError as wrong:
        log.error("figures_not_collected", **facts_of(wrong))
        return _words(HTTPStatus.SERVICE_UNAVAILABLE, "the database could not be asked; see the log")


def _metrics(figures: Any, accepts: str) -> _Page:
    encode, kind = choose_encoder(accepts)
    return _Page(HTTPStatus.OK, kind, encode(figures))


def _words(status: HTTPStatus, words: str) -> _Page:
    return _Page(status, "text/plain; charset=utf-8", f"{words}\n".encode())


def _readiness(service: Service) -> _Page:
    """Tell whether jobs can run: configuration read, database there, its tables those of this program."""
    checks = {"configuration": bool(service.configuration.crosswalk.version), "database": True, "tables": True}
    try:
        checks["tables"] = schema_is_current(service.db)
    except SyncError as wrong:
        log.error("not_ready", **facts_of(wrong))
        checks |= {"database": False, "tables": False}
    ready = all(checks.values())
    body = json.dumps({"ready": ready, "checks": checks}).encode() + b"\n"
    return _Page(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, "application/json", body)


class _Server(ThreadingMixIn, WSGIServer):
    """Answer each in a thread, so that a slow one keeps nobody waiting."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the library's names
        """Pass over a caller that went away; the library would print where it came from."""
        log.warning("caller_lost")


class _Silent(WSGIRequestHandler):
    """Write no line for a call: its path may be anything that a stranger typed."""

    timeout = _PATIENCE_S

    def log_message(self, *_told: object) -> None:
        """Write nothing."""


@contextmanager
def serving(service: Service) -> Iterator[int]:
    """Serve while the block runs, on the port of the settings; yield the port, 0 where nothing is served.

    Raises WrongCall where the port is taken.
    """
    watch = service.settings.watch
    if not watch.port:
        yield 0
        return
    with served(service, watch.host, watch.port) as port:
        yield port


@contextmanager
def served(service: Service, host: str, port: int) -> Iterator[int]:
    """Serve on a host and port while the block runs; port 0 takes any that is free. Yield the port."""
    try:
        server = make_server(host, port, watch_app(service), server_class=_Server, handler_class=_Silent)
    except OSError as wrong:
        what = f"the figures cannot be served on port {port} ({wrong.strerror})"
        raise WrongCall(what, "Name another [watch] port, or 0 for none.") from None
    # The end of the process waits for it to look whether it is to end.
    often = {"poll_interval": 0.1}
    thread = threading.Thread(target=server.serve_forever, kwargs=often, name="watch", daemon=True)
    thread.start()
    log.info("figures_served", port=server.server_port)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
