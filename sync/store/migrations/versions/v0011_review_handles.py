"""Make the random handles that stand for items to review, and for their causes, in addresses."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import text_key

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table; handles are made as pages show them."""
    op.create_table(
        "review_handle",
        sa.Column("handle", text_key(), primary_key=True),
        sa.Column("stands", text_key(), nullable=False),
        sa.Column("name", text_key(), nullable=False),
    )
    op.create_index("review_handle_name", "review_handle", ["stands", "name"], unique=True)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("review_handle")
