"""Act in a process of its own, so that it can be killed: read jobs as JSON lines, fork for each, say how it ended.

The process that forks has one thread of Python's and has opened nothing, so that each fork begins as a new process
would. A fork that hangs is ended by an alarm, which is no SIGKILL, so that the test sees it.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.store import open_database
from tests.crash import pushed, settings_of
from tests.crash_points import Points
from tests.crash_world import Clock, service_of

_LONGEST_S = 120
Act = Callable[[dict[str, Any], Points], None]


def _push(asked: dict[str, Any], _points: Points) -> None:
    """Push a plan with the edges of a test."""
    clock = Clock()
    settings = settings_of(asked["url"], asked["level"], senders=asked["senders"])
    with open_database(asked["database"]) as db:
        pushed(service_of(db, settings, clock), clock, asked["digest"])


def _in_fork(asked: dict[str, Any], act: Act) -> None:
    """Act in this fork, and leave without anything that the process before it would have done at its end."""
    code = 1
    signal.alarm(_LONGEST_S)
    try:
        points = Points(Path(asked["told"]), asked["kill_at"])
        points.install()
        act(asked, points)
        points.tell()
        code = 0
    except BaseException:  # whatever it was, the other side reads of it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def serve_forks(act: Act) -> None:
    """Fork for each job on stdin."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _in_fork(asked, act)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve_forks(_push)
