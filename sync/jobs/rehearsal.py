"""Go the whole way with pretended systems: pull, plan, push, a power cut, recover, read back, reconcile."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sync.clients import Edges
from sync.errors import WrongCall
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.decide_files import read_configuration
from sync.jobs.in_memory import PowerCut, gateway_to
from sync.jobs.plan import plan
from sync.jobs.pull import pull
from sync.jobs.push import push
from sync.jobs.readback import readback
from sync.jobs.reconcile import reconcile
from sync.jobs.service import Job, Service, Tell, running
from sync.jobs.waves import Waiting
from sync.pretend.ims import Level, PretendIms
from sync.settings import ServiceSettings
from sync.store import Database, migrate, open_database, runs, verify_audit

START = datetime(2026, 4, 20, 17, tzinfo=UTC)
POWER_CUT_AFTER = 40
_MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
_ACTOR = "demo"


@dataclass(slots=True)
class _Clock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Tell what happened on the whole way.

    steps       what was done, in words, one after the other
    pushed      entries that were written
    duplicates  lines that stand in iMatchSkills twice because of us
    mismatches  by kind, at the end
    """

    digest: str
    steps: tuple[str, ...]
    pushed: int
    confirmed: int
    unclear: int
    duplicates: int
    mismatches: Mapping[str, int]
    audit_whole: bool


@contextmanager
def pretended(folder: Path, config: Path, database: str | None, *, tell: Tell) -> Iterator[tuple[Service, PretendIms]]:
    """Open a service on tables in a folder, with an iMatchSkills in memory that holds their entries.

    database  an empty one to use; a file in the folder without it. Raises WrongCall where it is in use.
    """
    clock = _Clock()
    ims = _seeded(PretendIms(Level.L4, clock.now), folder)
    given: dict[str, Any] = {
        "itrac": {"folder": folder},
        "ims": {"target": "gateway", "level": "L4", "url": "https://pretended.invalid", "senders": 1},
    }
    with open_database(database or f"sqlite:///{folder.parent / 'ims-sync.db'}") as db:
        migrate(db)
        _refuse_used(db)
        settings = ServiceSettings.model_validate(given)
        service = Service(db, settings, read_configuration(config), clock.now, _ACTOR, tell)
        adopt(service, config, reason="what is rehearsed with")
        yield service, ims


def _seeded(ims: PretendIms, folder: Path) -> PretendIms:
    """Let a pretended iMatchSkills hold what its read-back in the folder shows."""
    for row in _rows(folder / "ims_eligibility.csv"):
        ims.put_eligibility(row)
    for row in _rows(folder / "ims_entries.csv"):
        ims.put_entry(row)
    return ims


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _refuse_used(db: Database) -> None:
    if runs(db, 1):
        raise WrongCall(
            "the database has been used before", "Name an empty one: the demo plays with a database of its own."
        )


def rehearse(service: Service, ims: PretendIms, folder: Path) -> Rehearsed:
    """Go the whole way; the clock stands, but for the waits."""
    made, before = _Steps(service, ims), len(ims.entries())
    made.do("pull", pull, "Pulled {new} rows from I-Trac.")
    made.do("readback", lambda service, job: readback(service, job, folder=folder), "Read iMatchSkills back.")
    digest = str(made.do("plan", plan, "Decided {lines} lines and stored the plan.").counts["digest"])
    made.push_into_a_power_cut(digest)
    written = len(ims.entries()) - before
    made.steps.append(f"Pushed the plan; the power went off after {written} entries, the last one without an answer.")
    made.wait(timedelta(minutes=10))
    made.do("push", made.pushing(digest), "Pushed again: what was unclear was looked up, the rest was sent.")
    made.do("readback", lambda service, job: readback(service, job, months=_MONTHS), "Read back {whole_scopes} scopes.")
    left = made.do("plan", plan, "Planned again: {confirmed_so_far} entries are confirmed").counts["by_decision"][
        "enter"
    ]
    made.steps[-1] += f", {left} are left to enter."
    made.wait(timedelta(days=1))
    made.call_off(folder)
    made.do("pull", pull, "Pulled again: {changed} row changed.")
    made.do("plan", plan, "Planned again; nothing in iMatchSkills is changed by itself.")
    told = made.do("reconcile", reconcile, "Reconciled: {grave} mismatches need a person.").counts["mismatches"]
    entries = ims.entries()[before:]
    references = Counter(entry["client_reference"] for entry in entries)
    return Rehearsed(
        digest, tuple(made.steps), len(entries), made.confirmed, made.unclear,
        sum(count - 1 for count in references.values()), told, verify_audit(service.db) is None,
    )  # fmt: skip


class _Steps:
    """Do one step after the other, and tell each in words."""

    def __init__(self, service: Service, ims: PretendIms) -> None:
        self.steps: list[str] = []
        self.confirmed = self.unclear = 0
        self._ims, self._clock = ims, _Clock(service.now())
        self._service = replace(service, now=self._clock.now, in_place_of_ims=gateway_to(ims))

    def do(self, name: str, part: Callable[[Service, Job], object], words: str) -> Job:
        """Do a step as a run of its own."""
        with running(self._service, name) as job:
            part(self._service, job)
        if name == "push":
            self.confirmed, self.unclear = job.counts["confirmed_in_all"], job.counts["unclear"]
        self.steps.append(words.format_map({**job.counts, "confirmed_so_far": self.confirmed}))
        return job

    def pushing(self, digest: str) -> Callable[[Service, Job], None]:
        """Return the push of a plan."""
        waiting, edges = Waiting(self._clock.sleep), Edges()
        return lambda service, job: push(service, job, digest=digest, waiting=waiting, edges=edges)

    def push_into_a_power_cut(self, digest: str) -> None:
        """Push until the power fails: the entry is written, and nobody has read the answer."""
        whole = self._service
        self._service = replace(whole, in_place_of_ims=gateway_to(self._ims, power_cut_after=POWER_CUT_AFTER))
        with suppress(PowerCut):
            self.do("push", self.pushing(digest), "")
        self._service = whole

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self._clock.at += time

    def call_off(self, folder: Path) -> None:
        """Cancel in I-Trac the first service that was entered just now."""
        entered = next(entry for entry in self._ims.entries() if str(entry["client_reference"]).startswith("service:"))
        service_id = str(entered["client_reference"]).split(":")[1]
        path = folder / "services.csv"
        rows = _rows(path)
        called_off = [{**row, "status": "Cancelled"} if row["service_id"] == service_id else row for row in rows]
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(called_off)
        self.steps.append(f"The next day {service_id} is cancelled in I-Trac, although it was entered.")
