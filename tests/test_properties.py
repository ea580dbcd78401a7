"""What must hold for any tables: order, chunks, one customer's change, one line for each item."""

import os
import random
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sync.tables import Tables, digest_of, read_folder
from tests.support import crosswalk_of, decided, rule_settings, write_tables
from tests.worlds import World, world

SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "4711"))
SEEDS = [SEED + number for number in range(12)]
_OF_CUSTOMER = ("enrollments", "services", "payments", "assessments", "goals", "employments")


def _made(seed: int) -> World:
    return world(seed, customers=40)


def _lines(made: World, folder: Path, tables: Mapping[str, list[dict[str, str]]]) -> pl.DataFrame:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    write_tables(folder, tables)
    return _decided(made, read_folder(folder, {}))


def _decided(made: World, tables: Tables) -> pl.DataFrame:
    crosswalk = crosswalk_of(made.crosswalk, made.crosswalk_version)
    return decided(tables, crosswalk, settings=rule_settings(made.settings), as_of=made.as_of)


def _enters(lines: pl.DataFrame) -> bool:
    return not lines.filter((pl.col("decision") == "enter") & (pl.col("entry_kind") == "component")).is_empty()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_and_columns_never_changes_the_digest(seed: int, tmp_path: Path) -> None:
    made, rng = _made(seed), random.Random(seed)
    first = digest_of(_lines(made, tmp_path / "a", made.tables))

    for path in (tmp_path / "a").glob("*.csv"):
        rows = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
        columns = rng.sample(rows.columns, len(rows.columns))
        rows.select(columns).sample(fraction=1, shuffle=True, seed=seed).write_csv(path)

    assert digest_of(_decided(made, read_folder(tmp_path / "a", {}))) == first


@pytest.mark.parametrize("seed", SEEDS)
def test_deciding_in_chunks_of_customers_gives_the_same_lines(seed: int, tmp_path: Path) -> None:
    made, rng = _made(seed), random.Random(seed)
    write_tables(tmp_path, made.tables)
    tables = read_folder(tmp_path, {})
    whole = _decided(made, tables)
    customers = sorted({one for name in _OF_CUSTOMER for one in tables[name]["customer_id"].drop_nulls()})
    chunk_of = {customer: rng.randrange(3) for customer in customers}

    chunks = []
    for chunk in (0, 1, 2, None):
        mine = [customer for customer, number in chunk_of.items() if number == chunk]
        chosen = pl.col("customer_id").is_in(mine) if chunk is not None else pl.col("customer_id").is_null()
        part = {name: frame.filter(chosen) if name in _OF_CUSTOMER else frame for name, frame in tables.frames.items()}
        chunks.append(_decided(made, Tables(part, tables.superseded)))

    assert pl.concat(chunks).sort("line_id").equals(whole.sort("line_id"))


@pytest.mark.parametrize("seed", SEEDS)
def test_one_customers_change_touches_only_that_customers_lines(seed: int, tmp_path: Path) -> None:
    made, rng = _made(seed), random.Random(seed)
    write_tables(tmp_path, made.tables)
    tables = read_folder(tmp_path, {})
    before = _decided(made, tables)
    customer = rng.choice(before["customer_id"].drop_nulls().unique().sort().to_list())
    others = pl.col("customer_id").ne_missing(customer)
    every_other = pl.int_range(pl.len()) % 2 == 0
    changed = {
        name: frame.filter(others | every_other) if name in _OF_CUSTOMER else frame
        for name, frame in tables.frames.items()
    }

    after = _decided(made, Tables(changed, tables.superseded))

    assert after.filter(others).equals(before.filter(others))
    assert not after.equals(before)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_item_gets_exactly_one_line(seed: int, tmp_path: Path) -> None:
    made = _made(seed)
    write_tables(tmp_path, made.tables)
    tables = read_folder(tmp_path, {})

    lines = _decided(made, tables)

    ids = lines["line_id"]
    assert ids.is_unique().all()
    wanted = {
        *(f"service:{one}" for one in tables["services"]["service_id"]),
        *(f"payment:{one}" for one in tables["payments"]["payment_id"]),
        *(f"{kind}:{one}" for one in tables["assessments"]["assessment_id"] for kind in ("orientation", "assessment")),
        *(f"plan:{one}" for one in tables["goals"]["goal_id"]),
    }
    continuing = ids.filter(ids.str.contains(r"^service:.*:\d{4}-\d{2}$"))
    assert wanted == set(ids) - (set(continuing) - wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_adding_an_entry_that_stands_already_never_creates_an_enter(seed: int, tmp_path: Path) -> None:
    worlds = (_made(seed + 100 * step) for step in range(20))
    made, before = next((one, found) for one in worlds if _enters(found := _lines(one, tmp_path / "a", one.tables)))
    entered = before.filter((pl.col("decision") == "enter") & (pl.col("entry_kind") == "component"))
    line = entered.row(random.Random(seed).randrange(len(entered)), named=True)
    entry = {
        "entry_id": "NEW-ENTRY", "job_seeker_id": line["job_seeker_id"], "provider": line["provider"],
        "kind": "component", "name": line["entry_name"], "date": line["date"],
    }  # fmt: skip
    tables = {**made.tables, "ims_entries": [*made.tables.get("ims_entries", []), entry]}

    after = _lines(made, tmp_path / "b", tables)

    services = pl.col("source_kind") == "services"
    enters = (pl.col("decision") == "enter") & services
    assert set(after.filter(enters)["line_id"]) <= set(before.filter(enters)["line_id"])
    if made.settings["first_of_month.type"] == "component":
        assert line["line_id"] not in set(after.filter(enters)["line_id"])
