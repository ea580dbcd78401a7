"""Make what tells which database this is, which jobs ran, and who did what."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "installation",
        sa.Column("name", text_key(), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("parent_id", number(), sa.ForeignKey("run.id")),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("heartbeat_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
    )
    running = sa.text("state = 'running'")
    op.create_index("run_running", "run", ["heartbeat_at"], sqlite_where=running, postgresql_where=running)
    _make_audit()


def downgrade() -> None:
    """Take the tables away."""
    for table in ("audit", "run", "installation"):
        op.drop_table(table)


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", number(), primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
