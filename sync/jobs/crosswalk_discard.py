"""Lay a draft aside that nobody wants published any more, and take that back."""

from sync.errors import WrongCall
from sync.jobs.crosswalk_drafts import open_draft
from sync.jobs.service import Service
from sync.store import Act, Connection, record
from sync.store.crosswalk_versions import Draft, DraftState, draft_numbered, hold_versions, mark_draft


def discard(service: Service, number: int, *, seen: str | None = None) -> None:
    """Discard a draft; WrongCall where it is not open, or its files have another hash than the one that was seen."""
    with service.db.write() as conn:
        hold_versions(conn)
        draft = open_draft(conn, number)
        if seen is not None and draft.hash != seen:
            what = f"nothing was discarded: draft {number} was saved by {draft.author} since you saw it"
            raise WrongCall(what, "Look at it again as it is now.")
        mark_draft(conn, number, DraftState.DISCARDED)
        _record(service, conn, "crosswalk draft discarded", draft=draft)


def reopen(service: Service, number: int) -> None:
    """Let a discarded draft be open again; WrongCall where it is not discarded."""
    with service.db.write() as conn:
        hold_versions(conn)
        draft = draft_numbered(conn, number)
        if draft is None or draft.state is not DraftState.DISCARDED:
            raise WrongCall(f"draft {number} is not discarded", "Look at the list of drafts.")
        mark_draft(conn, number, DraftState.OPEN)
        _record(service, conn, "crosswalk draft reopened", draft=draft)


def _record(service: Service, conn: Connection, act: str, *, draft: Draft) -> None:
    record(conn, Act(service.actor, act, f"crosswalk draft {draft.id}", {"hash": draft.hash}), service.now())
