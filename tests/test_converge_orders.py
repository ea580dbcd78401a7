"""Whatever the order in which records change between plans, the last plan is the one that planning once would make.

Every change is applied after every set of the others, each time by a plan of its own; whole orders are a seeded
sample, and all of them with IMS_SYNC_TEST_EVERY_POINT=1.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from itertools import combinations, permutations
from pathlib import Path

import pytest

from sync.decide import lines_of
from sync.jobs.kept_rows import kept_tables, key_of, rows_of_items
from sync.jobs.plan import decide_tables, plan
from sync.jobs.push import offer_lines
from sync.jobs.service import Service
from sync.model import TABLES
from sync.pretend.person import Cells, Person, payment, service
from sync.settings import ServiceSettings
from sync.store import Database, NewPull, State, open_database, store_pull
from sync.tables import digest_of
from tests.crash import states_of
from tests.crash_world import NOW, Clock, doing, service_of, standing_plan, wanted_by
from tests.test_crash_kills import EVERY_POINT, SEED, quick

__all__ = ["quick"]

Rows = Mapping[str, list[Cells]]


def _person() -> Person:
    """Return somebody whose April was not checked for SNAP, with a payment that needs an answer."""
    person = Person(1, "O")
    person.tables["ims_eligibility"] = person.tables["ims_eligibility"][:3]
    for act in (service("2026-04-14"), service("2026-03-10"), payment("2026-04-17", payment_type="Transportation")):
        act(person)
    return person


def _store(own: Service, rows: Rows, gone: Mapping[str, list[str]]) -> None:
    """Store what a partial pull brings."""
    brought = {name: rows_of_items(one, TABLES[name], "changes") for name, one in rows.items()}
    dead = {name: [key_of([row_id], TABLES[name]) for row_id in ids] for name, ids in gone.items()}
    new = NewPull(source="itrac", at=own.now(), complete=True, partial=True)
    store_pull(own.db, new, brought, tombstones=dead)


def _made(act: Callable[[Person], None], table: str) -> Rows:
    person = _person()
    act(person)
    return {table: person.tables[table][-1:]}


_FIRST = _person().tables["services"][0]
_ANSWER = {
    "line_id": "payment:DEMO-O01-PAY1",
    "answer": "Bus Pass",
    "answered_by": "A. Staff",
    "answered_on": "2026-04-18",
}
_CHECK = {"job_seeker_id": "DEMO-JO01", "month": "2026-04", "snap_status": "eligible", "tanf": "no"}
CHANGES: Mapping[str, tuple[Rows, Mapping[str, list[str]]]] = {
    "an earlier service comes late": (_made(service("2026-04-07"), "services"), {}),
    "a service is re-dated": ({"services": [{**_FIRST, "start_date": "2026-04-16", "end_date": "2026-04-16"}]}, {}),
    "a service is deleted": ({}, {"services": ["DEMO-O01-SER2"]}),
    "a payment comes": (_made(payment("2026-04-18"), "payments"), {}),
    "staff answer": ({"choices": [_ANSWER]}, {}),
    "SNAP is checked": ({"ims_eligibility": [{**_CHECK, "checked_on": "2026-04-19"}]}, {}),
}
Told = tuple[str, frozenset[str]]


def _stepped(own: Service, change: str) -> Told:
    """Apply a change, plan, and offer what the plan enters; return the digest and what is offered by then."""
    _store(own, *CHANGES[change])
    return _offered(own)


def _offered(own: Service) -> Told:
    doing(own, "plan", lambda job: plan(own, job))
    offer_lines(own, standing_plan(own.db))
    to_do = {line_id for line_id, state in states_of(own.db).items() if state is State.TO_DO}
    assert to_do == set(wanted_by(own.db, standing_plan(own.db)))
    return standing_plan(own.db).digest, frozenset(to_do)


def _begun(db: Database) -> Service:
    own = service_of(db, ServiceSettings(), Clock(NOW))
    _store(own, _person().tables, {})
    _offered(own)
    return own


def _at_once(own: Service) -> str:
    """Return the digest of deciding about everything that the database holds."""
    return digest_of(lines_of(decide_tables(own, kept_tables(own.db), own.today)))


def test_every_change_after_every_set_of_others_gives_the_plan_of_planning_once(ready_file: Path, quick: Path) -> None:
    first = frozenset[str]()
    files = {first: Path(shutil.copy(ready_file, quick / "0.db"))}
    told: dict[frozenset[str], Told] = {}
    with open_database(f"sqlite:///{files[first]}") as db:
        _begun(db)

    sets = [frozenset(chosen) for size in range(len(CHANGES)) for chosen in combinations(CHANGES, size)]
    for before in sets:
        for change in CHANGES.keys() - before:
            path, after = quick / f"{len(files)}.db", before | {change}
            shutil.copy(files[before], path)
            with open_database(f"sqlite:///{path}") as db:
                own = service_of(db, ServiceSettings(), Clock(NOW))
                found = _stepped(own, change)
                if after not in told:
                    told[after] = _at_once(own), found[1]
                assert told[after] == found, (sorted(before), change)
            files.setdefault(after, path)

    assert len(told) == 2 ** len(CHANGES) - 1
    assert len({digest for digest, _ in told.values()}) == len(told)


ORDERS = list(permutations(CHANGES))


@pytest.mark.parametrize("turn", range(len(ORDERS) if EVERY_POINT else 3))
def test_whole_orders_of_changes_give_the_plan_of_planning_once(turn: int, database: Database) -> None:
    order = ORDERS[turn] if EVERY_POINT else random.Random(SEED + turn).choice(ORDERS)
    own = _begun(database)

    for change in order:
        digest, _ = _stepped(own, change)

    assert digest == _at_once(own), f"seed {SEED + turn}: {order}"
