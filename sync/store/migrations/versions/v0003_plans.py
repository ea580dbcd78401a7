"""Make what was decided: the plans, their lines, and the bytes of each customer's lines."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0003"
down_revision = "0002"

_LINE = (
    "line_id", "source_kind", "source_id", "customer_id", "job_seeker_id", "program", "provider",
    "control", "label", "month", "date", "entry_kind", "entry_name", "amount", "funder_selection",
    "decision", "reasons", "standing", "depends_on", "choices", "crosswalk_version",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("digest", text_key(), nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("pull_seq", number(), sa.ForeignKey("pull.seq")),
        sa.Column("crosswalk_hash", sa.Text, nullable=False),
        sa.Column("crosswalk_version", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("run_id", number(), sa.ForeignKey("run.id")),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("approved_at", Instant),
        sa.Column("approved_by", sa.Text),
        sa.Column("superseded_by", number(), sa.ForeignKey("plan.id")),
    )
    op.create_index("plan_digest", "plan", ["digest"])
    _make_lines()


def downgrade() -> None:
    """Take the tables away."""
    for table in ("customer_block", "plan_line", "plan"):
        op.drop_table(table)


def _make_lines() -> None:
    op.create_table(
        "plan_line",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("first_plan", number(), nullable=False),
        sa.Column("last_plan", number()),
        *(sa.Column(name, text_key()) for name in _LINE),
    )
    op.create_index("plan_line_customer", "plan_line", ["customer_id"])
    op.create_index("plan_line_line", "plan_line", ["line_id"])
    op.create_table(
        "customer_block",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("customer_id", text_key(), nullable=False),
        sa.Column("first_plan", number(), nullable=False),
        sa.Column("last_plan", number()),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("block", sa.LargeBinary, nullable=False),
    )
    current = sa.text("last_plan IS NULL")
    op.create_index(
        "customer_block_current", "customer_block", ["customer_id"], sqlite_where=current, postgresql_where=current
    )
