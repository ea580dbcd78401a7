"""Name the table of the runs that people ask for on a page; a month waits once."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Table, Text

from sync.store.kinds import Instant, text_key
from sync.store.schema import METADATA, partial_index, row_number

WAITS: Final = "taken_at IS NULL AND taken_back_at IS NULL"

RUN_REQUEST = Table(
    "run_request",
    METADATA,
    row_number(),
    Column("month", text_key(), nullable=False),
    Column("by", text_key(), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("taken_at", Instant),
    Column("taken_by", text_key()),
    Column("run_id", ForeignKey("run.id")),
    Column("taken_back_at", Instant),
    Column("taken_back_by", text_key()),
    partial_index("run_request_waits", "month", where=WAITS, unique=True),
)
