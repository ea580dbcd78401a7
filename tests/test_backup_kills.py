"""A backup or a restore that is killed at any point leaves nothing in the clear, and stands in nobody's way."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sync.jobs.restore import Restoring, restore
from sync.settings import ServiceSettings
from sync.store import Database, Place, new_key, open_database, read_backup, read_key, write_backup
from sync.store.scratch import PREFIX
from tests.services import quiet
from tests.store_rows import NOW, fill, filled_tables
from tests.support import ROOT

KEY = new_key()
PLANTED = b"service:S1"
LAST = 99


def killed(what: str, url: str, folder: Path, *, after: int) -> list[str]:
    """Run the child until it told so many steps, then kill it; return the steps. It ends by itself if it has fewer."""
    command = [sys.executable, "-m", "tests.backup_child", what, url, str(folder), KEY]
    steps: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        while (step := child.stdout.readline()) and len(steps) < after:
            steps.append(step.strip())
            child.stdin.write("\n")
            child.stdin.flush()
        if step:
            child.kill()
        child.stdin.close()
    assert child.returncode == (-9 if step else 0)
    return steps


def in_the_clear(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and PLANTED in path.read_bytes()]


@pytest.fixture
def url(database: Database, database_url: str) -> str:
    fill(database)
    return database_url


@pytest.mark.parametrize("after", [0, 3, 11, 12, 16])
def test_a_killed_backup_leaves_nothing_in_the_clear(after: int, url: str, tmp_path: Path) -> None:
    killed("backup", url, tmp_path, after=after)

    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert in_the_clear(tmp_path) == []
    assert not [name for name in left if name.startswith(PREFIX)]
    assert not [name for name in left if name.endswith(".age")]
    with open_database(url) as db:
        place = Place(read_key(KEY), tmp_path / "scratch", quiet)
        path, made = write_backup(db, tmp_path / "backups", place, now=NOW)
    assert read_backup(path, place) == made
    assert [found.name for found in (tmp_path / "backups").iterdir()] == [path.name]


def test_a_backup_that_is_let_go_on_tells_each_step_and_counts(url: str, tmp_path: Path) -> None:
    steps = killed("backup", url, tmp_path, after=LAST)

    assert "encrypting" in steps
    assert sum(step.startswith("copying") for step in steps) == sum(step.startswith("comparing") for step in steps) > 10
    assert len(list((tmp_path / "backups").glob("*.age"))) == 1


@pytest.mark.parametrize("after", [1, 14, 20])
def test_a_killed_restore_leaves_the_old_database_and_can_be_done_again(
    after: int, ready_file: Path, tmp_path: Path
) -> None:
    place = Place(read_key(KEY), tmp_path / "scratch", quiet)
    target = Path(shutil.copytree(ready_file.parent, tmp_path / "target")) / ready_file.name
    url = f"sqlite:///{target}"
    with open_database(url) as db:
        fill(db)
        write_backup(db, tmp_path / "b.age", place, now=NOW)
        before = filled_tables(db)

    killed("restore", url, tmp_path, after=after)

    with open_database(url) as db:
        assert filled_tables(db) == before
    settings = {"service": {"environment": "test", "audit_head": tmp_path / "head"}, "backup": {"scratch": tmp_path}}
    asked = Restoring(tmp_path / "b.age", read_key(KEY), url, "A. Admin", replace=True)
    done = restore(ServiceSettings.model_validate(settings), asked, quiet, now=NOW)
    assert done.set_aside is not None
    assert {path.name for path in target.parent.iterdir()} == {target.name, done.set_aside.name}
