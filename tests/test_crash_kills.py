"""A push is killed at each of its points, and whatever it left behind, the next one makes it good.

Killed at every point on SQLite, and on PostgreSQL and with several senders at a seeded sample; all of them with
IMS_SYNC_TEST_EVERY_POINT=1. Another seed comes from IMS_SYNC_TEST_SEED.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.pretend.ims import Level
from sync.store import open_database
from tests.crash import Case, all_stands_once, done_again, forks, new_case, nothing_is_wrong, pushed_in_fork
from tests.crash_world import Planned, prepare, world_of

EVERY_POINT = bool(os.environ.get("IMS_SYNC_TEST_EVERY_POINT"))
SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "20260420"))
SAMPLE = 8
Fresh = Callable[[], Planned]


@pytest.fixture(scope="module")
def fork_server() -> Iterator[subprocess.Popen[str]]:
    with forks() as server:
        yield server


@pytest.fixture(scope="module")
def planned_file(ready_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """A planned database in a SQLite file, to copy."""
    folder = tmp_path_factory.mktemp("planned")
    return prepare(f"sqlite:///{shutil.copy(ready_file, folder / 'planned.db')}", folder)


def copies_of(planned: Planned, folder: Path) -> Fresh:
    """Return what makes a copy of the planned file in place of the last one."""

    def fresh() -> Planned:
        for old in folder.glob("killed.db*"):
            old.unlink()
        path = shutil.copy(planned.url.removeprefix("sqlite:///"), folder / "killed.db")
        return replace(planned, url=f"sqlite:///{path}")

    return fresh


def killed_and_done_again(case: Case, folder: Path, known: set[str], *, look_first: bool) -> None:
    """Do again what was killed, unless the same was left behind before, and assert what must hold."""
    with open_database(case.planned.url) as db:
        nothing_is_wrong(db, case)
        left = world_of(db, case.ims)
        if left not in known:
            done_again(db, case, folder / "exported", look_first=look_first)
            nothing_is_wrong(db, case)
            all_stands_once(case)
        known.add(left)


def points_of(server: subprocess.Popen[str], case: Case, told: Path) -> list[str]:
    """Return the points of a push that nobody disturbs."""
    code, points = pushed_in_fork(server, case, told, None)
    assert code == 0
    return points


@pytest.mark.parametrize("level", list(Level))
def test_a_push_killed_anywhere_is_made_good(
    level: Level, fork_server: subprocess.Popen[str], planned_file: Planned, tmp_path: Path
) -> None:
    fresh, told, known = copies_of(planned_file, tmp_path), tmp_path / "told", set[str]()
    points = points_of(fork_server, new_case(fresh(), level), told)

    for number, point in enumerate(points):
        case = new_case(fresh(), level)
        code, passed = pushed_in_fork(fork_server, case, told, number)
        assert (code, passed[-1], len(passed)) == (-signal.SIGKILL, point, number + 1)
        killed_and_done_again(case, tmp_path, known, look_first=(len(known) + level) % 2 == 1)

    assert points_of(fork_server, new_case(fresh(), level), told) == points
    assert len(known) > len(points) / 5
