"""A draft is kept with whose it is and why, says what it changes, and never goes over somebody else's work."""

import os
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES, RULES, hash_of, laid, put_in_place, read_files
from sync.errors import BadConfiguration, Overtaken, WrongCall
from sync.jobs.crosswalk_diff import difference
from sync.jobs.crosswalk_drafts import Wish, mistakes_of, save_draft
from sync.jobs.crosswalk_publish import adopt
from sync.store import Database
from sync.store.crosswalk_versions import draft_numbered
from tests.configurations import copied
from tests.crosswalks import AUTHOR, adopted, by, drafted, edited
from tests.services import service
from tests.support import CONFIG

ROW = "CCTP,Services,Career Coaching,Job Search Training,,,agreed"
SERVICES = "crosswalk/services.csv"


def test_files_come_back_to_the_letter(tmp_path: Path) -> None:
    files = {**read_files(CONFIG), SERVICES: "\ufeff" + read_files(CONFIG)[SERVICES].replace("\n", "\r\n")}

    with laid(files) as folder:
        again = read_files(folder)
        put_in_place(read_files(CONFIG), folder)
        put = read_files(folder)
        left = sorted(path.name for path in folder.iterdir())

    assert again == files
    assert hash_of(again) == hash_of(files) != hash_of(put)
    assert put == read_files(CONFIG)
    assert left == ["crosswalk", RULES]


def test_whoever_could_read_the_files_can_read_those_that_take_their_place(tmp_path: Path) -> None:
    config = copied(tmp_path)
    services = config / SERVICES
    services.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(services, 12345, 23456)
    before = services.stat()

    put_in_place(edited(config, "services", ROW), config)

    after = services.stat()
    assert ROW in services.read_text("utf-8")
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_counts_for_the_hash(name: str) -> None:
    files = read_files(CONFIG)

    assert hash_of({**files, name: files[name] + "\n"}) != hash_of(files)


def test_rows_that_differ_are_told_by_what_they_are_about() -> None:
    files = read_files(CONFIG)
    rows = files[SERVICES].splitlines(keepends=True)
    coached = next(place for place, row in enumerate(rows) if "Job Search Training" in row)
    changed = [*rows]
    changed[coached] = rows[coached].replace("Job Search Training", "Job Retention")
    now = {**files, SERVICES: "".join(changed[:-1]) + f"{ROW}\n"}

    told = difference(files, now).sentences

    assert len(told) == 3
    assert sum("component was “Job Search Training”, is “Job Retention”" in one for one in told) == 1
    assert any(one.startswith("services: added: CCTP, Services, Career Coaching (") for one in told)
    assert sum(one.startswith("services: removed: ") for one in told) == 1


def test_a_setting_that_differs_is_told_before_and_after() -> None:
    files = read_files(CONFIG)
    now = {**files, RULES: files[RULES].replace('order = "component-first"', 'order = "first-support-only"')}

    told = difference(files, now).sentences

    assert told == ["rules: support.order was “component-first”, is “first-support-only”"]


def test_the_order_of_rows_and_a_comment_are_told_as_spelling() -> None:
    files = read_files(CONFIG)
    head, *rows = files[SERVICES].splitlines(keepends=True)
    now = {**files, SERVICES: "".join([head, *reversed(rows)]), RULES: f"# a comment\n{files[RULES]}"}

    told = difference(files, now).sentences

    assert difference(files, files).sentences == []
    assert told == [f"{name}: only its spelling (order of rows, quotes, comments)" for name in (RULES, SERVICES)]


def test_a_draft_keeps_its_files_and_who_wants_it_why(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)

    draft = drafted(made, edited(config, "services", ROW))

    with database.read() as conn:
        assert draft_numbered(conn, draft.id) == draft
    assert (draft.author, draft.reason, draft.checked, draft.based_on) == (AUTHOR, "a new service", "the guide", 1)
    assert draft.files == edited(config, "services", ROW)
    assert read_files(config) == read_files(CONFIG)


def test_the_mistakes_of_a_draft_are_named_by_file_and_line(tmp_path: Path) -> None:
    files = edited(CONFIG, "services", "CCTP,Services,Career Coaching,Coaching,,,x")
    line = files[SERVICES].count("\n")

    (mistake,) = mistakes_of(files)

    assert mistake.startswith(f"crosswalk/services.csv:{line}: ")


def test_there_is_no_draft_before_the_first_version_and_none_without_a_reason(
    database: Database, tmp_path: Path
) -> None:
    bare = service(database, tmp_path)
    with pytest.raises(WrongCall, match="no version"):
        drafted(bare, read_files(CONFIG))
    adopt(bare, CONFIG, reason="the first")

    for reason, checked in ((" ", "all"), ("new", ""), ("n" * 501, "all")):
        with pytest.raises(WrongCall, match="missing or too long"):
            save_draft(bare, Wish(files=read_files(CONFIG), reason=reason, checked=checked))
    with pytest.raises(WrongCall, match="published already"):
        adopt(bare, CONFIG, reason="again")


def test_files_with_mistakes_are_not_taken_over(database: Database, tmp_path: Path) -> None:
    made = service(database, tmp_path)

    with laid(edited(CONFIG, "services", "CCTP,Services")) as config, pytest.raises(BadConfiguration, match="cells"):
        adopt(made, config, reason="the first")


def test_of_two_who_save_one_draft_the_second_hears_what_the_first_did(database: Database, tmp_path: Path) -> None:
    made, config = adopted(database, tmp_path)
    draft = drafted(made, edited(config, "services", ROW))
    first, second = (
        Wish(files=edited(config, table, row), reason="mine", checked="all", replaces=(draft.id, draft.hash))
        for table, row in (("known_services", "Baking,,,x"), ("services", ROW.replace("CCTP", "NextGen")))
    )
    save_draft(by(made, "DEMO-FIRST"), first)

    with pytest.raises(Overtaken) as refused:
        save_draft(by(made, "DEMO-SECOND"), second)

    assert "saved by DEMO-FIRST" in refused.value.what
    assert any("known_services: added: Baking" in one for one in refused.value.meanwhile)
    assert refused.value.own == {"reason": "mine", "note": "all"}
    with database.read() as conn:
        kept = draft_numbered(conn, draft.id)
    assert kept is not None
    assert (kept.author, kept.files) == ("DEMO-FIRST", first.files)
