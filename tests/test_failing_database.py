"""A disk that is full, a database that is locked, a connection lost at commit: nothing is sent without its intent."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from sync.errors import StoreUnavailable
from sync.jobs.verify import problems
from sync.pretend.faults import Door, Fault
from sync.pretend.serve import serve
from sync.store import Database, State, counts, ledger_lines, open_database
from tests.world_of_demo import TWO_EQUAL, World, world

SHORT = timedelta(milliseconds=300)
ENTRIES = 18
KILL = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER dies AFTER {what} ON attempt DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION die();
"""


@dataclass
class Gate:
    """See at the target's door whether each write has its intent; do something to the database at one of them."""

    url: str
    at: int = -1
    harm: Callable[[], None] = lambda: None
    writes: int = 0
    unintended: list[str] = field(default_factory=list)

    def draw(self, door: Door, key: str, /) -> Fault | None:
        if door is Door.WRITE:
            with open_database(self.url) as db:
                line = ledger_lines(db, [key]).get(key)
            self.unintended += [] if line and line.state is State.INTENDED else [key]
            self.writes += 1
            if self.writes == self.at:
                self.harm()
        return None


@contextmanager
def at_the_door(database_url: str, folder: Path, door: Gate) -> Iterator[tuple[World, str]]:
    """Open a world over a database that does not wait long, with a plan to push."""
    with (
        open_database(database_url, patience=SHORT) as db,
        world(db, folder, faults=door, senders=1) as opened,
    ):
        opened.lay(*[TWO_EQUAL] * 3)
        yield opened, opened.plan()


def all_stands_once(opened: World, digest: str, door: Gate) -> None:
    """Push again when the database is well, and assert that each entry stands once and had its intent."""
    opened.clock.sleep(7200)
    opened.push(digest)
    assert door.unintended == []
    assert len(set(opened.references())) == len(opened.references()) == ENTRIES
    assert counts(opened.service.db)[State.CONFIRMED] == ENTRIES
    assert problems(opened.service, quick=False) == []


@contextmanager
def no_room(path: Path) -> Iterator[None]:
    """Let no file grow much beyond what the database and its log have now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 150_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_stops_a_push_with_advice_and_nothing_was_sent_without_its_intent(
    database_url: str, dialect: str, tmp_path: Path
) -> None:
    if dialect != "sqlite":
        pytest.skip("the disk of PostgreSQL is its server's")
    door = Gate(database_url)
    with at_the_door(database_url, tmp_path, door) as (opened, digest):
        with no_room(Path(str(make_url(database_url).database))), pytest.raises(StoreUnavailable) as wrong:
            opened.push(digest)

        assert "no room left" in str(wrong.value)
        assert "has room, then run the command again" in str(wrong.value)
        assert door.writes < ENTRIES
        all_stands_once(opened, digest, door)


@contextmanager
def held(database_url: str) -> Iterator[Callable[[], None]]:
    """Yield what takes the lock that writers need, from another connection; it is given back at the end."""
    with open_database(database_url) as other, other.maintain() as conn:

        def take() -> None:
            if conn.dialect.name == "sqlite":
                conn.execute(text("BEGIN IMMEDIATE"))
                return
            conn.execute(text("BEGIN"))
            conn.execute(text("LOCK TABLE ledger IN EXCLUSIVE MODE"))

        yield take
        with suppress(Exception):
            conn.execute(text("ROLLBACK"))


@pytest.mark.parametrize("at", [1, 5])
def test_a_locked_database_stops_a_push_with_advice_and_nothing_more_is_sent(
    at: int, database_url: str, tmp_path: Path
) -> None:
    with held(database_url) as take:
        door = Gate(database_url, at, take)
        with at_the_door(database_url, tmp_path, door) as (opened, digest):
            with pytest.raises(StoreUnavailable, match="locked by another run") as wrong:
                opened.push(digest)

            assert "run the command again" in str(wrong.value)
            assert door.writes == at
            assert door.unintended == []

    with at_the_door_again(opened, database_url):
        all_stands_once(opened, digest, door)


@contextmanager
def at_the_door_again(opened: World, database_url: str) -> Iterator[None]:
    """Serve the same iMatchSkills again, over a database that is well."""
    with serve(opened.served.desk) as served, open_database(database_url) as db:
        ims = opened.service.settings.ims.model_copy(update={"url": served.url})
        settings = opened.service.settings.model_copy(update={"ims": ims})
        opened.service = replace(opened.service, db=db, settings=settings)
        yield


@pytest.mark.parametrize(("what", "sent"), [("INSERT", 0), ("UPDATE", 1)])
def test_a_connection_lost_at_commit_sends_nothing_whose_intent_was_not_kept(
    what: str, sent: int, database: Database, database_url: str, dialect: str, tmp_path: Path
) -> None:
    if dialect != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    door = Gate(database_url)
    with at_the_door(database_url, tmp_path, door) as (opened, digest):
        _run(database_url, KILL.format(what=what))

        with pytest.raises(StoreUnavailable, match="cannot be reached") as wrong:
            opened.push(digest)

        assert "See that the database runs" in str(wrong.value)
        assert (door.writes, len(opened.references())) == (sent, sent)
        _run(database_url, "DROP TRIGGER dies ON attempt; DROP FUNCTION die()")
        all_stands_once(opened, digest, door)


def _run(database_url: str, statements: str) -> None:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())
