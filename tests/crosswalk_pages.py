"""Share what tests of the crosswalk's pages need: pages over version 1, and what people do on them."""

import re
from pathlib import Path

from sync.jobs.crosswalk_publish import adopt
from sync.pretend.person import service as coaching
from sync.store import Database
from sync.store.crosswalk_versions import DraftState, drafts
from tests.configurations import copied
from tests.made_once import made_once
from tests.support import CONFIG
from tests.test_web_months import exported
from tests.web import Browser, Pages, pages_over, pull_and_plan

BAKING = {"cell-kind": "service", "cell-label": "Baking Class", "cell-stands_for": "Career Coaching",
          "cell-source": "agreed"}  # fmt: skip
WHY = {"reason": "a new label", "checked": "asked the provider"}


def over_version_1(database: Database, folder: Path) -> Pages:
    """Return the pages over version 1, with somebody whose label no row knows."""
    made = pages_over(database, folder, config=copied(folder))
    exported(folder, (coaching("2026-04-07", service="Baking Class"),), (coaching("2026-04-08"),))
    made_once(database, "an unknown label under version 1", lambda: plan_and_adopt(made))
    return made


def plan_and_adopt(pages: Pages) -> None:
    """Plan about what is exported, and let the files be version 1."""
    pull_and_plan(pages.service)
    adopt(pages.service, pages.service.config or CONFIG, reason="as the guide has it")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def save(person: Browser, query: str = "table=aliases", on: str = "", **cells: str) -> tuple[int, str]:
    """Send the form of a row as its page has it, but for these cells; return the answer, or where it leads."""
    way = f"/crosswalk/rows?{query}"
    page = person.get(way).text
    shown = {name: hidden(page, name) for name in ("table", "line", "onto")}
    answer = person.post(
        "/crosswalk/rows", way, **{**shown, **WHY, "act": "save", **({"onto": on} if on else {}), **cells}
    )
    return answer.status_code, answer.headers.get("Location") or answer.text


def drafted(person: Browser) -> str:
    """Save an alias in a new draft; return the address of the draft."""
    status, place = save(person, **BAKING)
    assert status == 303
    return place.partition("?")[0]


def publish(person: Browser, draft: str) -> tuple[int, str]:
    """Look at the impact and publish."""
    seen = hidden(person.get(f"{draft}?impact=1").text, "impact")
    answer = person.post(f"{draft}/publish", draft, impact=seen)
    return answer.status_code, answer.headers.get("Location") or answer.text


def open_now(pages: Pages) -> int:
    with pages.service.db.read() as conn:
        return len(drafts(conn, DraftState.OPEN))
