"""Share what the tests of both gateways need: a clock that sleeping moves, small limits, pretended systems."""

import random
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sync.clients import Credentials, Edges, ImsGateway, ItracGateway, Limits, Session, Target, body_of
from sync.pretend.desk import Desk
from sync.pretend.faults import Faults
from sync.pretend.ims import PretendIms
from sync.pretend.serve import Served, serve

URL = "https://ims.example.org"
LINE = {
    "line_id": "service:DEMO-S1", "job_seeker_id": "DEMO-J1", "provider": "IRCO", "entry_kind": "component",
    "entry_name": "Job Search Training", "date": "2026-04-07", "funder_selection": None, "amount": None,
}  # fmt: skip
ENTRY = {
    "entry_id": "DEMO-E1", "job_seeker_id": "DEMO-J1", "provider": "IRCO", "kind": "component",
    "name": "Job Search Training", "date": "2026-04-07", "funder_selection": None, "amount": None,
    "client_reference": "service:DEMO-S1", "entered_by": "api", "entered_at": "2026-04-20T10:00:00Z",
}  # fmt: skip
BODY = body_of(LINE)
TOKEN = {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600}
ROOMY = Limits(body_bytes=100_000, tries=2, backoff_s=0.01, breaker_after=50)
BRIEF = replace(ROOMY, read_s=1.0, total_s=2.0)  # long enough to sign in on a machine that is busy


@dataclass
class Watch:
    """A clock that only sleeping moves; it remembers how long each sleep was, and what was noted."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    seed: int = 7
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(seconds)
            self.now += seconds

    def edges(self) -> Edges:
        return Edges(lambda: self.now, lambda: self.now, self.sleep, random.Random(self.seed), self.noted.append)


def target(
    url: str = URL, *, limits: Limits = ROOMY, desk: Desk | None = None, ca_file: Path | None = None, senders: int = 8
) -> Target:
    known = Credentials(desk.client_id, desk.client_secret) if desk else Credentials("us", "secret")
    return Target("iMatchSkills", url, known, ca_file, senders, limits)


def mocked(watch: Watch | None = None, limits: Limits = ROOMY) -> Session:
    """Return a session for tests that answer by `responses`."""
    return Session(target(limits=limits), (watch or Watch()).edges())


@contextmanager
def ims_over_http(
    ims: PretendIms | None = None, faults: Faults | None = None, *, edges: Edges | None = None, limits: Limits = ROOMY
) -> Iterator[tuple[ImsGateway, Served]]:
    """Serve iMatchSkills and return a gateway to it."""
    desk = Desk(ims or PretendIms(), faults)
    with serve(desk) as served, Session(target(served.url, limits=limits, desk=desk), edges) as session:
        yield ImsGateway(session), served


@contextmanager
def itrac_over_http(desk: Desk, limits: Limits = ROOMY) -> Iterator[ItracGateway]:
    """Serve I-Trac and return a gateway to it."""
    with serve(desk) as served, Session(target(served.url, limits=limits, desk=desk)) as session:
        yield ItracGateway(session)


@contextmanager
def ims_over_tls(context: ssl.SSLContext, ca_file: Path | None) -> Iterator[tuple[ImsGateway, Served]]:
    """Serve iMatchSkills under TLS and return a gateway that trusts the file."""
    desk = Desk(PretendIms())
    with (
        serve(desk, tls=context) as served,
        Session(target(served.url, desk=desk, ca_file=ca_file)) as session,
    ):
        yield ImsGateway(session), served
