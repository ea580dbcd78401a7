"""Each folder of tests/cases is a case in staff's words; its expected table was written by hand."""

import csv
from pathlib import Path

import pytest

from sync.crosswalk import Crosswalk
from sync.tables import read_folder
from tests.support import CASES, case_toml, decided, rule_settings, shipped_crosswalk, texts_of, with_rows


@pytest.fixture(scope="module")
def crosswalk() -> Crosswalk:
    return shipped_crosswalk()


@pytest.mark.parametrize("folder", sorted(path.parent for path in CASES.glob("*/case.toml")), ids=lambda f: f.name)
def test_case_is_decided_as_expected(folder: Path, crosswalk: Crosswalk) -> None:
    case = case_toml(folder)
    with (folder / "expected.csv").open(newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))

    lines = decided(
        read_folder(folder, {}),
        with_rows(crosswalk, case.get("crosswalk", {})),
        settings=rule_settings(case.get("settings", {})),
        as_of=case["as_of"],
    )

    shown = [{name: line[name] for name in expected[0]} for line in texts_of(lines)]
    assert shown == expected, case["title"]
