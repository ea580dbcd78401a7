"""Run the real command in a process of its own, which is forked: the start of Python costs a second each time.

Where the start of the process, its limits, its signals or its pipes are what is tested, start it with subprocess.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from tests.support import ROOT

_LONGEST_S = 150


@cache
def _forking() -> socket.socket:
    """Start what forks, once for each worker, and end it with the worker."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(_LONGEST_S)
    with theirs:
        command = [sys.executable, "-m", "tests.command_child"]
        child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=theirs.fileno(), stderr=theirs.fileno()
        )

    def end() -> None:
        ours.close()
        child.wait(_LONGEST_S)

    atexit.register(end)
    return ours


def run_command(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command with these words; return its exit code and all that it said."""
    asked = [str(word) for word in words]
    forking = _forking()
    (out, out_there), (err, err_there) = os.pipe(), os.pipe()
    with os.fdopen(out, "rb") as printed, os.fdopen(err, "rb") as told, ThreadPoolExecutor(1) as reading:
        socket.send_fds(forking, [json.dumps({"words": asked}).encode()], [out_there, err_there])
        os.close(out_there)
        os.close(err_there)
        said = reading.submit(told.read)
        shown = printed.read()
    code = int(forking.recv(16))
    return subprocess.CompletedProcess(asked, code, shown, said.result())


def run_command_for_text(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as `run_command` does; return what it said as text."""
    done = run_command(*words)
    return subprocess.CompletedProcess(done.args, done.returncode, _text(done.stdout), _text(done.stderr))


def _text(said: bytes) -> str:
    return said.decode().replace("\r\n", "\n").replace("\r", "\n")
