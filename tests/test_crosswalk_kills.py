"""Publishing is killed at its points, and settling too: the next command leaves the old files or the new ones.

Publishing is killed at every point up to the approval, and from there, where it does what settling does, at every
second one; settling is killed at every point. On PostgreSQL it is a seeded sample.
IMS_SYNC_TEST_EVERY_POINT=1 makes all of these whole; IMS_SYNC_TEST_SEED gives another seed.
"""

import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES, read_files
from sync.errors import StoppedToBeSafe
from sync.jobs.crosswalk_settle import place_of
from sync.jobs.crosswalk_standing import refuse_unpublished
from sync.jobs.service import opened
from sync.store import open_database, verify_audit
from sync.store.crosswalk_versions import DraftState, drafts, mark_draft
from tests.crash import forks
from tests.crosswalks import APPROVER
from tests.databases import Server, quick_folder
from tests.publish_kills import (
    Place,
    audited,
    edited_by_hand,
    left_behind,
    nothing_lies_about,
    numbers,
    prepare,
    published_after_all,
    settled,
    state_of,
)
from tests.services import START, quiet
from tests.test_crash_kills import EVERY_POINT, SAMPLE, SEED

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


def killed_at(points: list[str]) -> list[int]:
    """Return at which of its points publishing is killed."""
    begun = points.index("begun")
    every = range(len(points))
    return list(every) if EVERY_POINT else [*every[: begun + 1], *every[begun + 1 :: 2], every[-1]]


def was_approved(passed: list[str]) -> bool:
    """Tell whether the approval was kept, from which on publishing is finished whatever happens."""
    return "after commit" in passed


def test_publishing_killed_anywhere_leaves_the_old_files_or_the_new_ones(
    server: subprocess.Popen[str], drafted_file: Place, quick: Path
) -> None:
    points = points_of(server, drafted_file.copy(quick / "one"), "publish")
    seen = set()

    for number in killed_at(points):
        place = drafted_file.copy(quick / "one")
        code, passed = place.does(server, "publish", number)
        assert (code, passed) == (KILLED, points[: number + 1])
        seen.add(left_behind(place))
        place.does(server, "settle", number)
        left_behind(place)
        settled(place, done=was_approved(passed))
        if not was_approved(passed):
            published_after_all(place)
            settled(place, done=True)

    assert seen >= {(DraftState.PUBLISHING, new) for new in range(len(NAMES) + 1)}
    assert points.count("before replace") == points.count("before fsync") - 2 == len(NAMES)


@pytest.fixture
def half(server: subprocess.Popen[str], drafted_file: Place, quick: Path) -> Place:
    """A place of whose publishing half was done when it was killed."""
    points = points_of(server, drafted_file.copy(quick / "one"), "publish")
    place = drafted_file.copy(quick / "half")
    code, _ = place.does(server, "publish", points.index("crosswalk/funders.csv"))
    assert (code, left_behind(place)) == (KILLED, (DraftState.PUBLISHING, 3))
    return place


def moved(place: Place, folder: Path) -> Place:
    """Return a copy of a place, in which publishing was begun there."""
    made = place.copy(folder)
    with open_database(made.url) as db, db.write() as conn:
        mark_draft(conn, made.draft.id, DraftState.PUBLISHING, folder=place_of(made.config))
    return made


def test_settling_killed_anywhere_is_done_again(server: subprocess.Popen[str], half: Place, quick: Path) -> None:
    points = points_of(server, moved(half, quick / "one"), "settle")

    for number in range(len(points)):
        place = moved(half, quick / "one")
        code, passed = place.does(server, "settle", number)
        assert (code, passed) == (KILLED, points[: number + 1])
        left_behind(place)
        settled(place, done=True)

    assert points.count("before replace") == len(NAMES)


def test_undoing_killed_anywhere_is_done_again_and_keeps_what_somebody_wrote(
    server: subprocess.Popen[str], half: Place, quick: Path
) -> None:
    by_hand = edited_by_hand(half)
    points = points_of(server, moved(half, quick / "one"), "settle")

    for number in range(len(points)):
        place = moved(half, quick / "one")
        code, _ = place.does(server, "settle", number)
        assert code == KILLED
        undone(place)

    assert points.count("after commit") == 1
    assert (half.config / "crosswalk" / "services.csv").read_text("utf-8") == by_hand


def undone(place: Place) -> None:
    """Assert that the next command lets nothing stay begun and leaves what somebody wrote, which decides nothing."""
    written = read_files(place.config)
    with opened(place.config, place.url, actor=APPROVER, tell=quiet, now=lambda: START) as made:
        assert read_files(place.config) == written
        assert state_of(made.db, place.draft.id) is DraftState.OPEN
        assert audited(made.db, "crosswalk publishing undone") == 1
        assert verify_audit(made.db) is None
        nothing_lies_about(place)
        with pytest.raises(StoppedToBeSafe, match="Painting Class"):
            refuse_unpublished(made.db, place.config)


def test_publishing_and_settling_killed_on_postgresql_leave_the_old_files_or_the_new_ones(
    server: subprocess.Popen[str], postgresql_server: Server, drafted_file: Place, quick: Path, tmp_path: Path
) -> None:
    points, chance = points_of(server, drafted_file.copy(quick / "one"), "publish"), random.Random(SEED)
    print(f"seed {SEED}")
    with postgresql_server.new_database() as url:
        first = prepare(url, tmp_path)
        name = url.partition("@/")[2].partition("?")[0]

        for number in range(len(points)) if EVERY_POINT else sorted(chance.sample(range(len(points)), SAMPLE)):
            (tmp_path / str(number)).mkdir()
            with postgresql_server.new_database(name) as one:
                place = first.at(one, tmp_path / str(number))
                code, passed = place.does(server, "publish", number)
                assert (code, passed) == (KILLED, points[: number + 1])
                left_behind(place)
                place.does(server, "settle", chance.randrange(len(points)))
                settled(place, done=was_approved(passed))


def test_taking_over_killed_anywhere_leaves_a_first_version_or_none(
    server: subprocess.Popen[str], drafted_file: Place, ready_file: Path, quick: Path
) -> None:
    points: list[str] = []
    for number in (None, *range(2)):
        place = replace(drafted_file, url=f"sqlite:///{ready_file}").copy(quick / "one")
        _, passed = place.does(server, "adopt", number)
        points = points or passed
        with opened(place.config, place.url, actor=APPROVER, tell=quiet, now=lambda: START) as made:
            assert numbers(made.db) == ([1] if was_approved(passed) else [])
            assert verify_audit(made.db) is None
            assert read_files(place.config) == place.old

    assert points == ["before commit", "after commit"]


def test_going_back_killed_anywhere_leaves_a_draft_or_none(
    server: subprocess.Popen[str], drafted_file: Place, quick: Path
) -> None:
    points: list[str] = []
    for number in (None, *range(2)):
        place = drafted_file.copy(quick / "one")
        _, passed = place.does(server, "rollback", number)
        points = points or passed
        with open_database(place.url) as db, db.read() as conn:
            assert [one.id for one in drafts(conn, DraftState.OPEN)] == ([1, 2] if was_approved(passed) else [1])
        settled(place, done=False)

    assert points == ["before commit", "after commit"]
