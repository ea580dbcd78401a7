"""Let the rows of customers name their job seeker id, so that who shares one is found without reading everybody."""

import sqlalchemy as sa
from alembic import op

from sync.model.words import WHITE

revision = "0016"
down_revision = "0015"

_ROW = sa.table("pulled_row", *(sa.column(name, sa.Text) for name in ("table_name", "content", "refers_to")))
_OF_CUSTOMERS = _ROW.c.table_name == "customers"


def upgrade() -> None:
    """Write down what the rows that are kept name."""
    if op.get_bind().dialect.name == "postgresql":
        named = sa.func.btrim(sa.cast(_ROW.c.content, sa.JSON)["job_seeker_id"].as_string(), WHITE)
    else:
        named = sa.func.trim(sa.func.json_extract(_ROW.c.content, "$.job_seeker_id"), WHITE)
    op.execute(_ROW.update().where(_OF_CUSTOMERS).values(refers_to=sa.func.nullif(named, "")))


def downgrade() -> None:
    """Forget it."""
    op.execute(_ROW.update().where(_OF_CUSTOMERS).values(refers_to=None))
