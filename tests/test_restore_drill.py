"""The restore drill: five hundred entries were pushed after the backup, and none is pushed again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sync.errors import StoppedToBeSafe
from sync.jobs.push import offer_lines
from sync.jobs.restore import Restoring, restore
from sync.pretend.ims import Level
from sync.settings import ServiceSettings
from sync.store import Database, Place, State, approve, counts, new_key, open_database, read_key, write_backup
from tests.databases import quick_folder
from tests.services import done, planned, quiet
from tests.world_of_demo import AS_OF, TWO_EQUAL, World, world

KEY = read_key(new_key())
MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04"]
PEOPLE = 84


def backed_up(opened: World, folder: Path) -> Path:
    place = Place(KEY, folder / "scratch", quiet)
    return write_backup(opened.service.db, folder / "backup.age", place, now=opened.clock.now())[0]


@contextmanager
def restored(opened: World, file: Path, folder: Path) -> Iterator[Database]:
    """Restore a backup an hour later, into a database in which the world goes on."""
    opened.clock.sleep(3600)
    url = f"sqlite:///{folder / 'restored.db'}"
    settings = ServiceSettings.model_validate({"backup": {"scratch": folder / "scratch"}})
    restore(settings, Restoring(file, KEY, url, "A. Admin"), quiet, now=opened.clock.now())
    with open_database(url) as db:
        opened.service = replace(opened.service, db=db)
        yield db


def entries(opened: World) -> list[tuple[str, ...]]:
    """Return the facts of every entry; two equal bus passes of a person are two entries."""
    names = ("job_seeker_id", "kind", "name", "date", "amount")
    return sorted(tuple(str(entry[name]) for name in names) for entry in opened.ims.entries())


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


def test_five_hundred_entries_pushed_after_the_backup_are_not_pushed_again(database: Database, folder: Path) -> None:
    with world(database, folder, level=Level.L1) as opened:
        opened.lay(*[TWO_EQUAL] * PEOPLE)
        digest = opened.plan()
        file = backed_up(opened, folder)
        pushed = opened.push(digest)
        assert pushed.counts["confirmed"] == len(entries(opened)) == 504
        stood, writes = entries(opened), opened.writes()

        with restored(opened, file, folder) as db:
            with pytest.raises(StoppedToBeSafe, match="ims-sync readback"):
                opened.push(digest)
            done(opened.service, "readback", months=MONTHS)
            opened.push(planned(opened.service, AS_OF).plan.digest)

            assert (opened.writes(), entries(opened)) == (writes, stood)
            assert counts(db)[State.TO_DO] == 0


@pytest.mark.parametrize("level", [Level.L1, Level.L2, Level.L4])
@pytest.mark.parametrize("months", [["2026-02"], MONTHS])
def test_the_old_plan_may_be_named_again_whatever_was_read_back(
    level: Level, months: list[str], database: Database, folder: Path
) -> None:
    with world(database, folder, level=level) as opened:
        opened.lay(*[TWO_EQUAL] * 3)
        digest = opened.plan()
        file = backed_up(opened, folder)
        opened.push(digest)
        stood, writes = entries(opened), opened.writes()

        with restored(opened, file, folder) as db:
            done(opened.service, "readback", months=months)
            told = opened.push(digest)

            assert (opened.writes(), entries(opened)) == (writes, stood)
            assert counts(db)[State.CONFIRMED] == told.counts["confirmed_in_all"] == 18


def test_what_was_to_do_in_the_backup_and_pushed_after_it_is_found(database: Database, folder: Path) -> None:
    with world(database, folder, level=Level.L1) as opened:
        opened.lay(TWO_EQUAL, TWO_EQUAL)
        digest = opened.plan()
        offer_lines(opened.service, approve(opened.service.db, digest, "A. Admin", now=opened.clock.now()))
        file = backed_up(opened, folder)
        opened.push(digest)
        stood = entries(opened)
        assert len(stood) == 12

        with restored(opened, file, folder) as db:
            done(opened.service, "readback", months=["2026-02"])
            opened.push(digest)

            assert entries(opened) == stood
            assert counts(db)[State.CONFIRMED] == 12


def test_what_was_never_pushed_is_pushed_after_the_look_up(database: Database, folder: Path) -> None:
    with world(database, folder, level=Level.L1) as opened:
        opened.lay(TWO_EQUAL, TWO_EQUAL)
        digest = opened.plan()
        file = backed_up(opened, folder)

        with restored(opened, file, folder) as db:
            done(opened.service, "readback", months=MONTHS)
            opened.push(digest)

            assert set(Counter(entries(opened)).values()) == {1, 2}
            assert (len(entries(opened)), counts(db)[State.CONFIRMED]) == (12, 12)
