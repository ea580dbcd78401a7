"""Publishing takes a second person who saw the impact; whatever ends it midway leaves the old files or the new ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES, hash_of, read_files
from sync.errors import BadConfiguration, CannotWrite, Overtaken, WrongCall
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import publish, rollback
from sync.jobs.crosswalk_settle import settle
from sync.jobs.crosswalk_standing import unpublished
from sync.jobs.service import Service
from sync.store import Database, verify_audit
from sync.store.crosswalk_versions import Draft, DraftState, Version, draft_numbered, drafts, versions
from tests.crosswalks import APPROVER, AUTHOR, adopted, by, drafted, edited
from tests.store_rows import rows_in
from tests.support import CONFIG

BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"
PAINTING = BAKING.replace("Baking", "Painting")
STEPS = ("begin", "begun", "write", *NAMES, "keep", "written down")


class Killed(BaseException):
    """The process ended here."""


def publish_it(
    made: Service, config: Path, draft: Draft, actor: str = APPROVER, **given: Callable[[str], None]
) -> Version:
    """Publish a draft by somebody who saw its impact."""
    told = impact(made, draft.files).hash
    return publish(by(made, actor), config, draft.id, impact_hash=told, **given)


def killed_at(wanted: str) -> Callable[[str], None]:
    def step(name: str) -> None:
        if name == wanted:
            raise Killed

    return step


def all_versions(database: Database) -> list[Version]:
    with database.read() as conn:
        return versions(conn)


def state_of(database: Database, draft: Draft) -> DraftState:
    with database.read() as conn:
        found = draft_numbered(conn, draft.id)
    assert found is not None
    return found.state


def audited(database: Database, act: str) -> int:
    return sum(row["act"] == act for row in rows_in(database, "audit"))


def test_a_second_person_publishes_and_all_of_it_is_kept(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))
    told = impact(made, draft.files).hash

    version = publish_it(made, config, draft)

    assert all_versions(database)[0] == version
    assert (version.number, version.author, version.approver) == (2, AUTHOR, APPROVER)
    assert (version.reason, version.checked, version.impact_hash) == ("a new service", "the guide", told)
    assert read_files(config) == draft.files == version.files
    assert state_of(database, draft) is DraftState.PUBLISHED
    assert unpublished(database, config) == []
    assert audited(database, "crosswalk published") == 1
    assert verify_audit(database) is None
    assert sorted(path.name for path in config.iterdir()) == sorted(path.name for path in CONFIG.iterdir())


def test_nobody_publishes_a_draft_of_their_own(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))

    for own in (AUTHOR, f" {AUTHOR.lower()} "):
        with pytest.raises(WrongCall, match="second person"):
            publish_it(made, config, draft, own)

    assert read_files(config) == read_files(CONFIG)


def test_an_impact_that_was_not_seen_and_files_with_mistakes_are_refused(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))
    wrong = drafted(made, edited(config, "services", "CCTP,Services"))

    with pytest.raises(Overtaken, match="not the one that you saw"):
        publish(by(made, APPROVER), config, draft.id, impact_hash="0" * 64)
    with pytest.raises(BadConfiguration):
        publish(by(made, APPROVER), config, wrong.id, impact_hash="0" * 64)
    with pytest.raises(WrongCall, match="no draft"):
        publish(by(made, APPROVER), config, 99, impact_hash="0" * 64)

    assert len(all_versions(database)) == 1


def test_of_two_drafts_the_second_is_refused_with_what_the_first_changed(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    first, second = (drafted(made, edited(config, "services", row)) for row in (BAKING, PAINTING))
    publish_it(made, config, first)

    with pytest.raises(Overtaken, match="Baking Class"):
        publish_it(made, config, second)

    assert read_files(config) == first.files


def test_files_that_somebody_else_changed_are_not_written_over(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))
    by_hand = edited(config, "services", PAINTING)["crosswalk/services.csv"]
    (config / "crosswalk" / "services.csv").write_text(by_hand, "utf-8")

    with pytest.raises(Overtaken, match="Painting Class"):
        publish_it(made, config, draft)

    assert (config / "crosswalk" / "services.csv").read_text("utf-8") == by_hand
    assert any("Painting Class" in one for one in unpublished(database, config))


def test_what_was_changed_by_hand_in_the_files_is_published_by_the_same_road(
    database: Database, tmp_path: Path
) -> None:
    made, config = adopted(database, tmp_path)
    by_hand = edited(config, "services", PAINTING)
    (config / "crosswalk" / "services.csv").write_text(by_hand["crosswalk/services.csv"], "utf-8")

    version = publish_it(made, config, drafted(made, read_files(config)))

    assert version.files == by_hand == read_files(config)
    assert unpublished(database, config) == []


def test_rolling_back_publishes_an_older_version_again(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    publish_it(made, config, drafted(made, edited(config, "services", BAKING)))

    back = rollback(by(made, AUTHOR), 1, reason="a mistake", checked="the old rows")
    publish_it(made, config, back)

    numbers = [(one.number, one.hash == hash_of(read_files(CONFIG))) for one in all_versions(database)]
    assert numbers == [(3, True), (2, False), (1, True)]
    assert read_files(config) == read_files(CONFIG)
    with pytest.raises(WrongCall, match="no version 9"):
        rollback(made, 9, reason="a mistake", checked="nothing")


@pytest.mark.parametrize("wanted", STEPS)
def test_publishing_that_is_killed_leaves_the_old_files_or_the_new_ones(
    wanted: str, database: Database, tmp_path: Path
) -> None:
    made, config = adopted(database, tmp_path)
    files = {name: text + "\n" for name, text in edited(config, "services", BAKING).items()}
    draft = drafted(made, files)

    with pytest.raises(Killed):
        publish_it(made, config, draft, step=killed_at(wanted))
    half = read_files(config)
    for _ in range(2):
        settle(database, config, made.now())

    done = wanted != "begin"
    assert all(half[name] in {read_files(CONFIG)[name], files[name]} for name in NAMES)
    assert read_files(config) == (files if done else read_files(CONFIG))
    assert [one.number for one in all_versions(database)] == ([2, 1] if done else [1])
    assert state_of(database, draft) is (DraftState.PUBLISHED if done else DraftState.OPEN)
    assert audited(database, "crosswalk published") == int(done)
    assert not list(config.glob(".publishing*"))


def test_publishing_that_was_cut_off_is_undone_where_somebody_wrote_into_the_files_since(
    database: Database, tmp_path: Path
) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))
    with pytest.raises(Killed):
        publish_it(made, config, draft, step=killed_at("rules.toml"))
    by_hand = edited(config, "services", PAINTING)["crosswalk/services.csv"]
    (config / "crosswalk" / "services.csv").write_text(by_hand, "utf-8")

    settled = settle(database, config, made.now())

    assert settled is None
    assert state_of(database, draft) is DraftState.OPEN
    assert (config / "crosswalk" / "services.csv").read_text("utf-8") == by_hand
    assert audited(database, "crosswalk publishing undone") == 1


def test_another_folder_is_left_alone_by_what_was_begun_here(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    with pytest.raises(Killed):
        publish_it(made, config, drafted(made, edited(config, "services", BAKING)), step=killed_at("keep"))

    assert settle(database, CONFIG, made.now()) is None
    with database.read() as conn:
        assert len(drafts(conn, DraftState.PUBLISHING)) == 1


def test_where_nothing_can_be_written_nothing_stays_begun(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", BAKING))
    (config / ".publishing").write_text("in the way", "utf-8")

    with pytest.raises(CannotWrite):
        publish_it(made, config, draft)

    assert state_of(database, draft) is DraftState.OPEN
    assert read_files(config) == read_files(CONFIG)
