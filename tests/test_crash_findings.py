"""What crashes and simulations brought to light, each in its smallest form."""

from pathlib import Path

from sync.jobs.run import run
from sync.jobs.waves import Waiting
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.ims import Level
from sync.settings import ItracSettings
from sync.store import Database, State, confirm, counts
from tests.crash import all_stands_once, done_again, new_case
from tests.crash_world import doing, prepare, service_of
from tests.store_rows import NOW, offer_lines, seen


def test_several_lines_are_confirmed_by_one_read_back(database: Database) -> None:
    offer_lines(database, {"line_id": "service:S1"}, {"line_id": "service:S2"})

    with database.write() as conn:
        confirm(conn, [seen("service:S1"), seen("service:S2")], now=NOW)

    assert counts(database)[State.CONFIRMED] == 2


def test_of_two_equal_payments_the_one_that_was_not_entered_still_is(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    lost = Script(writes=[None, None, Fault(Act.RESET)])
    case = new_case(prepare(database_url, tmp_path), Level.L0, faults=lost)

    done_again(database, case, tmp_path / "exported", look_first=False)

    all_stands_once(case)


def test_a_whole_run_goes_through_where_nothing_can_be_read_back_through_the_gateway(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    case = new_case(prepare(database_url, tmp_path), Level.L0)

    with case.served() as served:
        settings = case.settings(served.url).model_copy(update={"itrac": ItracSettings(folder=tmp_path)})
        service = service_of(database, settings, case.clock)
        job = doing(service, "run", lambda job: run(service, job, waiting=Waiting(case.clock.sleep)))

    assert job.counts["push"]["sent"] == 4
    assert set(job.counts) == {"pull", "plan", "push", "reconcile"}
