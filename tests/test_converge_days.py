"""Days of a small agency: while calls fail nothing wrong is sent, and once they succeed both systems agree.

More seeds come with IMS_SYNC_TEST_DAYS_SEEDS, another first one with IMS_SYNC_TEST_SEED.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from sync.model import Decision
from sync.pretend.ims import Level
from sync.store import Database, State, ledger_lines, lines_in_states, open_database, verify_audit
from tests.converge import Simulation, simulation
from tests.crash import states_of
from tests.test_crash_kills import SEED

SEEDS = int(os.environ.get("IMS_SYNC_TEST_DAYS_SEEDS", "3"))
BAD_DAYS, GOOD_DAYS = 7, 2
LEVELS = (Level.L1, Level.L2, Level.L3, Level.L4)
_TOLD = ("customer_id", "entry_kind", "entry_name", "provider", "date", "amount", "decision")


@pytest.fixture
def newcomer(ready_file: Path, tmp_path: Path) -> Iterator[Database]:
    with open_database(f"sqlite:///{shutil.copy(ready_file, tmp_path / 'newcomer.db')}") as db:
        yield db


def a_day(sim: Simulation, changes: int) -> None:
    """Let a day pass; whatever it brought, planning in steps is planning at once."""
    sim.day(changes)
    assert sim.lines().equals(sim.lines_at_once()), sim.told


def recover(sim: Simulation) -> None:
    """Let calls succeed, every SNAP check arrive, and a person look at every month."""
    sim.weather.bad = False
    sim.agency.check_everybody()
    for _ in range(GOOD_DAYS):
        a_day(sim, 0)
        sim.look_everywhere()


def enters(lines: pl.DataFrame) -> list[str]:
    return list(lines.filter(pl.col("decision") == Decision.ENTER)["line_id"])


def stands_for_a_line_or_is_named(sim: Simulation, db: Database, lines: pl.DataFrame) -> None:
    """Assert that every entry stands for a line, or a mismatch names it or the line that it was made for.

    An entry in a month that no service lies in any more is named by its line alone, which is missing elsewhere.
    """
    found = sim.mismatches()
    standing = set(lines["standing"].drop_nulls().str.strip_prefix("ims:"))
    named = set(found["line_id"].drop_nulls())
    made = {line.entry_id for line in lines_in_states(db, [State.CONFIRMED]) if line.line_id in named}
    there = {entry["entry_id"] for entry in sim.agency.ims.entries()}
    assert there <= standing | set(found["entry_id"].drop_nulls()) | made, sim.told


def stands_or_is_a_persons(sim: Simulation, db: Database, lines: pl.DataFrame) -> None:
    """Assert that a person sees every line to be entered: in the ledger, by a mismatch, or by what it waits for."""
    waits = dict(lines.select("line_id", "depends_on").iter_rows())
    named = set(sim.mismatches()["line_id"].drop_nulls())
    seen = {State.REFUSED, State.FLAGGED}
    known = ledger_lines(db, list(waits))
    for line_id in enters(lines):
        while line_id in known and known[line_id].state is State.TO_DO and waits[line_id] in waits:
            line_id = waits[line_id]
        assert line_id in named or known[line_id].state in seen, (line_id, sim.told)


@pytest.mark.parametrize("turn", range(SEEDS))
def test_both_systems_agree_once_calls_succeed(turn: int, database: Database, database_url: str) -> None:
    drawn, level = SEED + turn, LEVELS[turn % len(LEVELS)]
    print(f"seed {drawn}, level {level.name}")
    with simulation(database, database_url, drawn, level=level) as sim:
        sim.begin()
        sim.weather.bad = True
        for _ in range(BAD_DAYS):
            a_day(sim, sim.agency.chance.randrange(1, 6))

        recover(sim)

        assert sim.witness.wrong == []
        assert verify_audit(database) is None
        if level >= Level.L2:
            assert [made for made in sim.witness.written.values() if len(made) > 1] == []
        lines = sim.lines()
        stands_for_a_line_or_is_named(sim, database, lines)
        stands_or_is_a_persons(sim, database, lines)
        nothing_moves_any_more(sim, database)


def nothing_moves_any_more(sim: Simulation, db: Database) -> None:
    """Assert that one more run changes nothing."""
    before = (sum(sim.witness.came.values()), states_of(db), sim.agency.ims.entries(), sim.lines())
    sim.run()
    after = (sum(sim.witness.came.values()), states_of(db), sim.agency.ims.entries(), sim.lines())
    assert before[:3] == after[:3]
    assert before[3].equals(after[3])


def test_a_service_that_sees_both_systems_for_the_first_time_decides_the_same(
    database: Database, database_url: str, newcomer: Database
) -> None:
    with simulation(database, database_url, SEED, level=Level.L2) as sim:
        sim.begin()
        sim.weather.bad = True
        for _ in range(4):
            a_day(sim, 4)

        recover(sim)

        assert told(sim.pulled_anew(newcomer)) == told(sim.lines())


def told(lines: pl.DataFrame) -> Counter[tuple[str | None, ...]]:
    return Counter(lines.select(_TOLD).iter_rows())
