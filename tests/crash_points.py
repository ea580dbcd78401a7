"""Name the points of a process at which it may be killed, and kill it there.

A point stands before and after every COMMIT of a transaction that may write, and before and after every sending and
receiving of a socket. A transaction that only reads leaves nothing behind, so its end is no point. The database
driver of PostgreSQL uses no socket of Python's, so every socket here is one to a gateway. Where files are watched too,
one stands before and after everything that changes what a folder holds, and every writing down to the disk.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect

from sync.store.engines import READS_ONLY

_CALLS = ("send", "sendall", "recv", "recv_into")
_ON_FILES = ("fsync", "link", "mkdir", "remove", "rename", "replace", "rmdir", "symlink", "truncate", "unlink")


class Points:
    """Count the points that are passed; at the one numbered `kill_at` the process ends, and nothing of it goes on.

    told  the file that names the points passed, one a line
    """

    def __init__(self, told: Path, kill_at: int | None) -> None:
        self._told, self._kill_at = told, kill_at
        self._passed: list[str] = []
        self._lock = threading.Lock()
        self._here = threading.local()

    def install(self) -> None:
        """Watch every engine and every socket of this process from now on."""
        event.listen(Engine, "commit", self._committing)
        DefaultDialect.do_commit = self._committed(DefaultDialect.do_commit)  # type: ignore[method-assign]
        for name in _CALLS:
            setattr(socket.socket, name, self._watched(getattr(socket.socket, name), name))

    def watch_files(self) -> None:
        """Watch what this process does to files and folders from now on."""
        for name in _ON_FILES:
            setattr(os, name, self._watched(getattr(os, name), name))

    def tell(self) -> None:
        """Write down the points passed."""
        self._told.write_text("\n".join(self._passed), "utf-8")

    def reach(self, name: str) -> None:
        """Pass a point, or end there."""
        with self._lock:
            self._passed.append(name)
            if len(self._passed) - 1 == self._kill_at:
                self.tell()
                os.kill(os.getpid(), signal.SIGKILL)

    def _committing(self, conn: Connection) -> None:
        self._here.writes = not conn.get_execution_options().get(READS_ONLY, False)
        if self._here.writes:
            self.reach("before commit")

    def _committed(self, real: Callable[..., None]) -> Callable[..., None]:
        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            real(dialect, connection)
            if getattr(self._here, "writes", False):
                self._here.writes = False
                self.reach("after commit")

        return do_commit

    def _watched(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self.reach(f"before {name}")
            came = real(*given, **named)
            self.reach(f"after {name}")
            return came

        return call
