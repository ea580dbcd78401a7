"""The tables are made and taken away step by step, on both databases, and no program meets tables it cannot know."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from sync.errors import StoreUnfit
from sync.jobs.kept_rows import rows_of_items
from sync.model import TABLES
from sync.store import Database, NewPull, migrate, migrate_down, open_database, schema_is_current, store_pull
from sync.store.schema import METADATA
from tests.store_rows import NOW, fill, filled_tables, pulled, rows_in

STEPS = tuple(f"{number:04}" for number in range(1, 18))


def tables(database: Database) -> set[str]:
    with database.read() as conn:
        return set(inspect(conn).get_table_names()) - {"alembic_version"}


def test_a_new_database_has_no_tables_until_it_is_migrated(empty_url: str) -> None:
    with open_database(empty_url) as database:
        before = schema_is_current(database)

        migrate(database)

        assert not before
        assert schema_is_current(database)
        assert tables(database) == set(METADATA.tables)


def test_the_migrations_make_exactly_the_tables_that_the_code_names(database: Database) -> None:
    with database.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})

        differences = compare_metadata(context, METADATA)

    assert differences == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    fill(database)
    before = filled_tables(database)

    migrate(database)

    assert filled_tables(database) == before


@pytest.mark.parametrize("step", STEPS)
def test_going_back_to_a_step_and_up_again_keeps_what_the_step_holds(database: Database, step: str) -> None:
    fill(database)
    before = filled_tables(database)

    migrate_down(database, step)
    kept = tables(database)
    behind = not schema_is_current(database)
    migrate(database)

    after = filled_tables(database)
    assert behind == (step != STEPS[-1])
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert all(not after[name] for name in set(METADATA.tables) - kept)


def test_customers_of_an_older_database_name_their_job_seeker_ids_as_new_ones_do(database: Database) -> None:
    texts = [("C1", "J1"), ("C2", " J1\u2003"), ("C3", 'J"3'), ("C4", "  "), ("C5", None)]
    customers = TABLES["customers"]
    items = [{"customer_id": customer, "job_seeker_id": seeker} for customer, seeker in texts]
    store_pull(database, NewPull(source="itrac", at=NOW, complete=True), {
        "customers": rows_of_items(items, customers, "customers.csv"), "services": pulled(("S1", "{}")),
    })  # fmt: skip
    before = rows_in(database, "pulled_row")

    migrate_down(database, "0015")
    forgotten = [row["refers_to"] for row in rows_in(database, "pulled_row")]
    migrate(database)

    assert forgotten == [None] * 6
    assert rows_in(database, "pulled_row") == before
    assert sorted(row["refers_to"] for row in before if row["refers_to"]) == ['J"3', "J1", "J1"]


def test_going_back_to_nothing_takes_every_table_away(database: Database) -> None:
    fill(database)

    migrate_down(database, "base")

    assert tables(database) == set()


def test_an_older_program_refuses_a_newer_database(database: Database, database_url: str) -> None:
    with database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreUnfit, match="newer ims-sync") as refused:
        open_database(database_url)

    assert refused.value.exit_code == 2
    with pytest.raises(StoreUnfit, match="newer ims-sync"):
        migrate(database)
