"""Make what the schedule has done, and keep why a plan was approved."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "tick",
        sa.Column("job", text_key(), primary_key=True),
        sa.Column("due_at", Instant, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("taken_by", sa.Text),
        sa.Column("taken_at", Instant),
        sa.Column("run_id", number(), sa.ForeignKey("run.id")),
        sa.Column("ended_at", Instant),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    taken = sa.text("state = 'taken'")
    op.create_index("tick_taken", "tick", ["job"], sqlite_where=taken, postgresql_where=taken)
    op.add_column("plan", sa.Column("approved_reason", sa.Text))


def downgrade() -> None:
    """Take both away."""
    op.drop_column("plan", "approved_reason")
    op.drop_table("tick")
