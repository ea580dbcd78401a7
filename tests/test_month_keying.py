"""What a signed month holds back is not keyed either, until a person accepted it."""

from pathlib import Path

from sync.jobs.approval import approve
from sync.jobs.keying import open_next
from sync.jobs.month_close import accept
from sync.pretend.person import payment
from sync.store import Database, State, counts
from tests.keyboard import ONE, current, desk, keyed, opened
from tests.months import MARCH, PAID, seen, signed


def test_a_change_of_a_signed_month_waits_and_is_keyed_once_it_is_accepted(database: Database, tmp_path: Path) -> None:
    with desk(database, tmp_path, PAID) as made:
        keyed(made, times=counts(database)[State.TO_DO] or 5)
        assert open_next(made.service, ONE) is None
        signed(made.service)
        made.lay((*PAID, payment("2026-03-12", amount="7.00")))
        approve(made.service, made.plan(), "checked")

        waits = open_next(made.service, ONE)
        (one,) = [change for change in seen(made.service).adjustments if change.change == "new"]
        accept(made.service, MARCH, line_id=one.line_id, seen=one.fingerprint, reason="came late")

        assert waits is None
        assert current(made, opened(made)) == [one.line_id]
