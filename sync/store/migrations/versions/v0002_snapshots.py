"""Make what was pulled: the pulls and every version of every row."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pull",
        sa.Column("seq", number(), primary_key=True, autoincrement=True),
        sa.Column("run_id", number(), sa.ForeignKey("run.id")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("partial", sa.Boolean, nullable=False),
        sa.Column("as_of", Instant),
        sa.Column("watermarks", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "pulled_row",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("table_name", text_key(), nullable=False),
        sa.Column("row_id", text_key(), nullable=False),
        sa.Column("owner", text_key(), nullable=False),
        sa.Column("refers_to", text_key()),
        sa.Column("contested", sa.Boolean, nullable=False),
        sa.Column("content_hash", sa.LargeBinary, nullable=False),
        sa.Column("first_pull", number(), nullable=False),
        sa.Column("gone_pull", number()),
        sa.Column("gone_why", sa.Text),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("content", sa.Text, nullable=False),
    )
    contested = sa.text("contested AND gone_pull IS NULL")
    places = ["table_name", "row_id"]
    op.create_index("pulled_row_contested", "pulled_row", places, sqlite_where=contested, postgresql_where=contested)
    gone, refers = sa.text("gone_pull IS NOT NULL"), sa.text("refers_to IS NOT NULL")
    op.create_index("pulled_row_refers", "pulled_row", ["refers_to"], sqlite_where=refers, postgresql_where=refers)
    op.create_index("pulled_row_owner", "pulled_row", ["table_name", "owner"])
    op.create_index("pulled_row_first", "pulled_row", ["first_pull"])
    op.create_index("pulled_row_gone", "pulled_row", ["gone_pull"], sqlite_where=gone, postgresql_where=gone)


def downgrade() -> None:
    """Take the tables away."""
    for table in ("pulled_row", "pull"):
        op.drop_table(table)
