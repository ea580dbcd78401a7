"""The product and a plain reading of the rules, written apart from it, agree line by line."""

import os
from pathlib import Path

import pytest

from sync.tables import digest_of, read_folder
from tests.reference import decide as plain_reading
from tests.support import crosswalk_of, decided, rule_settings, texts_of, write_tables
from tests.worlds import world

SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "20260420"))
SMALL = [SEED + number for number in range(40)]
LARGE = [SEED + 1_000 + number for number in range(24)]
CUSTOMERS = 700
AT_LEAST = 200_000 // len(LARGE) + 1


def _agree(seed: int, folder: Path, *, contested: bool, customers: int | None) -> int:
    """Decide about one world both ways; return the number of lines."""
    made = world(seed, contested=contested, customers=customers)
    plain = plain_reading(made.tables, made.crosswalk, made.settings, made.as_of, made.crosswalk_version)
    write_tables(folder, made.tables)
    tables = read_folder(folder, {})

    lines = decided(
        tables,
        crosswalk_of(made.crosswalk, made.crosswalk_version),
        settings=rule_settings(made.settings),
        as_of=made.as_of,
    )

    rejected = {(row["table"], row["line"] - 2) for row in tables.rejected.iter_rows(named=True)}
    rejected = {place for place in rejected if place[0] != "choices"}
    assert texts_of(lines) == plain.lines, f"seed {seed}"
    assert digest_of(lines) == plain.digest
    assert rejected == {(table, place) for table, place, _ in plain.rejected if table != "choices"}
    return len(lines)


@pytest.mark.parametrize("seed", SMALL)
@pytest.mark.parametrize("contested", [False, True], ids=["plain", "contested"])
def test_small_worlds_are_decided_as_the_plain_reading_says(seed: int, contested: bool, tmp_path: Path) -> None:
    _agree(seed, tmp_path, contested=contested, customers=None)


@pytest.mark.parametrize("seed", LARGE)
def test_two_hundred_thousand_lines_are_decided_as_the_plain_reading_says(seed: int, tmp_path: Path) -> None:
    lines = _agree(seed, tmp_path, contested=seed % 2 == 1, customers=CUSTOMERS)

    assert lines >= AT_LEAST
