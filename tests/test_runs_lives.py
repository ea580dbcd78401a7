"""A run lives as long as it gives signs of life, parks what it sends when it is asked to end, and says how it ended."""

import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import AskedToStop, RunUnderWay, StoppedToBeSafe
from sync.jobs.ending import Ending
from sync.jobs.heartbeat import RUN_LEASE
from sync.jobs.service import running
from sync.jobs.stop import stop
from sync.pretend.faults import Act, Door, Fault, Script
from sync.pretend.ims import Level
from sync.store import Database, Ended, NewRun, RunState, beat, begin_run, end_run, lose_runs, runs
from tests.services import Clock, edges
from tests.services import service as service_over
from tests.world_of_demo import TWO_EQUAL, world

REFUSED = Fault(Act.STATUS, 422)


def states(db: Database) -> list[tuple[str, str, str | None]]:
    """Return job, state and outcome of every run, the oldest first."""
    return [(run.job, run.state, run.outcome) for run in reversed(runs(db, 100))]


@dataclass
class AskAt:
    """Ask for the end while so many writes are under way; no call fails."""

    ending: Ending
    number: int
    came: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, door: Door, _key: str, /) -> Fault | None:
        with self.lock:
            self.came += door is Door.WRITE
            if self.came == self.number:
                self.ending.ask()
        return None


def test_a_run_that_waits_for_hours_does_not_count_as_lost_by_its_own_parts(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    made = service_over(database, tmp_path, clock=clock)

    with running(made, "run") as job:
        clock.sleep(3600)
        with running(made, "pull", parent=job.run_id):
            clock.sleep(3600)
        with running(made, "plan", parent=job.run_id):
            meanwhile = states(database)

    assert meanwhile == [("run", "running", None), ("pull", "done", None), ("plan", "running", None)]
    assert [state for _, state, _ in states(database)] == ["done"] * 3


def test_a_silent_run_of_another_process_is_lost_when_the_next_one_begins(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    begin_run(database, NewRun(job="push", actor="another", versions={}), clock.at)
    clock.sleep(RUN_LEASE.total_seconds() + 1)

    with running(service_over(database, tmp_path, clock=clock), "plan"):
        pass

    assert states(database) == [("push", "lost", None), ("plan", "done", None)]


def test_a_run_that_counts_as_lost_begins_no_further_part(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    made = service_over(database, tmp_path, clock=clock)

    with pytest.raises(AskedToStop, match="counts as lost"), running(made, "run") as job:
        lose_runs(database, clock.at + timedelta(hours=1), RUN_LEASE)
        with running(made, "plan", parent=job.run_id):
            pass

    assert [(job, state) for job, state, _ in states(database)] == [("run", "stopped")]


def test_a_push_that_counts_as_lost_sends_nothing(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()
        ending = made.service.ending

        class Losing(Ending):
            """Lose the run right after it began."""

            @property
            def why(self) -> str | None:
                lose_runs(database, made.clock.at + timedelta(hours=1), RUN_LEASE)
                return ending.why

        made.service = replace(made.service, ending=Losing())
        job = made.push(digest)

        assert (made.writes(), job.stopped_because) == (0, f"run {job.run_id} counts as lost")


def test_a_push_that_is_asked_to_end_parks_what_is_left_and_the_next_one_sends_it(
    database: Database, tmp_path: Path
) -> None:
    ending = Ending()
    with world(database, tmp_path, faults=AskAt(ending, 3)) as made:
        made.lay(*[TWO_EQUAL] * 12)
        digest, whole = made.plan(), made.service

        made.service = replace(whole, ending=ending)
        parked = made.push(digest)
        written = made.writes()
        made.service = whole
        made.push(made.plan())

        assert parked.stopped_because == "asked to stop"
        assert 3 <= written < 3 + whole.settings.ims.senders
        assert sorted(made.references()) == sorted(set(made.references()))
        assert len(made.ims.entries()) == 72
        assert [(state, why) for job, state, why in states(database) if job == "push"] == [
            ("stopped", "asked to stop"), ("done", None),
        ]  # fmt: skip


def test_the_stop_switch_is_read_before_each_send(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()

        @dataclass
        class Stopping(Ending):
            """Let somebody stop all pushing after the push has begun."""

            asked: int = 0

            def __post_init__(self) -> None:
                super().__init__()

            @property
            def why(self) -> str | None:
                self.asked += 1
                if self.asked == 4:
                    stop(made.service, "a wrong crosswalk")
                return None

        made.service = replace(made.service, ending=Stopping())
        job = made.push(digest)

        assert job.stopped_because == "pushing is stopped: a wrong crosswalk"
        assert made.writes() < 6


def test_whoever_was_asked_to_end_begins_nothing_more(database: Database, tmp_path: Path) -> None:
    made = service_over(database, tmp_path)
    made.ending.ask()

    with pytest.raises(AskedToStop), running(made, "pull"):
        pass

    assert states(database) == []


def test_waiting_ends_at_once_when_the_end_is_asked_for() -> None:
    ending = Ending()
    ending.ask()

    ending.sleep(3600)
    ending.wait()

    assert ending.why == "asked to stop"


def test_a_push_of_which_nothing_arrived_is_not_done(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, faults=Script([REFUSED] * 20)) as made:
        made.lay(TWO_EQUAL)

        job = made.push(made.plan())

        assert job.needs_a_person
        assert states(database)[-1] == ("push", "failed", "none of the 1 lines that were sent was confirmed")


def test_a_push_that_nobody_can_read_back_waits_for_a_person(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=Level.L0) as made:
        made.lay(TWO_EQUAL)
        made.plan()
        made.read_back_by_files()

        made.push(made.plan())

        assert states(database)[-1][:2] == ("push", "needs-a-person")


def test_a_job_that_stopped_to_be_safe_did_not_fail(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoppedToBeSafe), running(service_over(database, tmp_path), "push"):
        raise StoppedToBeSafe("the plan has many new entries")

    assert states(database) == [("push", "stopped", "the plan has many new entries")]


@pytest.mark.parametrize("job", ["run", "pull", "plan", "readback", "readback after the push"])
def test_two_of_the_same_never_overlap_the_second_waits(job: str, database: Database, tmp_path: Path) -> None:
    clock = Clock()
    first = begin_run(database, NewRun(job=job.partition(" ")[0], actor="another", versions={}), clock.at)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        end_run(database, first, Ended(RunState.DONE, {}), now=clock.at)

    made = replace(service_over(database, tmp_path, clock=clock), outer=replace(edges(clock), sleep=sleep))
    with running(made, job):
        pass

    begun = {run.job: run.started_at for run in runs(database, 10) if run.id != first}
    assert begun[job] > runs(database, 10)[-1].started_at


def test_one_that_died_is_waited_for_until_it_counts_as_lost(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    begin_run(database, NewRun(job="pull", actor="another", versions={}), clock.at)
    made = replace(service_over(database, tmp_path, clock=clock), outer=edges(clock))

    with running(made, "pull"):
        pass

    assert [(job, state) for job, state, _ in states(database)] == [("pull", "lost"), ("pull", "done")]


def test_one_that_does_not_end_is_named_and_nothing_is_done(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    first = begin_run(database, NewRun(job="plan", actor="another", versions={}), clock.at)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        beat(database, first, clock.at)

    made = replace(service_over(database, tmp_path, clock=clock), outer=replace(edges(clock), sleep=sleep))
    with pytest.raises(RunUnderWay, match=f"plan is under way already, as run {first}"), running(made, "plan"):
        pass

    assert len(runs(database, 10)) == 1


def test_pushes_may_overlap_for_they_share_the_lines(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    begin_run(database, NewRun(job="push", actor="another", versions={}), clock.at)

    with running(service_over(database, tmp_path, clock=clock), "push"):
        pass

    assert [state for _, state, _ in states(database)] == ["running", "done"]
