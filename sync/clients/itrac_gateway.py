"""Read I-Trac over HTTP: one call for each table. Its items bear the canonical names of the tables' columns."""

from datetime import UTC, datetime

from sync.clients.http import Session
from sync.clients.lists import Lists, Pulled, Question
from sync.model import TABLES

ITRAC_TABLES = tuple(name for name in TABLES if not name.startswith("ims_") and name != "choices")


class ItracGateway:
    """Read the tables of I-Trac; may be used from several threads."""

    def __init__(self, session: Session) -> None:
        self._lists = Lists(session)

    def pull(self, table: str, since: datetime | None, limit: int) -> Pulled:
        """Read the rows of a table that were changed at or after an instant, or all of them.

        since  an aware instant: the caller's watermark, less the overlap that the caller wants
        limit  rows of one page
        Raises Unreachable, ChangedInterface or Forbidden.
        """
        if table not in ITRAC_TABLES:
            raise ValueError(f"{table} is no table of I-Trac")
        params = {"limit": str(limit)}
        if since is not None:
            params["modified_since"] = _instant_text(since)
        return self._lists.read(Question(f"/v1/{table}", params, TABLES[table]))


def _instant_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
