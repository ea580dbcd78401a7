"""On PostgreSQL, where several write at once, nobody overwrites what a sender has begun meanwhile."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from sync.errors import StoreError
from sync.store import Database, How, Offered, State, confirm, ledger_lines, offer, open_database
from sync.store.schema import LEDGER
from tests.databases import Server
from tests.store_rows import NOW, minutes, offer_lines, offered, seen

CHANGED = {"line_id": "service:S1", "body": b"other bytes"}


@pytest.fixture
def shared(postgresql_server: Server) -> Iterator[Database]:
    with postgresql_server.new_database() as url, open_database(url) as database:
        offer_lines(database, {"line_id": "service:S1"})
        yield database


def wait_until_blocked(database: Database, running: "Future[Any]") -> None:
    """Ask until somebody waits for a lock in this database."""
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(100_000):
        with database.read() as conn:
            if conn.scalar(text(blocked)):
                return
        assert not running.done()
    raise AssertionError("nobody waits")


def say_while_a_sender_begins(database: Database, say: Any) -> Any:
    """Let somebody speak of a line in the very moment in which a sender writes down its intent."""

    def speak() -> Any:
        with database.write() as conn:
            return say(conn)

    with ThreadPoolExecutor(1) as thread:
        with database.write() as conn:
            conn.execute(LEDGER.update().values(state=State.INTENDED, tries=1))
            speaking = thread.submit(speak)
            wait_until_blocked(database, speaking)
        return speaking.result(30)


def test_other_facts_do_not_make_a_line_to_do_that_is_being_sent(shared: Database) -> None:
    told = say_while_a_sender_begins(shared, lambda conn: offer(conn, offered(CHANGED), plan_id=1, now=minutes(1)))

    line = ledger_lines(shared, ["service:S1"])["service:S1"]
    assert told == Offered(new=0, renewed=0, left=1)
    assert (line.state, line.body) == (State.INTENDED, b"service:S1")


def test_a_person_cannot_say_in_that_moment_that_they_keyed_it(shared: Database) -> None:
    with pytest.raises(StoreError, match="service:S1"):
        say_while_a_sender_begins(
            shared, lambda conn: confirm(conn, [seen("service:S1", How.PERSON, "W. Worker")], now=NOW)
        )

    assert ledger_lines(shared, ["service:S1"])["service:S1"].state is State.INTENDED


def test_a_sender_goes_on_while_other_lines_are_offered(shared: Database) -> None:
    with shared.write() as conn:
        offer(conn, offered({"line_id": "service:S2"}), plan_id=1, now=NOW)
        with shared.write() as other:
            other.execute(LEDGER.update().values(state=State.WRITTEN))

    found = ledger_lines(shared, ["service:S1", "service:S2"])
    assert [found[line_id].state for line_id in sorted(found)] == [State.WRITTEN, State.TO_DO]
