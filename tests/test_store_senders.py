"""Many senders at once, in threads and in processes, never get the same line; one that dies leaves it unclear."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import select

from sync.store import Database, Lease, Outcome, State, begin, claim, counts, finish, lapse, open_database
from sync.store.schema import LEDGER
from tests.databases import Server
from tests.store_rows import LEASE, NOW, minutes, offer_lines, rows_in
from tests.support import ROOT

LINES = 60
WRITTEN = Outcome(state=State.WRITTEN, meaning="written", status=201, entry_id="E")


def send_all(database: Database, owner: str) -> list[str]:
    """Claim and send until nothing is left; return what was sent."""
    sent = []
    while lines := claim(database, owner, 4, lease=Lease(NOW, LEASE)):
        for line in lines:
            number = begin(database, line.line_id, owner, now=NOW)
            finish(database, line.line_id, number, outcome=WRITTEN, now=NOW)
            sent.append(line.line_id)
    return sent


def offer_many(database: Database) -> set[str]:
    ids = {f"service:S{number}" for number in range(LINES)}
    offer_lines(database, *({"line_id": line_id} for line_id in ids))
    return ids


def test_senders_in_threads_send_every_line_once(database: Database) -> None:
    ids = offer_many(database)
    together = Barrier(6)

    def send(number: int) -> list[str]:
        together.wait(30)
        return send_all(database, f"sender-{number}")

    with ThreadPoolExecutor(6) as threads:
        sent = [line_id for part in threads.map(send, range(6)) for line_id in part]

    assert sorted(sent) == sorted(ids)
    assert counts(database)[State.WRITTEN] == LINES
    assert len(rows_in(database, "attempt")) == LINES


SEND = """
import sys
from sync.store import open_database
from tests.test_store_senders import send_all
with open_database(sys.argv[1]) as database:
    print(*send_all(database, sys.argv[2]), sep="\\n")
"""


def test_senders_in_processes_send_every_line_once(database: Database, database_url: str) -> None:
    ids = offer_many(database)
    command = [sys.executable, "-c", SEND, database_url]

    running = [
        subprocess.Popen([*command, f"sender-{number}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(2)
    ]
    sent = [line_id for one in running for line_id in one.communicate(timeout=120)[0].split()]

    assert [one.returncode for one in running] == [0, 0]
    assert sorted(sent) == sorted(ids)
    assert len(rows_in(database, "attempt")) == LINES


DIE = """
import os, sys
from sync.store import Lease, begin, claim, open_database
from sync.store.schema import LEDGER
from tests.databases import Server
from tests.store_rows import LEASE, NOW
database = open_database(sys.argv[1])
first, *others = claim(database, "sender-1", 3, lease=Lease(NOW, LEASE))
begin(database, first.line_id, "sender-1", now=NOW)
print(first.line_id, flush=True)
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_sender_had_begun_is_unclear_and_what_it_had_only_claimed_is_free(
    database: Database, database_url: str
) -> None:
    ids = offer_many(database)
    died = subprocess.run([sys.executable, "-c", DIE, database_url], cwd=ROOT, capture_output=True, text=True)

    lapsed = lapse(database, minutes(2))
    sent = []
    while lines := claim(database, "sender-2", 10, lease=Lease(minutes(2), LEASE)):
        sent += [line.line_id for line in lines]

    assert died.returncode == -9
    assert lapsed == [died.stdout.strip()]
    assert sorted(sent) == sorted(ids - set(lapsed))


def test_a_claim_on_postgresql_passes_over_lines_that_another_is_about_to_take(postgresql_server: Server) -> None:
    with postgresql_server.new_database() as url, open_database(url) as database:
        ids = offer_many(database)
        with database.write() as conn, open_database(url, patience=timedelta(milliseconds=100)) as other:
            locked = set(conn.scalars(select(LEDGER.c.line_id).limit(5).with_for_update()))
            claimed = claim(other, "sender-2", LINES, lease=Lease(NOW, LEASE))

    assert {line.line_id for line in claimed} == ids - locked
    assert len(locked) == 5
