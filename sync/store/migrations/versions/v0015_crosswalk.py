"""Make the tables of the crosswalk's versions, and of the drafts that become versions."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables, and the indexes by which a hash and the open drafts are found."""
    op.create_table(
        "crosswalk_version",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", text_key(), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("author", text_key(), nullable=False),
        sa.Column("approver", text_key()),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("checked", sa.Text, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("from_draft", number()),
        sa.Column("impact_hash", text_key()),
    )
    op.create_index("crosswalk_version_hash", "crosswalk_version", ["hash"])
    op.create_table(
        "crosswalk_draft",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("state", text_key(), nullable=False),
        sa.Column("based_on", sa.Integer, nullable=False),
        *(sa.Column(name, text_key(), nullable=False) for name in ("based_on_hash", "hash")),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("author", text_key(), nullable=False),
        sa.Column("saved_at", Instant, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("reason", "checked")),
        *(sa.Column(name, text_key()) for name in ("impact_hash", "approver")),
        sa.Column("folder", sa.Text),
    )
    op.create_index("crosswalk_draft_state", "crosswalk_draft", ["state"])


def downgrade() -> None:
    """Take them away."""
    for table in ("crosswalk_draft", "crosswalk_version"):
        op.drop_table(table)
