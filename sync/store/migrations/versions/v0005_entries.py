"""Let the ledger be asked for what is unsettled, and by entry; pack the blocks of customers so that they open fast."""

import zlib
from collections.abc import Callable

import lz4.block
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BLOCK = sa.table("customer_block", sa.column("id"), sa.column("block", sa.LargeBinary))
_UNSETTLED = sa.text("state IN ('written', 'unclear', 'keyed')")


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ledger_unsettled", "ledger", ["line_id"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED)
    op.create_index("ledger_entry", "ledger", ["entry_id"])
    _pack_anew(lambda block: lz4.block.compress(zlib.decompress(block)))


def downgrade() -> None:
    """Take the indexes away."""
    for name in ("ledger_unsettled", "ledger_entry"):
        op.drop_index(name, "ledger")
    _pack_anew(lambda block: zlib.compress(lz4.block.decompress(block), 1))


def _pack_anew(packed: Callable[[bytes], bytes]) -> None:
    conn = op.get_bind()
    for block_id in conn.scalars(sa.select(_BLOCK.c.id)).all():
        block = conn.scalar(sa.select(_BLOCK.c.block).where(_BLOCK.c.id == block_id))
        conn.execute(_BLOCK.update().where(_BLOCK.c.id == block_id).values(block=packed(block or b"")))
