"""Simulate days of a small agency: records that change in I-Trac, a target that fails, a run a day.

Everything that happens is drawn by a seed, at instants of a clock that nothing but the simulation moves.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from sync.decide import lines_of
from sync.errors import SyncError
from sync.jobs.kept_rows import kept_tables
from sync.jobs.plan import decide_tables, plan
from sync.jobs.pull import pull
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.run import run
from sync.jobs.service import Job, Service
from sync.jobs.stop import go_on
from sync.jobs.waves import Waiting
from sync.pretend.desk import Desk
from sync.pretend.faults import LIST_FAULTS, WRITE_FAULTS, Act, Door, Fault, Faults, Seeded
from sync.pretend.ims import Level, PretendIms
from sync.pretend.itrac import PretendItrac
from sync.pretend.person import Cells, Person, payment, service
from sync.pretend.seeding import seed
from sync.pretend.serve import serve
from sync.settings import ServiceSettings
from sync.store import Database, lines_of_plan, stopped
from sync.store.blocks import in_order
from tests.crash import Witness
from tests.crash_world import CONFIGURATION, SECRET, Clock, doing, standing_plan

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
_FIRST_DAY = datetime(2026, 4, 6, 17, tzinfo=UTC)
# What takes time of the real clock is left out here; each of these has its own test.
_SLOW = {Act.SILENCE, Act.DRIP, Act.DRIP_HEADERS, Act.LARGE, Act.BOMB}
_WRITES = [fault for fault in WRITE_FAULTS if fault.act not in _SLOW]
_LISTS = [fault for fault in LIST_FAULTS if fault.act not in _SLOW]


class Weather:
    """Hand out faults of writes and lists while it is bad, and none while it is good."""

    def __init__(self, drawn: int) -> None:
        self.bad = False
        self._writes = Seeded(drawn, 0.25, among=_WRITES)
        self._lists = Seeded(drawn, 0.08, door=Door.LIST, among=_LISTS)

    def draw(self, door: Door, key: str, /) -> Fault | None:
        if not self.bad:
            return None
        return self._writes.draw(door, key) or self._lists.draw(door, key)


@dataclass
class Agency:
    """People whose records change at random, as they stand in both systems."""

    chance: random.Random
    itrac: PretendItrac
    ims: PretendIms
    people: list[Person]
    rows: dict[str, tuple[str, Cells]] = field(default_factory=dict)

    def change(self, today: date) -> str:
        """Let one thing happen; return what."""
        acts = [
            self._serve, self._serve, self._pay, self._pay_twice, self._redate, self._cancel, self._delete, self._check,
        ]  # fmt: skip
        return self.chance.choice(acts)(today)

    def check_everybody(self) -> None:
        """Let every SNAP check arrive that is still out."""
        for person in self.people:
            for month in MONTHS:
                self._checked(person, month)

    def _day(self, today: date) -> str:
        return (today - timedelta(days=self.chance.randrange(40))).isoformat()

    def _put(self, table: str, row: Cells) -> None:
        self.rows[row["service_id" if table == "services" else "payment_id"]] = (table, row)
        self.itrac.put(table, row)

    def _serve(self, today: date) -> str:
        person = self.chance.choice(self.people)
        service(self._day(today))(person)
        self._put("services", person.tables["services"][-1])
        return "served"

    def _pay(self, today: date) -> str:
        """Pay somebody who was served, on that day or on any other."""
        person = self.chance.choice(self.people)
        served = [row["start_date"] for row in person.tables["services"]] or [self._day(today)]
        day = self.chance.choice([self.chance.choice(served), self._day(today)])
        payment(day, amount=self.chance.choice(["40.00", "120.00"]))(person)
        self._put("payments", person.tables["payments"][-1])
        return "paid"

    def _pay_twice(self, today: date) -> str:
        """Pay the same once more; the later row may have the lower id."""
        paid = [row for table, row in self.rows.values() if table == "payments"]
        if not paid:
            return self._pay(today)
        row = self.chance.choice(paid)
        turn = len(self.rows)
        self._put("payments", {**row, "payment_id": f"{self.chance.choice('AZ')}{turn}-{row['payment_id']}"})
        return "paid the same again"

    def _some(self) -> tuple[str, Cells] | None:
        return self.chance.choice(sorted(self.rows.values(), key=repr)) if self.rows else None

    def _redate(self, today: date) -> str:
        if some := self._some():
            table, row = some
            days = ["start_date", "end_date"] if table == "services" else ["payment_date"]
            self._put(table, {**row, **dict.fromkeys(days, self._day(today))})
        return "re-dated"

    def _cancel(self, _today: date) -> str:
        if some := self._some():
            self._put(some[0], {**some[1], "status": "Cancelled"})
        return "cancelled"

    def _delete(self, _today: date) -> str:
        if self.rows:
            row_id = self.chance.choice(sorted(self.rows))
            self.itrac.delete(self.rows.pop(row_id)[0], row_id)
        return "deleted"

    def _check(self, _today: date) -> str:
        self._checked(self.chance.choice(self.people), self.chance.choice(MONTHS))
        return "checked"

    def _checked(self, person: Person, month: str) -> None:
        row = {"job_seeker_id": person.seeker, "month": month, "snap_status": "eligible", "tanf": "no"}
        self.ims.put_eligibility({**row, "checked_on": f"{month}-02"})


@dataclass
class Simulation:
    """A service that runs once a day against both pretended systems."""

    agency: Agency
    service: Service
    clock: Clock
    weather: Weather
    witness: Witness
    told: list[str] = field(default_factory=list)

    def day(self, changes: int) -> None:
        """Let a night pass, things change, and the service run; a person lets it go on where it stopped itself."""
        self.clock.at = max(self.clock.at, _FIRST_DAY).replace(hour=17) + timedelta(days=1)
        self.told += [self.agency.change(self.service.today) for _ in range(changes)]
        if stopped(self.service.db):
            go_on(self.service)
        try:
            self.run()
        except SyncError as wrong:
            self.told.append(f"run failed: {wrong.what}")

    def run(self) -> Job:
        waiting = Waiting(self.clock.sleep)
        return doing(self.service, "run", lambda job: run(self.service, job, waiting=waiting))

    def begin(self) -> None:
        """Set the service up: who the providers are tells what can be read back, which tells what can be decided."""
        doing(self.service, "pull", lambda job: pull(self.service, job))
        doing(self.service, "plan", lambda job: plan(self.service, job))
        self.look_everywhere()

    def look_everywhere(self) -> None:
        """Let a person read back every month."""
        doing(self.service, "readback", lambda job: readback(self.service, job, months=MONTHS))

    def lines(self) -> pl.DataFrame:
        """Plan once more, in steps as always, and return the lines."""
        doing(self.service, "plan", lambda job: plan(self.service, job))
        return lines_of_plan(self.service.db, standing_plan(self.service.db).id)

    def lines_at_once(self) -> pl.DataFrame:
        """Return the lines as they are decided about everything that the database holds."""
        worked = decide_tables(self.service, kept_tables(self.service.db), self.service.today)
        return in_order(lines_of(worked))

    def mismatches(self) -> pl.DataFrame:
        found: list[pl.DataFrame] = []
        doing(self.service, "reconcile", lambda job: found.append(reconcile(self.service, job)[1]))
        return found[0]

    def pulled_anew(self, db: Database) -> pl.DataFrame:
        """Return the lines of a service that sees both systems for the first time."""
        fresh = replace(self.service, db=db, actor="A. Newcomer")
        acts: list[Any] = [
            lambda job: pull(fresh, job),
            lambda job: plan(fresh, job),
            lambda job: readback(fresh, job, months=MONTHS),
            lambda job: plan(fresh, job),
        ]
        for act in acts:
            doing(fresh, "a part", act)
        return lines_of_plan(db, standing_plan(db).id)


@contextmanager
def simulation(db: Database, url: str, drawn: int, *, level: Level) -> Iterator[Simulation]:
    """Serve both systems with some people in them, and a service that knows nothing yet."""
    clock = Clock(_FIRST_DAY)
    itrac, ims = PretendItrac(clock.now), PretendIms(level, clock.now)
    people = [Person(number, "W") for number in (1, 2, 3)]
    for person in people:
        person.tables["ims_eligibility"] = person.tables["ims_eligibility"][:2]
    seed(people, itrac, ims)
    weather = Weather(drawn)
    witness = Witness(url, ims, weather, told_apart=level >= Level.L2)
    agency = Agency(random.Random(drawn), itrac, ims, people)
    with ExitStack() as stack:
        first = stack.enter_context(serve(_desk(itrac, weather, clock)))
        second = stack.enter_context(serve(_desk(witness, witness, clock)))
        settings = _settings(first.url, second.url, level)
        service = Service(db, settings, CONFIGURATION, clock.now, "the scheduler", _keep_quiet, outer=clock.edges())
        yield Simulation(agency, service, clock, weather, witness)


def _desk(system: Any, faults: Faults, clock: Clock) -> Desk:
    seconds = clock.edges().wall
    return Desk(system, faults, seconds, seconds, client_secret=SECRET)


def _settings(itrac: str, ims: str, level: Level) -> ServiceSettings:
    known = {"client_id": "demo", "client_secret": SECRET}
    return ServiceSettings.model_validate({
        "itrac": {"source": "gateway", "url": itrac, **known},
        "ims": {"target": "gateway", "level": level.name, "url": ims, "senders": 2, **known},
    })  # fmt: skip


def _keep_quiet(*_told: object) -> None:
    pass
