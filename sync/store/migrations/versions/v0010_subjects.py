"""Let an account be that of somebody whom the agency's own sign-in knows."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import text_key

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column."""
    op.add_column("account", sa.Column("subject", text_key()))
    op.create_index("account_subject", "account", ["subject"], unique=True)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("account_subject", "account")
    op.drop_column("account", "subject")
