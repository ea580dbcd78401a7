"""What crashes and simulations brought to light, each in its smallest form."""

from pathlib import Path

from sync.jobs.push import offer_lines as offer
from sync.jobs.run import run
from sync.jobs.waves import Waiting
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.ims import Level
from sync.settings import ItracSettings, ServiceSettings
from sync.store import Database, State, confirm, counts
from tests.crash import all_stands_once, done_again, new_case
from tests.crash_world import FACTS, doing, prepare, service_of, standing_plan
from tests.store_rows import NOW, claim_and_begin, offer_lines, seen

SERVICE = "service:DEMO-K02-SER1"


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


def test_a_line_planned_anew_does_not_hide_what_another_wrote_before(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    case = new_case(prepare(database_url, tmp_path), Level.L1)
    offer(service_of(database, ServiceSettings(), case.clock), standing_plan(database))
    claim_and_begin(database, [SERVICE])
    case.ims.put_entry(dict(zip(FACTS, case.planned.wanted[SERVICE], strict=True)))

    done_again(database, case, tmp_path / "exported", look_first=True)

    all_stands_once(case)
