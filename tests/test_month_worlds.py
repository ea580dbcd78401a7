"""In worlds laid by chance a frozen line is never sent as anything else; adjustments are exactly the difference."""

import random
from pathlib import Path

import polars as pl
import pytest

from sync.jobs.frozen import lines_offered
from sync.jobs.month_close import accept, decline
from sync.jobs.month_list import checklist
from sync.jobs.months import Asked
from sync.pretend.person import Act, Person, payment, service
from sync.store import Database, migrate, newest_plan, open_database
from sync.store.plan_lines import lines_of_plan
from tests.folders import seed
from tests.months import MARCH, signed
from tests.services import Clock, done, lay_exports, planned
from tests.services import service as service_over
from tests.world_of_demo import AS_OF

SEED = seed()
APRIL = Asked("IRCO", "2026-04")
Place = tuple[str | None, str | None]
Facts = tuple[str, ...]
World = dict[int, list[tuple[str, str, str, str]]]


def _world(chosen: random.Random) -> World:
    """Return for each person their items: kind, day, amount, status."""
    return {number: [_item(chosen) for _ in range(chosen.randint(1, 4))] for number in range(1, 5)}


def _item(chosen: random.Random) -> tuple[str, str, str, str]:
    day = f"2026-0{chosen.choice([2, 3, 3, 3, 4])}-{chosen.randint(1, 18):02d}"
    if chosen.random() < 0.4:
        return "service", day, "", chosen.choice(["Completed", "Completed", "Cancelled", "Next Step"])
    return "payment", day, f"{chosen.randint(1, 90)}.00", chosen.choice(["Paid", "Paid", "Paid", "Void", "Requested"])


def _changed(world: World, chosen: random.Random) -> World:
    """Return the world with items that were changed, taken out (as Void or Cancelled) or added."""
    later = {
        number: [_item(chosen) if chosen.random() < 0.3 else item for item in own] for number, own in world.items()
    }
    later[chosen.randint(1, 4)].append(_item(chosen))
    return later


def _act(item: tuple[str, str, str, str]) -> Act:
    kind, day, amount, status = item
    return service(day, status=status) if kind == "service" else payment(day, amount=amount, status=status)


def _laid(folder: Path, world: World) -> None:
    tables: dict[str, list[dict[str, str]]] = {"services": [], "payments": [], "ims_entries": []}
    for number, items in world.items():
        person = Person(number)
        for item in items:
            _act(item)(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, tables)


def _facts(lines: pl.DataFrame) -> dict[str, Facts]:
    """Return by line what counts, said a second time and otherwise than the code says it."""
    found = {}
    for line in lines.iter_rows(named=True):
        there = line["decision"] == "enter" or "already-in-ims" in (line["reasons"] or "").split(";")
        names = ("customer_id", "provider", "month", "date", "entry_kind", "entry_name", "amount", "funder_selection")
        if there:
            found[line["line_id"]] = ("in", *(line[name] or "" for name in (*names, "job_seeker_id")))
        elif line["decision"] != "no-entry":
            found[line["line_id"]] = ("open", line["amount"] or "")
    return found


@pytest.mark.parametrize("number", range(12))
def test_frozen_lines_stay_and_adjustments_are_exactly_the_difference(number: int, tmp_path: Path) -> None:
    print(f"seed {SEED}, world {number}")
    chosen = random.Random(f"{SEED} {number}")
    with open_database(f"sqlite:///{tmp_path / 'ims-sync.db'}") as database:
        migrate(database)
        _play(database, tmp_path, chosen)


def _play(database: Database, folder: Path, chosen: random.Random) -> None:
    made = service_over(database, folder, clock=Clock())
    world = _world(chosen)
    world[1].append(("service", "2026-03-05", "", "Completed"))
    _laid(folder, world)
    done(made, "pull")
    done(made, "readback")
    planned(made, AS_OF)
    then = _lines(database)
    signed(made, MARCH)

    _laid(folder, _changed(world, chosen))
    done(made, "pull")
    planned(made, AS_OF)
    now = _lines(database)

    wanted = _expected(then, now)
    adjustments = checklist(made, MARCH).adjustments
    assert {one.line_id for one in adjustments} == wanted
    assert _offered(database, made) == _to_enter(now) - wanted
    taken = {one.line_id for one in adjustments if chosen.random() < 0.5}
    for one in adjustments:
        decide = accept if one.line_id in taken else decline
        decide(made, MARCH, line_id=one.line_id, seen=one.fingerprint, reason="a test")
    assert _offered(database, made) == _to_enter(now) - wanted | (_to_enter(now) & taken)


def _expected(then: pl.DataFrame, now: pl.DataFrame) -> set[str]:
    """Return the lines of March that count otherwise now than when it was signed."""
    march = pl.col("month") == "2026-03"
    before, after, own = _facts(then.filter(march)), _facts(now), _facts(now.filter(march))
    return {line for line in {*before, *own} if before.get(line) != after.get(line)}


def _lines(database: Database) -> pl.DataFrame:
    plan = newest_plan(database)
    assert plan is not None
    return lines_of_plan(database, plan.id)


def _to_enter(lines: pl.DataFrame) -> set[str]:
    return set(lines.filter(pl.col("decision") == "enter")["line_id"])


def _offered(database: Database, made: object) -> set[str]:
    plan = newest_plan(database)
    assert plan is not None
    return set(lines_offered(made, plan)["line_id"])  # type: ignore[arg-type]
