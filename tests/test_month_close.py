"""A month is signed by name as it was seen, stays as it was signed, and shows every later change to a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import Overtaken, StoppedToBeSafe, WrongCall
from sync.jobs.month_close import accept, declare, decline, reopen, sign, take_back
from sync.jobs.month_list import MonthState, month_list, months_known
from sync.jobs.months import Asked
from sync.pretend.person import payment, service
from sync.store import Act, Database, State, ledger_lines, lines_of_plan, newest_plan, purge
from sync.store.months import digest_of_lines
from tests.months import APRIL, MARCH, PAID, declare_all, entered, laid, numbers, seen, signed, signed_once
from tests.store_rows import rows_in
from tests.world_of_demo import World

PAYMENT = "payment:DEMO-01-PAY1"


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[World]:
    with laid(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def done(database: Database, tmp_path: Path) -> Iterator[World]:
    """A world whose March is entered and signed."""
    with signed_once(database, tmp_path, PAID, APRIL) as opened:
        yield opened


def _changed(made: World, *people: object) -> None:
    """Let I-Trac hold other records, and plan by them."""
    made.lay(*people)  # type: ignore[arg-type]
    made.plan()


def test_the_checklist_counts_what_is_open_point_by_point(made: World) -> None:
    assert numbers(made.service) == {"to-enter": 2, "nothing": 1}

    entered(made)

    assert numbers(made.service) == {"nothing": 1}
    assert seen(made.service).state is MonthState.OPEN
    assert numbers(made.service, Asked("IRCO", "2026-04")) == {"not-over": 1, "nothing": 1}


def test_held_and_flagged_payments_are_counted_with_their_money(database: Database, tmp_path: Path) -> None:
    odd = (*PAID, payment("2026-03-12", amount="7.50", status="Requested"), payment("2026-03-13", amount=""))
    with laid(database, tmp_path, odd) as opened:
        found = numbers(opened.service)

    assert found == {"to-enter": 2, "holds": 1, "flags": 1, "money": 750}


def test_what_a_person_only_keyed_waits_for_a_read_back(made: World) -> None:
    made.push(made.plan())
    with made.service.db.write() as conn:
        conn.exec_driver_sql("UPDATE ledger SET state = 'keyed' WHERE line_id = 'payment:DEMO-01-PAY1'")

    assert numbers(made.service) == {"read-back": 1, "nothing": 1}


def test_a_month_is_signed_once_everything_is_settled_or_declared(made: World) -> None:
    entered(made)
    with pytest.raises(StoppedToBeSafe, match="nothing"):
        sign(made.service, MARCH, digest=seen(made.service).digest, reason="looked through")
    declare(made.service, MARCH, saw={"DEMO-C02": ""}, reason="was away")
    assert seen(made.service).state is MonthState.READY

    close = sign(made.service, MARCH, digest=seen(made.service).digest, reason="looked  through")

    assert seen(made.service).state is MonthState.SIGNED
    assert (close.by, close.reason, close.counts["lines"]) == ("tester", "looked through", 2)
    assert close.digest == digest_of_lines(close.lines) == seen(made.service).digest
    assert [word.subject for word in seen(made.service).declared] == ["DEMO-C02"]


def test_a_declared_point_holds_only_for_what_was_seen(made: World) -> None:
    declare_all(made.service)
    assert seen(made.service).state is MonthState.READY

    _changed(made, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)

    assert [point.name for point in seen(made.service).points if point.blocks] == ["to-enter"]


def test_what_was_declared_can_be_taken_back_and_stays_on_record(made: World) -> None:
    declare_all(made.service)

    take_back(made.service, MARCH, subject="DEMO-C02", reason="they were here after all")
    take_back(made.service, MARCH, subject="to-enter", reason="it can be entered")

    assert [point.name for point in seen(made.service).points if point.blocks] == ["to-enter", "nothing"]
    assert len(rows_in(made.service.db, "month_word")) == 4


@pytest.mark.parametrize("name", ["DEMO-C01", "money", "flags", "no-such-point"])
def test_nothing_is_declared_that_is_not_open(made: World, name: str) -> None:
    with pytest.raises(WrongCall):
        declare(made.service, MARCH, saw={name: ""}, reason="known")

    assert rows_in(made.service.db, "month_word") == []


def test_nothing_is_signed_by_who_saw_other_lines_or_gives_no_reason(made: World) -> None:
    entered(made)
    declare_all(made.service)
    before = seen(made.service).digest
    _changed(made, (service("2026-03-10"),), APRIL)

    with pytest.raises(Overtaken) as wrong:
        sign(made.service, MARCH, digest=before, reason="looked through")
    with pytest.raises(WrongCall, match="reason"):
        sign(made.service, MARCH, digest=seen(made.service).digest, reason="  ")

    assert wrong.value.own == {"reason": "looked through"}
    assert rows_in(made.service.db, "month_close") == []


def test_a_signed_month_cannot_be_signed_again(done: World) -> None:
    with pytest.raises(WrongCall, match="signed already"):
        sign(done.service, MARCH, digest=seen(done.service).digest, reason="again")


def test_being_entered_and_read_back_is_no_change_of_a_signed_month(made: World) -> None:
    signed(made.service)

    entered(made)

    assert seen(made.service).state is MonthState.SIGNED
    assert seen(made.service).adjustments == ()
    assert len(made.references()) == 9


def test_a_change_after_the_sign_off_is_shown_and_not_offered(done: World) -> None:
    before = done.references()

    _changed(done, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)
    done.push(done.plan())

    (one,) = seen(done.service).adjustments
    assert seen(done.service).state is MonthState.ADJUSTMENTS
    assert (one.line_id, one.change, one.then["amount"], one.now["amount"]) == (
        "payment:DEMO-01-PAY2", "new", None, "7.00",
    )  # fmt: skip
    assert done.references() == before
    assert "payment:DEMO-01-PAY2" not in ledger_lines(done.service.db, ["payment:DEMO-01-PAY2"])


@pytest.mark.parametrize(
    ("people", "change"),
    [
        ((service("2026-03-10"), payment("2026-03-11", amount="26.00")), "money"),
        ((service("2026-03-10"), payment("2026-03-12", amount="25.00")), "changed"),
        ((service("2026-03-10"), payment("2026-03-11", amount="25.00", status="Void")), "gone"),
        ((service("2026-03-10"), payment("2026-04-11", amount="25.00")), "changed"),
    ],
)
def test_every_kind_of_change_is_named(made: World, people: tuple[object, ...], change: str) -> None:
    signed(made.service)

    _changed(made, people, APRIL)

    assert [(one.line_id, one.change) for one in seen(made.service).adjustments] == [(PAYMENT, change)]


def test_a_line_that_moved_out_of_a_signed_month_is_not_offered_in_the_other(made: World) -> None:
    signed(made.service)

    _changed(made, (service("2026-03-10"), service("2026-04-10"), payment("2026-04-11", amount="25.00")), APRIL)
    made.push(made.plan())

    assert PAYMENT not in made.references()
    assert "service:DEMO-01-SER2" in made.references()


def test_an_accepted_adjustment_is_offered_and_a_declined_one_is_not(done: World) -> None:
    more = payment("2026-03-12", amount="7.00"), payment("2026-03-13", amount="8.00")
    _changed(done, (*PAID, *more), APRIL)
    first, second = seen(done.service).adjustments

    accept(done.service, MARCH, line_id=first.line_id, seen=first.fingerprint, reason="came late")
    decline(done.service, MARCH, line_id=second.line_id, seen=second.fingerprint, reason="paid by another fund")
    done.push(done.plan())

    assert seen(done.service).state is MonthState.SIGNED
    assert first.line_id in done.references()
    assert second.line_id not in done.references()
    offered = [row["facts"] for row in rows_in(done.service.db, "audit") if row["act"] == "offered"][-1]
    assert (offered["adjustments"], offered["held_back"]) == (1, 1)


def test_what_was_accepted_holds_only_for_what_was_seen(done: World) -> None:
    _changed(done, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)
    (one,) = seen(done.service).adjustments
    accept(done.service, MARCH, line_id=one.line_id, seen=one.fingerprint, reason="came late")

    _changed(done, (*PAID, payment("2026-03-12", amount="70.00")), APRIL)
    done.push(done.plan())

    assert seen(done.service).state is MonthState.ADJUSTMENTS
    assert one.line_id not in done.references()
    with pytest.raises(Overtaken):
        accept(done.service, MARCH, line_id=one.line_id, seen=one.fingerprint, reason="came late")


def test_what_was_to_do_and_changed_after_the_sign_off_is_withdrawn(made: World) -> None:
    signed(made.service)
    made.by_hand()
    made.push(made.plan())

    _changed(made, (service("2026-03-10"), payment("2026-03-11", amount="99.00")), APRIL)
    made.push(made.plan())

    assert ledger_lines(made.service.db, [PAYMENT])[PAYMENT].state is State.WITHDRAWN


def test_a_decision_about_a_change_can_be_taken_back(done: World) -> None:
    _changed(done, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)
    (one,) = seen(done.service).adjustments
    accept(done.service, MARCH, line_id=one.line_id, seen=one.fingerprint, reason="came late")

    take_back(done.service, MARCH, subject=one.line_id, reason="it was another month")
    done.push(done.plan())

    assert seen(done.service).undecided == 1
    assert one.line_id not in done.references()


def test_reopening_ends_the_freeze_and_the_sign_off_stays_on_record(done: World) -> None:
    _changed(done, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)

    reopen(done.service, MARCH, reason="the provider found more")
    done.push(done.plan())

    assert "payment:DEMO-01-PAY2" in done.references()
    assert [row["act"] for row in rows_in(done.service.db, "month_close")] == ["sign", "reopen"]
    with pytest.raises(WrongCall, match="not signed"):
        reopen(done.service, MARCH, reason="again")
    done.plan()
    signed(done.service)
    assert seen(done.service).state is MonthState.SIGNED


def test_a_month_whose_signed_lines_were_purged_offers_nothing_more(done: World) -> None:
    later = done.clock.at + timedelta(days=1)
    act = Act("tester", "purged", "database", {})
    counts = purge(done.service.db, {"months": later}, act, now=later)

    _changed(done, (*PAID, payment("2026-03-12", amount="7.00")), APRIL)
    done.push(done.plan())

    assert counts == {"months": 1}
    assert "payment:DEMO-01-PAY2" not in done.references()
    assert seen(done.service).adjustments == ()


def test_the_list_shows_every_month_and_only_providers_that_are_ones_own(done: World) -> None:
    every = month_list(done.service)
    others = month_list(done.service, sees=["POIC"])

    assert [(one.place.provider, one.place.month, str(one.state)) for one in every] == [
        ("IRCO", "2026-04", "open"), ("IRCO", "2026-03", "signed"), ("IRCO", "2026-01", "ready"),
    ]  # fmt: skip
    assert others == []
    assert months_known(done.service) == ["2026-04", "2026-03", "2026-01"]
    with pytest.raises(WrongCall):
        seen(done.service, Asked("IRCO", "2026-03", ["POIC"]))


def test_the_figures_are_those_of_the_plan(made: World) -> None:
    newest = newest_plan(made.service.db)
    assert newest is not None

    every = month_list(made.service)

    assert sum(len(one.lines) for one in every) == len(lines_of_plan(made.service.db, newest.id))
    assert sum(one.summary.invoiceable for one in every) == newest.counts["invoiceable"]


def test_everything_that_was_done_stands_in_the_audit_trail_without_what_was_written(done: World) -> None:
    acts = [(row["act"], str(row["facts"])) for row in rows_in(done.service.db, "audit")]

    told = [(act, facts) for act, facts in acts if act.startswith("month ")]

    assert [act for act, _ in told] == ["month declared", "month signed"]
    assert not any("looked through" in facts or "known" in facts for _, facts in told)
