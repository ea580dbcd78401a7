"""Two admins act at once, each in a process of their own: one of them wins, and the other is told why not."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.crosswalk.texts import read_files
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_standing import refuse_unpublished, unfinished
from sync.store import Database, open_database, verify_audit
from sync.store.crosswalk_versions import Draft, Version, draft_numbered, versions
from tests.crash import begin_in_fork, ended_in_fork, forks
from tests.crosswalks import AUTHOR, drafted, edited
from tests.publish_kills import BAKING, Place, audited, nothing_lies_about, prepare
from tests.services import service

PAINTING = BAKING.replace("Baking", "Painting")
Two = tuple[subprocess.Popen[str], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def servers() -> Iterator[Two]:
    with forks("tests.publish_child") as one, forks("tests.publish_child") as other:
        yield one, other


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Place:
    return prepare(database_url, tmp_path)


def at_once(servers: Two, place: Place, *asked: dict[str, object]) -> list[str]:
    """Let two act as soon as both are ready; return what each was refused, blank where nothing was."""
    folders = [place.config.parent / name for name in ("one", "other")]
    for server, folder, each in zip(servers, folders, asked, strict=True):
        folder.mkdir()
        os.mkfifo(folder / "gate")
        own = {"gate": str(folder / "gate"), "refused": str(folder / "refused")}
        begin_in_fork(server, {**each, **own}, folder / "told")
    with ExitStack() as gates:
        for folder in folders:
            gates.enter_context((folder / "gate").open("wb"))
    for server, folder in zip(servers, folders, strict=True):
        code, _ = ended_in_fork(server, folder / "told")
        assert code == 0
    refusals = [folder / "refused" for folder in folders]
    return [path.read_text("utf-8") if path.exists() else "" for path in refusals]


def standing(db: Database, place: Place) -> tuple[Draft, list[Version]]:
    """Return the draft and the versions, where the files are those of the newest and nothing is left begun."""
    refuse_unpublished(db, place.config)
    nothing_lies_about(place)
    assert unfinished(db, place.config) is None
    assert verify_audit(db) is None
    with db.read() as conn:
        draft, kept = draft_numbered(conn, place.draft.id), versions(conn)
    assert draft is not None
    assert kept[0].files == read_files(place.config)
    return draft, kept


def test_of_two_who_publish_one_draft_one_does(servers: Two, place: Place) -> None:
    both = place.asked("publish", actor="DEMO-ONE"), place.asked("publish", actor="DEMO-OTHER")

    refused = at_once(servers, place, *both)

    with open_database(place.url) as db:
        _, kept = standing(db, place)
        assert sorted(map(bool, refused)) == [False, True]
        assert re.search(f"draft {place.draft.id} is (being )?published", max(refused))
        assert [one.approver for one in kept] == ["DEMO-OTHER" if refused[0] else "DEMO-ONE", None]
        assert audited(db, "crosswalk published") == 1


def test_of_two_drafts_that_are_published_at_once_one_is(servers: Two, place: Place) -> None:
    with open_database(place.url) as db:
        made = service(db, place.config.parent)
        second = drafted(made, edited(place.config, "services", PAINTING))
        told = impact(made, second.files).hash
    other = {**place.asked("publish"), "draft": second.id, "impact": told}

    refused = at_once(servers, place, place.asked("publish"), other)

    with open_database(place.url) as db:
        _, kept = standing(db, place)
        assert sorted(map(bool, refused)) == [False, True]
        assert [one.from_draft for one in kept] == [second.id if refused[0] else place.draft.id, None]
        won, lost = (second, place.draft) if refused[0] else (place.draft, second)
        row = "Painting Class" if won is second else "Baking Class"
        assert row in max(refused) or f"draft {won.id} is being published" in max(refused), lost.id


def test_of_publishing_a_draft_and_saving_it_anew_at_once_one_is_done(servers: Two, place: Place) -> None:
    files = edited(place.config, "services", PAINTING)
    save = {**place.asked("save", actor=AUTHOR), "files": files}

    refused = at_once(servers, place, place.asked("publish"), save)

    with open_database(place.url) as db:
        draft, kept = standing(db, place)
        assert sorted(map(bool, refused)) == [False, True]
        if refused[0]:
            assert "Painting Class" in refused[0]
            assert (draft.files, len(kept)) == (files, 1)
        else:
            assert re.search(f"draft {place.draft.id} is (being )?published", refused[1])
            assert (draft.files, len(kept)) == (place.draft.files, 2)
