"""The scheduler and a push end within seconds when they are asked to, and leave the database as it should be."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync.cli.ending import GRACE_S, ending_softly
from sync.errors import StoreError
from sync.jobs.clock import keep_time
from sync.jobs.service import running
from sync.jobs.ticking import Timekeeper
from sync.store import Database, TickState, open_database, runs, ticks
from tests.schedules import PORTLAND, Kept, local, schedule
from tests.services import Clock
from tests.services import service as service_over
from tests.support import CONFIG, ROOT


@contextmanager
def command(*words: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command against a database in the folder."""
    known = {**os.environ, "IMS_SYNC_ITRAC__FOLDER": str(folder)}
    line = [sys.executable, "-m", "sync", *words, "--config", str(CONFIG), "--database", f"sqlite:///{folder / 'c.db'}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(line, cwd=ROOT, env=known, text=True, **pipes) as made:  # type: ignore[call-overload]
        try:
            yield made
        finally:
            made.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_scheduler_says_what_is_due_and_ends_when_it_is_asked_to(number: signal.Signals, tmp_path: Path) -> None:
    with command("schedule", folder=tmp_path) as made:
        assert made.stdout is not None
        first = [made.stdout.readline() for _ in range(3)]
        began = time.monotonic()
        made.send_signal(number)
        _, told = made.communicate(timeout=60)

    assert (made.returncode, time.monotonic() - began < 10) == (0, True)
    assert "next due" in first[0]
    assert "caught up once" in first[2]
    assert "asked to stop" in told


@dataclass
class Left:
    """What the process would have left with; it does not leave."""

    codes: list[int] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def leave(self, code: int) -> None:
        self.codes.append(code)
        self.came.set()


def test_what_does_not_end_by_itself_is_written_down_as_stopped_within_ten_seconds(
    database: Database, tmp_path: Path
) -> None:
    left, began = Left(), time.monotonic()
    whole = service_over(database, tmp_path)

    with (
        pytest.raises(StoreError, match="is not open"),
        ending_softly(whole, leave=left.leave) as made,
        running(made, "push"),
    ):
        os.kill(os.getpid(), signal.SIGTERM)
        assert left.came.wait(GRACE_S + 5)

    assert (left.codes, time.monotonic() - began < 10) == ([5], True)
    (run,) = runs(database, 10)
    assert (run.state, str(run.outcome).startswith("asked to stop")) == ("stopped", True)


def test_a_second_signal_ends_at_once(database: Database, tmp_path: Path) -> None:
    left = Left()

    with ending_softly(service_over(database, tmp_path), leave=left.leave) as made:
        os.kill(os.getpid(), signal.SIGINT)
        made.ending.wait()
        os.kill(os.getpid(), signal.SIGINT)
        assert left.came.wait(5)

    assert left.codes == [130]


def test_signals_are_as_they_were_after_it(database: Database, tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

    with ending_softly(service_over(database, tmp_path)):
        pass

    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_the_clock_looks_at_once_when_it_starts_and_ends_when_asked(database: Database, tmp_path: Path) -> None:
    Kept(database, schedule()).at("2026-04-20T10:00")
    clock, made = Clock(local("2026-04-20T18:00")), service_over(database, tmp_path)
    kept = Kept(database, schedule())

    def do(tick: object) -> None:
        kept.do(tick)  # type: ignore[arg-type]
        made.ending.ask()

    keeper = Timekeeper(database, schedule(), PORTLAND, "first", do)
    keep_time(keeper, made.ending, now=clock.now, tell=made.tell)

    assert kept.did == ["run 2026-04-20 18:00"]
    assert ticks(database, 1)[0].state is TickState.ENDED


def test_a_schedule_is_shown_without_being_kept(tmp_path: Path) -> None:
    with command("schedule", "--show", "--json", folder=tmp_path) as made:
        told, _ = made.communicate(timeout=60)

    assert made.returncode == 0
    assert '"next_due"' in told
    with open_database(f"sqlite:///{tmp_path / 'c.db'}") as db:
        assert ticks(db, 10) == []
