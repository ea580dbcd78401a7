"""Verify names what is not whole: the database, a trail that was cut, a ledger that its plans do not carry."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import make_url, text

from sync.errors import StoreError
from sync.jobs.service import Service, opened, running
from sync.jobs.verify import CHECKS, problems, verify
from sync.store import Act, AuditHead, Database, advance_head, audit_head, kept_head, open_database, record
from sync.store.audit import verify_audit
from tests.services import Clock, quiet, service
from tests.store_rows import NOW
from tests.support import CONFIG
from tests.world_of_demo import TWO_EQUAL, stand_once, world

Change = Callable[[Database, str], None]


@pytest.fixture
def pushed(database: Database, tmp_path: Path) -> Iterator[Service]:
    """A service whose plan was pushed and read back, with the head of its trail kept."""
    with world(database, tmp_path) as made:
        made.service = replace(made.service, head_file=tmp_path / "head")
        made.lay(TWO_EQUAL, TWO_EQUAL)
        stand_once(made, "two equal of two people", lambda: made.push(made.plan()))
        advance_head(database, tmp_path / "head")
        yield made.service


def failed(made: Service) -> dict[str, str]:
    """Return what fails, by the words of the check."""
    with running(made, "verify") as job:
        verify(made, job)
    return {words: ", ".join(wrong) for words, wrong in job.counts["failed"].items()}


def change(database: Database, statement: str) -> None:
    with database.write() as conn:
        conn.execute(text(statement))


def test_what_was_pushed_and_read_back_is_whole(pushed: Service) -> None:
    assert failed(pushed) == {}
    assert problems(pushed) == problems(pushed, quick=False) == []


@pytest.mark.parametrize(
    ("harm", "named", "where"),
    [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 2", "no entry of the audit trail", "from entry 2 on"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "leads to its kept head", "is missing"),
        ("UPDATE plan SET approved_at = NULL", "a plan that was approved", "DEMO-01"),
        ("UPDATE ledger SET plan_id = 999 WHERE line_id LIKE 'assessment%'", "a plan that was approved", "assessment:"),
        ("UPDATE ledger SET body = '{}' WHERE line_id LIKE 'plan:%'", "what its plan says", "plan:"),
        ("UPDATE ledger SET tries = 2 WHERE line_id LIKE 'plan:%'", "tries and states", "plan:DEMO-01"),
        ("UPDATE ledger SET state = 'written', tries = 0 WHERE line_id LIKE 'plan:%'", "tries and states", "plan:"),
        ("UPDATE attempt SET number = 7 WHERE line_id LIKE 'plan:%'", "tries and states", "plan:DEMO-01"),
        ("DELETE FROM confirmation WHERE line_id LIKE 'plan:%'", "was shown or said", "plan:DEMO-01"),
        ("UPDATE ledger SET state = 'keyed' WHERE line_id LIKE 'plan:%'", "was shown or said", "plan:DEMO-01"),
        ("DELETE FROM customer_block WHERE customer_id LIKE '%02'", "has the digest", "plan 2"),
        ("UPDATE plan SET digest = 'f00d' WHERE superseded_by IS NULL", "has the digest", "plan 2"),
    ],
)  # fmt: skip
def test_each_harm_is_named_by_its_check_and_its_ids(
    harm: str, named: str, where: str, pushed: Service, database: Database
) -> None:
    change(database, harm)

    found = {words: wrong for words, wrong in failed(pushed).items() if named in words}

    assert len(found) == 1, failed(pushed)
    assert where in next(iter(found.values()))
    assert any(named in one.what and where in one.what and one.do for one in problems(pushed, quick=False))


def test_a_trail_whose_end_was_cut_and_that_went_on_shows_all_the_same(pushed: Service, database: Database) -> None:
    kept = kept_head(Path(str(pushed.head_file)))
    assert kept is not None
    change(database, f"DELETE FROM audit WHERE seq >= {kept.seq}")
    for subject in range(5):
        with database.write() as conn:
            record(conn, Act("A. Admin", "went on", str(subject), {}), NOW)

    with running(pushed, "pull"):
        pass

    assert verify_audit(database) is None
    assert kept_head(Path(str(pushed.head_file))) == kept
    assert f"entry {kept.seq} is missing or differs" in failed(pushed)["the audit trail leads to its kept head"]


def test_a_kept_head_that_says_nonsense_is_named(pushed: Service, tmp_path: Path) -> None:
    (tmp_path / "head").write_text("whatever\n")

    with pytest.raises(StoreError, match="cannot be read"):
        kept_head(tmp_path / "head")
    assert "cannot be read" in failed(pushed)["the audit trail leads to its kept head"]


def test_the_kept_head_never_moves_back_whoever_ends_last(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    together, seen = Barrier(6), []
    file = tmp_path / "head"

    def write_some(number: int) -> None:
        with open_database(database_url) as own:
            together.wait(30)
            for part in range(6):
                with own.write() as conn:
                    record(conn, Act("A. Admin", "did", f"{number}.{part}", {}), NOW)
                assert advance_head(own, file)
                seen.append(kept_head(file))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write_some, range(6)))

    assert kept_head(file) == audit_head(database)
    assert audit_head(database).seq == 36
    assert verify_audit(database, kept_head(file)) is None


def test_an_older_head_does_not_take_the_place_of_a_newer_one(database: Database, tmp_path: Path) -> None:
    (tmp_path / "head").write_text(f"9 {'a' * 64}\n")

    kept = advance_head(database, tmp_path / "head")

    assert not kept
    assert kept_head(tmp_path / "head") == AuditHead(9, "a" * 64)


def test_every_command_keeps_the_head_beside_its_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'var' / 'boost.db'}"

    with opened(CONFIG, url, actor="tester", tell=quiet) as made, running(made, "stop"), made.db.write() as conn:
        record(conn, Act("tester", "stopped", "push", {}), NOW)

    kept = kept_head(tmp_path / "var" / "boost.audit-head")
    assert kept is not None
    assert kept.seq == 1


def test_a_head_that_cannot_be_kept_does_not_make_the_run_fail(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    notes: list[str] = []
    made = replace(
        service(database, tmp_path, clock=Clock()),
        head_file=tmp_path / "file" / "head", tell=lambda step, done, total: notes.append(step),
    )  # fmt: skip

    with running(made, "stop"):
        pass

    assert "cannot be kept" in notes[-1]


def test_a_damaged_page_is_named(pushed: Service, database: Database, database_url: str, dialect: str) -> None:
    if dialect != "sqlite":
        pytest.skip("the bytes of PostgreSQL's files are its own")
    with database.maintain() as conn:
        conn.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        page = conn.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'ledger_to_do'")).scalar_one()
    database.close()
    with Path(str(make_url(database_url).database)).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x0a\xff\xff\xff" * 1024)

    with open_database(database_url) as again:
        found = problems(replace(pushed, db=again))

    assert any("the database can be read" in one.what for one in found)
    assert all(one.do for one in found)


def test_an_index_that_is_not_in_force_is_named_on_postgresql(
    pushed: Service, database: Database, dialect: str
) -> None:
    if dialect != "postgresql":
        pytest.skip("SQLite checks its indexes entry by entry")
    change(database, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ledger_to_do'::regclass")

    assert [one.what for one in problems(pushed)] == ["not so: the database can be read (index ledger_to_do)"]


def test_every_check_says_what_to_do() -> None:
    assert all(check.advice.endswith(".") for check in CHECKS)
    assert any(check.quick for check in CHECKS)
