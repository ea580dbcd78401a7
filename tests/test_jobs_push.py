"""An approved plan reaches iMatchSkills once, in the right order, and nothing else does."""

from pathlib import Path

import pytest

from sync.errors import StoppedToBeSafe
from sync.jobs.stop import go_on, stop
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.ims import Level
from sync.pretend.person import changed, payment, service
from sync.store import Database, State, counts, lines_in_states, set_reconcile_first, verify_audit
from tests.world_of_demo import TWO_EQUAL, world

READABLE = [Level.L1, Level.L2, Level.L3, Level.L4]


@pytest.mark.parametrize("level", READABLE, ids=lambda level: level.name)
def test_a_plan_is_written_once_and_confirmed(level: Level, database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=level) as made:
        made.lay(TWO_EQUAL, [service("2026-04-09")])
        digest = made.plan()

        job = made.push(digest)

        assert made.writes() == len(made.ims.entries()) == 10
        assert job.counts["confirmed"] == 10
        assert counts(database)[State.CONFIRMED] == 10
        assert job.stopped_because is None
        assert verify_audit(database) is None


def test_every_entry_comes_after_what_it_depends_on(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)

        made.push(made.plan())

        kinds = [entry["kind"] for entry in made.ims.entries()]
        assert kinds == ["orientation", "assessment", "plan", "component", "support", "support"]


def test_pushing_twice_writes_nothing_more(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()
        made.push(digest)

        again = made.push(digest)

        assert made.writes() == 6
        assert again.counts["offered"] == {"new": 0, "renewed": 0, "left": 6}


def test_the_next_plan_finds_everything_there(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        made.push(made.plan())

        made.push(made.plan())

        assert made.writes() == 6
        assert lines_in_states(database, [State.TO_DO]) == []


def test_a_target_that_cannot_be_read_waits_for_a_read_back_by_files(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=Level.L0) as made:
        made.lay([service("2026-04-07")])
        made.read_back_by_files()

        first = made.push(made.plan())
        again = made.push(made.plan())
        made.read_back_by_files()
        made.push(made.plan())

        kinds = [entry["kind"] for entry in made.ims.entries()]
        assert (first.counts["waiting"], again.counts["waiting"]) == (3, 3)
        assert kinds == ["orientation", "assessment"]
        assert made.writes() == 2


def test_an_unclear_write_to_a_target_that_cannot_be_read_is_a_persons(database: Database, tmp_path: Path) -> None:
    faults = Script([Fault(Act.STATUS, after=True, status=500)])
    with world(database, tmp_path, level=Level.L0, faults=faults) as made:
        made.lay([service("2026-04-07")])
        made.read_back_by_files()

        made.push(made.plan())
        job = made.push(made.plan())

        assert made.writes() == 1
        assert job.counts["unclear"] == 1
        assert job.needs_a_person


def test_a_digest_that_no_plan_has_is_not_pushed(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        made.plan()

        with pytest.raises(StoppedToBeSafe, match="no plan has this digest"):
            made.push("0" * 64)

        assert made.writes() == 0


def test_a_plan_that_a_newer_one_took_the_place_of_is_not_pushed(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        first = made.plan()
        made.lay([service("2026-04-09")])
        made.plan()

        with pytest.raises(StoppedToBeSafe, match="a newer plan"):
            made.push(first)

        assert made.writes() == 0


def test_nothing_is_promised_that_the_target_does_not_offer(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=Level.L2) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()
        made.ims.level = Level.L1

        with pytest.raises(StoppedToBeSafe, match="level L2 is configured, but the target offers no more than L1"):
            made.push(digest)

        assert made.writes() == 0


def test_after_a_restore_nothing_is_pushed_before_a_read_back(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()
        with database.write() as conn:
            set_reconcile_first(conn, first=True)

        with pytest.raises(StoppedToBeSafe, match="restored from a backup"):
            made.push(digest)

        made.push(made.plan())
        assert made.writes() == 6


def test_the_stop_switch_stops_before_the_next_send(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        digest = made.plan()
        stop(made.service, "a wrong crosswalk was published")

        with pytest.raises(StoppedToBeSafe, match="a wrong crosswalk was published"):
            made.push(digest)
        go_on(made.service)
        made.push(digest)

        assert made.writes() == 6


def test_an_unclear_write_is_looked_up_before_a_second_try(database: Database, tmp_path: Path) -> None:
    faults = Script([Fault(Act.STATUS, after=True, status=500), Fault(Act.STATUS, after=False, status=503)])
    with world(database, tmp_path, level=Level.L1, faults=faults) as made:
        made.lay(TWO_EQUAL)

        job = made.push(made.plan())

        assert len(made.ims.entries()) == 6
        assert made.writes() == 7
        assert job.counts["unclear"] == 0
        assert counts(database)[State.CONFIRMED] == 6


def test_an_answer_about_somebody_else_stops_everything_until_a_person_looked(
    database: Database, tmp_path: Path
) -> None:
    with world(database, tmp_path, faults=Script([Fault(Act.OTHER_PERSON, after=True)])) as made:
        made.lay(TWO_EQUAL, [service("2026-04-09")])
        digest = made.plan()

        job = made.push(digest)

        assert job.stopped_because == "the target wrote something other than what was sent"
        assert job.needs_a_person
        with pytest.raises(StoppedToBeSafe, match="something other than what was sent"):
            made.push(digest)


def test_a_refusal_is_not_tried_again_until_the_facts_change(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, faults=Script([Fault(Act.STATUS, after=False, status=422)])) as made:
        made.lay([service("2026-04-07")])
        digest = made.plan()

        job = made.push(digest)
        made.push(digest)

        assert job.counts["refused"] == 1
        assert made.writes() == 1


def test_a_service_that_was_called_off_before_it_was_sent_is_withdrawn(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, faults=Script([Fault(Act.STATUS, after=False, status=403)])) as made:
        made.lay(TWO_EQUAL)
        made.push(made.plan())
        made.lay([*TWO_EQUAL, changed("services", {}, status="Cancelled")])

        made.push(made.plan())

        kinds = {entry["kind"] for entry in made.ims.entries()}
        assert kinds == {"orientation", "assessment", "plan"}
        assert counts(database)[State.WITHDRAWN] == 3


def test_a_service_redated_after_it_was_entered_is_never_entered_twice(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay([service("2026-03-10")])
        made.push(made.plan())
        made.lay([service("2026-03-10"), changed("services", {}, start_date="2026-04-07", end_date="2026-04-07")])

        made.push(made.plan())

        components = [entry for entry in made.ims.entries() if entry["kind"] == "component"]
        assert [entry["date"] for entry in components] == ["2026-03-10"]


def test_two_equal_bus_passes_are_two_entries_also_when_one_was_keyed_before(
    database: Database, tmp_path: Path
) -> None:
    with world(
        database, tmp_path, level=Level.L1, faults=Script([None, None, None, None, Fault(Act.RESET, after=False)])
    ) as made:
        made.lay(TWO_EQUAL)
        made.ims.put_entry(
            {"job_seeker_id": "DEMO-J01", "provider": "IRCO", "kind": "support", "name": "Child Care",
             "date": "2026-04-08", "amount": "25.00"}
        )  # fmt: skip

        made.push(made.plan())

        supports = [entry for entry in made.ims.entries() if entry["kind"] == "support"]
        assert len(supports) == 2


def test_a_plan_with_far_more_than_usual_is_held_by_the_brake(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay([service("2026-04-07")])
        made.push(made.plan())
        made.lay(*[[service("2026-04-07"), payment("2026-04-08")] for _ in range(16)])
        digest = made.plan()

        with pytest.raises(StoppedToBeSafe, match=r"76 new entries, usual are 4; most are IRCO"):
            made.push(digest)

        assert made.writes() == 4
