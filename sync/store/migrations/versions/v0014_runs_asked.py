"""Make the requests for a run, and an index by which what persons keyed in some days is counted."""

import sqlalchemy as sa
from alembic import op

from sync.store.kinds import Instant, number, text_key

revision = "0014"
down_revision = "0013"

_WAITS = "taken_at IS NULL AND taken_back_at IS NULL"
_KEYED = ("confirmation", "seen_at", "how = 'person'")


def upgrade() -> None:
    """Make the table, in which a month waits once, and the index."""
    op.create_table(
        "run_request",
        sa.Column("id", number(), primary_key=True, autoincrement=True),
        sa.Column("month", text_key(), nullable=False),
        sa.Column("by", text_key(), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("taken_at", Instant),
        sa.Column("taken_by", text_key()),
        sa.Column("run_id", number(), sa.ForeignKey("run.id")),
        sa.Column("taken_back_at", Instant),
        sa.Column("taken_back_by", text_key()),
    )
    _index("run_request_waits", ("run_request", "month", _WAITS), unique=True)
    _index("confirmation_person", _KEYED)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("confirmation_person", "confirmation")
    op.drop_table("run_request")


def _index(name: str, told: tuple[str, str, str], *, unique: bool = False) -> None:
    table, column, where = told
    op.create_index(name, table, [column], unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
