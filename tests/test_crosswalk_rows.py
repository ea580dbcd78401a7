"""A row is added, changed or ended within a draft; what was published is not removed, and nobody's work is lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sync.crosswalk.texts import RULES, read_files
from sync.errors import Overtaken, WrongCall
from sync.jobs.crosswalk_checked import Comparison, last_checked, say_checked
from sync.jobs.crosswalk_diff import difference, rows_of
from sync.jobs.crosswalk_discard import discard, reopen
from sync.jobs.crosswalk_drafts import mistakes_of
from sync.jobs.crosswalk_edits import On, Words, looked_at, reword
from sync.jobs.crosswalk_followed import followed
from sync.jobs.crosswalk_impact import impact
from sync.jobs.crosswalk_publish import publish, rollback
from sync.jobs.crosswalk_rows import RowAct, RowEdit, edit_row, is_published, line_now
from sync.jobs.crosswalk_switches import put_switch, switches
from sync.jobs.service import Service
from sync.store import Database
from sync.store.crosswalk_versions import Draft, DraftState, draft_numbered, drafts, saves
from tests.crosswalks import APPROVER, AUTHOR, adopted, by
from tests.store_rows import rows_in
from tests.support import CONFIG

WORDS = Words("a new label", "asked the provider")
ALIAS = {"kind": "service", "label": "Coaching", "stands_for": "Career Coaching", "source": "agreed"}


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Service:
    return by(adopted(database, tmp_path)[0], AUTHOR)


def add(made: Service, on: On, table: str = "aliases", **cells: str) -> Draft:
    given = {**(ALIAS if table == "aliases" else {}), **cells}
    return edit_row(made, on, RowEdit(table, None, RowAct.SAVE, given), words=WORDS)


def on_line(made: Service, on: On, line: int, act: RowAct = RowAct.SAVE, **cells: str) -> Draft:
    """Do something to a row of the services."""
    return edit_row(made, on, RowEdit("services", line, act, cells), words=WORDS)


def seen(draft: Draft) -> On:
    return On(draft.based_on, draft.id, draft.hash)


def differs(draft: Draft) -> list[str]:
    return difference(read_files(CONFIG), draft.files).sentences


def published(made: Service, draft: Draft, config: Path) -> int:
    told = impact(made, draft.files).hash
    return publish(by(made, APPROVER), config, draft.id, impact_hash=told).number


def test_the_first_edit_makes_a_draft_and_the_next_goes_to_it(made: Service) -> None:
    first = add(made, On(1))
    second = add(made, seen(first), label="Job coaching")

    assert (second.id, second.based_on, second.author) == (first.id, 1, AUTHOR)
    assert [one.split(" (")[0] for one in differs(second)] == [
        "aliases: added: service, Coaching", "aliases: added: service, Job coaching",
    ]  # fmt: skip
    with made.db.read() as conn:
        assert [one.hash for one in saves(conn, first.id)] == [second.hash, first.hash]


def test_a_row_is_changed_and_ended_and_every_other_line_stays(made: Service) -> None:
    before = read_files(CONFIG)["crosswalk/services.csv"].splitlines()

    changed = on_line(made, On(1), 3, component="Job Retention")
    ended = on_line(made, seen(changed), 4, RowAct.END, last="2026-06-30")

    after = ended.files["crosswalk/services.csv"].splitlines()
    assert [place + 1 for place, line in enumerate(after) if line != before[place]] == [3, 4]
    assert ("Job Retention" in after[2], "2026-06-30" in after[3]) == (True, True)


def test_a_published_row_is_ended_and_neither_removed_nor_renamed(made: Service) -> None:
    with pytest.raises(WrongCall, match="was published") as refused:
        on_line(made, On(1), 3, RowAct.REMOVE)
    with pytest.raises(WrongCall, match="was published"):
        on_line(made, On(1), 3, service="Something else")

    assert "End it instead" in refused.value.advice

    with made.db.read() as conn:
        assert drafts(conn, DraftState.OPEN) == []
    assert is_published(read_files(CONFIG), read_files(CONFIG), ("services", 3))


def test_a_row_that_only_the_draft_has_can_be_removed(made: Service) -> None:
    cells = {"program": "CCTP", "control": "Services", "service": "New", "component": "Job Retention", "source": "x"}
    draft = add(made, On(1), "services", **cells)
    line = next(row.line for row in rows_of(draft.files) if row["source"] == "x")

    gone = on_line(made, seen(draft), line, RowAct.REMOVE)

    assert not is_published(read_files(CONFIG), draft.files, ("services", line))
    assert differs(gone) == []


def test_in_a_draft_that_goes_back_a_row_that_is_gone_does_not_hinder_other_edits(made: Service) -> None:
    draft = add(made, On(1))
    config = made.config
    assert config is not None
    assert published(made, draft, config) == 2

    back = rollback(made, 1, reason="it was wrong", checked="the guide")
    again = add(made, seen(back), label="Job coaching")

    assert [one.split(" (")[0] for one in differs(again)] == ["aliases: added: service, Job coaching"]


@pytest.mark.parametrize(
    ("cells", "match"),
    [
        ({"label": " "}, "label is blank"),
        ({"first": "soon"}, "first is 'soon', expected a date"),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "is after last"),
        ({"source": "x" * 301}, "longer than 300"),
    ],
)
def test_a_row_that_cannot_be_read_is_not_kept(made: Service, cells: Mapping[str, str], match: str) -> None:
    with pytest.raises(WrongCall, match=match):
        add(made, On(1), **cells)

    with made.db.read() as conn:
        assert drafts(conn, DraftState.OPEN) == []


def test_what_is_wrong_between_rows_is_kept_and_named_so_that_the_other_row_can_follow(made: Service) -> None:
    old = rows_of(read_files(CONFIG))[1]

    draft = add(made, On(1), "services", **{**old.cells, "component": "Job Retention", "first": "2026-07-01"})
    ended = on_line(made, seen(draft), old.line, RowAct.END, last="2026-06-30")

    assert "two answers for one day" in mistakes_of(draft.files)[0]
    assert mistakes_of(ended.files) == []


def test_an_edit_that_changes_nothing_is_no_draft(made: Service) -> None:
    cells = rows_of(read_files(CONFIG))[0].cells

    with pytest.raises(WrongCall, match="nothing differs"):
        on_line(made, On(1), 2, RowAct.SAVE, **cells)
    with pytest.raises(WrongCall, match="on which day"):
        on_line(made, On(1), 2, RowAct.END)


def test_of_two_who_edit_one_draft_the_second_hears_what_the_first_did(made: Service) -> None:
    draft = add(made, On(1))
    add(by(made, "DEMO-FIRST"), seen(draft), label="Job coaching")

    with pytest.raises(Overtaken, match="saved by DEMO-FIRST since you saw it") as refused:
        add(by(made, "DEMO-SECOND"), seen(draft), label="Coach")

    assert [one.split(" (")[0] for one in refused.value.meanwhile] == ["aliases: added: service, Job coaching"]


def test_who_began_from_a_version_that_is_no_more_the_newest_hears_what_was_published(made: Service) -> None:
    old, new = add(made, On(1)), add(made, On(1), label="Job coaching")
    assert made.config is not None
    published(made, new, made.config)

    for on in (On(1), seen(old)):
        with pytest.raises(Overtaken, match="version 2 was published") as refused:
            add(made, on, label="Coach")
        assert len(refused.value.meanwhile) == 1


def test_a_row_is_found_again_where_others_moved_it_and_not_where_they_changed_it(made: Service) -> None:
    files = read_files(CONFIG)
    head, first, second, *rest = files["crosswalk/services.csv"].splitlines(keepends=True)
    moved = {**files, "crosswalk/services.csv": "".join([head, second, first, *rest])}

    assert line_now(files, moved, ("services", 2)) == 3
    assert line_now(files, {**moved, "crosswalk/services.csv": "".join([head, *rest])}, ("services", 2)) is None


def test_the_reason_and_the_note_are_changed_and_whoever_does_it_is_the_author(made: Service) -> None:
    draft = add(made, On(1))

    again = reword(by(made, "DEMO-SECOND"), seen(draft), Words("another reason", "the guide"))

    assert (again.reason, again.checked, again.author) == ("another reason", "the guide", "DEMO-SECOND")
    assert again.hash == draft.hash


def test_a_draft_is_discarded_as_it_was_seen_and_opened_again(made: Service) -> None:
    draft = add(made, On(1))
    with pytest.raises(WrongCall, match="since you saw it"):
        discard(made, draft.id, seen="another")

    discard(made, draft.id, seen=draft.hash)
    with pytest.raises(WrongCall, match="is discarded"):
        add(made, seen(draft), label="Coach")
    with pytest.raises(WrongCall, match="is discarded"):
        discard(made, draft.id, seen=draft.hash)
    reopen(made, draft.id)

    with made.db.read() as conn:
        found = draft_numbered(conn, draft.id)
    assert found == draft
    with pytest.raises(WrongCall, match="not discarded"):
        reopen(made, draft.id)
    acts = [row["act"] for row in rows_in(made.db, "audit") if str(row["subject"]) == f"crosswalk draft {draft.id}"]
    assert acts == ["crosswalk draft saved", "crosswalk draft discarded", "crosswalk draft reopened"]


def test_that_a_program_was_compared_with_its_source_is_kept_with_who_and_when(made: Service) -> None:
    say_checked(made, Comparison(program="cctp", against="the guide of March", checked_on="2026-04-01"))
    say_checked(
        by(made, APPROVER), Comparison(program="CCTP", against="the guide", checked_on="2026-04-20", note="two new")
    )
    say_checked(made, Comparison(program="CCTP", against="the guide", checked_on="2026-04-10"))

    last = last_checked(made)["cctp"]

    assert (last.program, last.by, last.checked_on, last.note) == ("CCTP", APPROVER, "2026-04-20", "two new")
    assert sum(row["act"] == "crosswalk checked" for row in rows_in(made.db, "audit")) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"program": "Nothing"},
        {"checked_on": "soon"},
        {"checked_on": "2026-04-21"},
        {"against": " "},
        {"note": "x" * 501},
    ],
)
def test_a_comparison_without_program_source_or_day_is_not_kept(made: Service, said: Mapping[str, Any]) -> None:
    with pytest.raises(WrongCall):
        say_checked(made, Comparison(**{"program": "CCTP", "against": "the guide", "checked_on": "2026-04-20", **said}))

    assert last_checked(made) == {}


def test_each_setting_that_has_readings_says_what_they_mean_and_what_the_guide_says(made: Service) -> None:
    found = {one.name: one for one in switches(read_files(CONFIG))}

    assert set(found) == {
        "continuing_training", "first_of_month.type", "first_of_month.scope", "support.order",
        "plan.long_term_target", "funder.absent", "contracts.enforced", "hold.max_days", "training.max_months",
    }  # fmt: skip
    order = found["support.order"]
    assert order.said.question == "How does a payment stand to the services of its month?"
    assert order.others == ["component-same-month", "first-support-only"]
    assert order.said.source.startswith("Career Boost Data Entry Guide")
    for one in found.values():
        assert set(one.said.readings) >= set(one.readings), one.name
        assert one.said.question.endswith("?")


def test_another_reading_goes_the_road_of_a_draft_and_comments_stay(made: Service) -> None:
    draft = put_switch(made, On(1), "support.order=first-support-only", words=WORDS)
    again = put_switch(made, seen(draft), "hold.max_days=60", words=WORDS)

    assert differs(again) == [
        "rules: hold.max_days was 45, is 60", "rules: support.order was “component-first”, is “first-support-only”",
    ]  # fmt: skip
    assert again.files[RULES].count("#") == read_files(CONFIG)[RULES].count("#")


@pytest.mark.parametrize("setting", ["support.order=odd", "nothing=1", "components.known=x", "hold.max_days=-1", ""])
def test_what_is_no_reading_is_not_put_into_a_draft(made: Service, setting: str) -> None:
    with pytest.raises(WrongCall):
        put_switch(made, On(1), setting, words=WORDS)


def test_a_process_that_goes_on_decides_by_what_somebody_else_published(made: Service) -> None:
    following = followed(made)
    before = following.by_newest(made)
    assert made.config is not None
    draft = put_switch(made, On(1), "hold.max_days=60", words=WORDS)

    published(made, draft, made.config)

    assert before is made
    assert following.by_newest(made).configuration.rules.hold.max_days == 60
    assert looked_at(made, None).version.number == 2
