"""A plan from the database is what deciding about the files gives, in however many steps the facts arrive."""

import random
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.decide import Workings, lines_of
from sync.jobs import plan as plan_job
from sync.jobs.affected import affected
from sync.jobs.kept_rows import kept_tables
from sync.jobs.plan import decide_tables
from sync.store import Database, migrate, newest_plan, open_database
from sync.tables import digest_of, read_folder
from tests.folders import seed
from tests.services import configured, done, lay_exports, planned, service
from tests.support import crosswalk_of, decided, rule_settings, write_tables
from tests.worlds import World, world

SEED = seed()
SOME = range(4)
DAYS = (0, 0, 1, 3, 12, 31)
Rows = dict[str, list[dict[str, str]]]


def _decided_from_files(made: World, tables: Rows, as_of: date, folder: Path) -> str:
    """Return the digest that the stateless command gives."""
    folder.mkdir()
    write_tables(folder, {"customers": [], **tables})
    crosswalk = crosswalk_of(made.crosswalk, made.crosswalk_version)
    read = read_folder(folder, {})
    return digest_of(decided(read, crosswalk, settings=rule_settings(made.settings), as_of=as_of))


@pytest.mark.parametrize("turn", SOME)
def test_a_plan_has_the_digest_that_the_same_files_give(turn: int, database: Database, tmp_path: Path) -> None:
    number = SEED + turn
    made = world(number, contested=number % 2 == 0)
    lay_exports(tmp_path, {"customers": [], "ims_entries": [], **made.tables})
    configuration = configured(crosswalk_of(made.crosswalk, made.crosswalk_version), rule_settings(made.settings))
    own = service(database, tmp_path, configuration=configuration)

    done(own, "pull")
    done(own, "readback")
    plan = planned(own, made.as_of)

    assert plan.decided_about is None
    assert plan.plan.digest == _decided_from_files(made, made.tables, made.as_of, tmp_path / "files"), f"seed {number}"


def _changed(tables: Rows, rng: random.Random) -> Rows:
    """Change a few rows of a few tables: rows go, come back, and get cells of other rows."""
    changed = deepcopy(tables)
    for name in rng.sample(sorted(changed), k=min(3, len(changed))):
        rows = changed[name]
        for _ in range(rng.randint(1, 3)):
            if not rows:
                break
            row = rng.choice(rows)
            act = rng.random()
            if act < 0.3:
                rows.remove(row)
            elif act < 0.5:
                rows.append({**row, next(iter(row)): f"{next(iter(row.values())).strip()}-late"})
            else:
                column = rng.choice(list(row))
                row[column] = rng.choice(rows).get(column, "")
    return changed


def _days(made: World, rng: random.Random) -> Iterator[date]:
    day = made.as_of
    while True:
        day += timedelta(days=rng.choice(DAYS))
        yield day


def _steps_give_what_at_once_gives(number: int, tmp_path: Path) -> None:
    rng = random.Random(number)
    made = world(number, contested=number % 2 == 0, customers=20)
    configuration = configured(crosswalk_of(made.crosswalk, made.crosswalk_version), rule_settings(made.settings))
    tables: Rows = {"customers": [], "ims_entries": [], **made.tables}
    days = _days(made, rng)

    with open_database(f"sqlite:///{tmp_path / 'steps.db'}") as database:
        migrate(database)
        own = service(database, tmp_path, configuration=configuration)
        for step in range(5):
            day = next(days)
            lay_exports(tmp_path, tables)
            done(own, "pull")
            done(own, "readback")
            plan = planned(own, day)
            at_once = lines_of(decide_tables(own, kept_tables(database), day))
            assert plan.plan.digest == digest_of(at_once), f"seed {number}, step {step}, {plan.decided_about} anew"
            assert plan.summary.lines == plan.plan.lines
            tables = _changed(tables, rng)


@pytest.mark.parametrize("turn", SOME)
def test_planning_in_steps_gives_what_planning_at_once_gives(turn: int, tmp_path: Path) -> None:
    _steps_give_what_at_once_gives(SEED + turn, tmp_path)


def test_a_flagged_payment_without_a_service_is_judged_again_once_its_month_is_over(tmp_path: Path) -> None:
    _steps_give_what_at_once_gives(1054501981, tmp_path)  # a world with a payment that is flagged for its type


def test_planning_again_decides_about_nobody(database: Database, tmp_path: Path) -> None:
    made = world(SEED, customers=20)
    configuration = configured(crosswalk_of(made.crosswalk, made.crosswalk_version), rule_settings(made.settings))
    lay_exports(tmp_path, {"customers": [], "ims_entries": [], **made.tables})
    own = service(database, tmp_path, configuration=configuration)
    done(own, "pull")
    done(own, "readback")
    first = planned(own, made.as_of)

    again = planned(own, made.as_of)

    assert again.decided_about == 0
    assert again.plan.digest == first.plan.digest
    assert again.summary == first.summary


def test_other_settings_decide_about_everybody(database: Database, tmp_path: Path) -> None:
    made = world(SEED, customers=5)
    crosswalk = crosswalk_of(made.crosswalk, made.crosswalk_version)
    lay_exports(tmp_path, {"customers": [], **made.tables})
    own = service(database, tmp_path, configuration=configured(crosswalk, rule_settings({})))
    done(own, "pull")
    planned(own, made.as_of)
    other = configured(crosswalk, rule_settings({"hold.max_days": 3}))

    assert affected(database, newest_plan(database), configuration=other, as_of=made.as_of) is None


def test_tables_come_back_as_they_were_read(database: Database, tmp_path: Path) -> None:
    made = world(SEED, customers=20)
    lay_exports(tmp_path, {"customers": [], **made.tables})
    own = service(database, tmp_path)
    done(own, "pull")

    kept, read = kept_tables(database), read_folder(tmp_path / "itrac", {})

    for name, frame in read.frames.items():
        if not name.startswith("ims_"):
            columns = [column for column in frame.columns if column != "line"]
            assert (
                kept[name].select(columns).unique().sort(columns).equals(frame.select(columns).unique().sort(columns))
            )


def test_rows_that_are_pulled_while_a_plan_is_made_are_decided_about_by_the_next(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(SEED)
    configuration = configured(crosswalk_of(made.crosswalk, made.crosswalk_version), rule_settings(made.settings))
    own = service(database, tmp_path, configuration=configuration)
    tables: Rows = {"customers": [], "ims_entries": [], **made.tables}
    lay_exports(tmp_path, tables)
    done(own, "pull")
    done(own, "readback")

    def late(*given: Any) -> Workings:
        lay_exports(tmp_path, {**tables, "services": tables["services"][1:]})
        done(own, "pull")
        return decide_tables(*given)

    with monkeypatch.context() as patched:
        patched.setattr(plan_job, "decide_tables", late)
        planned(own, made.as_of)

    plan = planned(own, made.as_of)

    assert plan.plan.digest == digest_of(lines_of(decide_tables(own, kept_tables(database), made.as_of)))
