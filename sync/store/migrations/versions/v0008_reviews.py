"""Make what people review: the items, the facts of each version, and what was done about them."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0008"
down_revision = "0007"

_INDEXES = (
    ("review_item_order", "review_item",
     ["rank", "less_cents", "first_seen_at", "item_id", "act", "changed", "act_until"], "gone_at IS NULL"),
    ("review_item_facets", "review_item", ["facets", "act", "changed", "act_until", "assigned", "place"],
     "gone_at IS NULL"),
    ("review_item_cause", "review_item", ["cause", "only_one", "cents", "act", "changed", "act_until"],
     "gone_at IS NULL"),
    ("review_item_customer", "review_item", ["customer_id"], None),
    ("review_item_line", "review_item", ["line_id"], None),
    ("review_event_item", "review_event", ["item_id"], None),
    ("review_event_together", "review_event", ["together"], "together IS NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables."""
    _make_items()
    op.create_table(
        "review_facts",
        sa.Column("item_id", text_key(), primary_key=True),
        sa.Column("fingerprint", text_key(), primary_key=True),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
    )
    _make_events()
    for name, table, columns, where in _INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Take the tables away."""
    for table in ("review_event", "review_facts", "review_item"):
        op.drop_table(table)


def _make_items() -> None:
    op.create_table(
        "review_item",
        sa.Column("item_id", text_key(), primary_key=True),
        *(sa.Column(name, text_key(), nullable=False) for name in ("kind", "reason", "severity")),
        sa.Column("rank", sa.Integer, nullable=False),
        *(
            sa.Column(name, text_key())
            for name in ("customer_id", "job_seeker_id", "program", "provider", "month", "line_id", "entry_id")
        ),
        sa.Column("cents", number()),
        sa.Column("less_cents", number(), nullable=False),
        sa.Column("cause", text_key(), nullable=False),
        sa.Column("only_one", sa.Boolean, nullable=False),
        *(sa.Column(name, text_key(), nullable=False) for name in ("facets", "place", "fingerprint")),
        sa.Column("first_seen_at", Instant, nullable=False),
        *(sa.Column(name, Instant) for name in ("last_seen_at", "gone_at")),
        sa.Column("act", text_key(), nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
        *(sa.Column(name, text_key()) for name in ("act_fingerprint", "act_until", "assigned")),
        sa.Column("last_event", number(), nullable=False),
    )


def _make_events() -> None:
    op.create_table(
        "review_event",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        *(sa.Column(name, text_key(), nullable=False) for name in ("item_id", "act")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", text_key(), nullable=False),
        *(sa.Column(name, text_key()) for name in ("decision", "answer")),
        *(sa.Column(name, sa.Text) for name in ("reason", "note")),
        *(sa.Column(name, text_key()) for name in ("until", "assignee")),
        sa.Column("fingerprint", text_key(), nullable=False),
        sa.Column("undoes", number()),
        sa.Column("together", text_key()),
    )
