"""What was pulled is kept as it stood after every pull, and nothing is concluded from what a pull did not see."""

from dataclasses import replace

import polars as pl
import pytest

from sync.store import (
    Database,
    NewPull,
    Pull,
    changed_owners,
    newest_pull,
    rows_at,
    snapshot_hash,
    store_pull,
    watermarks,
)
from tests.store_rows import FULL, NOW, minutes, pulled, rows_in

PARTIAL = replace(FULL, partial=True)
INCOMPLETE = replace(FULL, complete=False)


def pull(database: Database, *rows: tuple[str, str], how: NewPull = FULL, dead: tuple[str, ...] = ()) -> Pull:
    return store_pull(database, how, {"services": pulled(*rows)}, tombstones={"services": dead})


def standing(database: Database, seq: int | None = None) -> set[tuple[str, str]]:
    rows = rows_at(database, seq, ["services"])["services"]
    return set(zip(rows["row_id"], rows["content"], strict=True))


def figures(new: int = 0, changed: int = 0, gone: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"new": new, "changed": changed, "gone": gone, "unchanged": unchanged}


def test_each_pull_can_be_seen_as_it_stood_then(database: Database) -> None:
    first = pull(database, ("A1", "one"), ("B1", "two"))
    second = pull(database, ("A1", "one, changed"), ("C1", "three"))
    third = pull(database, ("A1", "one"), ("B1", "two"), ("C1", "three"))

    assert standing(database, first.seq) == {("A1", "one"), ("B1", "two")}
    assert standing(database, second.seq) == {("A1", "one, changed"), ("C1", "three")}
    assert standing(database, third.seq) == standing(database) == {("A1", "one"), ("B1", "two"), ("C1", "three")}
    assert standing(database, first.seq - 1) == set()
    assert newest_pull(database) == third.seq


def test_a_pull_counts_what_came_changed_went_and_stayed(database: Database) -> None:
    first = pull(database, ("A1", "one"), ("B1", "two"), ("C1", "three"))
    second = pull(database, ("A1", "one"), ("B1", "two, changed"), ("D1", "four"), ("D2", "five"))

    assert first.counts == {"services": figures(new=3)}
    assert second.counts == {"services": figures(new=2, changed=1, gone=1, unchanged=1)}
    assert rows_in(database, "pull")[1]["counts"] == second.counts


def test_the_same_pull_twice_writes_no_row_again(database: Database) -> None:
    pull(database, ("A1", "one"), ("B1", "two"))
    before = rows_in(database, "pulled_row")

    again = pull(database, ("B1", "two"), ("A1", "one"))

    assert again.counts == {"services": figures(unchanged=2)}
    assert rows_in(database, "pulled_row") == before


def test_when_and_where_a_row_was_first_seen_never_changes(database: Database) -> None:
    first = store_pull(database, FULL, {"services": pulled(("A1", "one"), file="april.csv")})

    store_pull(database, FULL, {"services": pulled(("Z1", "new"), ("A1", "one"), file="may.csv")})

    row = next(row for row in rows_in(database, "pulled_row") if row["row_id"] == "A1")
    assert (row["first_pull"], row["file"], row["line"], row["gone_pull"]) == (first.seq, "april.csv", 2, None)


@pytest.mark.parametrize("how", [PARTIAL, INCOMPLETE, replace(PARTIAL, complete=False)])
def test_nothing_is_concluded_from_absence_unless_everything_was_seen(database: Database, how: NewPull) -> None:
    pull(database, ("A1", "one"), ("B1", "two"))

    stored = pull(database, ("B1", "two, changed"), how=how)

    assert stored.counts == {"services": figures(changed=1)}
    assert standing(database) == {("A1", "one"), ("B1", "two, changed")}


def test_a_full_pull_of_nothing_means_that_all_is_gone(database: Database) -> None:
    pull(database, ("A1", "one"), ("B1", "two"))

    stored = pull(database)

    assert stored.counts == {"services": figures(gone=2)}
    assert standing(database) == set()
    assert {row["gone_why"] for row in rows_in(database, "pulled_row")} == {"absent"}


def test_a_table_that_was_not_pulled_stays_as_it_was(database: Database) -> None:
    pull(database, ("A1", "one"))

    store_pull(database, FULL, {"payments": pulled(("P1", "paid"))})

    found = rows_at(database, None, ["services", "payments", "goals"])
    assert {table: rows["row_id"].to_list() for table, rows in found.items()} == {
        "services": ["A1"], "payments": ["P1"], "goals": [],
    }  # fmt: skip


@pytest.mark.parametrize("how", [FULL, PARTIAL, INCOMPLETE])
def test_a_deleted_row_is_gone_even_where_it_came_as_well(database: Database, how: NewPull) -> None:
    pull(database, ("A1", "one"), ("B1", "two"))

    stored = pull(database, ("A1", "one"), ("B1", "two, changed"), how=how, dead=("B1", "never known"))

    assert stored.counts == {"services": figures(gone=1, unchanged=1)}
    assert standing(database) == {("A1", "one")}
    assert [row["gone_why"] for row in rows_in(database, "pulled_row")] == [None, "tombstone"]


def test_a_tombstone_alone_says_nothing_of_the_other_rows(database: Database) -> None:
    pull(database, ("A1", "one"), ("B1", "two"))

    store_pull(database, FULL, {}, tombstones={"services": ["A1"]})

    assert standing(database) == {("B1", "two")}


def test_a_row_that_comes_back_is_a_version_of_its_own(database: Database) -> None:
    for rows in ([("A1", "one")], [], [("A1", "one")]):
        pull(database, *rows)

    spans = [(row["first_pull"], row["gone_pull"]) for row in rows_in(database, "pulled_row")]
    first, gone, back = (row["seq"] for row in rows_in(database, "pull"))
    assert spans == [(first, gone), (back, None)]


def test_versions_of_one_row_in_one_export_are_all_kept_and_equal_ones_count_once(database: Database) -> None:
    first = pull(database, ("A1", "old"), ("A1", "new"), ("A1", "new"), ("B1", "two"))
    second = pull(database, ("A1", "new"), ("B1", "two"))

    assert standing(database, first.seq) == {("A1", "old"), ("A1", "new"), ("B1", "two")}
    assert first.counts == {"services": figures(new=2)}
    assert second.counts == {"services": figures(changed=1, unchanged=1)}
    assert [row["gone_why"] for row in rows_in(database, "pulled_row")] == ["superseded", None, None]


def test_the_same_content_under_another_id_is_another_row(database: Database) -> None:
    pull(database, ("A1", "same"), ("B1", "same"))

    assert standing(database) == {("A1", "same"), ("B1", "same")}


@pytest.mark.parametrize("content", ["", "naïve — ☕ \U0001f600", 'quo"te, \n line\r end', "\\x41 \\N \\.", "{}", " "])
def test_content_comes_back_to_the_letter(database: Database, content: str) -> None:
    pull(database, ("A1", content), ("", "no id, no owner"))

    assert standing(database) == {("A1", content), ("", "no id, no owner")}


def test_rows_of_some_owners_are_found_without_reading_the_others(database: Database) -> None:
    stored = pull(database, *((f"{letter}{n}", "x") for letter in "ABC" for n in range(3)))

    asked = [rows_at(database, seq, ["services"], owners=["A", "C", "X"]) for seq in (None, stored.seq)]

    assert all(set(rows["services"]["owner"]) == {"A", "C"} for rows in asked)
    assert rows_at(database, None, ["services"], owners=[])["services"].is_empty()


def test_owners_with_any_change_since_a_pull_are_named(database: Database) -> None:
    first = pull(database, ("A1", "one"), ("B1", "two"), ("C1", "three"), ("D1", "four"))
    second = pull(database, ("A1", "one"), ("B1", "two, changed"), ("D1", "four"), ("E1", "five"))

    assert changed_owners(database, first.seq)["services"] == {"B", "C", "E"}
    assert changed_owners(database, second.seq)["services"] == set()
    assert changed_owners(database, first.seq - 1)["services"] == {"A", "B", "C", "D", "E"}
    assert changed_owners(database, first.seq)["payments"] == set()


def test_both_owners_are_named_of_a_row_that_moved_from_one_to_the_other(database: Database) -> None:
    row = pulled(("A1", "of A"))
    first = store_pull(database, FULL, {"services": row})

    moved = row.with_columns(pl.lit("B").alias("owner"), pl.lit("of B").alias("content"))
    store_pull(database, FULL, {"services": moved})

    assert changed_owners(database, first.seq)["services"] == {"A", "B"}


def test_the_same_rows_have_the_same_hash_in_whatever_order_and_after_however_many_pulls(database: Database) -> None:
    first = pull(database, ("A1", "one"), ("B1", "two"), ("B1", "three"))
    before = snapshot_hash(database)
    second = pull(database, ("B1", "two"))
    third = pull(database, ("B1", "three"), ("B1", "two"), ("A1", "one"))

    assert snapshot_hash(database, first.seq) == snapshot_hash(database, third.seq) == snapshot_hash(database) == before
    assert snapshot_hash(database, second.seq) not in {before, snapshot_hash(database, 0)}


def test_the_same_rows_in_another_table_have_another_hash(database: Database) -> None:
    first = store_pull(database, FULL, {"services": pulled(("A1", "one"))})
    second = store_pull(database, FULL, {"services": pulled(), "payments": pulled(("A1", "one"))})

    assert snapshot_hash(database, first.seq) != snapshot_hash(database, second.seq)


def test_the_watermark_moves_only_with_a_complete_pull_and_for_its_own_source(database: Database) -> None:
    empty = watermarks(database, "itrac")
    marks = {"services": "2026-04-01T00:00:00Z", "payments": "2026-04-01T00:00:00Z"}
    pull(database, ("A1", "one"), how=replace(FULL, watermarks=marks))
    pull(database, ("A1", "one"), how=replace(PARTIAL, watermarks={"services": "2026-04-08T00:00:00Z"}))
    pull(database, how=replace(INCOMPLETE, watermarks={"services": "2026-04-19T00:00:00Z"}))
    pull(database, how=replace(FULL, source="ims", watermarks={"services": "2026-04-20T00:00:00Z"}))

    assert empty == {}
    assert watermarks(database, "itrac") == {**marks, "services": "2026-04-08T00:00:00Z"}


def test_a_row_of_the_same_instant_as_the_watermark_is_stored_when_the_next_pull_brings_it(database: Database) -> None:
    mark = replace(PARTIAL, watermarks={"services": "2026-04-01T00:00:00Z"})
    pull(database, ("A1", "modified 2026-04-01T00:00:00Z"), how=mark)

    overlap = ("A1", "modified 2026-04-01T00:00:00Z"), ("A2", "modified 2026-04-01T00:00:00Z")
    stored = pull(database, *overlap, how=mark)

    assert stored.counts == {"services": figures(new=1, unchanged=1)}


def test_one_bad_row_among_many_does_not_keep_the_others_out(database: Database) -> None:
    stored = pull(database, ("A1", "one"), ("A1", "one"), ("", ""), ("B1", "not even JSON"))

    assert stored.counts == {"services": figures(new=3)}


def test_what_a_pull_says_of_itself_is_kept(database: Database) -> None:
    stored = pull(database, how=NewPull(source="itrac", at=NOW, complete=False, partial=True, as_of=minutes(-5)))

    (row,) = rows_in(database, "pull")
    assert (row["seq"], row["source"], row["at"], row["as_of"]) == (stored.seq, "itrac", NOW, minutes(-5))
    assert (row["complete"], row["partial"]) == (False, True)
