"""Make the tables of the saves of drafts, and of what was compared with its source."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the tables, and the index by which the saves of a draft are found."""
    op.create_table(
        "crosswalk_save",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("draft_id", number(), sa.ForeignKey("crosswalk_draft.id"), nullable=False),
        sa.Column("hash", text_key(), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("by", text_key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("crosswalk_save_draft_id", "crosswalk_save", ["draft_id"])
    op.create_table(
        "crosswalk_check",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("program", text_key(), nullable=False),
        sa.Column("against", sa.Text, nullable=False),
        sa.Column("checked_on", text_key(), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by", text_key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("crosswalk_check", "crosswalk_save"):
        op.drop_table(table)
