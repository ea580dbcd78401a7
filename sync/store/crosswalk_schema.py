"""Name the tables of the crosswalk's versions: what was published, drafts of what shall be, and what was checked."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, Text

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

CROSSWALK_SAVE = Table(
    "crosswalk_save",
    METADATA,
    row_number(),
    Column("draft_id", ForeignKey(CROSSWALK_DRAFT.c.id), nullable=False),
    Column("hash", text_key(), nullable=False),
    Column("files", JSON, nullable=False),
    Column("by", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Index("crosswalk_save_draft_id", "draft_id"),
)
"""Every save of a draft: whoever saw an older one is told what others did to it since."""

CROSSWALK_CHECK = Table(
    "crosswalk_check",
    METADATA,
    row_number(),
    Column("program", text_key(), nullable=False),
    Column("against", Text, nullable=False),
    Column("checked_on", text_key(), nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("by", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
)
"""That somebody compared the rows of a program with a source, on a day; `version` is the one that they looked at."""
