"""Make rows for the store: pulls, plans, ledger lines, runs; and read whole tables back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from sqlalchemy import select

from sync.model import LINE_COLUMNS
from sync.store import (
    OFFER_COLUMNS,
    ROW_COLUMNS,
    Act,
    Confirmation,
    Counting,
    Database,
    Decisions,
    Ended,
    Figures,
    How,
    Lease,
    NewAlert,
    NewPlan,
    NewPull,
    NewRun,
    RunState,
    begin,
    begin_run,
    begin_schedule,
    bind,
    claim,
    confirm,
    count_alerts,
    end_run,
    offer,
    record,
    store_plan,
    store_pull,
)
from sync.store.accounts import Link, NewAccount, Role, account_named, add_account
from sync.store.crosswalk_checked import Checked, add_checked
from sync.store.crosswalk_versions import NewDraft, Version, add_draft, add_version
from sync.store.findings import FOUND_COLUMNS, store_found
from sync.store.keying import KeyingAct, KeyingEvent, add_claim, note_events
from sync.store.looks import Look, handle_of, note_look
from sync.store.months import About, MonthAct, NewClose, Word, WordAct, add_close, add_words
from sync.store.review_handles import Stands, handles_of
from sync.store.review_states import ReviewAct
from sync.store.reviews import NewEvent, add_events, named_once
from sync.store.run_requests import ask_run, attach_request, take_request
from sync.store.schema import METADATA
from sync.store.sessions import begin_session, note_tries

NOW = datetime(2026, 4, 20, 15, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)
FULL = NewPull(source="itrac", at=NOW, complete=True)


def minutes(number: float) -> datetime:
    """Return the instant so many minutes after NOW."""
    return NOW + timedelta(minutes=number)


def pulled(*rows: tuple[str, str], file: str = "services.csv") -> pl.DataFrame:
    """Return rows as a pull brings them: (row id, content); the owner is the id's first letter."""
    made = [(row_id, row_id[:1], None, content, file, line) for line, (row_id, content) in enumerate(rows, start=2)]
    return pl.DataFrame(made, schema=ROW_COLUMNS, orient="row")


def plan_lines(*lines: Mapping[str, str | None]) -> pl.DataFrame:
    """Return lines of a plan; a column that is not named is blank."""
    made = [tuple(line.get(name) for name in LINE_COLUMNS) for line in lines]
    return pl.DataFrame(made, schema=dict.fromkeys(LINE_COLUMNS, pl.String), orient="row")


def new_plan(**values: Any) -> NewPlan:
    given = {"as_of": "2026-04-20", "crosswalk_hash": "c0ffee", "crosswalk_version": "c0ffee", "settings": {}}
    return NewPlan(**{**given, **values})


def with_counts(**counts: Any) -> Counting:
    """Give a plan these figures, whatever its lines are."""
    return lambda _went, _came: Figures(counts, {})


def offered(*lines: Mapping[str, Any]) -> pl.DataFrame:
    """Return lines as they are offered: component lines of the demo customer C1, unless told otherwise."""
    usual = {
        "customer_id": "C1", "job_seeker_id": "J1", "provider": "IRCO", "kind": "component", "name": "Job Retention",
        "month": "2026-04", "date": "2026-04-02", "amount": None, "funder_selection": None, "depends_on": None,
    }  # fmt: skip
    made = [{**usual, "body": line["line_id"].encode(), **line} for line in lines]
    return pl.DataFrame([tuple(line[name] for name in OFFER_COLUMNS) for line in made], OFFER_COLUMNS, orient="row")


def offer_lines(database: Database, *lines: Mapping[str, Any], now: datetime = NOW) -> None:
    """Offer lines under a plan that is made for them."""
    plan = store_plan(database, new_plan(), Decisions(plan_lines(), []), now=now)
    with database.write() as conn:
        offer(conn, offered(*lines), plan_id=plan.id, now=now)


def read_back(database: Database, *line_ids: str, now: datetime = NOW) -> None:
    """Confirm lines by a read-back."""
    with database.write() as conn:
        confirm(conn, [seen(line_id) for line_id in line_ids], now=now)


def seen(line_id: str, how: How = How.READ_BACK, by: str = "read-back 7") -> Confirmation:
    return Confirmation(line_id, f"E-{line_id}", how, by, "2026-04-19", NOW)


def rows_in(database: Database, table: str) -> Sequence[dict[str, Any]]:
    """Return every row of a table, in the order of its key."""
    named = METADATA.tables[table]
    with database.read() as conn:
        return [dict(row) for row in conn.execute(select(named).order_by(*named.primary_key)).mappings()]


def filled_tables(database: Database) -> dict[str, Sequence[dict[str, Any]]]:
    return {table: rows_in(database, table) for table in METADATA.tables}


def fill(database: Database) -> None:
    """Put at least a row into every table."""
    bind(database, "test", "ims.example")
    run = begin_run(database, NewRun(job="run", actor="A. Admin", versions={"crosswalk": "c0ffee"}), NOW)
    pull = store_pull(
        database, NewPull(source="itrac", at=NOW, complete=True, run_id=run), {"services": pulled(("S1", "{}"))}
    )
    line = {"line_id": "service:S1", "customer_id": "C1", "decision": "enter"}
    plan = new_plan(pull_seq=pull.seq, run_id=run)
    stored = store_plan(database, plan, Decisions(plan_lines(line)), now=NOW)
    with database.write() as conn:
        offer(conn, offered({"line_id": "service:S1"}), plan_id=stored.id, now=NOW)
        confirm(conn, [seen("service:S1")], now=NOW)
        record(conn, Act("A. Admin", "planned", f"plan {stored.id}", {"lines": 1}), NOW)
    _try_one(database, stored.id)
    count_alerts(database, [NewAlert("job-failed", "pull")], NOW)
    begin_schedule(database, "run", NOW)
    review_one(database)
    sign_one(database)
    publish_one(database)
    _let_one_in(database)
    _key_one(database)
    _ask_one(database, run)
    end_run(database, run, Ended(RunState.DONE, {"lines": 1}), now=minutes(1))


def _ask_one(database: Database, run_id: int) -> None:
    """Leave a request behind that became a run."""
    asked = ask_run(database, "2026-03", Act("A. Admin", "run asked", "2026-03", {}), reason="late rows", now=NOW)
    take_request(database, by="first", now=NOW)
    attach_request(database, asked.id, run_id)


def found_items(*items: Mapping[str, Any]) -> pl.DataFrame:
    """Return items as a reconciliation finds them: doubtful data of customer C1, unless told otherwise."""
    usual = {"kind": "date-differs", "reason": "", "severity": "data", "rank": 2, "customer_id": "C1",
             "provider": "IRCO", "month": "2026-04", "cause": "same|date-differs|IRCO", "only_one": True,
             "place": "irco", "facts": "{}"}  # fmt: skip
    made = [{**usual, **one} for one in items]
    return pl.DataFrame([tuple(row.get(name) for name in FOUND_COLUMNS) for row in made], FOUND_COLUMNS, orient="row")


def review_one(database: Database) -> None:
    """Leave an item with an act behind."""
    store_found(database, found_items({"item_id": "date-differs:service:S1:E1"}), now=NOW)
    with database.write() as conn:
        row = named_once(conn, "date-differs:service:S1:E1", "2026-04-20")
        assert row is not None
        add_events(conn, [row], NewEvent(ReviewAct.ASSIGN, "A. Admin", assignee="keyer"), now=NOW)
    handles_of(database, Stands.ITEM, [row.item_id])


def sign_one(database: Database) -> None:
    """Leave a month behind that was signed, with a word about one of its customers."""
    lines = plan_lines({"line_id": "service:S1", "customer_id": "C1", "provider": "IRCO", "month": "2026-03"})
    about: Any = {"provider": "IRCO", "month": "2026-03", "by": "A. Admin", "at": NOW, "reason": "nothing came"}
    with database.write() as conn:
        add_close(conn, NewClose(**about, act=MonthAct.SIGN, counts={"lines": 1}, lines=lines))
        add_words(conn, [Word(**about, about=About.CUSTOMER, subject="C2", act=WordAct.DECLARE, fingerprint="")])


def publish_one(database: Database) -> None:
    """Leave a version of the crosswalk behind, a draft of the next one, and that its rows were checked."""
    said: Any = {"hash": "c0ffee", "files": {"rules.toml": ""}, "author": "A. Admin", "reason": "new", "checked": "all"}
    first = Version(**said, number=1, approver=None, published_at=NOW, from_draft=None, impact_hash=None)
    with database.write() as conn:
        add_version(conn, first)
        add_draft(conn, NewDraft(**said, based_on=1, based_on_hash="c0ffee", saved_at=NOW))
        looked: Any = {
            "program": "NextGen",
            "against": "the guide",
            "checked_on": "2026-04-20",
            "note": "",
            "version": 1,
        }
        add_checked(conn, Checked(**looked, by="A. Admin", at=NOW))


def _let_one_in(database: Database) -> None:
    """Leave an account behind that is signed in and looked at somebody."""
    add_account(
        database, NewAccount(name="DEMO-ADMIN", role=Role.ADMIN), Link("link", "A" * 32), actor="tester", now=NOW
    )
    account = account_named(database, "DEMO-ADMIN")
    assert account is not None
    begin_session(database, account.id, "token", whole=True, now=NOW)
    note_tries(database, {"somebody": 1}, LEASE, now=NOW)
    handle_of(database, "C1")
    note_look(database, account.id, Look("", "C1", NOW, "customer", named=False))


def _key_one(database: Database) -> None:
    """Leave a claim behind with an entry that was begun."""
    with database.write() as conn:
        held = add_claim(conn, "C1", "keyer", now=NOW, until=minutes(15))
        note_events(conn, held, [KeyingEvent(line_id="service:S1", act=KeyingAct.BEGUN, at=NOW, line_at=NOW)])


def _try_one(database: Database, plan_id: int) -> None:
    """Leave an attempt behind."""
    with database.write() as conn:
        offer(conn, offered({"line_id": "service:S2"}), plan_id=plan_id, now=NOW)
    claim_and_begin(database, ["service:S2"])


def claim_and_begin(database: Database, line_ids: Iterable[str], owner: str = "sender-1", now: datetime = NOW) -> None:
    """Claim whatever may be sent, and write down the intent to send some of it."""
    claim(database, owner, 100, lease=Lease(now, LEASE))
    for line_id in line_ids:
        begin(database, line_id, owner, now=now)
