"""Remember what was pulled, decided, offered and done, in SQLite or PostgreSQL; the only room that speaks SQL."""

from sqlalchemy import Connection

from sync.store.audit import Act, AuditHead, audit_head, record, verify_audit
from sync.store.binding import bind, check_bound, reconcile_first, set_reconcile_first
from sync.store.changes import GoneWhy
from sync.store.condition import Queue, damage, last_done, queues
from sync.store.confirmations import Confirmation, How, confirm, confirmations
from sync.store.database import Database
from sync.store.ledger import beat_lease, begin, claim, finish, lapse, move
from sync.store.ledger_lines import Attempt, LedgerLine, Outcome, attempts, counts, ledger_lines, unclear
from sync.store.ledger_sets import (
    entered,
    entries_of_others,
    lines_in_states,
    next_due,
    places_of_plan,
    pull_of_plans,
    release,
    unmoved,
    withdraw_others,
)
from sync.store.offers import OFFER_COLUMNS, Offered, offer
from sync.store.opening import open_database
from sync.store.plan_lines import digest_of_plan, lines_of_plan
from sync.store.plans import NewPlan, StoredPlan, approve, newest_plan, plan_of, store_plan
from sync.store.runs import Ended, NewRun, Run, RunState, beat, begin_run, end_run, last_runs, lose_runs, runs
from sync.store.snapshots import (
    ROW_COLUMNS,
    NewPull,
    Pull,
    changed_owners,
    newest_pull,
    rows_at,
    snapshot_hash,
    store_pull,
    watermarks,
)
from sync.store.states import State
from sync.store.switch import go_on, stop, stopped, why_halted
from sync.store.ticks import (
    ASKED,
    Tick,
    TickState,
    attach,
    begin_schedule,
    end_tick,
    last_dues,
    left_open,
    take,
    take_again,
    ticks,
)
from sync.store.unsettled import owners_contesting, rows_referring, unsettled_customers
from sync.store.versions import migrate, migrate_down, schema_is_current

__all__ = [
    "ASKED",
    "OFFER_COLUMNS",
    "ROW_COLUMNS",
    "Act",
    "Attempt",
    "AuditHead",
    "Confirmation",
    "Connection",
    "Database",
    "Ended",
    "GoneWhy",
    "How",
    "LedgerLine",
    "NewPlan",
    "NewPull",
    "NewRun",
    "Offered",
    "Outcome",
    "Pull",
    "Queue",
    "Run",
    "RunState",
    "State",
    "StoredPlan",
    "Tick",
    "TickState",
    "approve",
    "attach",
    "attempts",
    "audit_head",
    "beat",
    "beat_lease",
    "begin",
    "begin_run",
    "begin_schedule",
    "bind",
    "changed_owners",
    "check_bound",
    "claim",
    "confirm",
    "confirmations",
    "counts",
    "damage",
    "digest_of_plan",
    "end_run",
    "end_tick",
    "entered",
    "entries_of_others",
    "finish",
    "go_on",
    "lapse",
    "last_done",
    "last_dues",
    "last_runs",
    "ledger_lines",
    "left_open",
    "lines_in_states",
    "lines_of_plan",
    "lose_runs",
    "migrate",
    "migrate_down",
    "move",
    "newest_plan",
    "newest_pull",
    "next_due",
    "offer",
    "open_database",
    "owners_contesting",
    "places_of_plan",
    "plan_of",
    "pull_of_plans",
    "queues",
    "reconcile_first",
    "record",
    "release",
    "rows_at",
    "rows_referring",
    "runs",
    "schema_is_current",
    "set_reconcile_first",
    "snapshot_hash",
    "stop",
    "stopped",
    "store_plan",
    "store_pull",
    "take",
    "take_again",
    "ticks",
    "unclear",
    "unmoved",
    "unsettled_customers",
    "verify_audit",
    "watermarks",
    "why_halted",
    "withdraw_others",
]
