"""The impact of a draft is exactly what publishing it changes, over months that we know, and nothing of signed ones."""

import random
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from sync.crosswalk.texts import RULES, read_files
from sync.errors import BadConfiguration, WrongCall
from sync.jobs.crosswalk_drafts import configured_by
from sync.jobs.crosswalk_impact import impact, impact_of_setting
from sync.jobs.crosswalk_publish import adopt
from sync.jobs.service import Service
from sync.pretend.person import Act, Person, payment
from sync.pretend.person import service as coached
from sync.store import Database, lines_of_plan
from tests.configurations import copied
from tests.crosswalks import adopted, edited
from tests.months import PAID, entered, laid, signed
from tests.services import done, lay_exports, planned
from tests.support import CONFIG
from tests.world_of_demo import AS_OF

BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"


def lay(folder: Path, *people: Iterable[Act]) -> None:
    """Let I-Trac hold these people, with their SNAP checks read back."""
    tables: dict[str, list[dict[str, str]]] = {"services": [], "payments": [], "ims_entries": []}
    for number, acts in enumerate(people, start=1):
        person = Person(number)
        for act in acts:
            act(person)
        for name, rows in person.tables.items():
            tables.setdefault(name, []).extend(rows)
    lay_exports(folder, tables)


def plan_of(made: Service) -> pl.DataFrame:
    """Pull, read back, plan; return the lines without the version that decided them."""
    done(made, "pull")
    done(made, "readback")
    return replanned(made)


def replanned(made: Service) -> pl.DataFrame:
    return lines_of_plan(made.db, planned(made, AS_OF).plan.id).drop("crosswalk_version")


def unlike(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    """Return the lines that are not the same in both."""
    one, other = (lines.join(those, on=lines.columns, how="anti", nulls_equal=True)["line_id"]
                  for lines, those in ((before, after), (after, before)))  # fmt: skip
    return {*one, *other}


def test_a_row_that_touches_seven_of_four_hundred_services_changes_exactly_those(
    database: Database, tmp_path: Path
) -> None:
    made, config = adopted(database, tmp_path)
    people = [[coached("2026-04-07", **({"service": "Baking Class"} if number % 58 == 0 else {}))]
              for number in range(400)]  # fmt: skip
    lay(tmp_path, *people)
    before = plan_of(made)
    files = edited(config, "services", BAKING)

    told = impact(made, files)
    after = replanned(configured_by(made, files))

    assert len(told.changed) == 7
    assert set(told.changed["line_id"]) == unlike(before, after)
    assert [(one.program, one.provider, one.component, one.now, one.lines) for one in told.moved] == [
        ("EOP Portland", "IRCO", "Job Search Training", "enter", 7)
    ]
    assert told.signed.is_empty()


LABELS = ("Career Coaching", "Baking Class", "Job Search Assistance", "Painting")
ORDER = ('order = "component-first"', 'order = "first-support-only"')


def _acts(chance: random.Random) -> list[Act]:
    days = [f"2026-0{chance.randint(1, 4)}-{chance.randint(7, 19):02d}" for _ in range(chance.randint(1, 6))]
    acts: list[Act] = []
    for day in sorted(days):
        acts.append(coached(day, service=chance.choice(LABELS)))
        if chance.random() < 0.6:
            acts.append(payment(day, amount=f"{chance.randint(1, 90)}.{chance.randint(0, 99):02d}"))
    return acts


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_is_what_happens_in_months_of_every_kind(seed: int, database: Database, tmp_path: Path) -> None:
    chance = random.Random(seed)
    made, config = adopted(database, tmp_path)
    lay(tmp_path, *(_acts(chance) for _ in range(25)))
    before = plan_of(made)
    files = edited(config, "services", *chance.sample([BAKING, BAKING.replace("Baking Class", "Painting")], 1))
    files[RULES] = files[RULES].replace(*ORDER) if chance.random() < 0.5 else files[RULES]

    told = impact(made, files)
    after = replanned(configured_by(made, files))

    assert set(told.changed["line_id"]) == unlike(before, after) != set()
    assert sum(one.lines for one in told.moved) == len(told.changed)
    assert sum(one.cents for one in told.moved) == told.cents


def test_a_switch_of_the_settings_tells_the_same_as_a_draft_of_it(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    paid = payment("2026-04-08", amount="25.00")
    lay(tmp_path, [coached("2026-04-07"), paid, paid])
    plan_of(made)
    files = read_files(config)

    flipped = impact_of_setting(made, "support.order=first-support-only")
    drafted = impact(made, {**files, RULES: files[RULES].replace(*ORDER)})

    assert flipped.changed.equals(drafted.changed)
    assert (len(flipped.changed), flipped.cents) == (1, -2500)
    assert flipped.hash != drafted.hash
    with pytest.raises(WrongCall):
        impact_of_setting(made, "support.order=nonsense")


def test_the_hash_of_a_report_stands_for_what_it_tells(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    lay(tmp_path, [coached("2026-04-07", service="Baking Class")])
    plan_of(made)
    files = edited(config, "services", BAKING)

    told, again = impact(made, files), impact(made, files)
    nothing = impact(made, read_files(config))
    lay(tmp_path, [coached("2026-04-08", service="Baking Class")])
    plan_of(made)
    later = impact(made, files)

    assert told.hash == again.hash
    assert nothing.changed.is_empty()
    assert len({told.hash, nothing.hash, later.hash}) == 3


def test_a_draft_with_mistakes_has_no_impact(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)

    with pytest.raises(BadConfiguration, match=r"crosswalk/services.csv:\d+"):
        impact(made, edited(config, "services", "CCTP,Services"))


def test_lines_of_signed_months_are_listed_apart(database: Database, tmp_path: Path) -> None:
    config = copied(tmp_path / "own")
    with laid(database, tmp_path, PAID, (*PAID, coached("2026-04-07"))) as world:
        entered(world)
        signed(world.service)
        adopt(world.service, config, reason="the first")
        files = read_files(CONFIG)
        rows = "crosswalk/services.csv"
        old, new = (
            "EOP Portland,Services,Career Coaching,Job Search Training",
            "EOP Portland,Services,Career Coaching,Job Retention",
        )

        told = impact(world.service, {**files, rows: files[rows].replace(old, new)})

    assert files[rows].count(old) == 1
    assert set(told.signed["then_month"]) == {"2026-03"}
    assert set(told.changed["then_month"]) == {"2026-04"}
