"""Lay down a small world for pushes that go wrong: people, what staff answered, and the planned lines of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from sync.clients import Edges
from sync.jobs.decide_files import read_configuration
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.readback import readback
from sync.jobs.service import Job, Service, running
from sync.model import Decision
from sync.pretend.ims import PretendIms
from sync.pretend.person import Act, Cells, Person, entry, payment, service, write
from sync.settings import ServiceSettings
from sync.store import Database, StoredPlan, lines_of_plan, newest_plan, open_database
from sync.store.engines import POSTGRESQL
from sync.store.schema import METADATA
from tests.support import CONFIG, write_tables

NOW = datetime(2026, 4, 20, 17, tzinfo=UTC)
PROVIDER, SECRET = "IRCO", "demo-secret"
CONFIGURATION = read_configuration(CONFIG)
_MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
_STEPS = (("orientation", "STEP Orientation"), ("assessment", "STEP E & T Assessment"), ("plan", "Created STEP Plan"))
FACTS = ("job_seeker_id", "provider", "kind", "name", "date", "amount")
Facts = tuple[str | None, ...]


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def edges(self) -> Edges:
        return Edges(lambda: self.at.timestamp(), lambda: self.at.timestamp(), self.sleep)


@dataclass(frozen=True)
class Planned:
    """A database with a plan in it, the day's people, and what should stand in iMatchSkills in the end."""

    url: str
    digest: str
    people: Sequence[Person]
    wanted: Mapping[str, Facts]

    @property
    def equals(self) -> dict[str, list[str]]:
        """Return by line the lines with the same facts."""
        return {line: [one for one, facts in self.wanted.items() if facts == own] for line, own in self.wanted.items()}


def everybody() -> list[Person]:
    """Return three people: one with nothing entered, one with the steps, one with the component, too."""
    passes = [payment(day, payment_type="Transportation", amount="50.00") for day in ("2026-04-08", "2026-04-08")]
    stepped = [entry("2026-01-06", kind=kind, name=name) for kind, name in _STEPS]
    served = service("2026-04-07")
    stories: list[list[Act]] = [
        [service("2026-03-10"), payment("2026-03-12")],
        [*stepped, served, *passes],
        [*stepped, served, entry("2026-04-07"), *passes],
    ]
    people = [Person(number, "K") for number in range(1, len(stories) + 1)]
    for person, acts in zip(people, stories, strict=True):
        for act in acts:
            act(person)
    return people


def answers(people: Iterable[Person]) -> list[Cells]:
    """Return what staff answered: every payment for transportation was a bus pass."""
    payments = [row for one in people for row in one.tables["payments"]]
    told = {"answer": "Bus Pass", "answered_by": "A. Staff", "answered_on": "2026-04-10T09:00:00Z"}
    return [
        {"line_id": f"payment:{row['payment_id']}", **told}
        for row in payments
        if row["payment_type"] == "Transportation"
    ]


def service_of(db: Database, settings: ServiceSettings, clock: Clock) -> Service:
    return Service(db, settings, CONFIGURATION, clock.now, "A. Admin", lambda *_told: None)


def doing(service: Service, name: str, act: Callable[[Job], Any]) -> Job:
    """Do one job as its command does."""
    with running(service, name) as job:
        act(job)
    return job


def prepare(url: str, folder: Path) -> Planned:
    """Pull, read back and plan everybody into a database that has its tables and no rows."""
    people = everybody()
    write(people, folder, {"choices": answers(people), "ims_scopes": scopes(_seeded(people), NOW - timedelta(hours=1))})
    settings = ServiceSettings.model_validate({"itrac": {"folder": folder}})
    with open_database(url) as db:
        service = service_of(db, settings, Clock())
        doing(service, "pull", lambda job: pull(service, job))
        doing(service, "readback", lambda job: readback(service, job, folder=folder))
        doing(service, "plan", lambda job: plan(service, job))
        _watch_moves(db)
        stands = standing_plan(db)
        return Planned(url, stands.digest, people, wanted_by(db, stands))


def standing_plan(db: Database) -> StoredPlan:
    stands = newest_plan(db)
    assert stands is not None
    return stands


def wanted_by(db: Database, stored: StoredPlan) -> dict[str, Facts]:
    """Return the facts of each line that a plan enters."""
    lines = lines_of_plan(db, stored.id, decisions=[Decision.ENTER])
    lines = lines.rename({"entry_kind": "kind", "entry_name": "name"})
    return {row["line_id"]: facts_of(row) for row in lines.iter_rows(named=True)}


def facts_of(row: Mapping[str, Any]) -> Facts:
    return tuple(row.get(name) or None for name in FACTS)


def standing_in(ims: PretendIms) -> Counter[Facts]:
    """Count the entries with the same facts."""
    return Counter(facts_of(row) for row in ims.entries())


def export(ims: PretendIms, folder: Path, at: datetime) -> Path:
    """Write what a person exports from iMatchSkills: every entry, and that the lists are complete."""
    folder.mkdir(exist_ok=True)
    rows = [{name: cell or "" for name, cell in row.items()} for row in ims.entries()]
    write_tables(folder, {"ims_entries": rows, "ims_scopes": scopes(rows, at)})
    return folder


def scopes(entries: Sequence[Mapping[str, str]], at: datetime) -> list[Cells]:
    """Say of every month that its list is complete."""
    told = {"provider": PROVIDER, "complete": "yes", "taken_at": at.isoformat().replace("+00:00", "Z")}
    counted = Counter(row["date"][:7] for row in entries)
    return [{**told, "month": month, "row_count": str(counted[month])} for month in _MONTHS]


def _seeded(people: Iterable[Person]) -> list[Cells]:
    return [row for person in people for row in person.tables["ims_entries"]]


_SQLITE = """CREATE TRIGGER moving AFTER UPDATE OF state ON ledger WHEN old.state <> new.state BEGIN
    INSERT INTO moved (line_id, before, later) VALUES (new.line_id, old.state, new.state); END"""
_POSTGRESQL = (
    """CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO moved (line_id, before, later) VALUES (new.line_id, old.state, new.state); RETURN NULL; END $$""",
    """CREATE TRIGGER moving AFTER UPDATE OF state ON ledger FOR EACH ROW
    WHEN (old.state IS DISTINCT FROM new.state) EXECUTE FUNCTION move()""",
)


def world_of(db: Database, ims: PretendIms) -> str:
    """Return what tells two worlds apart: every row of the database, and every entry of the target."""
    whole = sha256(repr(ims.entries()).encode())
    with db.read() as conn:
        for table in METADATA.sorted_tables:
            whole.update(repr(conn.execute(table.select().order_by(*table.primary_key)).all()).encode())
    return whole.hexdigest()


def _watch_moves(db: Database) -> None:
    """Let the database itself remember how every line of the ledger moves, whoever moves it."""
    with db.write() as conn:
        conn.execute(text("CREATE TABLE moved (line_id TEXT, before TEXT, later TEXT)"))
        for statement in _POSTGRESQL if conn.dialect.name == POSTGRESQL else (_SQLITE,):
            conn.execute(text(statement))


def moves_in(db: Database) -> set[tuple[str, str]]:
    """Return every (state, state) that a line moved between."""
    with db.read() as conn:
        return {(before, later) for before, later in conn.execute(text("SELECT before, later FROM moved"))}
