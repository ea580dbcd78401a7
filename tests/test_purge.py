"""What was kept long enough is gone from the file itself; what planning, pushing and reconciling need stays."""

import base64
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import make_url, text

from sync.errors import StoreUnavailable, WrongCall
from sync.jobs.purge import months_before, purge, would_go
from sync.jobs.service import Service, running
from sync.jobs.verify import problems
from sync.settings import Retention
from sync.store import (
    KINDS,
    ROW_COLUMNS,
    Act,
    Database,
    Decisions,
    NewPull,
    digest_of_plan,
    lines_of_plan,
    newest_plan,
    open_database,
    rows_at,
    runs,
    store_plan,
    store_pull,
    wipe,
)
from sync.store import purge as take_away
from sync.store.blocks import blocks_of
from tests.services import START, Clock, done, lay_exports, planned, service
from tests.store_rows import new_plan, plan_lines, rows_in
from tests.world_of_demo import AS_OF, TWO_EQUAL, World, world

ALL_OLD = {name: {"months": 1, "reason": "a test"} for name in KINDS}
PLANTED = ("Zyxwvut-Qqplant-Jjj", "Planted-Words-Qqq")


def encodings(planted: str) -> list[bytes]:
    """Return a text as it may lie in a file; base64 at each of the three places where a group may begin."""
    plain = planted.encode()
    shifted = [base64.b64encode(b"\0" * lead + plain)[4:-4] for lead in range(3)]
    return [plain, planted.encode("utf-16-le"), planted.encode("utf-16-be"), plain.hex().encode(), *shifted]


def found_in(content: bytes) -> set[str]:
    """Return the planted values in the bytes of a file; packed blocks hold what they have not seen before as it is."""
    return {planted for planted in PLANTED for form in encodings(planted) if form in content}


def bytes_of(database_url: str, database: Database) -> bytes:
    """Return all bytes of the files of a database, of PostgreSQL those of its tables."""
    url = make_url(database_url)
    if url.drivername.startswith("sqlite"):
        path = Path(str(url.database))
        return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
    with database.maintain() as conn:
        conn.execute(text("CHECKPOINT"))
        folder = Path(str(conn.scalar(text("SHOW data_directory"))))
        query = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND relfilenode <> 0"
        names = [str(name) for name in conn.execute(text(query)).scalars()]
    return b"".join((folder / name).read_bytes() for name in names)


@pytest.fixture
def old(database: Database, tmp_path: Path) -> Iterator[World]:
    """A world whose first plan is of January's view, with planted values that later plans and pulls no longer hold."""
    with world(database, tmp_path) as opened:
        opened.service = service(
            database, tmp_path, clock=opened.clock,
            settings={"ims": opened.service.settings.ims.model_dump(), "retention": ALL_OLD},
        )  # fmt: skip
        opened.lay(TWO_EQUAL, TWO_EQUAL)
        told = {"service_id": "PLANT-1", "service": PLANTED[0]}
        extra = [{**row, **told} for row in opened.people[0].tables["services"][:1]]
        tables = {name: [*rows] for name, rows in _merged(opened).items()}
        lay_exports(tmp_path, {**tables, "services": [*tables["services"], *extra]})
        opened.push(opened.plan())
        with database.write() as conn:
            conn.execute(text("UPDATE ledger SET words = :words"), {"words": PLANTED[1]})
            conn.execute(text("UPDATE attempt SET words = :words"), {"words": PLANTED[1]})
        lay_exports(tmp_path, tables)
        opened.clock.at += timedelta(days=1)
        opened.plan()
        opened.clock.at += timedelta(days=100)
        done(opened.service, "pull")
        yield opened


def _merged(opened: World) -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = {}
    for person in opened.people:
        for name, rows in person.tables.items():
            if not name.startswith("ims_"):
                tables.setdefault(name, []).extend(rows)
    return tables


def purged(made: Service) -> dict[str, int]:
    with running(made, "purge") as job:
        return {one.kind: one.rows for one in purge(made, job)}


def test_nothing_that_was_purged_is_left_in_the_bytes_of_the_files(
    old: World, database: Database, database_url: str
) -> None:
    assert found_in(bytes_of(database_url, database)) == set(PLANTED)

    counts = purged(old.service)

    assert all(counts[kind] for kind in ("pulled_rows", "plans", "bodies", "attempts", "words")), counts
    assert found_in(bytes_of(database_url, database)) == set()


def test_copies_that_rearranged_pages_left_behind_are_gone_too(
    database: Database, database_url: str, dialect: str
) -> None:
    if dialect != "sqlite":
        pytest.skip("PostgreSQL writes its tables anew in any case")
    chosen = random.Random(7)
    names = [f"{chosen.random()}-{'other' if number % 3 else PLANTED[0]}" for number in range(6000)]
    made = [(f"S{name}", name, None, name * 3, "f", 1) for name in names]
    rows = pl.DataFrame(made, schema=ROW_COLUMNS, orient="row")
    for part in rows.iter_slices(100):
        store_pull(database, NewPull(source="itrac", at=START, complete=True, partial=True), {"services": part})
    stays = rows.filter(pl.col("owner").str.ends_with("other"))
    last = store_pull(database, NewPull(source="itrac", at=START, complete=True), {"services": stays})
    store_plan(database, new_plan(pull_seq=last.seq), Decisions(plan_lines()), now=START)

    later = START + timedelta(days=100)
    counts = take_away(database, dict.fromkeys(KINDS, later), Act("A. Admin", "purged", "database", {}), now=later)
    wipe(database)

    assert counts["pulled_rows"] == 2000
    assert found_in(bytes_of(database_url, database)) == set()


def test_the_search_finds_what_is_packed_or_encoded() -> None:
    lines = [{"line_id": f"service:S{number}", "customer_id": "C1", "label": "Resume Workshop"} for number in range(9)]
    frame = plan_lines(*lines, {"line_id": "service:S9", "customer_id": "C1", "label": PLANTED[0]})

    (packed,) = blocks_of(frame)["block"]

    assert len(packed) < 600
    assert found_in(packed) == {PLANTED[0]}
    for form in encodings(PLANTED[1]):
        assert found_in(b"ab" + form + b"cd") == {PLANTED[1]}
    assert found_in(b"x" + base64.b64encode(b"ab " + PLANTED[1].encode() + b" cd")) == {PLANTED[1]}


def test_showing_counts_the_same_and_changes_nothing(old: World, database: Database) -> None:
    before = {table: rows_in(database, table) for table in ("pulled_row", "plan_line", "ledger", "attempt", "audit")}

    shown = {one.kind: one.rows for one in would_go(old.service)}

    assert before == {table: rows_in(database, table) for table in before}
    assert shown == purged(old.service)


def test_planning_reading_back_and_pushing_go_on_after_a_purge(old: World, database: Database) -> None:
    digest = planned(old.service, AS_OF).plan.digest
    entries = len(old.ims.entries())
    purged(old.service)

    again = planned(old.service, AS_OF)
    done(old.service, "readback", months=["2026-04"])
    old.push(again.plan.digest)

    assert again.plan.digest == digest
    assert len(old.ims.entries()) == entries
    assert problems(old.service, quick=False) == []


def test_what_was_purged_is_not_answered_for(old: World, database: Database) -> None:
    purged(old.service)

    with pytest.raises(WrongCall, match="plan 1 were purged") as wrong:
        lines_of_plan(database, 1)
    with pytest.raises(WrongCall, match="were purged"):
        digest_of_plan(database, 1)
    with pytest.raises(WrongCall, match="after pull 1 were purged"):
        rows_at(database, 1, ["services"])

    assert "backup" in str(wrong.value)
    newest = newest_plan(database)
    assert newest is not None
    assert digest_of_plan(database, newest.id) == newest.digest


def test_purging_twice_purges_once(old: World) -> None:
    purged(old.service)

    again = purged(old.service)

    assert set(again.values()) == {0}


def test_each_line_stays_in_the_ledger_and_what_confirms_it_too(old: World, database: Database) -> None:
    kept = [(row["line_id"], row["state"], row["entry_id"]) for row in rows_in(database, "ledger")]
    shown, trail = rows_in(database, "confirmation"), rows_in(database, "audit")

    purged(old.service)

    assert [(row["line_id"], row["state"], row["entry_id"]) for row in rows_in(database, "ledger")] == kept
    assert rows_in(database, "confirmation") == shown
    assert rows_in(database, "audit")[:-1] == trail
    assert rows_in(database, "audit")[-1]["act"] == "purged"


def test_the_usual_settings_take_nothing_away_that_is_younger_than_years(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as opened:
        opened.lay(TWO_EQUAL)
        opened.push(opened.plan())

        assert [one.rows for one in would_go(opened.service)] == [0] * len(KINDS)


def test_a_line_that_is_not_settled_keeps_what_it_was_planned_from(old: World, database: Database) -> None:
    with database.write() as conn:
        conn.execute(text("UPDATE ledger SET state = 'unclear' WHERE line_id = (SELECT min(line_id) FROM ledger)"))

    purged(old.service)

    line = rows_in(database, "ledger")[0]
    assert line["body"] != b""
    assert len(lines_of_plan(database, line["plan_id"])) > 0


def test_the_newest_runs_stay_however_old(old: World, database: Database) -> None:
    before = len(runs(database, 1000))

    purged(old.service)

    assert len(runs(database, 1000)) == before + 1


def test_of_many_old_runs_only_the_newest_stay_and_no_child_without_its_parent(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    made = service(database, tmp_path, clock=clock, settings={"retention": ALL_OLD})
    for _ in range(260):
        with running(made, "stop"):
            pass
    with running(made, "run") as parent, running(made, "pull", parent=parent.run_id):
        pass
    clock.at += timedelta(days=100)

    purged(made)

    assert len(runs(database, 1000)) == 200


def test_another_run_that_keeps_reading_is_named(
    database: Database, database_url: str, dialect: str, old: World
) -> None:
    if dialect != "sqlite":
        pytest.skip("PostgreSQL waits for readers by itself")
    with database.read() as conn, open_database(database_url, patience=timedelta(seconds=1)) as hurried:
        conn.execute(text("SELECT count(*) FROM ledger")).scalar()
        with pytest.raises(StoreUnavailable, match=r"purge` again|locked"):
            purged(replace(old.service, db=hurried))


def test_every_kind_has_a_setting_with_its_reason() -> None:
    assert set(Retention.model_fields) == set(KINDS)
    assert all(getattr(Retention(), name).reason for name in KINDS)


def test_months_are_counted_back_over_years() -> None:
    assert months_before(START, 4).date().isoformat() == "2025-12-20"
    assert months_before(START.replace(day=30), 2).date().isoformat() == "2026-02-28"
