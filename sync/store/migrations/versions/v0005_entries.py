"""Let the ledger be asked for what is unsettled, and by entry, without reading all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_UNSETTLED = sa.text("state IN ('written', 'unclear', 'keyed')")


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ledger_unsettled", "ledger", ["line_id"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)
    op.create_index("ledger_entry", "ledger", ["entry_id"])


def downgrade() -> None:
    """Take the indexes away."""
    for name in ("ledger_unsettled", "ledger_entry"):
        op.drop_index(name, "ledger")
