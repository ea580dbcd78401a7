"""The board says for each local hour what ended well and what failed, from runs and tries that are kept."""

from datetime import datetime, timedelta
from pathlib import Path

from sync.jobs.board import DAYS, Board, Slot, boards
from sync.store import Database, Ended, NewRun, Outcome, RunState, State, begin_run, end_run, finish
from tests.services import Clock, service
from tests.store_rows import claim_and_begin, offer_lines


def ran(database: Database, job: str, state: RunState, *, at: datetime) -> None:
    run = begin_run(database, NewRun(job=job, actor="tester", versions={}), at)
    end_run(database, run, Ended(state, {}), now=at)


def told(board: Board) -> dict[str, Slot]:
    """Return the hours in which there was anything."""
    return {
        f"{day} {hour:02d}": slot for day, slots in board.days for hour, slot in enumerate(slots) if slot != Slot(0, 0)
    }


def test_pulls_read_backs_and_tries_count_in_their_local_hour(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    earlier = clock.at - timedelta(hours=12)
    ran(database, "pull", RunState.DONE, at=clock.at)
    ran(database, "pull", RunState.NEEDS_A_PERSON, at=earlier)
    ran(database, "readback", RunState.NEEDS_A_PERSON, at=clock.at)
    ran(database, "readback after the push", RunState.FAILED, at=clock.at)
    ran(database, "plan", RunState.FAILED, at=clock.at)
    offer_lines(database, *({"line_id": f"service:S{number}"} for number in range(3)), now=earlier)
    claim_and_begin(database, ["service:S0", "service:S1"], now=earlier)
    written = Outcome(state=State.WRITTEN, meaning="written", entry_id="E1")
    finish(database, "service:S0", 1, outcome=written, now=earlier)

    itrac, ims = boards(service(database, tmp_path, clock=clock))

    assert told(itrac) == {"2026-04-20 10": Slot(1, 0), "2026-04-19 22": Slot(0, 1)}
    assert told(ims) == {"2026-04-20 10": Slot(1, 1), "2026-04-19 22": Slot(1, 1)}
    assert (itrac.well, itrac.failed, ims.well, ims.failed) == (1, 1, 2, 2)


def test_what_is_older_under_way_or_stopped_on_purpose_is_left_out(database: Database, tmp_path: Path) -> None:
    clock = Clock()
    ran(database, "pull", RunState.DONE, at=clock.at - timedelta(days=DAYS))
    ran(database, "pull", RunState.STOPPED, at=clock.at)
    begin_run(database, NewRun(job="readback", actor="tester", versions={}), clock.at)

    assert [told(board) for board in boards(service(database, tmp_path, clock=clock))] == [{}, {}]
