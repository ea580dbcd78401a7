"""Kill a push at one of its points, let it be done again, and say what must hold whatever happened.

The pretended target lives in the process of the test, so that it survives; the push runs in a fork (`crash_child`).
"""

import json
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync.jobs.plan import plan
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.service import Job, Service
from sync.jobs.stop import go_on
from sync.jobs.waves import Waiting
from sync.pretend.asked import Asked, Told
from sync.pretend.desk import Desk
from sync.pretend.faults import Door, Fault, Faults
from sync.pretend.ims import Level, PretendIms
from sync.pretend.itrac import PretendItrac
from sync.pretend.seeding import seed
from sync.pretend.serve import Served, serve
from sync.settings import ServiceSettings
from sync.store import Database, State, ledger_lines, open_database, stopped, verify_audit
from sync.store.states import TRANSITIONS
from tests.crash_world import (
    NOW,
    SECRET,
    Clock,
    Planned,
    doing,
    export,
    facts_of,
    moves_in,
    service_of,
    standing_in,
    standing_plan,
)
from tests.support import ROOT

LATER = NOW + timedelta(hours=2)
SEEN = {State.UNCLEAR, State.REFUSED, State.FLAGGED}
_ROUNDS = 12


@dataclass
class Witness:
    """See every write at the door of the target, and say what should not have been: `wrong`.

    A write is right if its intent stands in the database, what it depends on is confirmed there, and it does not
    stand in the target already. It hands out the faults of `faults`.

    equals      by line those that cannot be told apart from it in the target, itself among them
    told_apart  whether an entry shows which of several equal lines it is
    """

    url: str
    ims: PretendIms
    faults: Faults | None = None
    came: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    written: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    equals: Mapping[str, Collection[str]] = field(default_factory=dict)
    told_apart: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, door: Door, key: str, /) -> Fault | None:
        fault = self.faults.draw(door, key) if self.faults else None
        if door is Door.WRITE:
            with self.lock:
                # After a 401, which says that nothing was written, the client itself sends once more.
                self.came[key] += not (fault and fault.status == 401)
                self.wrong += self._objections(key)
        return fault

    def answer(self, asked: Asked) -> Told:
        told = self.ims.answer(asked)
        if asked.method == "POST" and told.status == 201:
            with self.lock:
                self.written[asked.key].add(str(told.document["entry_id"]))
        return told

    def _objections(self, line_id: str) -> list[str]:
        with open_database(self.url) as db:
            known = ledger_lines(db, [line_id])
            line = known.get(line_id)
            before = line.depends_on if line else None
            stands = not before or before.startswith("ims:")
            confirmed = stands or ledger_lines(db, [str(before)])[str(before)].state is State.CONFIRMED
        told = {
            "was sent without an intent": line is None or line.state is not State.INTENDED,
            "was sent before what it depends on was confirmed": not confirmed,
            "was sent although it stands": self._stands(line_id),
        }
        return [f"{line_id} {what}" for what, applies in told.items() if applies]

    def _stands(self, line_id: str) -> bool:
        alike = [line_id] if self.told_apart else self.equals.get(line_id)
        return alike is not None and sum(len(self.written[one]) for one in alike) >= len(alike)


@dataclass
class Case:
    """One push against one pretended target, and whatever is done to come out of its crash."""

    planned: Planned
    level: Level
    witness: Witness
    senders: int = 1
    clock: Clock = field(default_factory=Clock)
    calls: list[tuple[str, str, int | None]] = field(default_factory=list)

    @property
    def ims(self) -> PretendIms:
        return self.witness.ims

    @contextmanager
    def served(self) -> Iterator[Served]:
        """Serve the target; at the end every write that came has been answered."""
        desk = Desk(self.witness, self.witness, self.monotonic, self.wall, client_secret=SECRET, calls=self.calls)
        with serve(desk) as served:
            yield served

    def monotonic(self) -> float:
        return self.clock.at.timestamp()

    wall = monotonic

    def settings(self, url: str) -> ServiceSettings:
        return settings_of(url, self.level.name, senders=self.senders)


def settings_of(url: str, level: str, *, senders: int) -> ServiceSettings:
    """Return settings of a service that pushes to a pretended gateway."""
    ims = {"target": "gateway", "level": level, "url": url, "senders": senders, "read_timeout_s": 2}
    return ServiceSettings.model_validate({"ims": {**ims, "client_id": "demo", "client_secret": SECRET}})


def new_case(planned: Planned, level: Level, *, faults: Faults | None = None, senders: int = 1, lag: int = 0) -> Case:
    """Return a case in which the target holds what was keyed for the people of the plan."""
    clock = Clock()
    ims = PretendIms(level, clock.now, lag=lag)
    seed(planned.people, PretendItrac(clock.now), ims)
    witness = Witness(planned.url, ims, faults, equals=planned.equals, told_apart=level >= Level.L2)
    return Case(planned, level, witness, senders, clock)


@contextmanager
def forks(child: str = "tests.crash_child") -> Iterator[subprocess.Popen[str]]:
    """Start what forks for each job that it reads."""
    command = [sys.executable, "-m", child]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield server
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(30) == 0


def pushed_in_fork(server: subprocess.Popen[str], case: Case, told: Path, kill_at: int | None) -> tuple[int, list[str]]:
    """Push in a fork until it ends or is killed; return its exit code and the points that it passed."""
    with case.served() as served:
        asked = {
            "database": case.planned.url, "digest": case.planned.digest, "url": served.url, "kill_at": kill_at,
            "level": case.level.name, "senders": case.senders,
        }  # fmt: skip
        return done_in_fork(server, asked, told)


def done_in_fork(server: subprocess.Popen[str], asked: Mapping[str, Any], told: Path) -> tuple[int, list[str]]:
    """Let a fork do what is asked until it ends or is killed; return its exit code and the points that it passed."""
    begin_in_fork(server, asked, told)
    return ended_in_fork(server, told)


def begin_in_fork(server: subprocess.Popen[str], asked: Mapping[str, Any], told: Path) -> None:
    """Let a fork begin what is asked."""
    assert server.stdin is not None
    told.unlink(missing_ok=True)
    print(json.dumps({**asked, "told": str(told)}), file=server.stdin, flush=True)


def ended_in_fork(server: subprocess.Popen[str], told: Path) -> tuple[int, list[str]]:
    """Wait for what was begun; return its exit code and the points that it passed."""
    assert server.stdout is not None
    code = int(server.stdout.readline())
    return code, told.read_text("utf-8").splitlines() if told.exists() else []


def pushed(service: Service, clock: Clock, digest: str) -> Job:
    """Push a plan; waiting moves the clock. A person lets a push go on that stopped itself for good."""
    if stopped(service.db):
        go_on(service)
    return doing(
        service,
        "push",
        lambda job: push(service, job, digest=digest, waiting=Waiting(clock.sleep), edges=clock.edges()),
    )


def looked_back(service: Service, case: Case, folder: Path) -> None:
    """Read back through the gateway, or what a person exported where nothing can be asked."""
    exported = export(case.ims, folder, case.clock.at) if case.level is Level.L0 else None
    doing(service, "readback", lambda job: readback(service, job, folder=exported))
    doing(service, "plan", lambda job: plan(service, job))


def done_again(db: Database, case: Case, folder: Path, *, look_first: bool) -> None:
    """Do what is done after a crash until nothing moves: push the plan that stands, read back, plan, push.

    look_first  read back and plan before the first push, as a scheduled run does; else push the same plan again
    Where nothing can be looked up, nothing is sent twice before a person brought an exported list.
    """
    case.clock.at = LATER
    with case.served() as served:
        service = service_of(db, case.settings(served.url), case.clock)
        if look_first:
            looked_back(service, case, folder)
        pushed(service, case.clock, standing_plan(db).digest)
        if case.level is Level.L0:
            assert max(case.witness.came.values(), default=0) <= 1
        for _ in range(_ROUNDS):
            case.clock.at += timedelta(hours=1)
            looked_back(service, case, folder)
            before = sum(case.witness.came.values()), states_of(db)
            pushed(service, case.clock, standing_plan(db).digest)
            if before == (sum(case.witness.came.values()), states_of(db)):
                return
    raise AssertionError(f"still moving after {_ROUNDS} rounds")


def states_of(db: Database) -> dict[str, State]:
    """Return how every line of the ledger stands."""
    with db.read() as conn:
        return {row.line_id: State(row.state) for row in conn.exec_driver_sql("SELECT line_id, state FROM ledger")}


def nothing_is_wrong(db: Database, case: Case) -> None:
    """Assert what holds at every moment: the witness saw nothing wrong, the trail is whole, lines moved as they may."""
    allowed = {(str(before), str(later)) for before, ends in TRANSITIONS.items() for later in ends}
    assert case.witness.wrong == []
    assert verify_audit(db) is None
    assert moves_in(db) <= allowed


def all_stands_once(case: Case) -> None:
    """Assert that every wanted entry stands once, and nothing else that was not there before."""
    had = Counter(facts_of(row) for person in case.planned.people for row in person.tables["ims_entries"])
    wanted, stands = had + Counter(case.planned.wanted.values()), standing_in(case.ims)
    assert (wanted - stands, stands - wanted) == (Counter(), Counter()), "missing, and too much"


def nothing_stands_twice(case: Case) -> None:
    """Assert that no line was written more than once, and that nothing stands that nobody wanted."""
    had = Counter(facts_of(row) for person in case.planned.people for row in person.tables["ims_entries"])
    if case.level >= Level.L2:
        assert [made for made in case.witness.written.values() if len(made) > 1] == []
    assert standing_in(case.ims) - had - Counter(case.planned.wanted.values()) == Counter()


def stands_or_is_a_persons(db: Database, case: Case) -> None:
    """Assert that a person sees every line that does not stand: in the ledger, or by the line that it waits for."""
    known = ledger_lines(db, list(case.planned.wanted))
    missing = Counter(case.planned.wanted.values()) - standing_in(case.ims)
    for line_id in (line_id for line_id, facts in case.planned.wanted.items() if facts in missing):
        line = known[line_id]
        while line.state in {State.TO_DO, State.CONFIRMED} and line.depends_on in known:
            line = known[str(line.depends_on)]
        equal = [one for one, facts in case.planned.wanted.items() if facts == case.planned.wanted[line_id]]
        assert {line.state, *(known[one].state for one in equal)} & SEEN, (line_id, line.state)
