"""Put the headers on every answer that keep a page to itself."""

from typing import Final

from flask import Flask, Response, request

from sync.web.policy import PAGES

# A page without a script allows none: not even one that somebody planted would run. One that has a script allows our
# own files alone.
_CSP = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
CSP_WITH_SCRIPT: Final = f"{_CSP}; script-src 'self'"
HEADERS: Final = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREVER: Final = "public, max-age=31536000, immutable"


def add_headers(app: Flask, *, secure: bool) -> None:
    """Put the headers on every answer of the pages, errors among them."""
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    @app.after_request
    def add(answer: Response) -> Response:
        for name, value in headers.items():
            answer.headers[name] = value
        page = PAGES.get(request.endpoint or "")
        if page is not None and page.script:
            answer.headers["Content-Security-Policy"] = CSP_WITH_SCRIPT
        kept = request.endpoint == "static" and answer.status_code == 200
        answer.headers["Cache-Control"] = FOREVER if kept else "no-store"
        return answer
