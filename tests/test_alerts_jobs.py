"""Every final state of every job lets people know, by the one way in which a job ends."""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sync.alerts import JOBS, OF_A_STATE, Cause
from sync.cli import alerts as command
from sync.cli import service as service_commands
from sync.errors import StoppedToBeSafe, StoreError, SyncError
from sync.jobs.alerts import ended, known_alerts
from sync.jobs.approval import approve
from sync.jobs.backup import backup, new_key
from sync.jobs.night import night
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.purge import purge
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.reminders import tell_reminders
from sync.jobs.run import run
from sync.jobs.service import Job, Service, running
from sync.jobs.stop import go_on, stop
from sync.jobs.waves import Waiting
from sync.jobs.worklist import keyed, worklist
from sync.pretend.person import Person
from sync.settings import Scheduled
from sync.store import Database, RunState, lose_runs, read_key, runs
from tests.services import Clock, done, edges, lay_exports, planned, service
from tests.support import CONFIG, ROOT
from tests.world_of_demo import TWO_EQUAL

FINAL = [state for state in RunState if state is not RunState.RUNNING]


class Broken(Exception):
    """Something of our own broke."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own(database: Database, tmp_path: Path, clock: Clock) -> Service:
    person = Person(1)
    for act in TWO_EQUAL:
        act(person)
    lay_exports(tmp_path, {"ims_entries": [], **person.tables})
    return service(database, tmp_path, clock=clock)


def opened(of: Service) -> dict[tuple[str, str], int]:
    """Return how often each open alert was raised, by cause and subject."""
    return {(alert.cause, alert.subject): alert.count for alert in known_alerts(of.db, every=False)}


def end_as(of: Service, name: str, state: RunState) -> None:
    """Let a run of a job end so."""
    try:
        with running(of, name) as job:
            _prepare(job, state)
    except Broken:
        assert state is RunState.FAILED


def _prepare(job: Job, state: RunState) -> None:
    job.needs_a_person = state is RunState.NEEDS_A_PERSON
    job.stopped_because = "testing" if state is RunState.STOPPED else None
    if state is RunState.FAILED:
        raise Broken


def test_every_final_state_is_in_the_table() -> None:
    assert set(OF_A_STATE) == {str(state) for state in FINAL}
    raised = [cause for cause in OF_A_STATE.values() if cause]
    assert len(set(raised)) == len(raised) == len(FINAL) - 1


@pytest.mark.parametrize("state", [state for state in FINAL if state is not RunState.LOST])
@pytest.mark.parametrize("name", JOBS)
def test_every_final_state_of_every_job_raises_its_own(name: str, state: RunState, own: Service) -> None:
    end_as(own, name, state)

    cause = OF_A_STATE[state]
    assert runs(own.db, 1)[0].state is state
    assert opened(own) == ({(cause, name): 1} if cause else {})


@pytest.mark.parametrize("name", JOBS)
def test_a_run_that_gave_no_sign_of_life_raises_its_own(name: str, own: Service, clock: Clock) -> None:
    with running(own, name):
        (lost,) = lose_runs(own.db, own.now() + timedelta(days=1), timedelta(hours=1))
        ended(own, name, RunState.LOST, run=lost)

        assert opened(own) == {(Cause.JOB_LOST, name): 1}


@pytest.mark.parametrize("state", [state for state in FINAL if OF_A_STATE[state] and state is not RunState.LOST])
def test_a_job_that_is_done_closes_what_it_had_raised(state: RunState, own: Service) -> None:
    end_as(own, "pull", state)
    end_as(own, "push", state)

    end_as(own, "pull", RunState.DONE)

    assert opened(own) == {(OF_A_STATE[state], "push"): 1}


def test_a_job_that_ends_otherwise_closes_its_other_alerts(own: Service) -> None:
    end_as(own, "pull", RunState.FAILED)
    end_as(own, "pull", RunState.FAILED)

    end_as(own, "pull", RunState.NEEDS_A_PERSON)

    assert opened(own) == {(Cause.JOB_NEEDS_A_PERSON, "pull"): 1}
    assert [alert.count for alert in known_alerts(own.db, every=True)] == [2, 1]


def _broken_pull(of: Service) -> None:
    (of.settings.itrac.folder / "services.csv").write_text("nonsense\n1\n", "utf-8")


def _without(table: str) -> Callable[[Service], None]:
    def take_away(of: Service) -> None:
        with of.db.write() as conn:
            conn.execute(text(f"ALTER TABLE {table} RENAME TO gone"))

    return take_away


def _nothing(_of: Service) -> None:
    pass


def _waiting(_seconds: float) -> None:
    pass


def _push(of: Service, job: Job) -> None:
    push(of, job, digest="0" * 64, waiting=Waiting(_waiting), edges=edges(Clock()))


def _run(of: Service, job: Job) -> None:
    run(of, job, waiting=Waiting(_waiting))


def _back_up(of: Service, job: Job) -> None:
    backup(of, job, of.settings.itrac.folder, key=read_key(new_key()))


Break = Callable[[Service], None]
FAILURES: dict[str, tuple[Break, Callable[[Service, Job], object]]] = {
    "pull": (_broken_pull, pull),
    "readback": (_nothing, lambda of, job: readback(of, job, folder=of.settings.itrac.folder / "none")),
    "plan": (_without("pulled_row"), plan),
    "push": (_nothing, _push),
    "reconcile": (_without("pulled_row"), reconcile),
    "run": (_broken_pull, _run),
    "worklist": (_nothing, lambda of, job: worklist(of, job, of.settings.itrac.folder / "worklist.csv")),
    "keyed": (_nothing, lambda of, job: keyed(of, job, of.settings.itrac.folder / "none.csv", by="DEMO-KEYER")),
    "stop": (_without("installation"), lambda of, _job: stop(of, "testing")),
    "go-on": (_without("installation"), lambda of, _job: go_on(of)),
    "backup": (_without("pulled_row"), _back_up),
    "purge": (_without("attempt"), purge),
    "approve": (_nothing, lambda of, _job: approve(of, "0" * 64, "a test")),
    "remind": (_without("plan"), tell_reminders),
    "night": (_nothing, night),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_a_job_that_really_fails_lets_people_know(name: str, own: Service) -> None:
    breaks, act = FAILURES[name]
    breaks(own)

    with pytest.raises(SyncError) as raised, running(own, name) as job:
        act(own, job)

    cause = Cause.JOB_STOPPED if isinstance(raised.value, StoppedToBeSafe) else Cause.JOB_FAILED
    failed = {(cause, name): 1} | ({(Cause.JOB_FAILED, "pull"): 1} if name == "run" else {})
    assert opened(own) == failed
    alert = known_alerts(own.db, every=False)[-1]
    assert alert.facts["run"] == runs(own.db, 2)[-1 if name == "run" else 0].id
    assert alert.facts["error"]


def test_every_job_that_can_be_made_to_fail_is_made_to() -> None:
    # A check of `verify` that cannot be done counts as failed, so that verify itself ends as needing a person.
    assert set(FAILURES) == set(JOBS) - {"readback after the push", "verify"}


def test_a_push_whose_target_is_a_person_is_told_as_stopped(own: Service) -> None:
    done(own, "pull")
    done(own, "readback")
    digest = planned(own, own.today).plan.digest

    with running(own, "push") as job:
        push(own, job, digest=digest, waiting=Waiting(_waiting), edges=edges(Clock()))

    assert (Cause.JOB_STOPPED, "push") in opened(own)


def test_a_run_whose_end_cannot_be_written_down_has_failed_and_is_told_as_such(own: Service) -> None:
    with pytest.raises(StoreError), running(own, "pull"):
        _without("run")(own)

    assert opened(own) == {(Cause.JOB_FAILED, "pull"): 1}


def test_the_stop_switch_is_told_until_it_is_taken_back(own: Service) -> None:
    stop(own, "testing")
    told = opened(own)

    go_on(own)

    assert told == {(Cause.PUSHING_STOPPED, "push"): 1}
    assert opened(own) == {}


def _named_jobs() -> Iterator[str]:
    yield from Scheduled
    for path in sorted((ROOT / "sync").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"running", "working"}:
                yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "parts":
                yield ast.literal_eval(node.slice)


def test_every_job_of_the_code_is_in_the_list() -> None:
    assert set(_named_jobs()) == set(JOBS)


def test_the_command_shows_what_is_wrong_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    assert command.alerts(config=CONFIG, database=database) == 0
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "none"))
    with pytest.raises(SyncError):
        service_commands.pull(config=CONFIG, database=database)
    quiet = capsys.readouterr().out

    shown = command.alerts(config=CONFIG, database=database)
    text_shown = capsys.readouterr().out
    command.alerts(every=True, config=CONFIG, database=database, json=True)

    (alert,) = json.loads(capsys.readouterr().out)["alerts"]
    assert quiet == "Nothing is wrong: no alert is open.\n"
    assert shown == 1
    assert "The job pull failed." in text_shown
    assert "What to do: `ims-sync runs` says why" in text_shown
    assert (alert["cause"], alert["count"], alert["closed_at"]) == ("job-failed", 1, None)
