"""A person with a worklist is a target like any other: what they keyed counts on their word, then on a read-back."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from sync.errors import BadInput, StoppedToBeSafe, WrongCall
from sync.jobs.reconcile import reconcile
from sync.jobs.service import Job, running
from sync.jobs.worklist import keyed, worklist
from sync.pretend.ims import Level
from sync.pretend.keyer import Keyer, Slip
from sync.pretend.person import Act, payment, service
from sync.store import Database, State, confirmations, counts, ledger_lines
from sync.worklist import COLUMNS
from tests.folders import seed
from tests.made_once import made_once
from tests.world_of_demo import AS_OF, TWO_EQUAL, World, world

SEED = seed()
Rows = list[dict[str, str | None]]


@contextmanager
def desk(db: Database, folder: Path, *people: list[Act] | tuple[Act, ...]) -> Iterator[World]:
    """Open a world whose target is a person, read back and planned."""
    with world(db, folder, level=Level.L1) as made:
        made.by_hand()
        made.lay(*people)
        made_once(db, f"read back by hand: {made.told()}", lambda: (made.read_back_by_files(), made.plan()))
        yield made


def _listed(made: World) -> Rows:
    """Ask for the worklist and return its rows by column name."""
    with running(made.service, "worklist") as job:
        worklist(made.service, job, made.folder / "worklist.csv")
    rows = list(csv.reader((made.folder / "worklist.csv").read_text("utf-8").splitlines()))
    return [dict(zip(COLUMNS, (cell or None for cell in row), strict=True)) for row in rows[1:]]


def _handed_in(made: World, rows: Rows, name: str = "keyed.csv") -> Job:
    """Hand in a worklist that was ticked off."""
    path = made.folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        writer.writerows([[row[column] or "" for column in COLUMNS] for row in rows])
    with running(made.service, "keyed") as job:
        keyed(made.service, job, path, by="DEMO-KEYER")
    return job


def _kinds(made: World) -> Mapping[str, int]:
    with running(made.service, "reconcile") as job:
        _, found = reconcile(made.service, job)
    return dict(found["kind"].value_counts().iter_rows())


def test_what_is_keyed_rests_on_a_named_word_until_it_is_read_back(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        ticked = Keyer(made.ims, SEED).key(_listed(made))

        _handed_in(made, ticked)
        before = counts(database)
        made.read_back_by_files()

        assert before[State.KEYED] == 6
        assert counts(database)[State.CONFIRMED] == 6
        told = confirmations(database, "service:DEMO-01-SER1")
        assert [(one.how, one.by) for one in told] == [("person", "DEMO-KEYER"), ("read-back", "tester")]


def test_the_next_worklist_leaves_out_what_was_keyed_and_what_is_unclear(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        first = _listed(made)
        ticked: Rows = [{**first[0], "done": "x"}, {**first[1], "done": "?"}, *first[2:]]

        _handed_in(made, ticked)

        assert [row["line_id"] for row in _listed(made)] == [row["line_id"] for row in first[2:]]
        assert counts(database)[State.UNCLEAR] == 1


def test_what_is_not_sure_is_offered_again_only_after_a_read_back_without_it(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        first = _listed(made)
        _handed_in(made, [{**first[0], "done": "not sure"}])
        without = [row["line_id"] for row in _listed(made)]

        made.clock.sleep(60)
        made.read_back_by_files()

        assert first[0]["line_id"] not in without
        assert first[0]["line_id"] in [row["line_id"] for row in _listed(made)]


def test_an_old_read_back_says_nothing_of_what_was_keyed_since(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        rows = _listed(made)
        made.read_back_by_files()
        exported = made.folder / "exported"
        made.clock.sleep(60)
        _handed_in(made, Keyer(made.ims, SEED).key(rows))

        made.read_back_of(exported)

        assert counts(database)[State.KEYED] == 6


def test_what_was_ticked_but_is_not_there_is_flagged_by_the_next_read_back(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        _handed_in(made, [{**row, "done": "x"} for row in _listed(made)[:1]])

        made.clock.sleep(60)
        job = made.read_back_by_files()

        assert job.counts["to_look_at"] == 1
        line = next(iter(ledger_lines(database, ["orientation:DEMO-01-ASS1"]).values()))
        assert line.state is State.FLAGGED
        assert line.words == "said to be written, but a complete read-back does not show it"


def test_two_equal_payments_need_two_entries(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        ticked = Keyer(made.ims, SEED).key(_listed(made))
        one_less = [{**row, "entry_number": None} for row in ticked]
        made.ims.remove_entry(str(made.ims.entries()[-1]["entry_id"]))
        _handed_in(made, one_less)

        made.clock.sleep(60)
        made.read_back_by_files()

        stand = counts(database)
        assert (stand[State.CONFIRMED], stand[State.FLAGGED]) == (5, 1)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"done": "perhaps"}, "expected a tick"),
        ({"line_id": "service:NOBODY", "done": "x"}, "was never on a worklist"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside_and_the_others_count(
    cells: dict[str, str | None], why: str, database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        rows = _listed(made)

        job = _handed_in(made, [{**rows[0], "done": "x"}, {**rows[1], **cells}])

        assert job.counts["keyed"] == 1
        assert [(row["line"], row["why"][: len(why)]) for row in job.counts["set_aside"]] == [(3, why)]
        assert job.needs_a_person


def test_handing_in_the_same_list_twice_says_that_it_is_taken_down_already(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        ticked = Keyer(made.ims, SEED).key(_listed(made))
        _handed_in(made, ticked)

        again = _handed_in(made, ticked)

        assert again.counts["keyed"] == 0
        assert {row["why"] for row in again.counts["set_aside"]} == {"is keyed already"}


def test_a_workbook_that_was_ticked_off_is_read_too(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, [service("2026-04-07")]) as made:
        rows = _listed(made)
        with xlsxwriter.Workbook(tmp_path / "ticked.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, COLUMNS.values())
            for place, row in enumerate(rows, start=1):
                sheet.write_row(place, 0, ["☐" if place > 1 else "x", *(row[name] for name in list(COLUMNS)[1:])])
            sheet.write_string(len(rows) + 2, 1, "4 entries to key")

        with running(made.service, "keyed") as job:
            keyed(made.service, job, tmp_path / "ticked.xlsx", by="DEMO-KEYER")

        assert (job.counts["keyed"], job.counts["set_aside"]) == (1, [])


def test_what_is_no_worklist_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with desk(database, tmp_path, [service("2026-04-07")]) as made, running(made.service, "keyed") as job:
        with pytest.raises(BadInput, match="no column 'line', 'done', 'entry number' found"):
            keyed(made.service, job, tmp_path / "other.csv", by="DEMO-KEYER")
        with pytest.raises(WrongCall, match="no such file"):
            keyed(made.service, job, tmp_path / "absent.csv", by="DEMO-KEYER")


def test_without_a_plan_there_is_no_worklist(database: Database, tmp_path: Path) -> None:
    with world(database, tmp_path, level=Level.L1) as made:
        made.by_hand()

        with running(made.service, "worklist") as job, pytest.raises(StoppedToBeSafe, match="no plan yet"):
            worklist(made.service, job, tmp_path / "w.csv")


@pytest.mark.parametrize("turn", range(3))
def test_every_slip_of_a_keyer_is_mended_or_named(turn: int, database: Database, tmp_path: Path) -> None:
    number = SEED + turn
    people = [[service("2026-03-10"), service("2026-04-07"), payment("2026-04-08")] for _ in range(4)]
    with desk(database, tmp_path, *people) as made:
        clumsy = Keyer(made.ims, number, share=0.4)
        for keyer in (clumsy, Keyer(made.ims, number), Keyer(made.ims, number)):
            _handed_in(made, keyer.key(_listed(made)))
            made.clock.sleep(60)
            made.read_back_by_files()
            made.plan()

        kinds, slips = _kinds(made), [slip for _, slip in clumsy.slips]
        flagged = counts(database)[State.FLAGGED]
        never_keyed = slips.count(Slip.COULD_NOT) + slips.count(Slip.TICKED_ALONE)
        assert kinds.get("duplicate-in-ims", 0) + kinds.get("support-unsupported", 0) >= slips.count(Slip.KEYED_TWICE)
        assert flagged >= never_keyed, f"seed {number}: {clumsy.slips}"
        assert counts(database)[State.UNCLEAR] == counts(database)[State.KEYED] == 0


def test_the_lines_of_a_worklist_are_those_of_the_day(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL) as made:
        listed = pl.DataFrame(_listed(made))

        assert (listed["date"] <= AS_OF.isoformat()).all()
        assert listed["line_id"].n_unique() == len(listed) == 6
