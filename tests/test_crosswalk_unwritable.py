"""Where the files cannot be replaced, or somebody meddles while they are, the old ones stay and nothing stays begun."""

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES, read_files
from sync.errors import CannotWrite, Overtaken, SyncError
from sync.jobs.crosswalk_settle import settle
from sync.jobs.crosswalk_standing import unfinished, unpublished
from sync.jobs.status import status
from sync.store import Database, verify_audit
from sync.store.crosswalk_versions import Draft, DraftState
from tests.crosswalks import adopted, drafted, edited
from tests.databases import quick_folder
from tests.publish_kills import BAKING, audited, numbers, state_of
from tests.services import START
from tests.test_crosswalk_publish import Killed, killed_at, publish_it

NOBODY = 65534


@pytest.fixture
def place(database: Database) -> Iterator["Begun"]:
    with quick_folder() as folder:
        yield Begun(database, folder)


class Begun:
    """A configuration with a draft that differs from it in every file."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.db = database
        self.made, self.config = adopted(database, folder)
        self.old = read_files(self.config)
        new = {name: text + "\n" for name, text in edited(self.config, "services", BAKING).items()}
        self.draft: Draft = drafted(self.made, new)

    def publish(self, step: Callable[[str], None]) -> None:
        publish_it(self.made, self.config, self.draft, step=step)

    def stands_as_it_was(self) -> None:
        assert read_files(self.config) == self.old
        self.nothing_is_begun()
        assert unpublished(self.db, self.config) == []

    def nothing_is_begun(self) -> None:
        assert state_of(self.db, self.draft.id) is DraftState.OPEN
        assert numbers(self.db) == [1]
        assert unfinished(self.db, self.config) is None
        assert list(self.config.rglob(".publishing*")) == []
        assert verify_audit(self.db) is None


def at(wanted: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Return what acts at a step."""

    def step(name: str) -> None:
        if name == wanted:
            act()

    return step


@pytest.mark.parametrize("name", [NAMES[0], NAMES[3], NAMES[-1]])
def test_what_somebody_writes_while_files_are_put_in_place_stays_and_the_others_are_put_back(
    name: str, place: Begun
) -> None:
    by_hand = place.old[name] + "# by hand\n"

    with pytest.raises(Overtaken, match="somebody else changed the files"):
        place.publish(at(name, lambda: (place.config / name).write_text(by_hand, "utf-8")))

    assert read_files(place.config) == {**place.old, name: by_hand}
    assert audited(place.db, "crosswalk publishing undone") == 1
    place.nothing_is_begun()


@pytest.mark.parametrize("name", [NAMES[1], NAMES[-1]])
def test_where_one_file_cannot_be_replaced_those_before_it_are_put_back(name: str, place: Begun) -> None:
    beside = place.config / "crosswalk" / ".publishing"

    with pytest.raises(CannotWrite):
        place.publish(at(name, lambda: shutil.rmtree(beside)))

    place.stands_as_it_was()


def test_a_folder_that_is_taken_away_meanwhile_is_not_made_anew(place: Begun) -> None:
    folder, away = place.config / "crosswalk", place.config.parent / "away"

    with pytest.raises(CannotWrite):
        place.publish(at("keep", lambda: folder.rename(away)))
    settle(place.db, place.config, START)

    assert not folder.exists()
    assert state_of(place.db, place.draft.id) is DraftState.OPEN
    assert audited(place.db, "crosswalk publishing undone") == 1


def test_a_folder_in_which_the_account_may_not_write_keeps_its_files(place: Begun) -> None:
    folder = place.config / "crosswalk"

    def locked() -> None:
        """Take the right away: from the folder, and from this account where it is root, who may do all."""
        for open_to_all in (place.config.parent, place.config):
            open_to_all.chmod(0o777)
        folder.chmod(0o555)
        if os.geteuid() == 0:
            os.seteuid(NOBODY)

    me = os.geteuid()
    try:
        with pytest.raises(CannotWrite, match="Permission denied"):
            place.publish(at("begun", locked))
    finally:
        os.seteuid(me)
        folder.chmod(0o755)

    place.stands_as_it_was()


def test_on_a_full_disk_the_old_files_stay_and_the_next_command_finishes_what_is_still_begun(place: Begun) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    try:
        with pytest.raises(SyncError):
            place.publish(at("write", lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert read_files(place.config) == place.old
    assert list(place.config.rglob(".publishing*")) == []
    begun = unfinished(place.db, place.config) is not None
    settle(place.db, place.config, START)

    assert state_of(place.db, place.draft.id) is (DraftState.PUBLISHED if begun else DraftState.OPEN)
    assert read_files(place.config) == (place.draft.files if begun else place.old)
    assert unpublished(place.db, place.config) == []
    assert verify_audit(place.db) is None


def test_a_folder_of_the_crosswalk_on_another_disk_is_published_too(place: Begun, tmp_path: Path) -> None:
    elsewhere = Path(shutil.move(place.config / "crosswalk", tmp_path / "elsewhere"))
    (place.config / "crosswalk").symlink_to(elsewhere)

    place.publish(lambda _step: None)

    assert read_files(place.config) == place.draft.files
    assert list(elsewhere.glob(".publishing*")) == []


def test_who_publishes_is_told_of_the_version_that_another_command_finished_for_them(place: Begun) -> None:
    settling = at("begun", lambda: settle(place.db, place.config, START))

    version = publish_it(place.made, place.config, place.draft, step=settling)

    assert (version.number, version.from_draft) == (2, place.draft.id)
    assert audited(place.db, "crosswalk published") == 1


@pytest.mark.parametrize(("wanted", "new"), [("begun", 0), (NAMES[3], 3), ("written down", 7)])
def test_status_tells_of_publishing_that_was_cut_off(wanted: str, new: int, place: Begun, database_url: str) -> None:
    with pytest.raises(Killed):
        place.publish(killed_at(wanted))

    told = [(one.what, one.do) for one in status(place.config, database_url, lambda: START).problems]

    what = f"the publishing of draft {place.draft.id} of the crosswalk was begun and is not finished: "
    assert [do for said, do in told if said == f"{what}{new} of the 7 files are those of the draft"] == [
        "`ims-sync crosswalk versions` finishes it, or undoes it where somebody else wrote into the files meanwhile."
    ]
    settle(place.db, place.config, START)
    after = status(place.config, database_url, lambda: START)
    assert after.crosswalk_published is True
    assert not any("crosswalk" in one.what for one in after.problems)


def test_status_tells_of_it_too_where_the_files_of_two_versions_cannot_be_read_together(
    place: Begun, database_url: str
) -> None:
    with pytest.raises(Killed):
        place.publish(killed_at(NAMES[3]))
    (place.config / NAMES[1]).write_bytes(b"neither\n")

    told = [one.what for one in status(place.config, database_url, lambda: START).problems]

    assert any("is not finished: 2 of the 7 files" in what for what in told)
