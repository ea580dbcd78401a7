"""The audit trail shows every change to itself, also one at its end, and never forks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from sync.store import Act, AuditHead, Database, audit_head, open_database, record, verify_audit
from sync.store.schema import AUDIT
from tests.store_rows import minutes, rows_in


def write(database: Database, *subjects: str) -> list[AuditHead]:
    heads = []
    for number, subject in enumerate(subjects):
        act = Act("A. Admin", "approved", subject, {"lines": number, "ids": ["C1", "Ü2"], "share": 0.25, "by": None})
        with database.write() as conn:
            heads.append(record(conn, act, minutes(number)))
    return heads


def change(database: Database, statement: str) -> None:
    with database.write() as conn:
        conn.execute(text(statement))


def test_a_trail_that_nobody_touched_is_whole_and_its_head_is_its_last_entry(database: Database) -> None:
    empty = audit_head(database)
    heads = write(database, "plan 1", "plan 2", "plan 3")

    assert empty.seq == 0
    assert [head.seq for head in heads] == [1, 2, 3]
    assert audit_head(database) == heads[-1]
    assert verify_audit(database) is None
    assert all(verify_audit(database, head) is None for head in [empty, *heads])


@pytest.mark.parametrize(
    "change_to_it",
    [
        "UPDATE audit SET actor = 'B. Admin' WHERE seq = 2",
        "UPDATE audit SET facts = '{}' WHERE seq = 2",
        "UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 3) WHERE seq = 2",
        "UPDATE audit SET hash = previous WHERE seq = 2",
        "UPDATE audit SET previous = hash WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 2",
    ],
)
def test_the_first_entry_that_was_changed_is_named(database: Database, change_to_it: str) -> None:
    write(database, "plan 1", "plan 2", "plan 3", "plan 4")

    change(database, change_to_it)

    assert verify_audit(database) == 2


def test_an_end_that_was_cut_off_shows_against_the_head_that_is_kept_elsewhere(database: Database) -> None:
    heads = write(database, "plan 1", "plan 2", "plan 3")

    change(database, "DELETE FROM audit WHERE seq = 3")

    assert verify_audit(database) is None
    assert verify_audit(database, heads[2]) == 3
    assert verify_audit(database, heads[1]) is None


def test_an_end_that_was_written_anew_shows_against_the_head_that_is_kept_elsewhere(database: Database) -> None:
    heads = write(database, "plan 1", "plan 2", "plan 3")
    change(database, "DELETE FROM audit WHERE seq >= 2")

    write(database, "plan 7", "plan 8", "plan 9")

    assert verify_audit(database) is None
    assert verify_audit(database, heads[1]) == 2


def test_an_entry_that_was_written_anew_in_the_middle_breaks_the_link_to_the_next(database: Database) -> None:
    write(database, "plan 1", "plan 2", "plan 3")
    third = rows_in(database, "audit")[2]
    change(database, "DELETE FROM audit WHERE seq >= 2")
    write(database, "plan 7")

    with database.write() as conn:
        conn.execute(AUDIT.insert().values(**third))

    assert verify_audit(database) == 3


def test_an_entry_stands_only_if_what_it_tells_of_was_done(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as conn:
        record(conn, Act("A. Admin", "approved", "plan 1", {}), minutes(0))
        raise ZeroDivisionError

    assert audit_head(database).seq == 0


def test_many_who_write_at_once_make_one_trail(database: Database, database_url: str) -> None:
    together = Barrier(8)

    def write_some(number: int) -> None:
        with open_database(database_url) as own:
            together.wait(30)
            write(own, *(f"plan {number}.{part}" for part in range(5)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write_some, range(8)))

    assert verify_audit(database) is None
    assert [row["seq"] for row in rows_in(database, "audit")] == list(range(1, 41))
    assert len({row["subject"] for row in rows_in(database, "audit")}) == 40
