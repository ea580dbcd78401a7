"""In a rehearsal two admins change the crosswalk on the pages, and the next night decides by it."""

from pathlib import Path

from sync.store import newest_plan
from sync.store.accounts import Role
from tests.browser.newcomer import rehearsed
from tests.crosswalk_pages import drafted, publish


def test_an_alias_that_two_admins_publish_in_a_rehearsal_decides_the_next_night(tmp_path: Path) -> None:
    with rehearsed(tmp_path) as pages:
        author, approver = (pages.signed_in(Role.ADMIN, name=name) for name in ("DEMO-ADMIN", "DEMO-ADMIN-2"))
        operating = pages.signed_in(Role.OPERATIONS)
        before = newest_plan(pages.service.db)

        draft = drafted(author)
        own, waits = author.get("/").text, approver.get("/").text
        status, _ = publish(approver, draft)
        between = operating.get("/runs").text
        versions = author.get("/crosswalk/versions").text
        passed = operating.post("/rehearsal/night", "/rehearsal")

        after = newest_plan(pages.service.db)
        shown = author.get("/crosswalk").text
        assert before is not None
        assert after is not None
        assert "1 draft waits for a second person" in waits
        assert f'<a href="{draft}">Look at draft 1</a>' in waits
        assert "publish or discard it" in waits
        assert "You saved it, so another admin publishes it." in own
        assert "Version 2 of the crosswalk was published after this plan was made" in between
        assert "The newest plan was made before version 2 was published" in versions
        assert "The crosswalk changed since" not in operating.get("/runs").text
        assert (status, passed.status_code) == (303, 303)
        assert after.crosswalk_version != before.crosswalk_version
        assert "version 2" in shown
        assert "The files in use are those of the newest version." in shown
