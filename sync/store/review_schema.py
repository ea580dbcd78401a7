"""Name the tables of the reviews: what was found, on which facts, what people did about it, handles in addresses.

Like those of the other big tables, their rows name each other without a foreign key.
"""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from sync.store.kinds import Instant, number, text_key
from sync.store.schema import METADATA, partial_index, row_number, texts

_THERE = "gone_at IS NULL"

REVIEW_ITEM = Table(
    "review_item",
    METADATA,
    Column("item_id", text_key(), primary_key=True),
    Column("kind", text_key(), nullable=False),
    Column("reason", text_key(), nullable=False),
    Column("severity", text_key(), nullable=False),
    Column("rank", Integer, nullable=False),
    *texts("customer_id", "job_seeker_id", "program", "provider", "month", "line_id", "entry_id"),
    Column("cents", number()),
    Column("less_cents", number(), nullable=False),
    Column("cause", text_key(), nullable=False),
    Column("only_one", Boolean, nullable=False),
    Column("facets", text_key(), nullable=False),
    Column("place", text_key(), nullable=False),
    Column("fingerprint", text_key(), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("gone_at", Instant),
    Column("act", text_key(), nullable=False),
    Column("changed", Boolean, nullable=False),
    Column("act_fingerprint", text_key()),
    Column("act_until", text_key()),
    Column("assigned", text_key()),
    Column("last_event", number(), nullable=False),
    partial_index("review_item_order", "rank", "less_cents", "first_seen_at", "item_id", "act", "changed", "act_until",
             where=_THERE),
    partial_index("review_item_facets", "facets", "act", "changed", "act_until", "assigned", "place", where=_THERE),
    partial_index("review_item_cause", "cause", "only_one", "cents", "act", "changed", "act_until", where=_THERE),
    Index("review_item_customer", "customer_id"),
    Index("review_item_line", "line_id"),
)  # fmt: skip

REVIEW_FACTS = Table(
    "review_facts",
    METADATA,
    Column("item_id", text_key(), primary_key=True),
    Column("fingerprint", text_key(), primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("facts", Text, nullable=False),
)

REVIEW_EVENT = Table(
    "review_event",
    METADATA,
    row_number(),
    Column("item_id", text_key(), nullable=False),
    Column("act", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", text_key(), nullable=False),
    Column("decision", text_key()),
    Column("answer", text_key()),
    Column("reason", Text),
    Column("note", Text),
    Column("until", text_key()),
    Column("assignee", text_key()),
    Column("fingerprint", text_key(), nullable=False),
    Column("undoes", number()),
    Column("together", text_key()),
    Index("review_event_item", "item_id"),
    partial_index("review_event_together", "together", where="together IS NOT NULL"),
)

REVIEW_HANDLE = Table(
    "review_handle",
    METADATA,
    Column("handle", text_key(), primary_key=True),
    Column("stands", text_key(), nullable=False),
    Column("name", text_key(), nullable=False),
    Index("review_handle_name", "stands", "name", unique=True),
)
