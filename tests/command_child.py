"""Fork for each command that is asked for; each fork runs it, and ends, as `python -m sync` would.

The process that forks has one thread and has opened nothing, so that each fork begins as a new process would. It is
asked through what is its stdout: as a pipe, that cannot be sought in, so that the streams made for it fit both.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys

_LONGEST_S = 120
_MOST = 1 << 17


def serve_commands(asking: socket.socket) -> None:
    """Fork for each command, with the pipes that came with it; return in the forks only, and at the end."""
    while True:
        said, pipes, *_ = socket.recv_fds(asking, _MOST, 2)
        if not said:
            return
        child = os.fork()
        if not child:
            asking.close()
            _run(json.loads(said), *pipes)
        for pipe in pipes:
            os.close(pipe)
        asking.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _run(asked: dict[str, list[str]], out: int, err: int) -> None:
    """Run the command; it leaves as it does, through the end of this process. One that hangs is ended by an alarm."""
    signal.alarm(_LONGEST_S)
    for pipe, place in ((out, 1), (err, 2)):
        os.dup2(pipe, place)
        os.close(pipe)
    sys.argv[1:] = asked["words"]
    runpy.run_module("sync", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    importlib.import_module("sync.cli")
    gc.collect()
    gc.freeze()
    serve_commands(socket.socket(fileno=os.dup(1)))
