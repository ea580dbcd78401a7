"""Lay out a small world on both sides: exports of I-Trac, and a pretended iMatchSkills that was read back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sync.jobs.push import push
from sync.jobs.service import Job, Service, running
from sync.jobs.waves import Waiting
from sync.pretend.desk import Desk
from sync.pretend.faults import Faults
from sync.pretend.ims import Level, PretendIms
from sync.pretend.person import Act, Person, payment, service
from sync.pretend.serve import Served, serve
from sync.store import Database, newest_plan
from tests.made_once import made_once
from tests.services import Clock, done, edges, lay_exports, planned
from tests.services import service as service_over
from tests.support import write_tables

AS_OF = date(2026, 4, 20)
_STANDS = ("_entries", "_eligibility", "_replies", "_made", "_look_ups")
_STOOD: Final[dict[tuple[str, str], tuple[dict[str, Any], datetime]]] = {}
TWO_EQUAL = (service("2026-04-07"), payment("2026-04-08", amount="25.00"), payment("2026-04-08", amount="25.00"))


@dataclass
class World:
    """Both systems, and a service between them; `clock` is moved by waiting alone.

    calm  no call fails, and what was written is seen at once
    """

    service: Service
    ims: PretendIms
    served: Served
    clock: Clock
    folder: Path
    people: list[Person] = field(default_factory=list)
    calm: bool = True

    def lay(self, *people: Iterable[Act]) -> None:
        """Let I-Trac hold these people; their SNAP checks stand in iMatchSkills."""
        self.people = []
        for number, acts in enumerate(people, start=1):
            person = Person(number)
            for act in acts:
                act(person)
            self.people.append(person)
        tables: dict[str, list[dict[str, str]]] = {"services": [], "payments": []}
        for person in self.people:
            for name, rows in person.tables.items():
                if not name.startswith("ims_"):
                    tables.setdefault(name, []).extend(rows)
            for row in person.tables["ims_eligibility"]:
                self.ims.put_eligibility(row)
        lay_exports(self.folder, tables)

    def plan(self) -> str:
        """Pull, read back and plan, or copy what came of it where all was the same before; return the digest."""
        if self.calm:
            made_once(self.service.db, f"planned: {self.told()}", self._plan)
        else:
            self._plan()
        stands = newest_plan(self.service.db)
        assert stands is not None
        return stands.digest

    def told(self) -> str:
        """Return all that a first plan of this world follows from, as text."""
        service, own = self.service, {"url", "folder"}
        settings = service.settings.model_dump(exclude={"itrac": own, "ims": own})
        rules = service.configuration.crosswalk.hash, service.configuration.rules, service.configuration.headings
        stands = {name: getattr(self.ims, name) for name in _STANDS}
        tables = [person.tables for person in self.people]
        return repr((service.actor, self.clock.at, settings, rules, self.ims.level, stands, tables))

    def _plan(self) -> str:
        done(self.service, "pull")
        if self.service.settings.ims.level not in {"H", "L0"}:
            months = ["2026-01", "2026-02", "2026-03", "2026-04"]
            planned(self.service, AS_OF)
            done(self.service, "readback", months=months)
        return planned(self.service, AS_OF).plan.digest

    def read_back_by_files(self) -> Job:
        """Export what stands in iMatchSkills, all of it, and read it back as a person would."""
        entries = [{name: str(cell or "") for name, cell in entry.items()} for entry in self.ims.entries()]
        checks = [row for person in self.people for row in person.tables["ims_eligibility"]]
        months = sorted({row["month"] for row in checks})
        scope = {"provider": "IRCO", "complete": "yes", "taken_at": self.clock.at.isoformat().replace("+00:00", "Z")}
        scopes = [
            {**scope, "month": month, "row_count": str(sum(entry["date"][:7] == month for entry in entries))}
            for month in months
        ]
        folder = self.folder / "exported"
        folder.mkdir(exist_ok=True)
        write_tables(folder, {"ims_entries": entries, "ims_eligibility": checks, "ims_scopes": scopes})
        return self.read_back_of(folder)

    def read_back_of(self, folder: Path) -> Job:
        """Read back what was exported to a folder."""
        return done(self.service, "readback", folder=folder)

    def by_hand(self) -> None:
        """Let a person with a worklist be the target."""
        self.service = service_over(self.service.db, self.folder, clock=self.clock)

    def push(self, digest: str) -> Job:
        """Push a plan."""
        with running(self.service, "push") as job:
            push(self.service, job, digest=digest, waiting=Waiting(self.clock.sleep), edges=edges(self.clock))
        return job

    def writes(self) -> int:
        """Return how many writes iMatchSkills was asked for."""
        return sum(method == "POST" and path == "/v1/entries" for method, path, _ in self.served.desk.calls)

    def references(self) -> list[str]:
        """Return the line of each entry that was written, in order."""
        return [str(entry["client_reference"]) for entry in self.ims.entries()]


@contextmanager
def world(
    db: Database,
    folder: Path,
    *,
    level: Level = Level.L4,
    faults: Faults | None = None,
    lag: int = 0,
    **ims: Any,
) -> Iterator[World]:
    """Open a world with an iMatchSkills of a level."""
    clock = Clock()
    system = PretendIms(level, clock.now, lag=lag)
    with serve(Desk(system, faults)) as served:
        known = {"client_id": served.desk.client_id, "client_secret": served.desk.client_secret}
        settings: Mapping[str, Any] = {
            "ims": {"target": "gateway", "level": level.name, "url": served.url, "senders": 3, **known, **ims}
        }
        made = service_over(db, folder, clock=clock, settings=settings)
        yield World(made, system, served, clock, folder, calm=not faults and not lag)


def stand_once(made: World, what: str, act: Callable[[], object]) -> None:
    """Let `act` push into a world that was laid, or copy what came of it before under the same name, on both sides.

    Where nothing was planned yet, as `made_once` does: else it is done each time.
    """
    with made.service.db.read() as conn:
        known = (conn.dialect.name, what)

    def act_and_keep() -> None:
        act()
        _STOOD[known] = deepcopy({name: getattr(made.ims, name) for name in _STANDS}), made.clock.at

    stood = _STOOD.get(known)
    acted = made_once(made.service.db, what, act_and_keep)
    if stood and not acted:
        kept, made.clock.at = stood
        for name, value in deepcopy(kept).items():
            setattr(made.ims, name, value)
