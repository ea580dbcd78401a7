"""A settled person shows no mismatch; one slip shows its own and no other."""

import calendar
import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import polars as pl
import pytest
from hypothesis import strategies as st

from sync.checks.kinds import KINDS as CHECKED
from sync.jobs.decide_files import Configuration, Decided, decide_folder, read_configuration
from sync.jobs.demo import ledger_of
from sync.jobs.mismatches import all_mismatches
from sync.pretend.everybody import SLIPS, slipped, write_everybody, write_read_back
from sync.pretend.person import Act, Person, write
from sync.pretend.settled import (
    COACHING,
    EMPLOYED,
    EXITED,
    IN_KEYS,
    RENTING,
    SETTLED_PROVIDER,
    TRAINED,
    TRAINING,
    Work,
    read_back_of,
    settled,
)
from sync.pretend.stories import AS_OF
from sync.pretend.story import Story, people_of
from sync.reconcile.kinds import KINDS as RECONCILED
from tests.folders import seed
from tests.reference import decide as plain_reading
from tests.reference import mismatches as plain_mismatches
from tests.support import CONFIG, enforced_configuration, texts_of

SEED = seed()
RERUN = f"run again with IMS_SYNC_TEST_SEED={SEED}"
SHIPPED = read_configuration(CONFIG)
ENFORCED = enforced_configuration()
SIDES: dict[str, Act] = {
    "keys to progress": IN_KEYS, "trained": TRAINED, "renting": RENTING, "exited": EXITED, "employed": EMPLOYED,
}  # fmt: skip
PROVIDERS = (SETTLED_PROVIDER, "IRCO", "POIC", "SE Works", "WSPM SE", "Oregon Tradeswomen")
MONTHS = [calendar.month_name[number] for number in range(1, 13)]
DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
Found = tuple[Decided, list[dict[str, str]]]


def _found(
    folder: Path, people: Sequence[Person], as_of: date = AS_OF, configuration: Configuration = ENFORCED
) -> Found:
    """Decide about a folder: what was decided, and its mismatches as texts."""
    decided = decide_folder(folder, configuration, as_of, tell=lambda step, done, total: None)
    return decided, texts_of(all_mismatches(decided.worked, decided.lines, ledger_of(list(people))))


def _found_about(people: Sequence[Person]) -> Found:
    with TemporaryDirectory() as folder:
        write_read_back(list(people), Path(folder))
        return _found(Path(folder), people)


@cache
def _alone(number: int) -> list[dict[str, str]]:
    """Return the mismatches of the person of a slip, alone in the world."""
    return _found_about([slipped()[number]])[1]


def _is_settled(found: Found) -> bool:
    """Tell whether nothing is to be done, nothing disagrees, and nothing was set aside."""
    decided, mismatches = found
    aside = [*decided.tables.notes, *decided.tables.rejected.rows(), *decided.tables.unreadable.rows()]
    return set(decided.lines["decision"]) == {"no-entry"} and not mismatches and not aside


def _people(made: Iterable[tuple[Work, str | None]]) -> list[Person]:
    """Make settled people of their works, each with a further side of their records or none."""
    sides = [(settled(work), *([SIDES[side]] if side else [])) for work, side in made]
    return people_of([Story("nothing", "All is right.", acts) for acts in sides], "M")


@pytest.mark.parametrize("work", [COACHING, TRAINING], ids=["coaching", "training"])
@pytest.mark.parametrize("side", [None, *SIDES])
def test_a_settled_person_gives_no_mismatch_and_nothing_to_do(work: Work, side: str | None) -> None:
    person = _people([(work, side)])

    assert _is_settled(_found_about(person))


def test_what_was_served_and_paid_for_a_settled_person_stands_in_imatchskills() -> None:
    decided, _ = _found_about(_people([(COACHING, None)]))

    already = decided.lines.filter(pl.col("reasons").str.contains("already-in-ims"))
    assert sorted(already["entry_kind"]) == ["assessment", "component", "orientation", "plan", "support"]
    assert decided.summary.invoiceable == 12000


def test_everybody_is_settled_before_their_slip() -> None:
    before = [Story(slip.shows, slip.title, slip.acts[:-1]) for slip in SLIPS]

    assert _is_settled(_found_about(people_of(before, "M")))


def test_each_kind_of_mismatch_has_a_slip_of_its_own() -> None:
    planted = [slip.shows for slip in SLIPS]

    assert len(planted) == len(set(planted))
    assert set(planted) == {check.kind for check in (*RECONCILED, *CHECKED)}


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=lambda number: SLIPS[number].shows)
def test_one_slip_alone_shows_exactly_the_mismatches_it_declares(number: int) -> None:
    slip = SLIPS[number]

    shown = [mismatch["kind"] for mismatch in _alone(number)]

    assert sorted(shown) == sorted([slip.shows, *slip.also])


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.shows)
def test_the_title_of_a_slip_is_a_sentence(slip: Story) -> None:
    assert slip.title[0].isupper()
    assert slip.title.endswith(".")
    assert "DEMO" not in slip.title


def test_the_plain_reading_finds_the_same_mismatches_among_everybody(tmp_path: Path) -> None:
    write_everybody(tmp_path)
    tables = {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines(keepends=True)))
        for path in tmp_path.iterdir()
    }
    crosswalk = _crosswalk_rows(ENFORCED)
    settings: dict[str, object] = {"contracts.enforced": True}

    outcome = plain_reading(tables, crosswalk, settings, AS_OF, ENFORCED.crosswalk.hash)
    expected = plain_mismatches(tables, crosswalk, settings, AS_OF, outcome)

    shown = [{name: cell for name, cell in row.items() if name != "advice"} for row in _found(tmp_path, [])[1]]
    assert shown == expected


def _crosswalk_rows(configuration: Configuration) -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = {}
    for row in configuration.crosswalk.rows:
        tables.setdefault(row.table, []).append(dict(row.cells))
    return tables


def _works() -> list[Work]:
    """Return what the shipped crosswalk lets a provider claim, where it also knows the funder."""
    rows = SHIPPED.crosswalk.rows
    funders = [row for row in rows if row.table == "funders"]
    works = []
    for row in rows:
        if row.table != "services" or row["control"] == "Follow-Up":
            continue
        served = {name: row[name] for name in ("program", "control", "service", "component")}
        if row["component"] not in {funder["component"] for funder in funders}:
            works += [Work(**served, provider=provider) for provider in PROVIDERS]
        works += [
            Work(**served, provider=funder["provider"], selection=funder["selection"])
            for funder in funders
            if (funder["component"], funder["program"]) == (row["component"], row["program"])
        ]
    return works


def _moved(person: Person, months: int) -> Person:
    """Move every day and month of a person's records, and the months that rent is for."""
    for row in (row for rows in person.tables.values() for row in rows):
        row.update({name: _moved_text(text, months) for name, text in row.items() if DAY.fullmatch(text)})
        if "for_month" in row:
            then = int(row["for_year"]) * 12 + MONTHS.index(row["for_month"]) + months
            row.update(for_month=MONTHS[then % 12], for_year=str(then // 12))
    return person


def _moved_text(text: str, months: int) -> str:
    """Move a month, or a day as far as its month has days."""
    matched = DAY.fullmatch(text)
    assert matched is not None
    year, month = divmod(int(matched[1]) * 12 + int(matched[2]) - 1 + months, 12)
    if matched[3] is None:
        return f"{year:04d}-{month + 1:02d}"
    return f"{year:04d}-{month + 1:02d}-{min(int(matched[3]), calendar.monthrange(year, month + 1)[1]):02d}"


WORKS = _works()
EVERY_SIDE = [None, *SIDES]
PEOPLE = st.lists(st.tuples(st.sampled_from(WORKS), st.sampled_from(EVERY_SIDE)), min_size=1, max_size=8)


def _found_when_moved(made: Sequence[tuple[Work, str | None]], months: int) -> Found:
    """Decide about settled people some months later or earlier, on the day that is as far from their records."""
    people = [_moved(person, months) for person in _people(made)]
    as_of = date.fromisoformat(_moved_text(AS_OF.isoformat(), months))
    providers = sorted({work.provider for work, _ in made})
    scopes = [scope for provider in providers for scope in read_back_of(people, as_of, provider)]
    with TemporaryDirectory() as folder:
        write(people, Path(folder), {"ims_scopes": scopes})
        return _found(Path(folder), people, as_of, SHIPPED)


@pytest.mark.parametrize("months", range(12))
def test_settled_people_of_all_works_stay_settled_in_every_month_of_a_year(months: int) -> None:
    works = [(work, EVERY_SIDE[place % len(EVERY_SIDE)]) for place, work in enumerate(WORKS)]

    assert _is_settled(_found_when_moved([*works, *((COACHING, side) for side in SIDES)], months))


@hypothesis.seed(SEED)
@hypothesis.settings(max_examples=30, deadline=None, database=None)
@hypothesis.given(made=PEOPLE, months=st.integers(min_value=-360, max_value=360))
def test_settled_people_stay_settled_in_any_month_with_any_work(
    made: list[tuple[Work, str | None]], months: int
) -> None:
    hypothesis.note(RERUN)

    assert _is_settled(_found_when_moved(made, months))


@hypothesis.seed(SEED)
@hypothesis.settings(max_examples=30, deadline=None, database=None)
@hypothesis.given(st.sets(st.integers(0, len(SLIPS) - 1), min_size=2))
def test_people_with_a_slip_each_show_together_what_each_shows_alone(numbers: set[int]) -> None:
    hypothesis.note(RERUN)
    people = slipped()

    _, shown = _found_about([people[number] for number in sorted(numbers)])

    assert shown == _union(numbers)


@hypothesis.seed(SEED)
@hypothesis.settings(max_examples=30, deadline=None, database=None)
@hypothesis.given(st.sets(st.integers(0, len(SLIPS) - 1), min_size=2, max_size=2))
def test_two_people_with_a_slip_each_show_what_each_shows_alone(numbers: set[int]) -> None:
    hypothesis.note(RERUN)
    people = slipped()

    _, shown = _found_about([people[number] for number in sorted(numbers)])

    assert shown == _union(numbers)


def test_all_people_with_a_slip_show_together_what_each_shows_alone() -> None:
    _, shown = _found_about(slipped())

    assert shown == _union(range(len(SLIPS)))


def _union(numbers: Iterable[int]) -> list[dict[str, str]]:
    rows = [row for number in numbers for row in _alone(number)]
    return sorted(rows, key=lambda row: (row["customer_id"], row["kind"], row["mismatch_id"]))
