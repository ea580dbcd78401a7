"""Share what tests of review items need: items that were found, as they stand, and as somebody saw them."""

from collections.abc import Mapping
from typing import Any

from sync.jobs.review import item
from sync.jobs.review_acts import Target, Whose
from sync.jobs.review_rules import Ruling
from sync.jobs.service import Service
from sync.store import Database
from sync.store.findings import store_found
from sync.store.review_states import ReviewState
from tests.services import START
from tests.store_rows import found_items

ONE = "date-differs:service:S1:E1"
RULING = Ruling(decision="accepted", reason="both days are right")
ANNA, BELA = Whose("anna"), Whose("bela")


def found(database: Database, *items: Mapping[str, Any]) -> dict[str, int]:
    return store_found(database, found_items(*items), now=START)


def target(own: Service, item_id: str = ONE) -> Target:
    return Target(item_id, item(own, item_id).seen)


def state(own: Service, item_id: str = ONE) -> ReviewState:
    return item(own, item_id).row.state
