"""What a draft would change is worked out once for as long as nothing that it rests on changes."""

from pathlib import Path

import pytest

from sync.jobs.crosswalk_publish import publish
from sync.jobs.crosswalk_remembered import Counts, Impacts
from sync.jobs.service import Service
from sync.pretend.person import Act
from sync.pretend.person import service as coached
from sync.store import Database
from tests.crosswalks import APPROVER, adopted, by, drafted, edited
from tests.services import done, planned
from tests.test_crosswalk_impact import lay, plan_of
from tests.world_of_demo import AS_OF

BAKING = "service,,Baking Class,Career Coaching,,,agreed"
PEOPLE: list[list[Act]] = [[coached("2026-04-07", service="Baking Class")], [coached("2026-04-08")]]


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Service:
    found, _ = adopted(database, tmp_path)
    lay(tmp_path, *PEOPLE)
    plan_of(found)
    return found


def test_the_same_question_is_answered_once_and_another_one_by_itself(made: Service) -> None:
    impacts, config = Impacts(), made.config or Path()
    files, others = edited(config, "aliases", BAKING), edited(config, "aliases", BAKING.replace("Baking", "Bakery"))

    first, second = impacts.of_files(made, files), impacts.of_files(made, dict(files))
    other, setting = impacts.of_files(made, others), impacts.of_setting(made, "first_of_month.type=service")

    assert first is second
    assert len(first.changed) == 1
    assert len({first.hash, other.hash, setting.hash}) == 3


def test_a_newer_plan_and_another_version_are_other_questions(made: Service) -> None:
    impacts, config = Impacts(), made.config or Path()
    files = edited(config, "aliases", BAKING)
    first = impacts.of_files(made, files)

    planned(made, AS_OF.replace(month=5))
    after_plan = impacts.of_files(made, files)
    publish(by(made, APPROVER), config, drafted(made, files).id, impact_hash=after_plan.hash)
    after_version = impacts.of_files(made, files)

    assert (after_plan is first, after_plan.basis.as_of == first.basis.as_of) == (False, False)
    assert len(after_version.changed) == 0


def test_what_pages_count_is_counted_once_for_a_plan_and_a_version(made: Service) -> None:
    counts, config = Counts(), made.config or Path()
    first, again = counts.use(made, 6), counts.use(made, 6)
    (label,) = counts.labels(made, 0).found
    listed = counts.contracts(made, None, flags=False)

    draft = drafted(made, edited(config, "aliases", BAKING))
    (waiting,) = counts.labels(made, 0).found
    publish(by(made, APPROVER), config, draft.id, impact_hash=Impacts().of_files(made, draft.files).hash)
    known = counts.labels(made, 0)

    assert first is again
    assert counts.use(made, 3) is not first
    assert (label.drafts, waiting.drafts) == ((), (draft.id,))
    assert waiting.suggestions is label.suggestions
    assert known.found == []
    assert counts.contracts(made, None, flags=False) is not listed
    assert counts.proposals(made) == []


def test_before_the_first_plan_nothing_is_remembered(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    impacts, files = Impacts(), edited(config, "aliases", BAKING)

    lay(tmp_path, *PEOPLE)
    before = impacts.of_files(made, files)
    done(made, "pull")
    after = impacts.of_files(made, files)

    assert (before.lines, len(after.changed)) == (0, 1)


def test_only_the_last_few_are_remembered(made: Service) -> None:
    impacts, config = Impacts(), made.config or Path()
    files = edited(config, "aliases", BAKING)
    first = impacts.of_files(made, files)

    for days in range(50, 54):
        impacts.of_setting(made, f"hold.max_days={days}")

    again = impacts.of_files(made, files)
    assert again is not first
    assert again.hash == first.hash
