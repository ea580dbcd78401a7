"""Name the tables of the month close: who signed or reopened which month of a provider, and what people said of it.

Rows are only ever added: the newest one about a thing says how it stands.
"""

from sqlalchemy import JSON, Column, Index, LargeBinary, Table, Text

from sync.store.kinds import Instant, number, text_key
from sync.store.schema import METADATA, row_number

MONTH_CLOSE = Table(
    "month_close",
    METADATA,
    row_number(),
    Column("provider", text_key(), nullable=False),
    Column("month", text_key(), nullable=False),
    Column("act", text_key(), nullable=False),
    Column("by", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("plan_id", number()),
    Column("digest", text_key()),
    Column("counts", JSON, nullable=False),
    Column("block", LargeBinary, nullable=False),
    Index("month_close_month", "month"),
)

MONTH_WORD = Table(
    "month_word",
    METADATA,
    row_number(),
    Column("provider", text_key(), nullable=False),
    Column("month", text_key(), nullable=False),
    Column("about", text_key(), nullable=False),
    Column("subject", text_key(), nullable=False),
    Column("act", text_key(), nullable=False),
    Column("fingerprint", text_key(), nullable=False),
    Column("by", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Index("month_word_month", "month"),
)
