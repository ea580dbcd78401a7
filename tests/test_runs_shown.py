"""`runs` shows what ran, how long it took and how it ended; `run --month` goes the way for past months, too."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.cli.runs import duration
from sync.pretend.person import Person
from sync.store import Database, Ended, NewRun, RunState, begin_run, end_run, open_database
from tests.configurations import Command
from tests.services import lay_exports
from tests.store_rows import minutes
from tests.support import CONFIG
from tests.world_of_demo import TWO_EQUAL


@pytest.fixture
def given(ready_file: Path, tmp_path: Path) -> list[str]:
    """Where three runs are remembered, the newest with two parts."""
    path = tmp_path / "ims-sync.db"
    path.write_bytes(ready_file.read_bytes())
    with open_database(f"sqlite:///{path}") as db:
        ran(db, "pull", 0, 1, Ended(RunState.FAILED, {}, "no answer"))
        ran(db, "plan", 10, 2, Ended(RunState.DONE, {"lines": 3}))
        parent = begin_run(db, new("run"), minutes(20))
        ran(db, "pull", 20, 1, Ended(RunState.DONE, {}), parent=parent)
        ran(db, "push", 21, 70, Ended(RunState.NEEDS_A_PERSON, {}), parent=parent)
        end_run(db, parent, Ended(RunState.NEEDS_A_PERSON, {}, "plan 0f waits for approval"), now=minutes(95))
    return ["--config", str(CONFIG), "--database", f"sqlite:///{path}"]


def new(job: str, parent: int | None = None) -> NewRun:
    return NewRun(job=job, actor="tester", parent_id=parent, versions={"crosswalk": "c0ffee"})


def ran(db: Database, job: str, at: float, took: float, ended: Ended, *, parent: int | None = None) -> None:
    run_id = begin_run(db, new(job, parent), minutes(at))
    end_run(db, run_id, ended, now=minutes(at + took))


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


def test_parts_stand_under_their_run_in_the_order_in_which_they_ran(command: Command, given: list[str]) -> None:
    _, shown, _ = command("runs", *given)

    lines = shown.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "4", "5", "2", "1"]
    assert [line[34:40] for line in lines] == ["run   ", "  pull", "  push", "plan  ", "pull  "]
    assert "1 h 15" in lines[0]
    assert lines[0].endswith("needs-a-person c0ffee   plan 0f waits for approval")


def test_runs_are_chosen_by_job_and_by_state(command: Command, given: list[str]) -> None:
    by_job, by_state, both = (
        [run["id"] for run in command.json("runs", *given, *chosen)[1]["runs"]]
        for chosen in (["--job", "pull"], ["--state", "failed"], ["--job", "pull", "--state", "done"])
    )

    assert (by_job, by_state, both) == ([4, 1], [1], [4])


def test_a_part_without_its_run_says_of_which_it_is(command: Command, given: list[str]) -> None:
    _, shown, _ = command("runs", *given, "--job", "push")

    assert shown.rstrip().endswith("(of run 3)")


def test_a_state_that_there_is_not_is_named_with_those_there_are(command: Command, given: list[str]) -> None:
    code, _, said = command("runs", *given, "--state", "sleeping")

    assert code == 2
    assert "needs-a-person" in said


def test_the_document_has_what_is_fixed(command: Command, given: list[str]) -> None:
    code, told = command.json("runs", *given)

    assert code == 0
    assert set(told["runs"][0]) >= {"id", "job", "state", "started_at", "ended_at", "actor", "counts"}
    assert [run["seconds"] for run in told["runs"]][-2:] == [120, 60]


def test_where_nothing_ran_it_says_so(command: Command, given: list[str], tmp_path: Path) -> None:
    given[-1] = f"sqlite:///{tmp_path / 'new.db'}"

    assert command("runs", *given)[1] == "Nothing ran yet.\n"


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59, "59 s"), (61, "1m 01s"), (3600, "1 h 00")])
def test_durations_are_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


def test_a_past_month_can_be_run(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person(1)
    for act in TWO_EQUAL:
        act(person)
    lay_exports(tmp_path, {"ims_entries": [], **person.tables})
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "itrac"))
    monkeypatch.setenv("IMS_SYNC_IMS__FOLDER", str(tmp_path / "ims"))
    given = ["--config", str(CONFIG), "--database", f"sqlite:///{tmp_path / 'm.db'}"]

    command("run", *given, "--month", "2026-04")
    code, told = command.json("worklist", *given, "--out", tmp_path / "april.csv")

    assert (code, told["listed"]) == (1, 3)


def test_a_plan_is_approved_by_its_digest_with_a_reason(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_exports(tmp_path, {"services": [], "ims_entries": []})
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "itrac"))
    given = ["--config", str(CONFIG), "--database", f"sqlite:///{tmp_path / 'a.db'}"]
    command("pull", *given)
    digest = command.json("plan", *given)[1]["digest"]

    code, told = command.json("approve", *given, "--digest", digest, "--reason", "looked at")
    refused, _, said = command("approve", *given, "--digest", "00", "--reason", "looked at")

    assert (code, told["digest"]) == (0, digest)
    assert refused == 2
    assert "no plan has this digest" in said
