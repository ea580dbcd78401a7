"""What a keyer is given keeps to the newest plan, to the stop switch, and to who may see what."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.errors import Overtaken, StoppedToBeSafe, WrongCall
from sync.jobs.approval import approve
from sync.jobs.keyed_word import Said
from sync.jobs.keying import Keyer, give_back, offer_newest, open_next, say
from sync.jobs.keying_shown import queue
from sync.jobs.service import running
from sync.jobs.stop import go_on, stop
from sync.jobs.worklist import worklist
from sync.pretend.person import payment, service
from sync.store import Act as PurgeAct
from sync.store import Database, LedgerLine, State, counts, ledger_lines, newest_plan, purge, set_reconcile_first
from sync.store.keying import add_claim, newest_events
from sync.store.keying_queue import MonthWaiting, carried_over, next_customer, waiting
from tests.keyboard import ONE, TWO, current, desk, keyed, opened, state, word
from tests.services import planned
from tests.services import service as service_over
from tests.store_rows import NOW, claim_and_begin, offer_lines, read_back, rows_in
from tests.world_of_demo import AS_OF, TWO_EQUAL, World


def test_a_line_that_a_newer_plan_withdrew_does_not_count_and_a_person_looks(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = current(made, claim)
        withdraw_all(made)

        with pytest.raises(StoppedToBeSafe, match="was withdrawn"):
            say(made.service, ONE, word(made, line_id))
        say(made.service, ONE, word(made, line_id, Said.NOT_SURE))

        line = ledger_lines(database, [line_id])[line_id]
        assert (line.state, line.words) == (
            State.FLAGGED, "DEMO-KEYER is not sure, and a newer plan does not enter it",
        )  # fmt: skip


def withdraw_all(made: World) -> None:
    """Let a newer plan enter nothing, and somebody be offered it."""
    made.clock.sleep(60)
    made.lay()
    approve(made.service, made.plan(), "checked")
    open_next(made.service, TWO)


def test_a_line_that_was_withdrawn_and_never_keyed_stays_withdrawn(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        (line_id,) = current(made, opened(made))
        withdraw_all(made)

        say(made.service, ONE, word(made, line_id, Said.COULD_NOT))

        assert state(made, line_id) is State.WITHDRAWN


def test_a_line_that_changed_while_it_was_keyed_is_shown_anew_before_it_counts(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path) as made:
        keyed(made, times=4)
        (support,) = current(made, opened(made))
        made.clock.sleep(60)
        made.lay([service("2026-04-07"), payment("2026-04-08", amount="30.00"), payment("2026-04-08", amount="25.00")])
        approve(made.service, made.plan(), "checked")
        open_next(made.service, TWO)

        with pytest.raises(Overtaken, match="changed while you keyed it"):
            say(made.service, ONE, word(made, support))
        say(made.service, ONE, word(made, support))

        assert ledger_lines(database, [support])[support].amount == "30.00"
        assert state(made, support) is State.KEYED


def test_only_lines_of_an_approved_plan_are_opened(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        made.lay(TWO_EQUAL, TWO_EQUAL)
        planned(made.service, AS_OF)
        made.plan()

        with pytest.raises(StoppedToBeSafe, match="not approved yet"):
            open_next(made.service, ONE)

        assert counts(database)[State.TO_DO] == 0


def test_nothing_is_opened_while_pushing_is_stopped_or_after_a_restore(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        stop(made.service, "testing")
        with pytest.raises(StoppedToBeSafe, match="pushing is stopped"):
            open_next(made.service, ONE)
        go_on(made.service)
        with database.write() as conn:
            set_reconcile_first(conn, first=True)

        with pytest.raises(StoppedToBeSafe, match="was restored"):
            open_next(made.service, ONE)


def test_a_word_counts_while_pushing_is_stopped_but_nothing_new_is_begun(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = current(made, claim)
        stop(made.service, "testing")

        say(made.service, ONE, word(made, line_id))

        assert state(made, line_id) is State.KEYED
        assert current(made, claim) == []


def test_nothing_is_keyed_where_a_gateway_is_the_target(database: Database, tmp_path: Path) -> None:
    gateway = {"target": "gateway", "level": "L1", "url": "https://ims.example"}
    made = service_over(database, tmp_path, settings={"ims": gateway})

    with pytest.raises(StoppedToBeSafe, match="the target is a gateway"):
        open_next(made, ONE)


def test_a_keyer_is_given_the_providers_that_they_may_see(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        elsewhere = open_next(made.service, Keyer("DEMO-KEYER", ("POIC",)))
        here = open_next(made.service, Keyer("DEMO-KEYER", ("IRCO",)))

        assert elsewhere is None
        assert here is not None


def test_nobody_speaks_for_another_keyer(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = current(made, claim)

        with pytest.raises(WrongCall, match="you hold no customer"):
            say(made.service, TWO, word(made, line_id), handle=claim.handle)
        with pytest.raises(WrongCall, match="you hold no customer"):
            give_back(made.service, TWO, untouched=True, handle=claim.handle)

        assert state(made, line_id) is State.TO_DO


def test_the_oldest_month_comes_first_and_in_it_whoever_has_a_support_service(database: Database) -> None:
    offer_lines(
        database, {"line_id": "service:S1", "customer_id": "C1"},
        {"line_id": "service:S2", "customer_id": "C2", "month": "2026-03", "date": "2026-03-02"},
        {"line_id": "payment:P3", "customer_id": "C3", "month": "2026-03", "date": "2026-03-31", "amount": "5.00"},
        {"line_id": "payment:P4", "customer_id": "C4", "month": "2026-02", "depends_on": "service:S1"},
    )  # fmt: skip
    order = []

    with database.write() as conn:
        seen = waiting(conn, ())
        while (customer := next_customer(conn, (), keyer="keyer", since=NOW)) is not None:
            add_claim(conn, customer, f"keyer of {customer}", now=NOW, until=NOW)
            order.append(customer)
        left = waiting(conn, ())

    assert order == ["C3", "C2", "C1"]
    assert seen.months == (MonthWaiting("2026-03", 2, 2), MonthWaiting("2026-04", 1, 1))
    assert (seen.customers, seen.entries, seen.after, seen.held) == (3, 3, 1, 0)
    assert (left.customers, left.held) == (0, 3)


def test_the_worklist_leaves_out_whom_somebody_keys_at_this_moment(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL, TWO_EQUAL) as made:
        held = opened(made).customer_id

        with running(made.service, "worklist") as job:
            listed = worklist(made.service, job, tmp_path / "worklist.csv")

        assert held not in set(listed.rows["customer_id"])
        assert len(listed.rows) == 6


def test_what_is_offered_is_offered_once_for_each_plan(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        open_next(made.service, ONE)
        open_next(made.service, ONE)

        acts = [row["act"] for row in rows_in(database, "audit")]
        assert acts.count("offered") == 1
        assert newest_plan(database) is not None


def test_a_plan_that_many_lay_out_at_once_is_laid_out_without_harm(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        start = threading.Barrier(6)

        def lay_out() -> None:
            start.wait()
            offer_newest(made.service)

        with ThreadPoolExecutor(6) as pool:
            ended = [pool.submit(lay_out) for _ in range(6)]

        assert [one.exception() for one in ended] == [None] * 6
        assert counts(database)[State.TO_DO] == 6


def test_what_is_said_of_an_entry_is_kept_as_it_was_typed(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path) as made:
        claim = opened(made)
        (line_id,) = keyed(made)

        with database.read() as conn:
            event = newest_events(conn, claim)[line_id]
        line = ledger_lines(database, [line_id])[line_id]
        assert (event.by, event.date, event.name, event.at) == ("DEMO-KEYER", line.date, line.name, made.clock.at)


@pytest.mark.parametrize(("untouched", "becomes"), [(True, State.TO_DO), (False, State.UNCLEAR)])
def test_giving_back_frees_what_was_not_begun(
    database: Database, tmp_path: Path, *, untouched: bool, becomes: State
) -> None:
    with desk(database, tmp_path) as made:
        (begun,) = current(made, opened(made))

        give_back(made.service, ONE, untouched=untouched)

        assert state(made, begun) is becomes
        assert (open_next(made.service, TWO) is not None) is untouched


def test_whom_a_keyer_gave_back_comes_last_for_them_and_in_order_for_others(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, TWO_EQUAL, TWO_EQUAL) as made:
        opened(made)
        give_back(made.service, ONE, untouched=True)

        mine, theirs = opened(made), opened(made, TWO)

        assert (mine.customer_id, theirs.customer_id) == ("DEMO-C02", "DEMO-C01")


def test_time_is_saved_by_what_nobody_keyed_twice_and_not_by_what_was_keyed_here(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, [service("2026-04-07")]) as made:
        lines = keyed(made, times=4)
        for line in ledger_lines(database, lines).values():
            made.ims.put_entry(entry_of(line))
        made.ims.put_entry({"job_seeker_id": "DEMO-J01", "provider": "IRCO", "kind": "support", "name": "Child Care",
                            "date": "2026-04-08", "amount": "25.00"})  # fmt: skip
        made.clock.sleep(60)
        made.lay([service("2026-04-07"), payment("2026-04-08", amount="25.00")])
        made.read_back_by_files()
        approve(made.service, made.plan(), "checked")

        saved = queue(made.service, ONE).saved

        assert counts(database)[State.CONFIRMED] == 4
        assert (saved.carried, saved.found, saved.seconds) == (0, 1, 90)


def entry_of(line: LedgerLine) -> dict[str, str | None]:
    cells = {name: getattr(line, name) for name in ("job_seeker_id", "provider", "kind", "name", "date", "amount")}
    return {**cells, "funder_selection": line.funder_selection, "entered_by": "DEMO-KEYER"}


def test_what_a_gateway_sent_and_a_read_back_shows_saves_time(database: Database) -> None:
    offer_lines(database, {"line_id": "service:S1"}, {"line_id": "service:S2"}, {"line_id": "service:S3"})
    claim_and_begin(database, ["service:S1", "service:S2"])
    read_back(database, "service:S1", "service:S3")

    with database.read() as conn:
        carried = carried_over(conn)

    assert carried == 1


def test_what_was_said_of_entries_is_purged_once_the_claim_is_old_and_what_is_open_stays(
    database: Database, tmp_path: Path
) -> None:
    with desk(database, tmp_path, TWO_EQUAL, TWO_EQUAL) as made:
        opened(made)
        give_back(made.service, ONE, untouched=True)
        made.clock.sleep(60)
        opened(made)

        later = made.clock.at
        purge(database, {"keying": later}, PurgeAct("tester", "purged", "database", {}), now=later)

        assert [row["closed_at"] for row in rows_in(database, "keying_claim")] == [None]
        assert len(rows_in(database, "keying_event")) == 1
