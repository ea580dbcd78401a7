"""A configuration with a mistake is refused, and every mistake is named by file and line."""

from pathlib import Path

import pytest

from tests.configurations import added, copied, mistakes, naming, rewritten

NO_COMPONENT = "CCTP,Services,Career Coaching,Coaching,,,x"
CCTP = "CCTP,Training & Education,Pre-Apprenticeship Training"
APPRENTICE = "Pre-Apprenticeship/Apprenticeship"
TRAINING = "Career/Technical Education or other Vocational Training"
LONG_CONTROL = '"Training, Post-Secondary Education & Employment Skills"'

ONE_ROW = {
    "overlap": ("services", f"{CCTP},{APPRENTICE},,,x", ["overlap"]),
    "overlap of some days": ("services", f"{CCTP},{APPRENTICE},2026-01-01,2026-01-31,x", ["overlap"]),
    "overlap in other letters": (
        "services", f"cctp,TRAINING  & education{CCTP[25:]},{APPRENTICE},,,x", ["overlap"],
    ),
    "overlap of support types": ("support", "Tools,Work Tools,2026-01-01,,x", ["overlap"]),
    "overlap of known services": ("known_services", "Career Coaching,,,x", ["overlap"]),
    "overlap of aliases": ("aliases", "service,,OST,Occupational Skills Training,,,x", ["overlap"]),
    "two components": ("services", f"{CCTP},Job Retention,,,x", ["two answers", "Job Retention", APPRENTICE]),
    "two funders": ("funders", f"{APPRENTICE},CCTP,POIC,Funder,,,x", ["two answers", "'Funder'"]),
    "two meanings": ("aliases", "service,,ost,Career Coaching,,,x", ["two answers"]),
    "through a control's alias": (
        "services", f"CCTP,{LONG_CONTROL},Pre-Apprenticeship Training,Job Retention,,,x",
        ["two answers", "alias"],
    ),
    "through a service's alias": (
        "services", "Training-Hauler,Training & Education,OST,Job Retention,,,x", ["two answers", "alias"],
    ),
    "through a scoped alias": (
        "services", "Training-WEX,Work Based Training,Work Experience,Job Retention,,,x",
        ["two answers", "alias"],
    ),
    "through a provider's alias": (
        "funders", f"{APPRENTICE},CCTP,Construction Hope,Funder,,,x", ["two answers", "alias"],
    ),
    "days reversed": ("support", "Boots,Work Tools,2026-02-01,2026-01-31,x", ["2026-02-01", "2026-01-31"]),
    "no such day": ("support", "Boots,Work Tools,2026-02-30,,x", ["first", "2026-02-30", "YYYY-MM-DD"]),
    "no date": ("support", "Boots,Work Tools,,soon,x", ["last", "soon", "YYYY-MM-DD"]),
    "unknown component of a service": ("services", NO_COMPONENT, ["unknown component", "Coaching"]),
    "unknown component of a funder": ("funders", "Training,,,Funder,,,x", ["unknown component", "Training"]),
    "unknown component of a contract": ("contracts", "IRCO,Support Services,,,x", ["unknown component"]),
    "unknown kind of alias": ("aliases", "colour,,Red,Rot,,,x", ["kind", "colour"]),
    "an alias of itself": ("aliases", "service,,Boots,boots,,,x", ["alias"]),
    "an alias of an alias": ("aliases", "service,,O.S.T.,OST,,,x", ["alias"]),
    "an alias of an alias in its program": (
        "aliases", "service,Training-WEX,WEX,Work Experience,,,x", ["alias"],
    ),
    "a target that becomes an alias": (
        "aliases", "service,,Occupational Skills Training,Skills,,,x", ["alias"],
    ),
    "quote never closed": ("support", 'Boots,"Work Tools,,,x', ["quot"]),
    "text after a quote": ("support", 'Boots,"Work"Tools,,,x', ["quot"]),
    "a cell too few": ("support", "Boots,Work Tools,,", ["4 cells", "expected 5"]),
    "a cell too many": ("support", "Boots,Work Tools,,,x,y", ["6 cells", "expected 5"]),
    "blank component": ("services", "CCTP,Services,Career Coaching,,,,x", ["component", "blank"]),
    "blank program": ("services", " ,Services,Career Coaching,Job Retention,,,x", ["program", "blank"]),
    "blank type": ("support", "Boots,,,,x", ["ims_type", "blank"]),
    "blank source": ("support", "Boots,Work Tools,,,", ["source", "blank"]),
}  # fmt: skip


@pytest.mark.parametrize(("table", "row", "words"), ONE_ROW.values(), ids=ONE_ROW)
def test_a_wrong_row_is_named_by_file_and_line(tmp_path: Path, table: str, row: str, words: list[str]) -> None:
    config = copied(tmp_path)
    line = added(config, table, row)

    found = mistakes(config)

    assert naming(found, f"{table}.csv", *words)
    assert [mistake for mistake in found if f"{table}.csv:{line}:" in mistake or f"line {line}" in mistake]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("support", ["Boots,Work Tools,,,x", "Boots,Job Tools,,,x"]),
        ("support", ["Boots,Work Tools,,2026-03-31,x", "Boots,Work Tools,2026-04-01,,x"]),
        ("services", ["P,C,S,Job Retention,,2026-03-31,x", "P,C,S,Job Search Training,4/1/2026,,x"]),
        ("services", ["P,C,S,Job Retention,2026-04-01,2026-04-01,x"]),
        (
            "funders",
            [f"{TRAINING},,,Funder,,,x", f"{TRAINING},CCTP,,Funder,,,x", f"{TRAINING},,POIC,Funder,,,x"],
        ),
        ("aliases", ["service,CCTP,A,B,,,x", "service,NextGen,B,A,,,x"]),
        ("aliases", ["service,,A,B,,2026-03-31,x", "service,,B,C,2026-04-01,,x"]),
        ("aliases", ["service,,A,B,,,x", "program,,B,A,,,x"]),
        ("aliases", ["service,,A,B,,,x", "service,CCTP,A,C,,,x"]),
        ("contracts", ["IRCO,Support Service,,,x", "IRCO,Job Retention,,,x", "POIC,Job Retention,,,x"]),
        ("services", ["", '"P\nQ",C,S,Job Retention,,,x', ""]),
        ("services", ["Training-Hauler,Training & Education,OST," + TRAINING + ",,,x"]),
    ],
)
def test_rows_that_do_not_disagree_are_no_mistake(tmp_path: Path, table: str, rows: list[str]) -> None:
    config = copied(tmp_path)

    added(config, table, *rows)

    assert mistakes(config) == []


def test_two_answers_count_only_on_days_on_which_the_alias_is_in_force(tmp_path: Path) -> None:
    config = copied(tmp_path)
    added(config, "aliases", "program,,Yard,CCTP,2026-04-01,2026-04-30,x")

    added(config, "services", f"Yard{CCTP[4:]},Job Retention,2026-05-01,,x")
    good = mistakes(config)
    line = added(config, "services", f"Yard{CCTP[4:]},Job Retention,2026-04-30,2026-04-30,x")

    assert good == []
    assert naming(mistakes(config), f"services.csv:{line}:", "two answers")


def test_both_rows_of_a_loop_of_aliases_are_named(tmp_path: Path) -> None:
    config = copied(tmp_path)
    line = added(config, "aliases", "provider,,One,Two,,,x", "provider,,Two,one,,,x")

    found = mistakes(config)

    assert naming(found, f"aliases.csv:{line}:", "loop")
    assert naming(found, f"aliases.csv:{line + 1}:", "loop")


def test_scopes_that_name_one_program_in_two_ways_are_one_scope(tmp_path: Path) -> None:
    config = copied(tmp_path)
    added(config, "aliases", "program,,TWEX,Training-WEX,,,x")
    line = added(config, "aliases", "service,TWEX,Work Experience,Occupational Skills Training,,,x")

    found = mistakes(config)

    assert naming(found, f"aliases.csv:{line}:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("payment_type,ims_type,first", "payment_type,ims_type,colour,first", ["'colour'"]),
        ("payment_type,ims_type,first,last", "payment_type,ims_type,last", ["'first'", "missing"]),
        ("payment_type,ims_type,first", "payment_type,ims_type,ims_type,first", ["'ims_type'", "twice"]),
    ],
    ids=["unknown", "missing", "twice"],
)
def test_wrong_columns_are_named_in_line_1(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    config = copied(tmp_path)
    rewritten(config, "crosswalk/support.csv", old, new)

    assert naming(mistakes(config), "support.csv:1:", *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("service,first,last,source\nOne,,,x\nZwölf,,,x\n".encode("latin-1"), [":3:", "UTF-8"]),
        ("service,first,last,source\nOne,,,x\n".encode("utf-16"), [":1:", "UTF-8"]),
        ("service,first,last,source\nOne,,,x\n".encode("utf-16-le"), [":1:"]),
        (b"", [":1:", "empty"]),
        (None, ["missing"]),
    ],
    ids=["Latin-1", "UTF-16", "UTF-16 without mark", "empty", "missing"],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes | None, words: list[str]) -> None:
    config = copied(tmp_path)
    path = config / "crosswalk" / "known_services.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    assert naming(mistakes(config), "known_services.csv", *words)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_a_mark_and_empty_lines_are_no_mistake(tmp_path: Path, end: str) -> None:
    config = copied(tmp_path)
    path = config / "crosswalk" / "support.csv"
    text = path.read_text("utf-8").replace("\nTools,", "\n\nTools,")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())

    good = mistakes(config)
    path.write_bytes(path.read_bytes() + f"Boots,,,,x{end}".encode())

    assert good == []
    assert naming(mistakes(config), f"support.csv:{text.count(chr(10)) + 1}:", "blank")


def test_mistakes_in_several_rows_and_files_are_all_named(tmp_path: Path) -> None:
    config = copied(tmp_path)
    support = added(config, "support", "Boots,,soon,,x", "Tools,Work Tools,,,x", "Hats,Hat,2026-02-01,2026-01-01,x")
    services = added(config, "services", NO_COMPONENT, f"{CCTP},Job Retention,,,x")
    (config / "crosswalk" / "funders.csv").unlink()

    found = mistakes(config)

    assert naming(found, f"support.csv:{support}:", "ims_type")
    assert naming(found, f"support.csv:{support}:", "soon")
    assert naming(found, f"support.csv:{support + 1}:", "overlap")
    assert naming(found, f"support.csv:{support + 2}:")
    assert naming(found, f"services.csv:{services}:", "unknown component")
    assert naming(found, f"services.csv:{services + 1}:", "two answers")
    assert naming(found, "funders.csv", "missing")


def test_two_answers_through_an_alias_are_named_beside_other_mistakes(tmp_path: Path) -> None:
    config = copied(tmp_path)
    support = added(config, "support", "Boots,,,,x", "Tools,Work Tools,,,x")
    services = added(config, "services", "Training-Hauler,Training & Education,OST,Job Retention,,,x")

    found = mistakes(config)

    assert naming(found, f"support.csv:{support}:", "blank")
    assert naming(found, f"support.csv:{support + 1}:", "overlap")
    assert naming(found, f"services.csv:{services}:", "two answers")


def test_mistakes_in_the_crosswalk_are_named_beside_those_in_the_settings(tmp_path: Path) -> None:
    config = copied(tmp_path)
    rewritten(config, "rules.toml", 'absent = "flag"', 'absent = "perhaps"')
    rewritten(config, "columns.toml", '"Last 4 SSN" = "last4_ssn"', '"Last 4 SSN" = "ssn"')
    line = added(config, "support", "Boots,,,,x")

    found = mistakes(config)

    assert naming(found, "rules.toml", "funder.absent")
    assert naming(found, "columns.toml", "'ssn'")
    assert naming(found, f"support.csv:{line}:", "blank")
