"""Publishing is killed at each of its points, and settling too: the next command leaves the old files or the new ones.

On PostgreSQL it is a seeded sample. IMS_SYNC_TEST_EVERY_POINT=1 makes it whole; IMS_SYNC_TEST_SEED gives another seed.
"""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES
from sync.store.crosswalk_versions import DraftState
from tests.crash import forks
from tests.databases import quick_folder
from tests.publish_kills import Place, left_behind, prepare, published_after_all, settled

KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    with forks("tests.publish_child") as one:
        yield one


@pytest.fixture
def quick() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def drafted_file(ready_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place whose database is a file, to copy."""
    folder = tmp_path_factory.mktemp("drafted")
    return prepare(f"sqlite:///{shutil.copy(ready_file, folder / 'drafted.db')}", folder)


def points_of(server: subprocess.Popen[str], place: Place, what: str) -> list[str]:
    """Return the points of what nobody disturbs."""
    code, points = place.does(server, what)
    assert (code, place.refused) == (0, "")
    return points


def was_approved(passed: list[str]) -> bool:
    """Tell whether the approval was kept, from which on publishing is finished whatever happens."""
    return "after commit" in passed


def test_publishing_killed_anywhere_leaves_the_old_files_or_the_new_ones(
    server: subprocess.Popen[str], drafted_file: Place, quick: Path
) -> None:
    points = points_of(server, drafted_file.copy(quick / "one"), "publish")
    seen = set()

    for number in range(len(points)):
        place = drafted_file.copy(quick / "one")
        code, passed = place.does(server, "publish", number)
        assert (code, passed) == (KILLED, points[: number + 1])
        seen.add(left_behind(place))
        place.does(server, "settle", number // 2)
        left_behind(place)
        settled(place, done=was_approved(passed))
        if not was_approved(passed):
            published_after_all(place)
            settled(place, done=True)

    assert seen >= {(DraftState.PUBLISHING, new) for new in range(len(NAMES) + 1)}
    assert points.count("before replace") == points.count("before fsync") - 2 == len(NAMES)
