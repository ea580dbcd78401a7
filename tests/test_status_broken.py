"""Whatever is broken, `status` says so and what to do, and breaks nothing itself."""

import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.jobs.status import status
from sync.store import bind, migrate_down
from tests.configurations import rewritten
from tests.places import NOW, Place, placed
from tests.support import CONFIG


@pytest.fixture
def place(ready_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with placed(ready_file, tmp_path, monkeypatch) as one:
        yield one


def damaged(place: Place) -> None:
    """Spoil the pages of the file but for the first ones."""
    place.db.close()
    path = Path(place.url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    half = len(whole) // 2 // 4096 * 4096
    path.write_bytes(whole[:half] + b"\xa5" * (len(whole) - half))


def no_database(place: Place) -> None:
    place.db.close()
    Path(place.url.removeprefix("sqlite:///")).unlink()


def no_tables_of_ours(place: Place) -> None:
    place.db.close()
    Path(place.url.removeprefix("sqlite:///")).write_bytes(b"a page for people, and no database at all" * 100)


def older_tables(place: Place) -> None:
    migrate_down(place.db, "0003")


def settings_broken(place: Place) -> None:
    rewritten(place.config, "settings.toml", "senders = 4 ", "senders = 0 ")


def crosswalk_broken(place: Place) -> None:
    (place.config / "crosswalk" / "services.csv").unlink()


def no_exports(place: Place) -> None:
    (place.config.parent / "itrac").rmdir()


@pytest.mark.parametrize(
    ("spoil", "words", "code"),
    [
        (damaged, "damaged", 70),
        (no_database, "there is no database yet", 2),
        (no_tables_of_ours, "is no database", 70),
        (older_tables, "older ims-sync", 2),
        (settings_broken, "ims.senders", 2),
        (crosswalk_broken, "services.csv", 2),
        (no_exports, "exports", 1),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_is_broken_is_said_and_breaks_nothing(
    spoil: Callable[[Place], None], words: str, code: int, place: Place
) -> None:
    spoil(place)

    found = place.look()

    assert any(words in problem.what for problem in found.problems), found.problems
    assert all(problem.do for problem in found.problems)
    assert (found.ok, found.exit_code) == (False, code)
    assert found.database_whole is not True or spoil in {settings_broken, crosswalk_broken, no_exports}


def test_a_database_of_another_environment_is_said(place: Place) -> None:
    bind(place.db, "production", None)

    found = place.look()

    assert [problem.what for problem in found.problems] == [
        "this database belongs to the environment production, not to rehearsal"
    ]
    assert found.exit_code == 5


def test_a_look_makes_no_database_and_brings_none_up_to_date(place: Place) -> None:
    older_tables(place)
    place.look()
    place.look()
    no_database(place)

    assert any("no database yet" in what for what in place.whats())
    assert not Path(place.url.removeprefix("sqlite:///")).exists()


def test_a_database_that_cannot_be_reached_is_said(place: Place) -> None:
    found = status(CONFIG, "postgresql+psycopg://ims@127.0.0.1:1/x", lambda: NOW)

    assert (found.exit_code, found.database_whole) == (4, None)
    assert "cannot be reached" in found.problems[0].what


def test_a_target_that_is_down_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        told = {"TARGET": "gateway", "LEVEL": "L3", "URL": f"http://127.0.0.1:{taken.getsockname()[1]}"}
        for name, value in told.items():
            monkeypatch.setenv(f"IMS_SYNC_IMS__{name}", value)

        found = place.look()

    assert (found.target_reachable, found.exit_code) == (False, 4)
    assert "iMatchSkills" in found.problems[0].what
