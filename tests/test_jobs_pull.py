"""A pull keeps what came, and concludes nothing from what an incomplete one lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import Unreachable
from sync.jobs.kept_rows import kept_tables
from sync.jobs.service import Job, Service, running
from sync.pretend.desk import Desk
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.itrac import PretendItrac
from sync.pretend.person import Person, service
from sync.pretend.serve import serve
from sync.store import Database, runs, watermarks
from tests.services import Clock, done, lay_exports
from tests.services import service as service_over


@dataclass
class World:
    """A pretended I-Trac, and a service that pulls from it."""

    service: Service
    itrac: PretendItrac
    desk: Desk
    clock: Clock

    def pull(self) -> Job:
        return done(self.service, "pull")

    def services(self) -> list[str]:
        return sorted(kept_tables(self.service.db, ["services"])["services"]["service_id"])

    def put(self, number: int) -> None:
        """Let a person with one coaching stand in I-Trac."""
        person = Person(number)
        service("2026-04-07")(person)
        for table, rows in person.tables.items():
            for row in rows if not table.startswith("ims_") else []:
                self.itrac.put(table, row)


@contextmanager
def world(db: Database, folder: Path, faults: Script | None = None) -> Iterator[World]:
    clock = Clock()
    itrac = PretendItrac(clock.now)
    desk = Desk(itrac, faults)
    with serve(desk) as served:
        known = {"client_id": desk.client_id, "client_secret": desk.client_secret}
        settings = {"itrac": {"source": "gateway", "url": served.url, **known}}
        yield World(service_over(db, folder, clock=clock, settings=settings), itrac, desk, clock)


def test_a_gateway_is_asked_for_all_at_first_and_then_for_what_changed(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.put(1)
        first = made.pull()
        made.clock.at += timedelta(days=30)
        made.pull()
        made.put(2)

        second = made.pull()

        assert (first.counts["new"], second.counts["new"]) == (8, 8)
        assert made.services() == ["DEMO-01-SER1", "DEMO-02-SER1"]
        assert second.counts["unchanged"] == 0


def test_a_row_that_was_deleted_in_itrac_is_gone(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.put(1)
        made.pull()
        made.clock.at += timedelta(days=30)
        made.itrac.delete("services", "DEMO-01-SER1")

        job = made.pull()

        assert job.counts["gone"] == 1
        assert made.services() == []


@pytest.mark.parametrize("fault", [Act.MISSED_ROW, Act.TOTAL_CHANGED])
def test_an_incomplete_pull_is_kept_and_the_watermark_stays(fault: Act, database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, Script(lists=[Fault(fault, after=True)])) as made:
        made.put(1)
        made.put(2)

        first = made.pull()
        marks = watermarks(database, "itrac")
        second = made.pull()

        assert list(first.counts["incomplete"]) == ["customers"]
        assert first.needs_a_person
        assert "customers" not in marks
        assert "enrollments" in marks
        assert second.counts["incomplete"] == {}
        assert len(kept_tables(database, ["customers"])["customers"]) == 2


def test_the_overlap_asks_again_for_what_came_shortly_before_the_watermark(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.put(1)
        made.pull()
        made.clock.at += timedelta(days=1)

        assert made.pull().counts["unchanged"] == 8


def test_a_gateway_that_does_not_answer_leaves_everything_as_it_was(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.put(1)
        made.pull()
        settings = {"itrac": {"source": "gateway", "url": "http://127.0.0.1:9", "connect_timeout_s": 0.2}}
        away = service_over(database, tmp_path, clock=made.clock, settings=settings)

        with pytest.raises(Unreachable):
            done(away, "pull")

        assert made.services() == ["DEMO-01-SER1"]
        assert (runs(database, 1)[0].state, "I-Trac" in (runs(database, 1)[0].outcome or "")) == ("failed", True)


def test_a_table_that_was_not_exported_stays_as_it_was(database: Database, tmp_path: Path) -> None:
    person = Person(1)
    service("2026-04-07")(person)
    own = service_over(database, tmp_path)
    lay_exports(tmp_path, person.tables)
    done(own, "pull")
    (tmp_path / "itrac" / "services.csv").unlink()

    job = done(own, "pull")

    assert job.counts["gone"] == 0
    assert len(kept_tables(database, ["services"])["services"]) == 1


def test_a_row_that_is_missing_in_the_next_export_is_gone(database: Database, tmp_path: Path) -> None:
    person = Person(1)
    service("2026-04-07")(person)
    own = service_over(database, tmp_path)
    lay_exports(tmp_path, person.tables)
    done(own, "pull")
    lay_exports(tmp_path, {**person.tables, "services": []})

    assert done(own, "pull").counts["gone"] == 1


def test_a_run_that_is_interrupted_says_so(database: Database, tmp_path: Path) -> None:
    own = service_over(database, tmp_path)

    with pytest.raises(KeyboardInterrupt), running(own, "pull"):
        raise KeyboardInterrupt

    assert (runs(database, 1)[0].state, runs(database, 1)[0].outcome) == ("failed", "KeyboardInterrupt")
