"""Make what the month close keeps: sign-offs with the lines that were signed, and what people said of a month."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables, and an index by which the lines of a month are found."""
    op.create_table(
        "month_close",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        *(sa.Column(name, text_key(), nullable=False) for name in ("provider", "month", "act", "by")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("plan_id", number()),
        sa.Column("digest", text_key()),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("block", sa.LargeBinary, nullable=False),
    )
    words = ("provider", "month", "about", "subject", "act", "fingerprint", "by")
    op.create_table(
        "month_word",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        *(sa.Column(name, text_key(), nullable=False) for name in words),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    for table in ("month_close", "month_word"):
        op.create_index(f"{table}_month", table, ["month"])
    op.create_index("plan_line_month", "plan_line", ["month"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("plan_line_month", "plan_line")
    for table in ("month_word", "month_close"):
        op.drop_table(table)
