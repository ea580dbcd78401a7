"""Send what is offered in waves: all that may be sent, then a read-back that confirms it, until nothing moves."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from math import inf
from typing import NamedTuple

from sync.clients import ImsGateway
from sync.errors import Unreachable
from sync.jobs.gateways import LONGEST_PAUSE
from sync.jobs.readback import keep_entries
from sync.jobs.service import Job, Service
from sync.jobs.settle import apply, by_place, due, read_back
from sync.jobs.stop import stop
from sync.log import carried, log
from sync.push import Cells, Follow, Sender, Shown, intend, judge, send, write_down
from sync.settings import Level
from sync.store import Answered, Lease, LedgerLine, State, claim, lapse, lines_in_states, next_due, ready, release

_SMALLEST_SHARE, _LARGEST_SHARE = 2, 24
_LOOK_EVERY_S = 1.0


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
            log.info("waiting_to_settle", seconds=wait.total_seconds())
            service.tell(f"waiting {wait.total_seconds():.0f} s for what is unclear", 0, 0)
            left -= wait
            waiting.sleep(wait.total_seconds())


def _send_all(service: Service, job: Job, gateway: ImsGateway) -> tuple[int, str | None]:
    """Let all senders send until nothing is ready; return how many lines were sent, and why they stopped early."""
    ims = service.settings.ims
    left = _Left(ready(service.db, service.now()), ims.senders)
    wave = _Wave(service, gateway, job.run_id, threading.Event(), [], [], left)
    with ThreadPoolExecutor(ims.senders, thread_name_prefix="sender") as pool:
        names = [f"run {job.run_id}, sender {number}" for number in range(ims.senders)]
        sent = sum(pool.map(carried(partial(_sender, wave)), names))
    for name in names:
        release(service.db, name)
    job.counts["sent"] += sent
    job.counts["pushed"] += len(wave.written)
    log.info("wave_sent", sent=sent, pushed=len(wave.written))
    return sent, wave.stops[0] if wave.stops else None


@dataclass(slots=True)
class _Left:
    """Share out what is left of a wave: less at its end, so that all senders end together.

    left       how many lines are there still, where nobody else claims any; what comes meanwhile is of the next wave
    looked_at  when one of the senders asked the database last whether to stop, in seconds of a clock of its own
    """

    left: int
    senders: int
    looked_at: float = -inf
    lock: threading.Lock = field(default_factory=threading.Lock)

    def share(self) -> int:
        """Return how many lines a sender claims next; none where all are claimed."""
        with self.lock:
            share = min(max(_SMALLEST_SHARE, self.left // self.senders), _LARGEST_SHARE, self.left)
            self.left -= share
        return share


@dataclass(frozen=True, slots=True)
class _Wave:
    """What the senders of one wave share: why they stop early, and which lines were written."""

    service: Service
    gateway: ImsGateway
    run_id: int
    halt: threading.Event
    stops: list[str]
    written: list[str]
    left: _Left


def _sender(wave: _Wave, owner: str) -> int:
    """Claim lines and send them until none is ready; return how many were sent."""
    service, ims = wave.service, wave.service.settings.ims
    sender = Sender(service.db, wave.gateway, owner, service.now, timedelta(seconds=ims.settle_s))
    spare = LONGEST_PAUSE + timedelta(seconds=3 * ims.total_timeout_s)  # a new token, a second call
    sent, past = 0, None
    while not _look_now_and_then(wave) and (share := wave.left.share()):
        lines = claim(service.db, owner, share, lease=Lease(service.now(), 2 * spare), past=past)
        past = None
        if not lines:
            break
        count, past = _send_each(wave, sender, lines, spare=spare)
        sent += count
    write_down(sender, past)
    return sent


def _send_each(
    wave: _Wave, sender: Sender, lines: list[LedgerLine], *, spare: timedelta
) -> tuple[int, Answered | None]:
    """Send lines one after the other; return how many were sent, and what is still to write down of the last.

    What came of one is written down with the intent to send the next, or at once where that has to wait. A line whose
    lease would end while it is under way is left, to be claimed anew.
    """
    sent, past = 0, None
    for line in lines:
        if _halted(wave) or wave.gateway.session.pause.left():
            write_down(sender, past)
            past = None
            wave.gateway.session.pause.wait()
        if _halted(wave) or (line.lease_until or sender.now()) - sender.now() < spare:
            continue
        number = intend(sender, line, past)
        past = None
        if number is None:
            _look_for_a_stop(wave)
            continue
        follow, past = send(sender, line, number)
        sent += 1
        past = _heed(wave, sender, follow, past=past)
    return sent, past


def _halted(wave: _Wave) -> bool:
    """Tell whether this process may send nothing more; asked right before each send."""
    return _halt_because(wave, wave.service.ending.why or wave.service.forbids())


def _look_now_and_then(wave: _Wave) -> bool:
    """Look for a stop unless one of the senders did just now."""
    now = time.monotonic()
    if now - wave.left.looked_at < _LOOK_EVERY_S:
        return _halted(wave)
    wave.left.looked_at = now
    return _look_for_a_stop(wave)


def _look_for_a_stop(wave: _Wave) -> bool:
    """Tell whether the database says that nothing more may be sent: the switch, or that the run counts as lost.

    The statement that writes an intent down asks for the switch each time.
    """
    return _halt_because(wave, wave.service.halted(wave.run_id))


def _halt_because(wave: _Wave, why: str | None) -> bool:
    """Let every sender stop where there is a reason; return whether they have to."""
    if why and not wave.halt.is_set():
        wave.stops.append(why)
        wave.halt.set()
    return wave.halt.is_set()


def _heed(wave: _Wave, sender: Sender, follow: Follow, *, past: Answered) -> Answered | None:
    """Let every sender stop where an answer says so, once it is written down; return what is still to write down."""
    if follow.state is State.WRITTEN:
        wave.written.append(past.line_id)
    if follow.stops is None:
        return past
    write_down(sender, past)
    wave.stops.append(follow.stops)
    wave.halt.set()
    log.error("sending_halted")
    if follow.forever:
        stop(wave.service, follow.stops)
    return None


def _settle(service: Service, job: Job, gateway: ImsGateway) -> tuple[int, timedelta | None]:
    """Read back the places of lines that are written or unclear; return how many were settled, and the next wait.

    Nothing is read back from a target that cannot be read: its unclear lines are a person's.
    """
    if service.settings.ims.level is Level.L0:
        return 0, None
    ready, wait = due(lines_in_states(service.db, [State.WRITTEN, State.UNCLEAR]), service.now())
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
    log.info("wave_settled", **told)
    found = [one for one in verdicts if one.shown is Shown.THERE and one.line.state is State.UNCLEAR]
    job.counts["pushed"] += len(found)
    if any(one.shown is Shown.THERE and one.line.entry_id is None for one in verdicts):  # it bears its line's id now
        keep_entries(service, job, [row for read in reads for row in read.rows])
    job.counts["confirmed"] += told["confirmed"]
    return sum(told.values())
