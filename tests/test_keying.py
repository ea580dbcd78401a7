"""The keying queue: one customer at a time, each entry keyed once, and what nobody is sure of looked up first."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.errors import RetypedOtherwise, StoppedToBeSafe, WrongCall
from sync.jobs.keyed_word import Said
from sync.jobs.keying import Keyer, extend, give_back, let_go, open_next, say, take_back
from sync.pretend.person import service
from sync.store import Database, State, confirmations, counts, ledger_lines
from tests.keyboard import ONE, TWO, current, desk, keyed, opened, state, word
from tests.store_rows import rows_in
from tests.world_of_demo import TWO_EQUAL


def test_a_customer_is_keyed_entry_by_entry_in_keying_order(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        lines = keyed(made, times=6)

        assert [ledger_lines(database, lines)[one].kind for one in lines] == [
            "orientation", "assessment", "plan", "component", "support", "support",
        ]  # fmt: skip
        assert counts(database)[State.KEYED] == 6
        assert [(one.how, one.by) for one in confirmations(database, lines[0])] == [("person", "DEMO-KEYER")]
        assert open_next(made.service, ONE) is None


def test_what_was_keyed_in_the_queue_is_confirmed_by_the_next_read_back(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = keyed(made)
        line = ledger_lines(database, [line_id])[line_id]
        made.ims.put_entry(
            {"job_seeker_id": line.job_seeker_id, "provider": line.provider, "kind": line.kind, "name": line.name,
             "date": line.date, "entered_by": "keyer"}
        )  # fmt: skip
        made.clock.sleep(60)

        made.read_back_by_files()

        assert state(made, line_id) is State.CONFIRMED


def test_an_entry_is_offered_once_what_it_depends_on_is_keyed_and_not_before(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        first = current(made, claim)

        say(made.service, ONE, word(made, first[0], Said.COULD_NOT))

        assert current(made, claim) == []
        assert open_next(made.service, ONE) is None
        assert counts(database)[State.TO_DO] == 5


def test_two_keyers_never_hold_the_same_customer(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL, TWO_EQUAL) as made:
        claims = [open_next(made.service, keyer) for keyer in (ONE, TWO, Keyer("DEMO-THIRD"))]

        assert [claim.customer_id if claim else None for claim in claims] == ["DEMO-C01", "DEMO-C02", None]


def test_many_who_ask_at_once_each_get_another_customer(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, *[TWO_EQUAL] * 3) as made:
        got: list[str | None] = []
        start = threading.Barrier(6)

        def ask(number: int) -> None:
            start.wait()
            claim = open_next(made.service, Keyer(f"DEMO-{number}"))
            got.append(claim.customer_id if claim else None)

        together([lambda number=number: ask(number) for number in range(6)])  # type: ignore[misc]

        assert sorted(one for one in got if one) == ["DEMO-C01", "DEMO-C02", "DEMO-C03"]
        assert got.count(None) == 3


def test_one_keyer_in_two_windows_at_once_holds_one_customer_and_says_a_word_once(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, TWO_EQUAL, TWO_EQUAL) as made:
        together([lambda: open_next(made.service, ONE)] * 4)
        (line_id,) = current(made, opened(made))
        told = word(made, line_id)

        together([lambda: say(made.service, ONE, told)] * 4)

        assert len(rows_in(database, "keying_claim")) == 1
        assert state(made, line_id) is State.KEYED
        assert sum(row["act"] == "keyed" for row in rows_in(database, "keying_event")) == 1


def together(acts: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"date": "2026-01-31"}, ["date"]),
        ({"date": "soon"}, ["date"]),
        ({"name": "Job Search"}, ["name"]),
        ({"date": "", "name": ""}, ["date", "name"]),
    ],
)
def test_what_is_typed_otherwise_does_not_count_and_can_be_corrected(
    database: Database, tmp_path: Path, cells: dict[str, str], fields: list[str]
) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = current(made, opened(made))

        with pytest.raises(RetypedOtherwise) as refused:
            say(made.service, ONE, word(made, line_id, Said.KEYED, **cells))
        between = state(made, line_id)
        say(made.service, ONE, word(made, line_id))

        assert refused.value.fields == fields
        assert between is State.TO_DO
        assert state(made, line_id) is State.KEYED


def test_date_and_component_may_be_typed_in_the_ways_people_type_them(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = current(made, opened(made))
        line = ledger_lines(database, [line_id])[line_id]
        year, month, day = line.date.split("-")

        say(
            made.service,
            ONE,
            word(made, line_id, date=f"{int(month)}/{int(day)}/{year}", name=f" {line.name.upper()} "),
        )

        assert state(made, line_id) is State.KEYED


def test_whoever_is_not_sure_leaves_an_entry_that_nobody_keys_before_it_was_looked_up(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = current(made, opened(made))

        say(made.service, ONE, word(made, line_id, Said.NOT_SURE))
        give_back(made.service, ONE, untouched=True)
        without = open_next(made.service, TWO)
        made.clock.sleep(60)
        made.read_back_by_files()

        assert without is None
        assert current(made, opened(made, TWO)) == [line_id]


def test_what_could_not_be_keyed_needs_a_person_and_says_why(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = current(made, opened(made))

        with pytest.raises(WrongCall, match="the reason is missing"):
            say(made.service, ONE, word(made, line_id, Said.COULD_NOT, reason=""))
        say(made.service, ONE, word(made, line_id, Said.COULD_NOT))

        assert ledger_lines(database, [line_id])[line_id].words == "DEMO-KEYER could not: the screen was closed"
        assert state(made, line_id) is State.FLAGGED


def test_when_the_time_is_over_what_was_begun_is_unclear_and_the_rest_is_free(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, [service("2026-04-07")], TWO_EQUAL) as made:
        (first,) = keyed(made)
        (begun,) = current(made, opened(made))

        made.clock.sleep(15 * 60)
        let_go(made.service)
        let_go(made.service)

        assert (state(made, first), state(made, begun)) == (State.KEYED, State.UNCLEAR)
        assert ledger_lines(database, [begun])[begun].words == "DEMO-KEYER left it without a word"
        assert opened(made, TWO).customer_id == "DEMO-C02"
        assert [row["closed_why"] for row in rows_in(database, "keying_claim")] == ["expired", None]


def test_each_word_and_a_wish_for_more_time_begin_the_time_anew(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        opened(made)
        for act in (lambda: keyed(made), lambda: extend(made.service, ONE), lambda: open_next(made.service, ONE)):
            made.clock.sleep(14 * 60)
            act()

        made.clock.sleep(14 * 60)
        let_go(made.service)

        assert counts(database)[State.UNCLEAR] == 0


def test_a_late_word_counts_as_long_as_nobody_looked(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = current(made, claim)
        made.clock.sleep(15 * 60)

        with pytest.raises(StoppedToBeSafe, match="your time with this customer is over"):
            say(made.service, ONE, word(made, line_id, Said.COULD_NOT), handle=claim.handle)
        say(made.service, ONE, word(made, line_id), handle=claim.handle)

        assert state(made, line_id) is State.KEYED


def test_a_late_word_does_not_count_once_it_was_looked_up(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = current(made, claim)
        made.clock.sleep(15 * 60)
        let_go(made.service)
        made.clock.sleep(60)
        made.read_back_by_files()

        with pytest.raises(WrongCall, match="is to-do by now"):
            say(made.service, ONE, word(made, line_id), handle=claim.handle)

        assert state(made, line_id) is State.TO_DO


def test_another_word_on_the_same_entry_takes_the_first_one_back_before(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = keyed(made)

        with pytest.raises(WrongCall, match="you said `keyed` of it already"):
            say(made.service, ONE, word(made, line_id, Said.NOT_SURE))

        assert state(made, line_id) is State.KEYED


def test_a_slip_is_taken_back_and_the_entry_is_open_again(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        for said in (Said.COULD_NOT, Said.NOT_SURE, Said.KEYED):
            (line_id,) = current(made, claim)
            say(made.service, ONE, word(made, line_id, said, entry_number="DEMO-1"))
            made.clock.sleep(1)
            take_back(made.service, ONE, line_id)

            assert line_id in current(made, claim)
        line = ledger_lines(database, [line_id])[line_id]

        assert (line.state, line.entry_id, line.words) == (State.TO_DO, None, None)
        assert [row["act"] for row in rows_in(database, "keying_event") if row["line_id"] == line_id] == [
            "begun", "could not", "taken back", "not sure", "taken back", "keyed", "taken back",
        ]  # fmt: skip


def test_a_dependant_that_is_open_waits_until_what_was_taken_back_is_said_again(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path) as made:
        (*_, component) = keyed(made, times=4)
        (support,) = current(made, opened(made))
        take_back(made.service, ONE, component)

        with pytest.raises(WrongCall, match="depends on"):
            say(made.service, ONE, word(made, support))
        say(made.service, ONE, word(made, component))
        say(made.service, ONE, word(made, support))

        assert counts(database)[State.KEYED] == 5


def test_what_others_rest_on_is_not_taken_back_before_them(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        *_, component, support = keyed(made, times=5)

        with pytest.raises(WrongCall, match=f"{support} was entered on the strength of it"):
            take_back(made.service, ONE, component)

        assert state(made, component) is State.KEYED


def test_nothing_is_taken_back_that_moved_on_or_of_which_nothing_was_said(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = keyed(made)
        (begun,) = current(made, opened(made))
        made.clock.sleep(60)
        made.read_back_by_files()

        with pytest.raises(StoppedToBeSafe, match="moved on since"):
            take_back(made.service, ONE, line_id)
        with pytest.raises(WrongCall, match="nothing was said"):
            take_back(made.service, ONE, begun)

        assert state(made, line_id) is State.FLAGGED
