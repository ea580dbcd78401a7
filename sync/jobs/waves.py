"""Send what is offered in waves: all that may be sent, then a read-back that confirms it, until nothing moves."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sync.clients import ImsGateway
from sync.errors import Unreachable
from sync.jobs.gateways import LONGEST_PAUSE
from sync.jobs.readback import keep_entries
from sync.jobs.service import Job, Service
from sync.jobs.settle import UNSETTLED, apply, by_place, due, read_back
from sync.push import Cells, Follow, Sender, Shown, judge, send
from sync.settings import Level
from sync.store import Act, LedgerLine, State, claim, lapse, lines_in_states, next_due, record, release, stop

_BATCH = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a push waits for unclear lines to settle.

    patience  the longest that one push waits in all
    """

    sleep: Callable[[float], None]
    patience: timedelta = timedelta(minutes=15)


def in_waves(service: Service, job: Job, gateway: ImsGateway, *, waiting: Waiting) -> str | None:
    """Send what may be sent and settle what was sent until nothing moves any more; return why it stopped early."""
    left = waiting.patience
    while True:
        lapse(service.db, service.now())
        sent, why = _send_all(service, job, gateway)
        settled, wait = _settle(service, job, gateway)
        why = why or service.ending.why
        if why or (not sent and not settled and (wait is None or wait > left)):
            return why
        if not sent and not settled and wait is not None:
            service.tell(f"waiting {wait.total_seconds():.0f} s for what is unclear", 0, 0)
            left -= wait
            waiting.sleep(wait.total_seconds())


def _send_all(service: Service, job: Job, gateway: ImsGateway) -> tuple[int, str | None]:
    """Let all senders send until nothing is ready; return how many lines were sent, and why they stopped early."""
    ims = service.settings.ims
    wave = _Wave(service, gateway, job.run_id, threading.Event(), [], [])
    with ThreadPoolExecutor(ims.senders, thread_name_prefix="sender") as pool:
        names = [f"run {job.run_id}, sender {number}" for number in range(ims.senders)]
        sent = sum(pool.map(lambda name: _sender(wave, name), names))
    for name in names:
        release(service.db, name)
    job.counts["sent"] += sent
    job.counts["pushed"] += len(wave.written)
    return sent, wave.stops[0] if wave.stops else None


@dataclass(frozen=True, slots=True)
class _Wave:
    """What the senders of one wave share: why they stop early, and which lines were written."""

    service: Service
    gateway: ImsGateway
    run_id: int
    halt: threading.Event
    stops: list[str]
    written: list[str]


def _sender(wave: _Wave, owner: str) -> int:
    """Claim lines and send them until none is ready; return how many were sent."""
    service, ims = wave.service, wave.service.settings.ims
    sender = Sender(service.db, wave.gateway, owner, service.now, timedelta(seconds=ims.settle_s))
    spare = LONGEST_PAUSE + timedelta(seconds=3 * ims.total_timeout_s)  # a new token, a second call
    sent = 0
    while lines := claim(service.db, owner, _BATCH, now=service.now(), lease=2 * spare):
        for line in lines:
            sent += _send_if_allowed(wave, sender, line, spare=spare)
        if wave.halt.is_set():
            break
    return sent


def _send_if_allowed(wave: _Wave, sender: Sender, line: LedgerLine, *, spare: timedelta) -> bool:
    """Send a line, unless sending is halted, or its lease would end while it is under way; then it is claimed anew."""
    wave.gateway.session.pause.wait()
    if _halted(wave) or (line.lease_until or sender.now()) - sender.now() < spare:
        return False
    follow = send(sender, line)
    if follow and follow.state is State.WRITTEN:
        wave.written.append(line.line_id)
    _heed(wave, follow)
    return follow is not None


def _halted(wave: _Wave) -> bool:
    """Tell whether nothing more may be sent; asked right before each send."""
    if not wave.halt.is_set() and (why := wave.service.halted(wave.run_id)):
        wave.stops.append(why)
        wave.halt.set()
    return wave.halt.is_set()


def _heed(wave: _Wave, follow: Follow | None) -> None:
    """Let every sender stop where an answer says so."""
    if follow is None or follow.stops is None:
        return
    wave.stops.append(follow.stops)
    wave.halt.set()
    if follow.forever:
        now = wave.service.now()
        with wave.service.db.write() as conn:
            stop(conn, follow.stops)
            record(conn, Act(wave.service.actor, "stopped", "push", {"why": follow.stops}), now)


def _settle(service: Service, job: Job, gateway: ImsGateway) -> tuple[int, timedelta | None]:
    """Read back the places of lines that are written or unclear; return how many were settled, and the next wait.

    Nothing is read back from a target that cannot be read: its unclear lines are a person's.
    """
    if service.settings.ims.level is Level.L0:
        return 0, None
    ready, wait = due(lines_in_states(service.db, UNSETTLED[:2]), service.now())
    places = list(by_place(ready).values())
    with ThreadPoolExecutor(service.settings.ims.senders, thread_name_prefix="reader") as pool:
        reads = [read for read in pool.map(lambda lines: _read(service, gateway, lines), places) if read]
    settled = _judged(service, job, reads) if reads else 0
    return settled, min((one for one in (wait, next_due(service.db, service.now())) if one), default=None)


class _Read(NamedTuple):
    """What was read back of one place; `taken_at` is None where something may be missing."""

    lines: list[LedgerLine]
    rows: list[Cells]
    taken_at: datetime | None


def _read(service: Service, gateway: ImsGateway, lines: list[LedgerLine]) -> _Read | None:
    """Read back the place of these lines; None where the target cannot be reached."""
    asked_at = service.now()
    try:
        pulled = gateway.entries(lines[0].provider, lines[0].month)
    except Unreachable:
        return None
    return _Read(lines, list(pulled.rows), asked_at if pulled.complete else None)


def _judged(service: Service, job: Job, reads: list[_Read]) -> int:
    """Keep what was read back, and settle its lines by it; return how many were settled."""
    keep_entries(service, job, [row for read in reads for row in read.rows])
    verdicts = [
        verdict
        for lines, rows, taken_at in reads
        for verdict in judge(lines, read_back(service, lines, rows, taken_at=taken_at))
    ]
    told = apply(service, verdicts)
    found = [one for one in verdicts if one.shown is Shown.THERE and one.line.state is State.UNCLEAR]
    job.counts["pushed"] += len(found)
    if told["confirmed"]:  # it bears its line's id from now on
        keep_entries(service, job, [row for read in reads for row in read.rows])
    job.counts["confirmed"] += told["confirmed"]
    return sum(told.values())
