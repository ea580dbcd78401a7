"""A push is killed at each of its points, and whatever it left behind, the next one makes it good.

On SQLite it is killed at every point at the levels L0 and L1; the levels above differ in what an entry shows alone,
and take turns: each is killed at every third point, and together at every one. On PostgreSQL and with several senders
it is a seeded sample. IMS_SYNC_TEST_EVERY_POINT=1 makes all of these whole; IMS_SYNC_TEST_SEED gives another seed.
"""

import os
import random
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
from tests.databases import Server, quick_folder

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


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder whose commits do not wait for a disk."""
    with quick_folder() as folder:
        yield folder


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


def turn_of(level: Level) -> slice:
    """Return at which points a push is killed at a level."""
    return slice(None) if EVERY_POINT or level < Level.L2 else slice(level - Level.L2, None, 3)


def test_the_levels_that_take_turns_leave_out_no_point() -> None:
    levels = (Level.L2, Level.L3, Level.L4)

    killed_at = [number for level in levels for number in range(100)[turn_of(level)]]

    assert set(killed_at) == set(range(100))


@pytest.mark.parametrize("level", list(Level))
def test_a_push_killed_anywhere_is_made_good(
    level: Level, fork_server: subprocess.Popen[str], planned_file: Planned, quick: Path, tmp_path: Path
) -> None:
    fresh, told, known = copies_of(planned_file, quick), tmp_path / "told", set[str]()
    points = points_of(fork_server, new_case(fresh(), level), told)

    for number in range(len(points))[turn_of(level)]:
        case = new_case(fresh(), level)
        code, passed = pushed_in_fork(fork_server, case, told, number)
        assert (code, passed) == (-signal.SIGKILL, points[: number + 1])
        killed_and_done_again(case, tmp_path, known, look_first=(len(known) + level) % 2 == 1)

    assert points_of(fork_server, new_case(fresh(), level), told) == points
    assert len(known) > len(points) / 15


def test_a_push_killed_on_postgresql_is_made_good(
    fork_server: subprocess.Popen[str], postgresql_server: Server, tmp_path: Path
) -> None:
    told, chance = tmp_path / "told", random.Random(SEED)
    print(f"seed {SEED}")
    with postgresql_server.new_database() as url:
        planned = prepare(url, tmp_path)
        name = url.partition("@/")[2].partition("?")[0]
        with postgresql_server.new_database(name) as undisturbed:
            points = points_of(fork_server, new_case(replace(planned, url=undisturbed), Level.L1), told)

        for number in range(len(points)) if EVERY_POINT else sorted(chance.sample(range(len(points)), SAMPLE)):
            with postgresql_server.new_database(name) as one:
                case = new_case(replace(planned, url=one), chance.choice(list(Level)[1:]))
                code, passed = pushed_in_fork(fork_server, case, told, number)
                assert (code, passed[-1]) == (-signal.SIGKILL, points[number])
                killed_and_done_again(case, tmp_path, set(), look_first=chance.random() < 0.5)


def test_a_push_of_several_senders_killed_anywhere_is_made_good(
    fork_server: subprocess.Popen[str], planned_file: Planned, quick: Path, tmp_path: Path
) -> None:
    fresh, told, chance = copies_of(planned_file, quick), tmp_path / "told", random.Random(SEED)
    points = points_of(fork_server, new_case(fresh(), Level.L1, senders=3), told)

    print(f"seed {SEED}")
    for _ in range(len(points) if EVERY_POINT else SAMPLE):
        case = new_case(fresh(), chance.choice(list(Level)[1:]), senders=3)
        code, _ = pushed_in_fork(fork_server, case, told, chance.randrange(len(points)))
        assert code in {-signal.SIGKILL, 0}
        killed_and_done_again(case, tmp_path, set(), look_first=chance.random() < 0.5)
