"""The commands of the keying queue: what they print, and how they leave."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.cli import key
from sync.errors import RetypedOtherwise, WrongCall
from sync.jobs.keyed_word import Said
from sync.store import ledger_lines, migrate, open_database
from tests.keyboard import desk
from tests.support import CONFIG

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A database with one customer to key."""
    made = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(made) as database:
        migrate(database)
        with desk(database, tmp_path):
            yield made


@pytest.fixture
def call(url: str, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(command: Callable[..., int], *given: Any, **options: Any) -> tuple[int, dict[str, Any]]:
        code = command(*given, by="DEMO-KEYER", config=CONFIG, database=url, json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return run


def _open(told: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in told["entries"] if one["open"])


def test_somebody_with_a_terminal_keys_takes_back_and_gives_back(call: Call, url: str) -> None:
    code, shown = call(key.next_)
    entry = _open(shown)
    typed = {"date": entry["fields"]["Date"], "component": entry["fields"]["Check or choose"]}
    keyed, after = call(key.say, entry["line"], Said.KEYED, **typed)
    back, again = call(key.take_back, entry["line"])
    given, told = call(key.give_back, untouched=True)

    assert (code, keyed, back, given) == (1, 0, 0, 0)
    assert _open(after)["line"] != entry["line"]
    assert _open(again)["line"] == entry["line"]
    assert told == {"given_back": True, "unclear": False}
    with open_database(url) as database:
        assert ledger_lines(database, [entry["line"]])[entry["line"]].state == "to-do"


def test_the_queue_says_what_waits_and_what_was_saved(call: Call) -> None:
    _, before = call(key.queue)
    call(key.next_)
    call(key.give_back, untouched=False)
    code, after = call(key.queue)

    assert (before["why_not"], before["entries"]) == (None, 0)
    assert code == 1
    assert (after["entries"], after["unclear"], after["after"]) == (0, 1, 5)
    assert after["saved"] == {"carried": 0, "found": 0, "seconds_per_entry": 90, "seconds": 0}


def test_a_slip_of_the_eye_and_a_wrong_line_are_named(call: Call) -> None:
    _, shown = call(key.next_)

    with pytest.raises(RetypedOtherwise, match="the date and component that you typed are not those to key"):
        call(key.say, _open(shown)["line"], Said.KEYED)
    with pytest.raises(WrongCall, match="is no entry that was opened for you"):
        call(key.say, "service:NOBODY", Said.NOT_SURE)


def test_what_is_shown_says_what_to_type_where_and_what_comes_later(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key.next_(by="DEMO-KEYER", config=CONFIG, database=url)
    shown = capsys.readouterr().out
    key.queue(by="DEMO-KEYER", config=CONFIG, database=url)
    waits = capsys.readouterr().out

    assert "Job seeker        DEMO-J01" in shown
    assert "Later: Service: " in shown
    assert "0 entries of 0 customers can be keyed now" in waits
    assert "Saved: 0 seconds" in waits
