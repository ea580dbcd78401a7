"""The rule settings are refused where they do not say one thing for each day, by file, key and line."""

from pathlib import Path

import pytest

from tests.configurations import Command, added, copied, mistakes, naming, rewritten

ROWS = '[[retention.days]]\nvalue = 90\nfirst = ""\nlast = ""\nsource = "agreed, the guides are silent"\n'


def row(first: str, last: str, value: int = 90) -> str:
    return f'[[retention.days]]\nvalue = {value}\nfirst = "{first}"\nlast = "{last}"\nsource = "x"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.mark.parametrize(
    "rows",
    [
        [row("", "2026-03-31"), row("2026-04-02", "")],
        [row("", "2026-03-31"), row("2026-03-31", "")],
        [row("", "2026-03-31"), row("2026-03-01", "")],
        [row("2026-04-01", "")],
        [row("", "2026-03-31")],
        [row("", "2026-03-31"), row("2026-04-01", "2026-03-31"), row("2026-04-01", "")],
        [row("", ""), row("", "")],
        [row("", "", -1)],
        [row("", "soon"), row("2026-04-01", "")],
    ],
    ids=[
        "gap",
        "overlap of a day",
        "overlap",
        "no start",
        "no end",
        "reversed",
        "twice",
        "negative",
        "no date",
    ],
)
def test_days_of_retention_that_do_not_cover_each_day_once_are_refused(config: Path, rows: list[str]) -> None:
    rewritten(config, "rules.toml", ROWS, "".join(rows))

    assert naming(mistakes(config), "rules.toml", "retention")


def test_days_of_retention_may_change_from_one_day_to_the_next(config: Path) -> None:
    rewritten(config, "rules.toml", ROWS, row("", "2026-03-31") + row("2026-04-01", "", 120))

    assert mistakes(config) == []


def test_contracts_cannot_be_enforced_while_there_are_none(config: Path) -> None:
    rewritten(config, "rules.toml", "enforced = false", "enforced = true")

    refused = mistakes(config)
    added(config, "contracts", "IRCO,Support Service,,,x")

    assert naming(refused, "contracts")
    assert mistakes(config) == []


_WRONG = {
    "unknown key": ("[hold]\n", "[hold]\nmin_days = 3\n", "hold.min_days", 1),
    "misspelt key": ("max_months = 36", "max_month = 36", "training.max_month", 0),
    "unknown section": ("[hold]\n", "[holds]\n", "holds", 0),
    "unknown reading": ('absent = "flag"', 'absent = "perhaps"', "funder.absent", 0),
    "no number": ("max_days = 45", 'max_days = "many"', "hold.max_days", 0),
    "unknown key of a row": ('source = "agreed, the guides are silent"', 'origin = "x"', "origin", 0),
    "key twice": ("max_days = 45", "max_days = 45\nmax_days = 46", "", 1),
    "no TOML": ("max_days = 45", "max_days is 45", "", 0),
}


@pytest.mark.parametrize(("old", "new", "key", "below"), _WRONG.values(), ids=_WRONG)
def test_a_wrong_setting_is_named_by_file_and_key(config: Path, old: str, new: str, key: str, below: int) -> None:
    rewritten(config, "rules.toml", old, new)

    assert naming(mistakes(config), "rules.toml", key)


@pytest.mark.parametrize(("old", "new", "key", "below"), _WRONG.values(), ids=_WRONG)
def test_a_wrong_setting_is_named_by_its_line(config: Path, old: str, new: str, key: str, below: int) -> None:
    line = rewritten(config, "rules.toml", old, new) + below

    found = mistakes(config)

    assert naming(found, f"rules.toml:{line}:") or naming(found, "rules.toml", f"line {line}")


def test_several_wrong_settings_are_all_named(config: Path) -> None:
    rewritten(config, "rules.toml", "max_days = 45", "max_day = 45")
    rewritten(config, "rules.toml", 'absent = "flag"', 'absent = "perhaps"')

    found = mistakes(config)

    assert naming(found, "hold.max_day")
    assert naming(found, "funder.absent")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[customers]\n", "[costumers]\n", "costumers"),
        ('"Last Name" = "last_name"', '"Last Name" = "lastname"', "lastname"),
        ('"Last Name" = "last_name"', '"Last Name" = "last_name"\n"LAST  NAME" = "first_name"', "LAST  NAME"),
        ('"Last Name" = "last_name"', '"Last Name" = ["last_name"]', "Last Name"),
        ('"Last Name" = "last_name"', '"Last Name" = 3', "Last Name"),
    ],
    ids=["unknown table", "unknown column", "one heading twice", "a list", "a number"],
)
def test_a_wrong_heading_is_named(config: Path, command: Command, old: str, new: str, named: str) -> None:
    rewritten(config, "columns.toml", old, new)

    code, _, err = command("crosswalk", "check", "--config", config)

    assert code == 2
    assert "columns.toml" in err
    assert named in err


@pytest.mark.parametrize("missing", ["rules.toml", "crosswalk/services.csv", "."])
def test_a_missing_file_of_the_configuration_is_named(config: Path, command: Command, missing: str) -> None:
    (config / missing).rename(config.parent / "elsewhere")

    code, _, err = command("crosswalk", "check", "--config", config)

    assert code == 2
    assert "missing" in err
    assert Path(missing).name in err
