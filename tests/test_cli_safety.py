"""The commands that keep the memory safe: what they print, what they refuse, and how they leave."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.cli import safety, service
from sync.cli.main import main
from sync.errors import StoppedToBeSafe, WrongCall
from sync.pretend.person import Person
from sync.store import new_key
from tests.services import lay_exports
from tests.support import CONFIG
from tests.world_of_demo import TWO_EQUAL

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Exports of one person, and an environment with a key that points to them."""
    person = Person(1)
    for act in TWO_EQUAL:
        act(person)
    lay_exports(tmp_path, {"ims_entries": [], **person.tables})
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "itrac"))
    monkeypatch.setenv("IMS_SYNC_IMS__FOLDER", str(tmp_path / "ims"))
    monkeypatch.setenv("IMS_SYNC_BACKUP__SCRATCH", str(tmp_path / "scratch"))
    monkeypatch.setenv("IMS_SYNC_BACKUP_KEY", new_key())
    return tmp_path


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command and return its exit code and its document."""

    def run(command: Callable[..., int], **options: Any) -> tuple[int, dict[str, Any]]:
        url = options.pop("database", f"sqlite:///{folder / 'ims-sync.db'}")
        capsys.readouterr()
        code = command(config=CONFIG, database=url, json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_backup_is_made_verified_and_restored(call: Call, folder: Path) -> None:
    call(service.pull)
    digest = call(service.plan, as_of="2026-04-20")[1]["digest"]

    code, made = call(safety.backup, out=folder / "backups")
    verified = call(safety.verify, backup_file=Path(made["file"]))
    other = f"sqlite:///{folder / 'other.db'}"
    restored = call(safety.restore, input_=Path(made["file"]), database=other)

    assert (code, verified[0], verified[1]["ok"], verified[1]["rows"]) == (0, 0, True, made["rows"])
    assert (restored[0], restored[1]["rows"], restored[1]["set_aside"]) == (0, made["rows"], None)
    assert call(safety.verify, database=other)[1]["ok"]
    with pytest.raises(StoppedToBeSafe, match="restored from a backup"):
        call(service.push, digest=digest, database=other)
    assert call(service.plan, as_of="2026-04-20", database=other)[1]["digest"] == digest


def test_a_restored_database_goes_on_after_a_read_back(call: Call, folder: Path) -> None:
    call(service.pull)
    made = call(safety.backup, out=folder / "b.age")[1]
    call(safety.restore, input_=Path(made["file"]), replace=True)

    call(service.readback)

    digest = call(service.plan, as_of="2026-04-20")[1]["digest"]
    assert "ims-sync worklist" in call(service.push, digest=digest)[1]["stopped_because"]


def test_a_damaged_backup_leaves_with_one_and_says_what_to_do(call: Call, folder: Path) -> None:
    call(service.pull)
    file = Path(call(safety.backup, out=folder / "b.age")[1]["file"])
    file.write_bytes(file.read_bytes()[:-5])

    code, told = call(safety.verify, backup_file=file)

    assert (code, told["ok"]) == (1, False)
    assert "another backup" in told["do"]


def test_a_cut_trail_leaves_verify_with_one(call: Call, folder: Path) -> None:
    call(service.pull)
    call(safety.backup, out=folder / "b.age")
    (folder / "ims-sync.audit-head").write_text(f"50 {'a' * 64}\n")

    code, told = call(safety.verify)

    wrong = [one for one in told["checks"] if not one["ok"]]
    assert (code, told["ok"]) == (1, False)
    assert wrong[0]["wrong"] == ["entry 50 is missing or differs"]
    assert wrong[0]["do"]


def test_what_is_shown_of_a_purge_has_each_kind_with_its_reason(call: Call) -> None:
    call(service.pull)

    code, told = call(safety.purge, show=True)

    assert (code, told["shown_only"]) == (0, True)
    assert all(kind["reason"] and kind["months"] for kind in told["kinds"].values())
    assert call(safety.purge)[1]["kinds"].keys() == told["kinds"].keys()


def test_texts_say_what_to_do_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{folder / 'ims-sync.db'}"
    service.pull(config=CONFIG, database=url)

    safety.backup(out=folder / "b.age", config=CONFIG, database=url)
    safety.verify(config=CONFIG, database=url)
    safety.verify(backup_file=folder / "b.age", config=CONFIG, database=url)
    safety.restore(input_=folder / "b.age", replace=True, config=CONFIG, database=url)
    safety.purge(show=True, config=CONFIG, database=url)
    safety.purge(config=CONFIG, database=url)

    shown = capsys.readouterr().out
    for words in (
        "backed up, opened and compared", "yes  the database is whole", "yes  the backup is whole",
        "ims-sync readback", "is now", "the guides are silent", "Nothing was changed.", "Backups that were made before",
    ):  # fmt: skip
        assert words in shown


def test_a_new_key_is_printed_alone_and_where_to_keep_it_beside(capsys: pytest.CaptureFixture[str]) -> None:
    code = safety.backup(new=True)

    shown = capsys.readouterr()
    assert code == 0
    assert shown.out.startswith("AGE-SECRET-KEY-1")
    assert len(shown.out.splitlines()) == 1
    assert "IMS_SYNC_BACKUP_KEY_FILE" in shown.err


@pytest.mark.parametrize("given", [["backup", "--out", "nowhere"], ["restore", "--input", "nothing.age"]])
def test_without_a_key_nothing_begins(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("IMS_SYNC_BACKUP_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["ims-sync", *given])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 2
    assert "ims-sync backup --new-key" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_backup_without_a_place_is_called_wrongly() -> None:
    with pytest.raises(WrongCall, match="--out is missing"):
        safety.backup()


def test_a_backup_that_is_not_there_is_named(call: Call, folder: Path) -> None:
    code, told = call(safety.verify, backup_file=folder / "absent.age")

    assert (code, told["wrong"]) == (1, "the backup cannot be read (No such file or directory)")


def test_a_file_that_is_no_database_leaves_verify_with_one(call: Call, folder: Path) -> None:
    (folder / "ims-sync.db").write_bytes(b"no database at all" * 500)

    code, told = call(safety.verify)

    assert (code, told["ok"]) == (1, False)
    assert "last good backup" in told["do"]
