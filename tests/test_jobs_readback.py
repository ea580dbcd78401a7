"""A read-back proves that an entry is there; it proves absence only where a whole scope was seen."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.jobs.kept_rows import kept_tables
from sync.jobs.reconcile import reconcile
from sync.jobs.service import running
from sync.pretend.faults import Act, Door, Fault
from sync.pretend.ims import Level
from sync.pretend.person import service
from sync.store import Database
from tests.services import done
from tests.support import write_tables
from tests.world_of_demo import TWO_EQUAL, World, world

ENTRY = {"entry_id": "X1", "job_seeker_id": "DEMO-J01", "provider": "IRCO", "kind": "component",
         "name": "Job Search Training", "date": "2026-04-07"}  # fmt: skip
SCOPE = {"provider": "irco ", "month": "2026-04", "complete": "yes", "taken_at": "2026-04-20"}


@dataclass
class _Later:
    """Faults of lists that begin when a test says so."""

    of_lists: Fault | None = None

    def draw(self, door: Door, key: str, /) -> Fault | None:
        return self.of_lists if door is Door.LIST and "provider" in key else None


def _entries(made: World) -> list[str]:
    return sorted(kept_tables(made.service.db, ["ims_entries"])["ims_entries"]["entry_id"])


def _read(made: World, name: str, entries: list[dict[str, str]], *scopes: dict[str, str]) -> None:
    folder = made.folder / name
    folder.mkdir()
    write_tables(folder, {"ims_entries": entries, "ims_scopes": list(scopes)})
    done(made.service, "readback", folder=folder)


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({**SCOPE, "row_count": "0"}, []),
        ({**SCOPE, "row_count": "1"}, ["X1"]),
        ({**SCOPE, "row_count": ""}, ["X1"]),
        ({**SCOPE, "complete": "no", "row_count": "0"}, ["X1"]),
        ({**SCOPE, "month": "2026-03", "row_count": "0"}, ["X1"]),
        ({**SCOPE, "provider": "POIC", "row_count": "0"}, ["X1"]),
    ],
    ids=["a whole scope", "a row is missing", "no count", "not complete", "another month", "another provider"],
)
def test_an_entry_is_gone_only_where_its_whole_scope_was_seen_without_it(
    scope: dict[str, str], left: list[str], database: Database, tmp_path: Path
) -> None:
    with world(database, tmp_path, level=Level.L1) as made:
        made.by_hand()
        _read(made, "first", [ENTRY])

        _read(made, "second", [], scope)

        assert _entries(made) == left


def test_a_corrected_entry_takes_the_place_of_the_old_one(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=Level.L1) as made:
        made.by_hand()
        _read(made, "first", [ENTRY])

        _read(made, "second", [{**ENTRY, "date": "2026-04-08"}])

        dates = kept_tables(database, ["ims_entries"])["ims_entries"]["date"]
        assert [day.isoformat() for day in dates] == ["2026-04-08"]


def test_what_a_person_took_out_is_gone_after_the_next_read_back(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path) as made:
        made.lay(TWO_EQUAL)
        made.push(made.plan())
        made.ims.remove_entry(_entries(made)[-1])

        done(made.service, "readback", months=["2026-01", "2026-04"])

        assert len(_entries(made)) == 5


def test_an_incomplete_list_takes_nothing_away(database: Database, tmp_path: Path) -> None:
    faults = _Later()
    with world(database, tmp_path, faults=faults) as made:
        made.lay(TWO_EQUAL)
        made.push(made.plan())
        faults.of_lists = Fault(Act.MISSED_ROW, after=True)

        job = done(made.service, "readback", months=["2026-04"])

        assert job.counts["gone"] == 0
        assert len(_entries(made)) == 6


def test_what_was_entered_and_taken_out_again_is_named_and_not_entered_again(
    database: Database, tmp_path: Path
) -> None:
    with world(database, tmp_path) as made:
        made.lay([service("2026-04-07")])
        made.push(made.plan())
        made.ims.remove_entry(next(str(one["entry_id"]) for one in made.ims.entries() if one["kind"] == "component"))
        made.clock.sleep(60)

        made.push(made.plan())

        assert [entry["kind"] for entry in made.ims.entries()] == ["orientation", "assessment", "plan"]
        with running(made.service, "reconcile") as job:
            _, found = reconcile(made.service, job)
        assert "missing-in-ims" in set(found["kind"])
