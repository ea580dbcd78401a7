"""Turn SIGTERM and SIGINT into a request to stop: what is under way ends or is parked; a second one ends at once."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sync.errors import AskedToStop
from sync.jobs.service import Service
from sync.store import ASKED, Ended, RunState, end_run

GRACE_S = 8.0
_LAST_WORDS_S = 1.5
_AT_ONCE = 130
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
Leave = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class _Watch:
    """Wait for signals on a socket, which the interpreter writes to, whatever the main thread is busy with."""

    service: Service
    incoming: socket.socket
    leave: Leave

    def watch(self) -> None:
        """Ask for the end at the first signal; leave at the second, or when the time of grace is over."""
        if not self.incoming.recv(1):
            return
        self.service.ending.ask()
        _say("ims-sync: asked to stop; what is under way ends or is parked first. Ask again to end at once.")
        self.incoming.settimeout(GRACE_S)
        try:
            again = self.incoming.recv(1)
        except TimeoutError:
            self._leave_runs()
            return
        if again:
            self.leave(_AT_ONCE)

    def _leave_runs(self) -> None:
        """End what did not end by itself; a line under way becomes unclear when its lease ends."""
        writing = threading.Thread(target=self._write_down, daemon=True)
        writing.start()
        writing.join(_LAST_WORDS_S)
        self.leave(AskedToStop.exit_code)

    def _write_down(self) -> None:
        told = Ended(RunState.STOPPED, {}, f"{ASKED}; it did not end by itself in {GRACE_S:.0f} s")
        for run_id in reversed(self.service.ending.open_runs):
            end_run(self.service.db, run_id, told, now=self.service.now())


@contextmanager
def ending_softly(service: Service, *, leave: Leave = os._exit) -> Iterator[Service]:
    """Yield the service as one that ends when it is asked to: its sleeps are woken, its senders stop before a send."""
    incoming, outgoing = socket.socketpair()
    outgoing.settimeout(0)  # the interpreter asks for a socket that never lets it wait
    thread = threading.Thread(target=_Watch(service, incoming, leave).watch, name="signals", daemon=True)
    before = {number: signal.signal(number, _noted) for number in _SIGNALS}
    told_before = signal.set_wakeup_fd(outgoing.fileno(), warn_on_full_buffer=False)
    thread.start()
    try:
        yield replace(service, outer=replace(service.outer, sleep=service.ending.sleep))
    finally:
        signal.set_wakeup_fd(told_before)
        for number, known in before.items():
            signal.signal(number, known)
        outgoing.close()
        thread.join()
        incoming.close()


def _noted(_number: int, _frame: object) -> None:
    """Let the interpreter go on: the thread that watches has the word."""


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
