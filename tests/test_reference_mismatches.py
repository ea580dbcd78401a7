"""The product and the plain reading agree on every mismatch, its columns and its id."""

import os
from pathlib import Path

import pytest

from sync.jobs.mismatches import all_mismatches
from sync.tables import read_folder
from tests.reference import decide as plain_reading
from tests.reference import mismatches as plain_mismatches
from tests.support import crosswalk_of, lines_of, rule_settings, texts_of, work_out_tables, write_tables
from tests.worlds import world

SEED = int(os.environ.get("IMS_SYNC_TEST_SEED", "20260420"))


@pytest.mark.parametrize("contested", [False, True], ids=["plain", "contested"])
@pytest.mark.parametrize("seed", range(SEED, SEED + 20))
def test_mismatches_are_those_of_the_plain_reading(seed: int, contested: bool, tmp_path: Path) -> None:
    made = world(seed, contested=contested, checks=True, customers=60)
    outcome = plain_reading(made.tables, made.crosswalk, made.settings, made.as_of, made.crosswalk_version)
    expected = plain_mismatches(made.tables, made.crosswalk, made.settings, made.as_of, outcome)
    write_tables(tmp_path, made.tables)

    worked = work_out_tables(
        read_folder(tmp_path, {}),
        crosswalk_of(made.crosswalk, made.crosswalk_version),
        settings=rule_settings(made.settings),
        as_of=made.as_of,
    )
    found = all_mismatches(worked, lines_of(worked))

    assert texts_of(found.drop("advice")) == expected, f"seed {seed}"
    assert found["advice"].str.ends_with(".").all()
