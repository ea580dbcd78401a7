"""Make what people are told of: alerts, and the shares of decisions of each plan that later ones are compared with."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alert",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("cause", text_key(), nullable=False),
        sa.Column("subject", text_key(), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("told_at", Instant),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
    )
    for name, where in (("alert_open", "closed_at IS NULL"), ("alert_to_tell", "NOT finished")):
        condition = sa.text(where)
        op.create_index(
            name,
            "alert",
            ["cause", "subject"],
            unique=name == "alert_open",
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table(
        "plan_share",
        sa.Column("plan_id", number(), sa.ForeignKey("plan.id"), primary_key=True, autoincrement=False),
        sa.Column("shares", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("plan_share", "alert"):
        op.drop_table(table)
