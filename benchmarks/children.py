"""Run a command in a process of its own and measure wall seconds and peak memory of its process tree.

Peak memory is the greater of two readings, because each alone can be too low:
* `ru_maxrss` of the child as `os.wait4` returns it: exact, but of the largest single process among the child
  and those of its descendants that were waited for, not of their sum;
* the resident sizes (VmRSS) of the child and all its living descendants, added up every `POLL_S` seconds
  from /proc: a sum, but peaks between two looks are missed, and pages that processes share count for each.
The kernel starts a child's `ru_maxrss` at the size of the process that started it, so whoever calls this
stays small: it loads neither polars nor pandas, and makes its tables in children too. Linux only.
"""

import os
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

POLL_S: Final = 0.05
KIB: Final = 1024
TAIL: Final = 2000


class ChildFailedError(Exception):
    """A measured command failed; the text holds its exit code and the end of its messages."""


@dataclass(frozen=True)
class Measured:
    """What one run cost: wall seconds, peak resident bytes of the process tree, exit code."""

    wall_s: float
    peak_bytes: int
    exit_code: int


class TreeWatch(threading.Thread):
    """Look at a process tree at regular intervals and remember its greatest resident size in bytes."""

    def __init__(self, root: int) -> None:
        """Prepare to watch the tree below process id `root`, itself included."""
        super().__init__(daemon=True)
        self._root = root
        self._over = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(POLL_S):
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self._root))

    def stop(self) -> None:
        """End the watch and wait for its last look."""
        self._over.set()
        self.join()


def tree_bytes(root: int) -> int:
    """Add up the resident bytes of a process and its living descendants; one that is gone counts as 0."""
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += _resident_bytes(process)
        waiting += _children(process)
    return total


def _resident_bytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(sizes[0]) * KIB if sizes else 0


def _children(process: int) -> list[int]:
    """List the children that any thread of the process has started."""
    found: list[int] = []
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text(encoding="ascii").split()]
    except OSError:
        return found
    return found


def measure(command: Sequence[str], messages: Path, good_codes: frozenset[int] = frozenset({0})) -> Measured:
    """Run `command` in the current folder and measure it; what it prints goes to the file `messages`.

    ChildFailedError if it ends with a code outside `good_codes` (a signal counts as its negative number).
    """
    with messages.open("wb") as log:
        started = perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        watch = TreeWatch(child.pid)
        watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall_s = perf_counter() - started
    watch.stop()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in good_codes:
        end = messages.read_text(encoding="utf-8", errors="replace")[-TAIL:]
        raise ChildFailedError(f"{' '.join(command)}\nended with {child.returncode}:\n{end}")
    return Measured(wall_s, max(usage.ru_maxrss * KIB, watch.peak_bytes), child.returncode)
