"""Sixty of sixty backups that are made while others plan and push open, and hold one moment of the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from sync.store import (
    Act,
    Database,
    Decisions,
    Lease,
    Place,
    begin,
    claim,
    finish,
    new_key,
    offer,
    open_database,
    read_backup,
    read_key,
    record,
    store_plan,
    write_backup,
)
from sync.store.backup import opened_backup
from sync.store.ledger_lines import Outcome
from sync.store.states import State
from tests.services import quiet
from tests.store_rows import LEASE, NOW, fill, new_plan, offered, plan_lines

KEY = read_key(new_key())
BACKUPS = 60


class Writers:
    """Threads with databases of their own, which plan, offer and send until they are told to stop."""

    def __init__(self, url: str) -> None:
        self.done = threading.Event()
        self.rounds = [0, 0]
        self._url = url

    def work(self, number: int) -> None:
        with open_database(self._url) as db:
            while not self.done.is_set():
                self._round(db, f"{number}-{self.rounds[number]}")
                self.rounds[number] += 1

    def _round(self, db: Database, name: str) -> None:
        """Plan, offer two lines and write down of what in the trail, all of it in one transaction; then send one."""
        line = {"line_id": f"service:{name}", "customer_id": f"C{name}", "decision": "enter"}
        plan = store_plan(db, new_plan(), Decisions(plan_lines(line), [f"C{name}"]), now=NOW)
        with db.write() as conn:
            offer(conn, offered(*({"line_id": f"service:{name}{half}"} for half in "ab")), plan_id=plan.id, now=NOW)
            record(conn, Act("A. Admin", "offered", name, {}), NOW)
        for claimed in claim(db, name, 1, lease=Lease(NOW, LEASE)):
            number = begin(db, claimed.line_id, name, now=NOW)
            finish(db, claimed.line_id, number, outcome=Outcome(state=State.WRITTEN, meaning="written"), now=NOW)


@contextmanager
def writing(url: str) -> Iterator[Writers]:
    writers = Writers(url)
    threads = [threading.Thread(target=writers.work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.done.set()
        for thread in threads:
            thread.join(60)


def test_sixty_of_sixty_backups_under_load_open_and_compare_equal(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    fill(database)
    place = Place(KEY, tmp_path / "scratch", quiet)

    with writing(database_url) as writers:
        made = [
            write_backup(database, tmp_path / "backups", place, now=NOW + timedelta(seconds=number))
            for number in range(BACKUPS)
        ]
        rounds = sum(writers.rounds)

    assert [read_backup(path, place) for path, _ in made] == [manifest for _, manifest in made]
    assert rounds > 10
    assert len({manifest.tables["ledger"][1] for _, manifest in made}) > 5, "nobody wrote meanwhile"
    for path, _ in made[:: BACKUPS // 6]:
        assert one_moment(path, place) == []


def one_moment(path: Path, place: Place) -> list[str]:
    """Name what cannot be of one moment: what is written together must be there together."""
    halves = "SELECT count(*) FROM ledger WHERE line_id LIKE 'service:%a' OR line_id LIKE 'service:%b'"
    offers = "SELECT count(*) FROM audit WHERE act = 'offered'"
    tries = (
        "SELECT count(*) FROM ledger WHERE tries <> (SELECT count(*) FROM attempt a WHERE a.line_id = ledger.line_id)"
    )
    plans = "SELECT count(*) FROM ledger WHERE plan_id NOT IN (SELECT id FROM plan)"
    with opened_backup(path, place) as (copy, _), copy.db.read() as conn:
        counted = [conn.execute(text(query)).scalar_one() for query in (halves, offers, tries, plans)]
    wrong = {"offers": counted[0] != 2 * counted[1], "tries": counted[2] > 0, "plans": counted[3] > 0}
    return [name for name, is_wrong in wrong.items() if is_wrong]
