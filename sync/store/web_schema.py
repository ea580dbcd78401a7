"""Name the tables that the pages alone use: accounts, sessions, tries, handles, looks."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Table, Text

from sync.store.kinds import Instant, number, text_key
from sync.store.schema import METADATA

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", number(), primary_key=True, autoincrement=True),
    Column("name", text_key(), nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("providers", JSON, nullable=False),
    Column("password", Text),
    Column("totp_secret", Text, nullable=False),
    Column("totp_step", number(), nullable=False),
    Column("link_hash", text_key()),
    Column("link_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("subject", text_key()),
    Index("account_subject", "subject", unique=True),
)

WEB_SESSION = Table(
    "web_session",
    METADATA,
    Column("token_hash", text_key(), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("web_session_account", "account_id"),
)

SIGN_IN_TRY = Table(
    "sign_in_try",
    METADATA,
    Column("id", number(), primary_key=True, autoincrement=True),
    Column("whose", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Index("sign_in_try_whose", "whose", "at"),
)

HANDLE = Table(
    "handle",
    METADATA,
    Column("handle", text_key(), primary_key=True),
    Column("customer_id", text_key(), nullable=False, unique=True),
)

LOOK = Table(
    "look",
    METADATA,
    Column("id", number(), primary_key=True, autoincrement=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("customer_id", text_key(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("page", Text, nullable=False),
    Column("named", Boolean, nullable=False),
    Index("look_customer", "customer_id"),
)
