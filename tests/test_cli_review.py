"""The commands of the review: what they print, how they leave, and what a second person hears."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.cli import review
from sync.cli.main import main
from sync.errors import Overtaken, WrongCall
from sync.store import migrate, open_database
from sync.store.findings import store_found
from tests.services import START
from tests.store_rows import found_items
from tests.support import CONFIG

Call = Callable[..., tuple[int, dict[str, Any]]]
ONE = "date-differs:service:S1:E1"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with two items."""
    made = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(made) as database:
        migrate(database)
        facts = '{"field":"date","itrac_value":"2026-04-07","ims_value":"2026-04-08"}'
        store_found(database, found_items({"item_id": ONE, "facts": facts}, {"item_id": "date-differs:2"}), now=START)
    return made


@pytest.fixture
def call(url: str, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(command: Callable[..., int], *given: str, **options: Any) -> tuple[int, dict[str, Any]]:
        code = command(*given, config=CONFIG, database=url, json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return run


def test_the_list_leaves_with_one_while_anything_is_listed(call: Call) -> None:
    code, told = call(review.list_)
    none, nothing = call(review.list_, given="severity=claim")

    assert (code, told["total"], told["facets"]["kind"]) == (1, 2, {"date-differs": 2})
    assert (none, nothing["items"]) == (0, [])


def test_a_person_settles_puts_off_assigns_and_takes_back(call: Call) -> None:
    _, settled = call(review.settle, ONE, decision="accepted", reason="both days are right")
    _, undone = call(review.undo, ONE)
    _, deferred = call(review.defer, ONE, until="2099-01-01", reason="asked")
    _, assigned = call(review.assign, ONE, to="bela")

    assert [told["state"] for told in (settled, undone, deferred)] == ["settled", "open", "deferred"]
    assert assigned["assigned"] == "bela"
    assert [event["act"] for event in assigned["history"]] == ["settle", "undo", "defer", "assign"]


def test_whoever_names_an_older_version_is_refused(call: Call) -> None:
    _, saw = call(review.show, ONE)
    call(review.assign, ONE, to="bela")

    with pytest.raises(Overtaken, match="assigned it to bela"):
        call(review.settle, ONE, decision="accepted", reason="mine", seen=saw["seen"])
    with pytest.raises(WrongCall, match="no version"):
        call(review.settle, ONE, decision="accepted", reason="mine", seen="nonsense")


def test_all_that_was_listed_is_settled_and_taken_back_as_one(call: Call) -> None:
    _, listed = call(review.list_)
    given = {"decision": "accepted", "reason": "old", "count": listed["total"], "hash_": listed["hash"]}

    _, done = call(review.settle_all, **given)
    with pytest.raises(Overtaken, match="nothing was written"):
        call(review.settle_all, **given)
    _, undone = call(review.undo, done["together"], every=True)

    assert (done["settled"], undone["taken_back"]) == (2, 2)


def test_the_words_of_who_came_second_are_handed_back(
    url: str, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, saw = call(review.show, ONE)
    call(review.assign, ONE, to="bela")
    words = ["settle", ONE, "--decision", "accepted", "--reason", "I rang them", "--seen", saw["seen"]]
    monkeypatch.setattr("sys.argv", ["ims-sync", "review", *words, "--config", str(CONFIG), "--database", url])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 5
    assert "You wrote reason: I rang them" in capsys.readouterr().err


def test_a_person_reads_both_sides_and_what_may_be_decided(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    review.show(ONE, config=CONFIG, database=url)
    review.list_(config=CONFIG, database=url)

    told = capsys.readouterr().out
    assert "≠ date: I-Trac 2026-04-07, iMatchSkills 2026-04-08" in told
    assert "--decision accepted" in told
    assert "clears 2." in told
