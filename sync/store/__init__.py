"""Remember what was pulled, decided, offered and done, in SQLite or PostgreSQL; the only room that speaks SQL."""

from sqlalchemy import Connection

from sync.store.alerts import (
    Alert,
    NewAlert,
    alerts_to_tell,
    all_alerts,
    close_alerts,
    count_alert,
    open_alerts,
    open_alerts_by_cause,
    write_told,
)
from sync.store.audit import Act, AuditHead, audit_head, record, verify_audit
from sync.store.backup import Place, older_than_newest, opened_backup, read_backup, write_backup
from sync.store.binding import bind, reconcile_first, restored_at, set_reconcile_first
from sync.store.changes import GoneWhy
from sync.store.checks import (
    bodies_of,
    damage,
    differing,
    disagreeing_tries,
    plans_in_ledger,
    unapproved,
    unshown,
    wrong_digest,
)
from sync.store.confirmations import Confirmation, How, confirm, confirmations
from sync.store.database import Database
from sync.store.kept_head import advance_head, default_head_file, kept_head, leads_to, replace_head
from sync.store.ledger import Answered, beat_lease, begin, claim, finish, hand_over, lapse, move
from sync.store.ledger_lines import Attempt, LedgerLine, Outcome, attempts, counts, ledger_lines, unclear
from sync.store.ledger_sets import (
    UNSETTLED,
    entered,
    entries_of_others,
    lines_in_states,
    lines_of_entries,
    next_due,
    places_of_plan,
    pull_of_plans,
    release,
    withdraw_others,
)
from sync.store.manifest import Manifest
from sync.store.offers import OFFER_COLUMNS, Offered, offer
from sync.store.opening import open_database
from sync.store.plan_lines import digest_of_plan, lines_of_plan
from sync.store.plans import NewPlan, StoredPlan, approve, newest_plan, plan_of, store_plan
from sync.store.purge import KINDS, purge, to_purge, wipe
from sync.store.purged import Purged, purged_through
from sync.store.restore import as_restored, put_back, refuse_target
from sync.store.run_figures import last_ended, runs_by_state
from sync.store.runs import Ended, NewRun, Run, RunState, beat, begin_run, end_run, lose_runs, runs
from sync.store.sealing import BackupKey, new_key, read_key
from sync.store.shares import earlier_shares, shares_of, store_shares
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
from sync.store.switch import go_on, stop, stopped
from sync.store.unsettled import owners_contesting, rows_referring, unsettled_customers
from sync.store.versions import migrate, migrate_down, schema_is_current

__all__ = [
    "KINDS",
    "OFFER_COLUMNS",
    "ROW_COLUMNS",
    "UNSETTLED",
    "Act",
    "Alert",
    "Answered",
    "Attempt",
    "AuditHead",
    "BackupKey",
    "Confirmation",
    "Connection",
    "Database",
    "Ended",
    "GoneWhy",
    "How",
    "LedgerLine",
    "Manifest",
    "NewAlert",
    "NewPlan",
    "NewPull",
    "NewRun",
    "Offered",
    "Outcome",
    "Place",
    "Pull",
    "Purged",
    "Run",
    "RunState",
    "State",
    "StoredPlan",
    "advance_head",
    "alerts_to_tell",
    "all_alerts",
    "approve",
    "as_restored",
    "attempts",
    "audit_head",
    "beat",
    "beat_lease",
    "begin",
    "begin_run",
    "bind",
    "bodies_of",
    "changed_owners",
    "claim",
    "close_alerts",
    "confirm",
    "confirmations",
    "count_alert",
    "counts",
    "damage",
    "default_head_file",
    "differing",
    "digest_of_plan",
    "disagreeing_tries",
    "earlier_shares",
    "end_run",
    "entered",
    "entries_of_others",
    "finish",
    "go_on",
    "hand_over",
    "kept_head",
    "lapse",
    "last_ended",
    "leads_to",
    "ledger_lines",
    "lines_in_states",
    "lines_of_entries",
    "lines_of_plan",
    "lose_runs",
    "migrate",
    "migrate_down",
    "move",
    "new_key",
    "newest_plan",
    "newest_pull",
    "next_due",
    "offer",
    "older_than_newest",
    "open_alerts",
    "open_alerts_by_cause",
    "open_database",
    "opened_backup",
    "owners_contesting",
    "places_of_plan",
    "plan_of",
    "plans_in_ledger",
    "pull_of_plans",
    "purge",
    "purged_through",
    "put_back",
    "read_backup",
    "read_key",
    "reconcile_first",
    "record",
    "refuse_target",
    "release",
    "replace_head",
    "restored_at",
    "rows_at",
    "rows_referring",
    "runs",
    "runs_by_state",
    "schema_is_current",
    "set_reconcile_first",
    "shares_of",
    "snapshot_hash",
    "stop",
    "stopped",
    "store_plan",
    "store_pull",
    "store_shares",
    "to_purge",
    "unapproved",
    "unclear",
    "unsettled_customers",
    "unshown",
    "verify_audit",
    "watermarks",
    "wipe",
    "withdraw_others",
    "write_backup",
    "write_told",
    "wrong_digest",
]
