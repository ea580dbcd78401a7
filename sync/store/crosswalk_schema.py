"""Name the tables of the crosswalk's versions: what was published with its files, and drafts of what shall be."""

from sqlalchemy import JSON, Column, Index, Integer, Table, Text

from sync.store.kinds import Instant, number, text_key
from sync.store.schema import METADATA, row_number

CROSSWALK_VERSION = Table(
    "crosswalk_version",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", text_key(), nullable=False),
    Column("files", JSON, nullable=False),
    Column("author", text_key(), nullable=False),
    Column("approver", text_key()),
    Column("reason", Text, nullable=False),
    Column("checked", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("from_draft", number()),
    Column("impact_hash", text_key()),
    Index("crosswalk_version_hash", "hash"),
)

CROSSWALK_DRAFT = Table(
    "crosswalk_draft",
    METADATA,
    row_number(),
    Column("state", text_key(), nullable=False),
    Column("based_on", Integer, nullable=False),
    Column("based_on_hash", text_key(), nullable=False),
    Column("hash", text_key(), nullable=False),
    Column("files", JSON, nullable=False),
    Column("author", text_key(), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("checked", Text, nullable=False),
    Column("impact_hash", text_key()),
    Column("approver", text_key()),
    Column("folder", Text),
    Index("crosswalk_draft_state", "state"),
)
