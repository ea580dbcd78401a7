"""Name the tables and their columns; the migrations make them, and a test holds the two equal.

The rows of the big tables (`pulled_row`, `plan_line`, `customer_block`, `ledger`) name their pull or plan without a
foreign key: the transaction that writes them writes it too, and PostgreSQL would look up every one of a million.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.model import LINE_COLUMNS
from sync.store.kinds import Instant, number, text_key

METADATA = MetaData()


def row_number(name: str = "id") -> Column[int]:
    """Make a column whose number the database counts up."""
    return Column(name, number(), primary_key=True, autoincrement=True)


def texts(*names: str) -> list[Column[Any]]:
    """Make columns of texts that may be blank."""
    return [Column(name, text_key()) for name in names]


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Make an index of some rows alone."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


INSTALLATION = Table(
    "installation",
    METADATA,
    Column("name", text_key(), primary_key=True),
    Column("value", Text, nullable=False),
)

RUN = Table(
    "run",
    METADATA,
    row_number(),
    Column("parent_id", ForeignKey("run.id")),
    Column("job", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("outcome", Text),
    Column("counts", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    partial_index("run_running", "heartbeat_at", where="state = 'running'"),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", number(), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

TICK = Table(
    "tick",
    METADATA,
    Column("job", text_key(), primary_key=True),
    Column("due_at", Instant, primary_key=True),
    Column("state", Text, nullable=False),
    Column("taken_by", Text),
    Column("taken_at", Instant),
    Column("run_id", ForeignKey("run.id")),
    Column("ended_at", Instant),
    Column("tries", Integer, nullable=False),
    partial_index("tick_taken", "job", where="state = 'taken'"),
)

PULL = Table(
    "pull",
    METADATA,
    row_number("seq"),
    Column("run_id", ForeignKey("run.id")),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("partial", Boolean, nullable=False),
    Column("as_of", Instant),
    Column("watermarks", JSON, nullable=False),
    Column("counts", JSON, nullable=False),
)

CONTESTED = "contested AND gone_pull IS NULL"

PULLED_ROW = Table(
    "pulled_row",
    METADATA,
    row_number(),
    Column("table_name", text_key(), nullable=False),
    Column("row_id", text_key(), nullable=False),
    Column("owner", text_key(), nullable=False),
    Column("refers_to", text_key()),
    Column("contested", Boolean, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("first_pull", number(), nullable=False),
    Column("gone_pull", number()),
    Column("gone_why", Text),
    Column("file", Text, nullable=False),
    Column("line", Integer),
    Column("content", Text, nullable=False),
    Index("pulled_row_owner", "table_name", "owner"),
    Index("pulled_row_first", "first_pull"),
    partial_index("pulled_row_contested", "table_name", "row_id", where=CONTESTED),
    partial_index("pulled_row_refers", "refers_to", where="refers_to IS NOT NULL"),
    partial_index("pulled_row_gone", "gone_pull", where="gone_pull IS NOT NULL"),
)

PLAN = Table(
    "plan",
    METADATA,
    row_number(),
    Column("digest", text_key(), nullable=False),
    Column("as_of", Text, nullable=False),
    Column("pull_seq", ForeignKey("pull.seq")),
    Column("crosswalk_hash", Text, nullable=False),
    Column("crosswalk_version", Text, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("run_id", ForeignKey("run.id")),
    Column("lines", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("approved_at", Instant),
    Column("approved_by", Text),
    Column("approved_reason", Text),
    Column("superseded_by", ForeignKey("plan.id")),
    Index("plan_digest", "digest"),
)

PLAN_LINE = Table(
    "plan_line",
    METADATA,
    row_number(),
    Column("first_plan", number(), nullable=False),
    Column("last_plan", number()),
    *texts(*LINE_COLUMNS),
    Index("plan_line_customer", "customer_id"),
    Index("plan_line_line", "line_id"),
    Index("plan_line_month", "month"),
)

CUSTOMER_BLOCK = Table(
    "customer_block",
    METADATA,
    row_number(),
    Column("customer_id", text_key(), nullable=False),
    Column("first_plan", number(), nullable=False),
    Column("last_plan", number()),
    Column("lines", Integer, nullable=False),
    Column("block", LargeBinary, nullable=False),
    partial_index("customer_block_current", "customer_id", where="last_plan IS NULL"),
)

LEDGER = Table(
    "ledger",
    METADATA,
    Column("line_id", text_key(), primary_key=True),
    Column("plan_id", number(), nullable=False),
    Column("state", Text, nullable=False),
    Column("step", Integer, nullable=False),
    *texts("customer_id", "job_seeker_id", "provider", "kind", "name", "month", "date", "amount"),
    *texts("funder_selection", "depends_on"),
    Column("body", LargeBinary, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("entry_id", text_key()),
    Column("words", Text),
    Column("tries", Integer, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("next_try_at", Instant),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    partial_index("ledger_to_do", "step", "date", "line_id", where="state = 'to-do' AND NOT waits"),
    partial_index("ledger_waits", "depends_on", where="waits"),
    partial_index("ledger_unclear", "changed_at", where="state = 'unclear'"),
    partial_index("ledger_leased", "lease_until", where="lease_owner IS NOT NULL"),
    partial_index("ledger_unsettled", "line_id", where="state IN ('written', 'unclear', 'keyed')"),
    partial_index("ledger_keying", "customer_id", where="state = 'to-do'"),
    Index("ledger_entry", "entry_id"),
)

ATTEMPT = Table(
    "attempt",
    METADATA,
    row_number(),
    Column("line_id", ForeignKey("ledger.line_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("meaning", Text),
    Column("status", Integer),
    Column("entry_id", text_key()),
    Column("words", Text),
    UniqueConstraint("line_id", "number", name="attempt_number"),
)

CONFIRMATION = Table(
    "confirmation",
    METADATA,
    row_number(),
    Column("line_id", ForeignKey("ledger.line_id"), nullable=False),
    Column("entry_id", text_key(), nullable=False),
    Column("how", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("on", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("line_id", "entry_id", "how", "by", "on", name="confirmation_once"),
    partial_index("confirmation_person", "seen_at", where="how = 'person'"),
)

ALERT = Table(
    "alert",
    METADATA,
    row_number(),
    Column("cause", text_key(), nullable=False),
    Column("subject", text_key(), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("closed_at", Instant),
    Column("told_at", Instant),
    Column("told", JSON, nullable=False),
    Column("finished", Boolean, nullable=False),
    partial_index("alert_open", "cause", "subject", where="closed_at IS NULL", unique=True),
    partial_index("alert_to_tell", "cause", "subject", where="NOT finished"),
)

PLAN_SHARE = Table(
    "plan_share",
    METADATA,
    Column("plan_id", ForeignKey("plan.id"), primary_key=True, autoincrement=False),
    Column("shares", JSON, nullable=False),
)
