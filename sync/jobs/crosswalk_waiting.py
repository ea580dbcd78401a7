"""Tell which aliases wait in drafts, so that nobody drafts for a second time what waits to be published."""

from collections.abc import Mapping

from sync.jobs.crosswalk_diff import difference
from sync.jobs.service import Service
from sync.store.crosswalk_versions import DraftState, drafts, newest_version


def aliases_waiting(service: Service) -> list[tuple[int, Mapping[str, str]]]:
    """Return the aliases that drafts add to the newest version or change in it, each with the number of its draft.

    Drafts on an older version are left out: nobody can publish them.
    """
    with service.db.read() as conn:
        newest, waiting = newest_version(conn), drafts(conn, DraftState.OPEN)
    if newest is None:
        return []
    return [
        (draft.id, row.now)
        for draft in sorted(waiting, key=lambda one: one.id) if draft.based_on == newest.number
        for row in difference(newest.files, draft.files).rows if row.table == "aliases" and row.now
    ]  # fmt: skip
