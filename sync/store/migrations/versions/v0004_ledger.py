"""Make what was offered to iMatchSkills: the ledger, every attempt, and what confirms an entry."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0004"
down_revision = "0003"

_FACTS = (
    "customer_id", "job_seeker_id", "provider", "kind", "name", "month", "date", "amount",
    "funder_selection", "depends_on",
)  # fmt: skip
_INDEXES = {
    "ledger_to_do": (["step", "date", "line_id"], "state = 'to-do' AND NOT waits"),
    "ledger_waits": (["depends_on"], "waits"),
    "ledger_unclear": (["changed_at"], "state = 'unclear'"),
    "ledger_leased": (["lease_until"], "lease_owner IS NOT NULL"),
}


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ledger",
        sa.Column("line_id", text_key(), primary_key=True),
        sa.Column("plan_id", number(), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        *(sa.Column(name, text_key()) for name in _FACTS),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("entry_id", text_key()),
        sa.Column("words", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("offered_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("next_try_at", Instant),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", Instant),
    )
    for name, (columns, where) in _INDEXES.items():
        op.create_index(name, "ledger", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    _make_attempts()


def downgrade() -> None:
    """Take the tables away."""
    for table in ("confirmation", "attempt", "ledger"):
        op.drop_table(table)


def _make_attempts() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("line_id", text_key(), sa.ForeignKey("ledger.line_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("meaning", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("entry_id", text_key()),
        sa.Column("words", sa.Text),
        sa.UniqueConstraint("line_id", "number", name="attempt_number"),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("line_id", text_key(), sa.ForeignKey("ledger.line_id"), nullable=False),
        sa.Column("entry_id", text_key(), nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("on", sa.Text, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.UniqueConstraint("line_id", "entry_id", "how", "by", "on", name="confirmation_once"),
    )
