"""Make what the pages remember: accounts, sessions, tries to sign in, handles of customers, and who looked at whom."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    _make_accounts()
    _make_looks()


def _make_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("name", text_key(), nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("providers", sa.JSON, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("totp_secret", sa.Text, nullable=False),
        sa.Column("totp_step", number(), nullable=False),
        sa.Column("link_hash", text_key()),
        sa.Column("link_until", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("disabled_at", Instant),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", text_key(), primary_key=True),
        sa.Column("account_id", number(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
    )
    op.create_index("web_session_account", "web_session", ["account_id"])
    op.create_table(
        "sign_in_try",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("whose", text_key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_index("sign_in_try_whose", "sign_in_try", ["whose", "at"])


def _make_looks() -> None:
    op.create_table(
        "handle",
        sa.Column("handle", text_key(), primary_key=True),
        sa.Column("customer_id", text_key(), nullable=False, unique=True),
    )
    op.create_table(
        "look",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("account_id", number(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("customer_id", text_key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
    )
    op.create_index("look_customer", "look", ["customer_id"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("look", "handle", "sign_in_try", "web_session", "account"):
        op.drop_table(table)
