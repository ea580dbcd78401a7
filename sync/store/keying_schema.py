"""Name the tables of the keying queue: who holds which customer, and what they said of each entry.

An entry stands in a claim as the newest event about it says; events are added and never changed.
"""

from sqlalchemy import Column, Index, Table, Text

from sync.store.kinds import Instant, number, text_key
from sync.store.schema import METADATA, partial_index, row_number, texts

_OPEN = "closed_at IS NULL"

KEYING_CLAIM = Table(
    "keying_claim",
    METADATA,
    row_number(),
    Column("handle", text_key(), nullable=False, unique=True),
    Column("customer_id", text_key(), nullable=False),
    Column("keyer", text_key(), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_why", Text),
    partial_index("keying_claim_customer", "customer_id", where=_OPEN, unique=True),
    partial_index("keying_claim_keyer", "keyer", where=_OPEN, unique=True),
)

KEYING_EVENT = Table(
    "keying_event",
    METADATA,
    row_number(),
    Column("claim_id", number(), nullable=False),
    Column("line_id", text_key(), nullable=False),
    Column("act", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    *texts("by", "date", "name"),
    Column("words", Text),
    Column("line_at", Instant, nullable=False),
    Index("keying_event_claim", "claim_id"),
    Index("keying_event_line", "line_id"),
)
