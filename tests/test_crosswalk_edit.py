"""One row or one setting is written otherwise, and whatever else stands in the files stays to the letter."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.crosswalk.edit import added, cells_at, changed, ended, removed, setting_changed
from sync.crosswalk.files import COLUMNS, read_rows
from sync.crosswalk.texts import RULES, laid, read_files
from sync.errors import WrongCall
from tests.support import CONFIG

SUPPORT = "crosswalk/support.csv"
HEAD = "payment_type,ims_type,first,last,source"
ROW = {"payment_type": "Bus Pass", "ims_type": "Transportation", "source": "agreed"}


def having(text: str) -> dict[str, str]:
    return {**read_files(CONFIG), SUPPORT: text}


def test_a_row_is_added_at_the_end_in_the_order_of_the_file() -> None:
    files = having("source,payment_type,first,last,ims_type\n")

    now = added(files, "support", ROW)

    assert now == having("source,payment_type,first,last,ims_type\nagreed,Bus Pass,,,Transportation\n")


def test_a_file_that_ends_without_a_line_end_gets_one_before_the_new_row() -> None:
    now = added(having(f"\ufeff{HEAD}\r\n'a',b,,,c"), "support", ROW)

    assert now[SUPPORT] == f"\ufeff{HEAD}\r\n'a',b,,,c\r\nBus Pass,Transportation,,,agreed\r\n"


def test_a_changed_row_leaves_the_others_to_the_letter() -> None:
    before, after = f'\ufeff{HEAD}\r\n\r\n"a" ,b,,,"two\nlines"\r\n', '"c","d",,,\n\n e ,f,,,x'
    broken = before.replace('"a" ,', '"a",')

    now = changed(having(f"{broken}g,h,2024-01-01,,i\r{after}"), "support", 5, cells={"ims_type": "j, k"})

    assert now[SUPPORT] == f'{broken}g,"j, k",2024-01-01,,i\r{after}'


def test_an_ended_row_has_a_last_day_and_stays() -> None:
    now = ended(having(f"{HEAD}\na,b,,,c"), "support", 2, last=date(2026, 3, 31))

    assert now[SUPPORT] == f"{HEAD}\na,b,,2026-03-31,c"


def test_a_removed_row_is_gone_and_its_neighbours_stay() -> None:
    now = removed(having(f'{HEAD}\n"a",b,,,c\nd,e,,,"f\ng"\nh,i,,,j\n'), "support", 3)

    assert now[SUPPORT] == f'{HEAD}\n"a",b,,,c\nh,i,,,j\n'


def test_a_row_with_too_few_or_too_many_cells_can_be_mended() -> None:
    files = having(f"{HEAD}\na,b\nc,d,,,e,f,g\n")

    now = changed(changed(files, "support", 2, cells={"source": "x"}), "support", 3, cells={})

    assert cells_at(files, "support", 2) == {
        "payment_type": "a",
        "ims_type": "b",
        "first": "",
        "last": "",
        "source": "",
    }
    assert now[SUPPORT] == f"{HEAD}\na,b,,,x\nc,d,,,e\n"


@pytest.mark.parametrize("line", [-1, 0, 1, 3, 4, 6])
def test_where_no_row_begins_nothing_is_changed(line: int) -> None:
    files = having(f'{HEAD}\na,b,,,"c\nd"\n\ne,f,,,g\n')

    with pytest.raises(WrongCall, match=f"no row begins on line {line}"):
        changed(files, "support", line, cells=ROW)
    with pytest.raises(WrongCall, match=f"no row begins on line {line}"):
        removed(files, "support", line)


def test_what_is_no_table_no_column_or_no_csv_is_refused() -> None:
    with pytest.raises(WrongCall, match="no table people"):
        added(having(HEAD), "people", ROW)
    with pytest.raises(WrongCall, match="no column component"):
        added(having(HEAD), "support", {"component": "x"})
    for text in ("", "\n\n", f'{HEAD}\n"a"b,c,,,d\n'):
        with pytest.raises(WrongCall, match=r"support\.csv cannot be read"):
            added(having(text), "support", ROW)


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(str.strip)


@given(st.lists(_CELL, min_size=3, max_size=3), st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_written_is_read_again(cells: list[str], end: str) -> None:
    wanted = dict(zip(("payment_type", "ims_type", "source"), cells, strict=True))
    files = having(f"{HEAD}{end}a,b,,,c{end}d,e,,,f{end}")

    now = changed(added(files, "support", wanted), "support", 2, cells=wanted)
    with laid(now) as folder:
        rows, mistakes = read_rows(folder / "crosswalk")

    told = [tuple(row[name] for name in wanted) for row in rows if row.table == "support"]
    kept = tuple(cell.strip() for cell in cells)
    assert mistakes == []
    assert told == [kept, ("d", "e", "f"), kept]


def test_every_row_of_the_configuration_can_be_ended_and_no_other_line_moves() -> None:
    files = read_files(CONFIG)
    for table in COLUMNS:
        name = f"crosswalk/{table}.csv"
        lines = files[name].splitlines(keepends=True)
        for place in range(1, len(lines)):
            now = ended(files, table, place + 1, last=date(2026, 1, 31))[name].splitlines(keepends=True)

            assert "2026-01-31" in now[place]
            assert [*now[:place], *now[place + 1 :]] == [*lines[:place], *lines[place + 1 :]]


def test_a_setting_is_changed_and_every_comment_stays() -> None:
    files = read_files(CONFIG)

    now = setting_changed(files, "support.order", "first-support-only")

    assert now[RULES] == files[RULES].replace('order = "component-first"', 'order = "first-support-only"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("continuing_training", "every-month"), ("contracts.enforced", True), ("hold.max_days", 60),
        ("worksource.exempt_programs", ["NextGen"]),
    ],
)  # fmt: skip
def test_a_setting_of_any_kind_can_be_changed(name: str, value: str | int | bool | list[str]) -> None:
    now = setting_changed(read_files(CONFIG), name, value)

    read = tomllib.loads(now[RULES])
    section, _, key = name.partition(".")
    assert (read[section][key] if key else read[section]) == value


def test_windows_line_ends_and_a_comment_behind_the_value_stay() -> None:
    files = {
        **read_files(CONFIG),
        RULES: '# a\r\n[hold] # b\r\nmax_days = 45 # c\r\n\r\n[funder]\r\nabsent = "flag"\r\n',
    }

    now = setting_changed(files, "hold.max_days", 60)

    assert now[RULES] == files[RULES].replace("45", "60")


@pytest.mark.parametrize("name", ["support", "support.nothing", "nothing", "retention.days", "hold.max_days.x", ""])
def test_what_is_no_setting_is_refused(name: str) -> None:
    with pytest.raises(WrongCall, match="no setting"):
        setting_changed(read_files(CONFIG), name, "x")


def test_settings_that_cannot_be_read_are_not_changed() -> None:
    with pytest.raises(WrongCall, match=r"rules\.toml cannot be read"):
        setting_changed({**read_files(CONFIG), RULES: "x = = 1"}, "x", "y")
