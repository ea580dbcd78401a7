"""Tell what became of a customer's lines: how plans decided about them, what was sent, seen and said."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from sqlalchemy import select

from sync.store.bulk import in_parts, select_frame
from sync.store.confirmations import Confirmation, How
from sync.store.database import Database
from sync.store.ledger_lines import Attempt
from sync.store.review_list import event_from
from sync.store.review_schema import REVIEW_EVENT, REVIEW_ITEM
from sync.store.review_states import ReviewEvent
from sync.store.schema import ATTEMPT, CONFIRMATION, PLAN, PLAN_LINE, PULLED_ROW

VERSIONS = pl.Schema(
    {
        **dict.fromkeys(("line_id", "provider", "decision", "reasons", "entry_name"), pl.String()),
        **dict.fromkeys(("first_plan", "last_plan"), pl.Int64()),
        "decided_at": pl.Datetime("us", "UTC"),
    }
)
_LINE, _TRY, _SHOWS = PLAN_LINE.c, ATTEMPT.c, CONFIRMATION.c


class Reviewed(NamedTuple):
    """Name the provider and the line that an item is about, if any, and what somebody did about it."""

    provider: str | None
    line_id: str | None
    event: ReviewEvent


@dataclass(frozen=True, slots=True)
class Past:
    """Carry what happened to lines, each in the order in which it was written down."""

    attempts: list[Attempt]
    confirmations: list[Confirmation]
    reviews: list[Reviewed]


def line_versions(db: Database, customer_id: str) -> pl.DataFrame:
    """Return how plans decided about a customer's lines, as a frame of VERSIONS: line by line, the oldest first."""
    columns = [_LINE[name] for name in VERSIONS if name != "decided_at"]
    query = select(*columns, PLAN.c.created_at).join(PLAN, PLAN.c.id == _LINE.first_plan)
    with db.read() as conn:
        mine = query.where(_LINE.customer_id == customer_id).order_by(_LINE.line_id, _LINE.first_plan)
        return select_frame(conn, mine, VERSIONS)


def past_of(db: Database, customer_id: str, line_ids: Collection[str]) -> Past:
    """Return what happened to lines of a customer."""
    with db.read() as conn:
        parts = list(in_parts(line_ids))
        tried = [row for part in parts for row in conn.execute(_TRIED.where(_TRY.line_id.in_(part))).mappings()]
        shown = [row for part in parts for row in conn.execute(_SHOWN.where(_SHOWS.line_id.in_(part))).mappings()]
        said = conn.execute(_SAID.where(REVIEW_ITEM.c.customer_id == customer_id).order_by(REVIEW_EVENT.c.id)).all()
    return Past(
        [Attempt(**row) for row in tried],
        [Confirmation(**{**row, "how": How(row["how"])}) for row in shown],
        [Reviewed(row.item_provider, row.item_line, event_from(row)) for row in said],
    )


_TRIED = select(*(_TRY[name] for name in Attempt.__slots__))
_SHOWN = select(*(_SHOWS[name] for name in Confirmation._fields))
_ITEM = REVIEW_ITEM.c
_SAID = select(
    *(REVIEW_EVENT.c[name] for name in ReviewEvent.__slots__),
    _ITEM.line_id.label("item_line"), _ITEM.provider.label("item_provider"),
).join(REVIEW_ITEM, _ITEM.item_id == REVIEW_EVENT.c.item_id)  # fmt: skip


def customers_like(db: Database, words: Collection[str], limit: int) -> pl.DataFrame:
    """Return the owner and content of rows of customers whose content holds every word, whatever the case, by owner.

    Only letters of ASCII are compared without regard to case. At most `limit` rows.
    """
    row = PULLED_ROW.c
    query = select(row.owner, row.content).where(row.table_name == "customers", row.gone_pull.is_(None))
    for word in words:
        query = query.where(row.content.icontains(word, autoescape=True))
    with db.read() as conn:
        schema = pl.Schema({"owner": pl.String, "content": pl.String})
        return select_frame(conn, query.order_by(row.owner).limit(limit), schema)
