"""A crosswalk goes out as a workbook and comes back to the letter; what is wrong in a file is named by its line."""

import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from sync.crosswalk import COLUMNS
from sync.crosswalk.files import read_rows
from sync.crosswalk.respelt import bare, respelt, written
from sync.crosswalk.texts import Files, hash_of, laid, read_files
from sync.errors import BadConfiguration, BadInput, Overtaken, WrongCall
from sync.jobs.crosswalk_sheets import LARGEST, Came, imported, keep_import, workbook
from sync.jobs.service import Service
from sync.store import Database
from sync.store.crosswalk_versions import add_version, newest_version
from sync.tables.raw import Limits
from sync.tables.sheets import read_sheets, sheets_bytes
from tests.crosswalks import adopted, edited
from tests.support import CONFIG

SERVICES = "crosswalk/services.csv"
BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"
Sheets = dict[str, list[list[str]]]


def sheets_of(files: Files) -> Sheets:
    """Return the tables of files as the sheets of a workbook."""
    with laid(files) as folder:
        rows, _ = read_rows(folder / "crosswalk")
    return {
        table: [list(columns), *([row[name] for name in columns] for row in rows if row.table == table)]
        for table, columns in COLUMNS.items()
    }


def came(sheets: Mapping[str, Sequence[Sequence[str]]], table: str | None = None) -> Came:
    return Came("edited.xlsx", sheets_bytes(sheets), table)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> tuple[Service, Path]:
    return adopted(database, tmp_path)


def test_what_was_exported_comes_back_the_same_to_the_letter(place: tuple[Service, Path]) -> None:
    made, config = place
    content = workbook(made, read_files(config), "published")

    found = imported(made, Came("export.xlsx", content))

    assert found.files == read_files(CONFIG)
    assert (found.mistakes, found.notes, found.difference.sentences) == ([], [], [])
    assert workbook(made, read_files(config), "published") == content
    with pytest.raises(WrongCall, match="says the same as version 1"):
        keep_import(made, found, reason="none", checked="none")


ODD = ("=1+1", "+1", "-2", "@SUM(A1)", "'quoted", "00012", "1E5", "2026-01-02", "3/4/2026", "TRUE", "_x0041_",
       'say "so"', "a,b", "a\nb", "a\r\nb", "a\tb", "Caf\u00e9", "e\u0301", "\u2013", "#N/A", "1.0",
       "\U00010437")  # fmt: skip
# White space at the edges is trimmed wherever a crosswalk is read.
CELLS = (st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)).map(
    str.strip
)


@given(st.lists(st.lists(CELLS.filter(bool), min_size=7, max_size=7), max_size=8))
def test_whatever_stands_in_the_cells_comes_back_from_a_workbook(rows: list[list[str]]) -> None:
    (sheet,) = read_sheets("some.xlsx", sheets_bytes({"services": [list(COLUMNS["services"]), *rows]}), Limits())

    assert [row for _, row in sheet.rows[1:]] == rows
    assert (sheet.unread, sheet.merged) == ([], [])


ROWS = st.lists(st.tuples(*[CELLS.filter(bool)] * 2, st.sampled_from(["", "2026-01-02", "1/2/2026"]), st.just(""),
                          CELLS.filter(bool)), max_size=6)  # fmt: skip


@given(ROWS)
def test_rows_of_any_kind_are_the_same_file_again(rows: list[tuple[str, ...]]) -> None:
    names = COLUMNS["contracts"]
    text = bare("contracts") + "".join(f"{written(row)}\n" for row in rows)
    cells = [dict(zip(names, row, strict=True)) for row in rows]
    crooked = bare("contracts").replace("\n", "\r\n") + "".join(f'"{row[0].replace(chr(34), chr(34) * 2)}",'
               f"{written(row[1:])}\r\n" for row in rows)  # fmt: skip

    again = [respelt(bare("contracts"), cells), respelt(text, cells), respelt(crooked, cells)]

    assert again == [text, text, crooked]


@pytest.mark.parametrize("seed", range(3))
def test_a_version_of_random_rows_comes_back_to_the_letter(seed: int, place: tuple[Service, Path]) -> None:
    made, config = place
    chance = random.Random(seed)
    rows = [written([chance.choice(ODD) + str(number), "Job Retention", "", "", chance.choice(ODD)])
            for number in range(chance.randint(5, 40))]  # fmt: skip
    files = edited(config, "contracts", *rows)
    publish_directly(made, files)

    whole = imported(made, Came("two.xlsx", workbook(made, files, "2")))
    bare_again = imported(made, came(sheets_of(read_files(config))))
    filled = respelt(bare_again.files["crosswalk/contracts.csv"], _cells(whole.files))

    assert (whole.files, whole.mistakes, whole.difference.sentences) == (files, [], [])
    assert bare_again.files == read_files(config)
    assert filled == files["crosswalk/contracts.csv"]


def _cells(files: Files) -> list[dict[str, str]]:
    head, *rows = sheets_of(files)["contracts"]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_only_the_rows_that_changed_are_spelled_anew() -> None:
    old = 'provider,allowed,first,last,source\r\n"IRCO",Job Retention,,,x\r\n\r\nPOIC,Job Retention,,,"x"\r\n'
    irco, poic = ({"provider": name, "allowed": "Job Retention", "first": "", "last": "", "source": "x"}
                  for name in ("IRCO", "POIC"))  # fmt: skip

    new = respelt(old, [irco, {**poic, "last": "2026-05-01"}, poic])

    assert new.split("\r\n") == [
        "provider,allowed,first,last,source", '"IRCO",Job Retention,,,x', "POIC,Job Retention,,2026-05-01,x",
        'POIC,Job Retention,,,"x"', "",
    ]  # fmt: skip


def test_an_edited_workbook_becomes_a_draft_that_says_what_it_changes(place: tuple[Service, Path]) -> None:
    made, config = place
    sheets = sheets_of(read_files(config))
    sheets["services"].append(BAKING.split(","))
    gone = sheets["support"].pop(1)

    found = imported(made, came(sheets))
    draft = keep_import(made, found, reason="a new service", checked="the guide")

    assert found.mistakes == []
    assert found.notes == ["1 row of version 1 would be gone as if never there; a last day ends a row instead"]
    assert [one.partition(" (")[0] for one in found.difference.sentences] == [
        "services: added: EOP Portland, Services, Baking Class",
        f"support: removed: {gone[0]}, {gone[1]}",
    ]
    assert draft.files[SERVICES] == edited(config, "services", BAKING)[SERVICES]
    assert (draft.author, draft.based_on, draft.reason) == ("tester", 1, "a new service")


def test_a_workbook_of_an_older_version_does_not_undo_a_newer_one(place: tuple[Service, Path]) -> None:
    made, config = place
    sheets = {**sheets_of(edited(config, "services", BAKING)), "about": [["what", "says"], ["begun from version", "1"]]}
    publish_directly(made, edited(config, "known_services", "Painting,,,agreed"))

    found = imported(made, came(sheets))
    with pytest.raises(Overtaken) as refused:
        keep_import(made, found, reason="mine", checked="all")

    assert "version 2 was published since" in found.notes[0]
    assert refused.value.meanwhile == ["known_services: added: Painting (source agreed)"]
    with pytest.raises(WrongCall, match="version 9, which is not here"):
        imported(made, came({**sheets, "about": [["what", "says"], ["begun from version", "9"]]}))


def publish_directly(made: Service, files: dict[str, str]) -> None:
    with made.db.write() as conn:
        first = newest_version(conn)
        assert first is not None
        add_version(conn, replace(first, number=2, files=files, hash=hash_of(files)))


def told(made: Service, given: Came) -> list[str]:
    """Return the mistakes of a file; nothing of it can be kept."""
    found = imported(made, given)
    with pytest.raises(BadConfiguration):
        keep_import(made, found, reason="x", checked="x")
    return found.mistakes


def test_every_mistake_of_a_sheet_is_named_by_sheet_and_row(place: tuple[Service, Path]) -> None:
    made, config = place
    sheets = sheets_of(read_files(config))
    last = len(sheets["services"])
    sheets["services"] += [
        ["CCTP", "Services", "Baking", "Baking", "", "", "x"], ["CCTP", "", "Baking", "Job Retention", "", "", "x"],
        ["CCTP", "Services", "Dance", "Job Retention", "soon", "", "x"],
        [*sheets["services"][1][:3], "Job Retention", "", "", "x"],
    ]  # fmt: skip

    mistakes = told(made, came(sheets))

    place_of = "edited.xlsx, sheet services"
    assert [one.partition(": ")[0] for one in mistakes] == [f"{place_of}:{last + number}" for number in (1, 2, 3, 4)]
    assert "unknown component 'Baking'" in mistakes[0]
    assert "control is blank" in mistakes[1]
    assert "first is 'soon', expected a date" in mistakes[2]
    assert "two answers for one day: 'Job Retention' here" in mistakes[3]
    assert "in line 2" in mistakes[3]


def test_sheets_that_are_missing_strange_or_wrongly_headed_are_named(place: tuple[Service, Path]) -> None:
    made, config = place
    sheets = sheets_of(read_files(config))
    del sheets["funders"]
    sheets["Notes"] = [["mine"]]
    sheets["support"][0][1] = "type"

    mistakes = told(made, came(sheets))

    assert any("the sheet 'funders' is missing" in one for one in mistakes)
    assert any("unknown sheet 'Notes'" in one for one in mistakes)
    assert any(one.startswith("edited.xlsx, sheet support:1: unknown column 'type'") for one in mistakes)
    assert imported(made, came({"services": sheets["services"]}, table="services")).mistakes == []


def by_hand(write: str) -> Came:
    """Return a workbook of contracts in which somebody did what spreadsheets invite to."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("contracts")
        sheet.write_row(0, 0, COLUMNS["contracts"])
        sheet.write_row(1, 0, ["IRCO", "Support Service", "", "", "contract 7"])
        if write == "merged":
            sheet.merge_range("A3:A4", "POIC")
        if write == "error":
            sheet.write_formula("A3", "=1/0", None, "#DIV/0!")
        if write == "beside":
            sheet.write("H2", "ask them")
        if write == "days":
            sheet.write_datetime("C2", date(2026, 1, 5), book.add_format({"num_format": "m/d/yyyy"}))
            sheet.write_string("D2", "6/30/2026")
    return Came("contracts.xlsx", buffer.getvalue(), "contracts")


@pytest.mark.parametrize(
    ("write", "words"),
    [("merged", "A3:A4 are merged"), ("error", "A3 holds an error"), ("beside", ":2: 6 cells found, expected 5")],
)
def test_what_spreadsheets_invite_to_is_named_by_its_cell(place: tuple[Service, Path], write: str, words: str) -> None:
    mistakes = told(place[0], by_hand(write))

    assert any(words in one for one in mistakes)


def test_days_typed_as_days_are_taken_as_such(place: tuple[Service, Path]) -> None:
    found = imported(place[0], by_hand("days"))

    assert found.mistakes == []
    assert found.files["crosswalk/contracts.csv"].endswith("\nIRCO,Support Service,2026-01-05,6/30/2026,contract 7\n")


@pytest.mark.parametrize(("name", "content"), [("x.xlsx", b"no"), ("x.xlsx", b"PK\x03\x04no"), ("x.xlsx", b"")])
def test_what_is_no_workbook_is_refused(place: tuple[Service, Path], name: str, content: bytes) -> None:
    with pytest.raises(BadInput, match=r"x\.xlsx: no readable workbook"):
        imported(place[0], Came(name, content))


def test_a_workbook_that_unpacks_to_too_much_is_refused(place: tuple[Service, Path]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b" " * (80 * 1024 * 1024))

    with pytest.raises(BadInput, match="unpacks to"):
        imported(place[0], Came("bomb.xlsx", packed.getvalue()))
    with pytest.raises(WrongCall, match="larger than 4 MiB"):
        imported(place[0], Came("big.csv", b"x" * (LARGEST + 1)))


def test_a_table_as_csv_is_known_by_its_headings_and_its_mistakes_by_their_lines(place: tuple[Service, Path]) -> None:
    made, config = place
    text = edited(config, "services", BAKING)[SERVICES]

    good = imported(made, Came("anything.csv", b"\xef\xbb\xbf" + text.encode()))
    bad = told(made, Came("mine.csv", (text + "CCTP,Services\n").encode()))
    latin = told(made, Came("services.csv", (text + "Caf\u00e9").encode("latin-1")))

    assert good.files == edited(config, "services", BAKING)
    assert bad == [f"mine.csv:{text.count(chr(10)) + 1}: 2 cells found, expected 7"]
    assert "no UTF-8 text" in latin[0]
    for other, words in ((Came("a.csv", b"a,b\n"), "not clear which table"), (Came("a.pdf", b""), "by its ending"),
                         (Came("a.csv", b"", "nonsense"), "no such table")):  # fmt: skip
        with pytest.raises(WrongCall, match=words):
            imported(made, other)
