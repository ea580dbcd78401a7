"""Make the keying queue: claims, events, and the index that finds what waits for a person."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0012"
down_revision = "0011"

_INDEXES = (
    ("keying_claim_customer", "keying_claim", ["customer_id"], "closed_at IS NULL"),
    ("keying_claim_keyer", "keying_claim", ["keyer"], "closed_at IS NULL"),
    ("keying_event_claim", "keying_event", ["claim_id"], None),
    ("keying_event_line", "keying_event", ["line_id"], None),
    ("ledger_keying", "ledger", ["customer_id"], "state = 'to-do'"),
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "keying_claim",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("handle", text_key(), nullable=False, unique=True),
        sa.Column("customer_id", text_key(), nullable=False),
        sa.Column("keyer", text_key(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("closed_why", sa.Text),
    )
    op.create_table(
        "keying_event",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("claim_id", number(), nullable=False),
        sa.Column("line_id", text_key(), nullable=False),
        sa.Column("act", text_key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        *(sa.Column(name, text_key()) for name in ("by", "date", "name")),
        sa.Column("words", sa.Text),
        sa.Column("line_at", Instant, nullable=False),
    )
    for name, table, columns, where in _INDEXES:
        only = sa.text(where) if where else None
        unique = table == "keying_claim"
        op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ledger_keying", "ledger")
    for table in ("keying_event", "keying_claim"):
        op.drop_table(table)
