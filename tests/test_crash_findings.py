"""What crashes and simulations brought to light, each in its smallest form."""

from sync.store import Database, State, confirm, counts
from tests.store_rows import NOW, offer_lines, seen


def test_several_lines_are_confirmed_by_one_read_back(database: Database) -> None:
    offer_lines(database, {"line_id": "service:S1"}, {"line_id": "service:S2"})

    with database.write() as conn:
        confirm(conn, [seen("service:S1"), seen("service:S2")], now=NOW)

    assert counts(database)[State.CONFIRMED] == 2
