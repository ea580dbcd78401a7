"""By the clock nothing is done with files that were never published; a person is warned, and `status` names it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import adopt, publish
from sync.jobs.scheduled import timekeeper
from sync.jobs.service import Service
from sync.jobs.status import status
from sync.store import Database, begin_schedule, runs
from tests.configurations import Command, added, copied
from tests.crosswalks import APPROVER, by, drafted, edited
from tests.places import Place, placed
from tests.schedules import local, schedule
from tests.services import Clock, lay_exports, service
from tests.test_crosswalk_publish import Killed, killed_at

BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"
EVERY_HOUR = {"job": "pull", "days": "every day", "at": [f"{hour:02d}:00" for hour in range(8, 20)]}


class Scheduled:
    """A scheduler over a configuration of its own, which is stepped from hour to hour."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.config = copied(folder)
        self.clock = Clock(local("2026-04-20T09:30"))
        lay_exports(folder, {"customers": [{"customer_id": "DEMO-C01"}]})
        self.service = service(database, folder, clock=self.clock)
        kept = self.service.settings.model_copy(update={"schedule": schedule(EVERY_HOUR)})
        self.service = replace(self.service, settings=kept)
        begin_schedule(database, "pull", self.clock.at)

    def hour(self) -> tuple[str, str | None]:
        """Let an hour pass; return how the run ended that was due in it."""
        self.clock.at += timedelta(hours=1)
        timekeeper(self.service, self.config).step(self.clock.at)
        newest = runs(self.service.db, 1)[0]
        return newest.state, newest.outcome


@pytest.fixture
def scheduled(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scheduled:
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "itrac"))
    return Scheduled(database, tmp_path)


def _published(made: Service, config: Path, files: dict[str, str]) -> None:
    draft = drafted(made, files)
    publish(by(made, APPROVER), config, draft.id, impact_hash=impact(made, files).hash)


def test_by_the_clock_only_what_was_published_decides(scheduled: Scheduled) -> None:
    made, config = scheduled.service, scheduled.config

    never = scheduled.hour()
    adopt(made, config, reason="the first")
    first = scheduled.hour()
    added(config, "services", BAKING)
    by_hand = scheduled.hour()
    _published(made, config, read_files(config))
    after = scheduled.hour()

    assert never == ("stopped", "the crosswalk in use was not published: no version was published yet")
    assert by_hand[0] == "stopped"
    assert "services: added: EOP Portland, Services, Baking Class" in (by_hand[1] or "")
    assert [first[0], after[0]] == ["done", "done"]


def test_what_was_cut_off_is_finished_by_the_clock_before_it_reads_the_files(scheduled: Scheduled) -> None:
    made, config = scheduled.service, scheduled.config
    adopt(made, config, reason="the first")
    draft = drafted(made, edited(config, "services", BAKING))
    told = impact(made, draft.files).hash
    with pytest.raises(Killed):
        publish(by(made, APPROVER), config, draft.id, impact_hash=told, step=killed_at("crosswalk/aliases.csv"))

    state, _ = scheduled.hour()

    assert state == "done"
    assert read_files(config) == draft.files


@pytest.fixture
def place(ready_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with placed(ready_file, tmp_path, monkeypatch) as one:
        yield one


def test_status_names_what_was_not_published(place: Place) -> None:
    before = place.look()
    added(place.config, "services", BAKING)

    after = place.look()

    assert (before.crosswalk_published, before.problems) == (True, [])
    assert after.crosswalk_published is False
    assert after.exit_code == 5
    assert after.problems[0].what.startswith("the crosswalk in use was not published: services: added: EOP Portland")


def test_a_person_who_plans_by_such_files_is_warned(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Command(monkeypatch, capsys)
    named = ("--config", place.config, "--database", place.url)
    quiet = command("plan", *named)[2]
    added(place.config, "services", BAKING)

    code, _, said = command("plan", *named)

    assert "warning" not in quiet
    assert code == 0
    assert "warning: the crosswalk in use was not published: services: added: EOP Portland" in said
    assert status(place.config, place.url, lambda: local("2026-04-20T10:00")).crosswalk_published is False
