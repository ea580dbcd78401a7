"""Describe the other system and the edges of a call: settings, clock, chance, notes."""

import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sync.errors import BadConfiguration

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound what one call may take.

    connect_s        to connect, for each address of the name
    read_s           between two pieces of an answer
    total_s          from the start of connecting to the last byte of the answer
    body_bytes       of an answer, unpacked
    tries            of one read; a write is sent once
    backoff_s        before the second try of a read; doubled each time, up to `backoff_max_s`
    pause_s          after a 429 that names no time; `pause_max_s` caps what it names
    breaker_after    calls in a row without an answer open the breaker for `breaker_s`
    page_rows, pages of one list
    """

    connect_s: float = 5.0
    read_s: float = 30.0
    total_s: float = 60.0
    body_bytes: int = 32 * 1024**2
    tries: int = 4
    backoff_s: float = 0.5
    backoff_max_s: float = 30.0
    pause_s: float = 30.0
    pause_max_s: float = 300.0
    breaker_after: int = 5
    breaker_s: float = 30.0
    page_rows: int = 500
    pages: int = 20_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold what we sign in with; neither part is ever shown."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Describe one system to talk to.

    name     as messages call it
    url      https; plain http is for loopback alone
    ca_file  certificates to trust in place of the machine's own
    senders  calls that may be under way at once
    """

    name: str
    url: str
    credentials: Credentials
    ca_file: Path | None = None
    senders: int = 8
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        mistakes = [f"{self.name}: {wrong}" for wrong in (*_wrong_url(self.url), *_wrong_ca_file(self.ca_file))]
        if mistakes:
            raise BadConfiguration(mistakes)


@dataclass(frozen=True, slots=True)
class Edges:
    """Hold what reaches outside the program, so that a test can hand in its own."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: random.Random = field(default_factory=random.SystemRandom)
    note: Callable[[str], None] = lambda _text: None


def _wrong_url(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        known = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return ["the url cannot be read"]
    if parts.scheme not in {"http", "https"} or not known:
        return ["the url is no https address"]
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return ["the url is not encrypted; https is needed for every host but this machine"]
    return _surplus(parts)


def _surplus(parts: SplitResult) -> list[str]:
    """Refuse what would end up in logs or in every path."""
    if parts.username or parts.password:
        return ["the url holds a user or password; they belong into the environment"]
    return ["the url holds a query or fragment"] if parts.query or parts.fragment else []


def _wrong_ca_file(ca_file: Path | None) -> list[str]:
    if ca_file is None:
        return []
    try:
        ssl.create_default_context(cafile=str(ca_file))
    except (OSError, ValueError):
        return [f"ca_file {ca_file}: no readable certificates"]
    return []
