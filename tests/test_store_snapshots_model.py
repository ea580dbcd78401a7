"""Whatever pulls come in whatever order, every pull is seen later exactly as a plain list of rows would keep it."""

import hypothesis
from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from sync.store import Database, NewPull, changed_owners, rows_at, snapshot_hash, store_pull
from sync.store.schema import PULL, PULLED_ROW
from tests.folders import seed
from tests.store_rows import NOW, pulled

Rows = frozenset[tuple[str, str]]
IDS = strategies.sampled_from(["A1", "A2", "B1", "B2", "C1", ""])
ROWS = strategies.lists(strategies.tuples(IDS, strategies.sampled_from(["x", "y", "z"])), max_size=8)
TABLES = ("services", "payments")
SEED = seed()


class Pulls(RuleBasedStateMachine):
    """Store pulls, and keep beside them what stood after each."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        with self.database.write() as conn:
            conn.execute(delete(PULLED_ROW))
            conn.execute(delete(PULL))
        self.now: dict[str, Rows] = dict.fromkeys(TABLES, frozenset())
        self.then: dict[int, dict[str, Rows]] = {}

    @rule(table=strategies.sampled_from(TABLES), rows=ROWS, dead=strategies.lists(IDS, max_size=2))
    def see_everything(self, table: str, rows: list[tuple[str, str]], dead: list[str]) -> None:
        self.store(table, rows, dead, complete=True, partial=False)
        self.now[table] = frozenset(row for row in rows if row[0] not in dead)
        self.remember()

    @rule(
        table=strategies.sampled_from(TABLES), rows=ROWS, dead=strategies.lists(IDS, max_size=2),
        complete=strategies.booleans(),
    )  # fmt: skip
    def see_some(self, table: str, rows: list[tuple[str, str]], dead: list[str], complete: bool) -> None:
        self.store(table, rows, dead, complete=complete, partial=complete)
        came = {row_id for row_id, _ in rows} | set(dead)
        kept = {row for row in self.now[table] if row[0] not in came}
        self.now[table] = frozenset(kept | {row for row in rows if row[0] not in dead})
        self.remember()

    @invariant()
    def what_stands_is_what_the_list_holds(self) -> None:
        assert self.read(None) == self.now

    def teardown(self) -> None:
        """See every pull as it stood; name those who changed; give equal rows, and only them, equal hashes."""
        stood = {frozenset(tables.items()) for tables in self.then.values()}
        hashes = {snapshot_hash(self.database, seq) for seq in self.then}
        for seq, tables in self.then.items():
            assert self.read(seq) == tables
            differ = {row[0][:1] for row in tables["services"] ^ self.now["services"]}
            assert differ <= changed_owners(self.database, seq)["services"]
        assert len(hashes) == len(stood)

    def store(self, table: str, rows: list[tuple[str, str]], dead: list[str], *, complete: bool, partial: bool) -> None:
        pull = NewPull(source="itrac", at=NOW, complete=complete, partial=partial)
        before = {row_id for row_id, _ in self.now[table]}
        stored = store_pull(self.database, pull, {table: pulled(*rows)}, tombstones={table: dead})
        self.seq = stored.seq
        counts = stored.counts[table]
        came = {row_id for row_id, _ in rows} - set(dead)
        assert counts["new"] == len(came - before)
        assert counts["changed"] + counts["unchanged"] == len(came & before)

    def remember(self) -> None:
        self.then[self.seq] = dict(self.now)

    def read(self, seq: int | None) -> dict[str, Rows]:
        found = rows_at(self.database, seq, TABLES)
        for rows in found.values():
            assert not rows.is_duplicated().any()
        return {name: frozenset(zip(rows["row_id"], rows["content"], strict=True)) for name, rows in found.items()}


def test_every_pull_is_seen_later_as_it_stood_then(database: Database, dialect: str) -> None:
    print(f"IMS_SYNC_TEST_SEED={SEED}")
    machine = type("PullsOfThisDatabase", (Pulls,), {"database": database})
    settings = hypothesis.settings(
        max_examples=25 if dialect == "sqlite" else 10, stateful_step_count=10, deadline=None, database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip

    hypothesis.seed(SEED)(machine)
    run_state_machine_as_test(machine, settings=settings)
