"""Calls that fail in every way, at every level: nothing is lost or stands twice, and a person sees the rest."""

import random
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from sync.jobs.stop import go_on
from sync.pretend.faults import LIST_FAULTS, WRITE_FAULTS, Act, Door, Fault, Faults, Script
from sync.pretend.ims import Level
from sync.store import Database, open_database, stop, stopped
from tests.crash import (
    Case,
    all_stands_once,
    done_again,
    new_case,
    nothing_is_wrong,
    nothing_stands_twice,
    pushed,
    stands_or_is_a_persons,
)
from tests.crash_world import Planned, prepare, service_of, standing_plan
from tests.test_crash_kills import SEED, copies_of, planned_file, quick

__all__ = ["planned_file", "quick"]

# What drips ends by the total time of a call alone, which the clock of these tests does not measure.
_DRIPS = {Act.DRIP, Act.DRIP_HEADERS}
AT_ONCE = 6
LINES = 10
LOOK_UP = ("GET", "/v1/entries")


def in_parts(faults: Iterable[Fault], drawn: int) -> list[list[Fault]]:
    """Return faults in parts, in an order drawn by a seed."""
    mixed = [fault for fault in faults if fault.act not in _DRIPS]
    random.Random(drawn).shuffle(mixed)
    return [mixed[start : start + AT_ONCE] for start in range(0, len(mixed), AT_ONCE)]


def comes_out_right(case: Case, folder: Path) -> None:
    with open_database(case.planned.url) as db:
        done_again(db, case, folder / "exported", look_first=False)
        nothing_is_wrong(db, case)
        nothing_stands_twice(case)
        stands_or_is_a_persons(db, case)


@pytest.mark.parametrize("level", list(Level))
def test_writes_that_fail_in_every_way_come_out_right(
    level: Level, planned_file: Planned, quick: Path, tmp_path: Path
) -> None:
    fresh, drawn = copies_of(planned_file, quick), SEED + level
    print(f"seed {drawn}")

    for faults in in_parts(WRITE_FAULTS, drawn):
        case = new_case(fresh(), level, faults=Script(writes=faults))
        comes_out_right(case, tmp_path)
        assert sum(case.witness.came.values()) >= len(faults), faults


@pytest.mark.parametrize("level", [Level.L1, Level.L4])
def test_lists_that_fail_in_every_way_come_out_right(
    level: Level, planned_file: Planned, quick: Path, tmp_path: Path
) -> None:
    fresh, drawn = copies_of(planned_file, quick), SEED + level
    unanswered = [Fault(Act.RESET, after=True), Fault(Act.RESET)]
    print(f"seed {drawn}")

    for faults in in_parts(LIST_FAULTS, drawn):
        case = new_case(fresh(), level, faults=Script(writes=unanswered, lists=[None, *faults]))
        comes_out_right(case, tmp_path)
        all_stands_once(case)


def test_look_ups_that_lag_behind_writes_make_no_duplicate(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    unanswered = Script(writes=[Fault(Act.RESET, after=True)] * 3)
    case = new_case(prepare(database_url, tmp_path), Level.L2, faults=unanswered, lag=5)

    comes_out_right(case, tmp_path)

    all_stands_once(case)


def test_an_unclear_write_costs_one_look_up_at_the_most(database: Database, database_url: str, tmp_path: Path) -> None:
    unanswered = Script(writes=[Fault(Act.RESET, after=True)] * LINES)
    case = new_case(prepare(database_url, tmp_path), Level.L1, faults=unanswered)
    with case.served() as served:
        service = service_of(database, case.settings(served.url), case.clock)

        pushed(service, case.clock, case.planned.digest)

    all_stands_once(case)
    assert max(case.witness.came.values()) == 1
    assert len([call for call in case.calls if call[:2] == LOOK_UP]) <= LINES


class StopsAt:
    """Throw the stop switch while a write is under way."""

    def __init__(self, url: str, number: int) -> None:
        self._url, self._left, self._lock = url, number, threading.Lock()
        self.later = 0

    def draw(self, door: Door, _key: str, /) -> Fault | None:
        if door is not Door.WRITE:
            return None
        with self._lock:
            self._left -= 1
            self.later += self._left < 0
            if self._left == 0:
                with open_database(self._url) as db, db.write() as conn:
                    stop(conn, "a test")
        return None


@pytest.mark.parametrize("senders", [1, 3])
def test_the_stop_switch_stops_every_sender_before_its_next_send(
    senders: int, database: Database, database_url: str, tmp_path: Path
) -> None:
    switch = StopsAt(database_url, 2)
    case = new_case(prepare(database_url, tmp_path), Level.L2, faults=switch, senders=senders)
    with case.served() as served:
        service = service_of(database, case.settings(served.url), case.clock)

        job = pushed(service, case.clock, case.planned.digest)

    assert job.stopped_because == "pushing is stopped: a test"
    assert stopped(database)
    assert switch.later <= senders - 1
    go_on(service)
    comes_out_right(case, tmp_path)
    all_stands_once(case)


def test_too_many_requests_let_every_sender_wait(database: Database, database_url: str, tmp_path: Path) -> None:
    too_many: Faults = Script(writes=[Fault(Act.WAIT_SECONDS, 429)] * 2)
    case = new_case(prepare(database_url, tmp_path), Level.L1, faults=too_many, senders=3)

    comes_out_right(case, tmp_path)

    all_stands_once(case)
    assert standing_plan(database).digest != case.planned.digest
