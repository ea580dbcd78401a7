"""By commands alone: an alias for a label of our own rows is drafted, published by a second person, and taken back."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sync.crosswalk.texts import read_files
from sync.pretend.person import payment
from sync.pretend.person import service as coached
from sync.store import migrate, open_database
from tests.configurations import Command, copied
from tests.crosswalk_road import differing, lines_now
from tests.crosswalks import APPROVER, AUTHOR
from tests.support import CONFIG
from tests.test_crosswalk_impact import lay

_CELLS = ("decision", "reasons", "entry_name", "amount")


class Office:
    """Two people at terminals of one machine, with a configuration and a database of their own."""

    def __init__(self, command: Command, folder: Path, url: str) -> None:
        self.command, self.url, self.config = command, url, copied(folder)
        self.place = ("--config", self.config, "--database", url)

    def ask(self, *words: str) -> Any:
        _, told = self.command.json("crosswalk", *words, *self.place)
        return told

    def say(self, *words: str) -> str:
        """Return what a command says to a person who reads it."""
        code, out, err = self.command("crosswalk", *words, *self.place)
        assert code == 0, err
        return out

    def planned(self) -> pl.DataFrame:
        """Pull, read back and plan; return the lines."""
        for job in (["pull"], ["readback"], ["plan", "--as-of", "2026-04-20"]):
            self.command(*job, *self.place)
        with open_database(self.url) as database:
            return lines_now(database)


@pytest.fixture
def office(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Office:
    for name, folder in (("ITRAC", "itrac"), ("IMS", "ims")):
        monkeypatch.setenv(f"IMS_SYNC_{name}__FOLDER", str(tmp_path / folder))
    lay(tmp_path, [coached("2026-04-07", service="Coaching"), payment("2026-04-08", amount="25.00")],
        [coached("2026-04-09", service="coaching")], [coached("2026-04-07")],
        [coached("2026-04-07", service="Basket Weaving")])  # fmt: skip
    with open_database(database_url) as database:
        migrate(database)
    return Office(Command(monkeypatch, capsys), tmp_path, database_url)


def next_command(said: str) -> list[str]:
    """Return the words of the command that an answer names as the next one."""
    found = re.search(r"ims-sync crosswalk (.+?)\.?$", said, re.MULTILINE)
    assert found is not None, said
    return found[1].split()


def cells(line: dict[str, Any], when: str) -> dict[str, Any]:
    """Return a line of a plan as the document of an impact names it."""
    return {"line_id": line["line_id"], **{f"{when}_{name}": line[name] for name in _CELLS}}


def named(line: dict[str, Any], when: str) -> dict[str, Any]:
    """Return what the document of an impact says of a line, before or after."""
    return {name: cell for name, cell in line.items() if name == "line_id" or name.startswith(f"{when}_")}


def test_each_command_names_the_next_and_the_plan_follows_what_was_published(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", AUTHOR)
    office.say("adopt", "--reason", "the first")
    before = office.planned()
    label = next(one for one in office.ask("labels")["labels"] if one["label"].lower() == "coaching")
    words = ("--reason", "both mean the same", "--checked", "asked the provider")
    drafted = office.say("labels", "--propose", f"{label['key']}=Career Coaching", *words)
    told = office.ask(*next_command(drafted))

    monkeypatch.setenv("LOGNAME", APPROVER)
    looked_at = office.say(*next_command(drafted))
    published = office.say(*next_command(looked_at))
    after = office.planned()
    back = office.say("rollback", "1", "--reason", "it was wrong", "--checked", "the guide")
    monkeypatch.setenv("LOGNAME", AUTHOR)
    office.say(*next_command(office.say(*next_command(back))))

    then, now = differing(before, after)
    clears = label["suggestions"][0]["clears"]
    assert (clears["lines"], clears["flags"], clears["money"]) == (len(then), 2, "25.00")
    assert [cells(line, "before") for line in then] == [named(line, "before") for line in told["changed"]]
    assert [cells(line, "after") for line in now] == [named(line, "after") for line in told["changed"]]
    assert "The next plan is decided by it" in published
    assert differing(before, office.planned()) == ([], [])
    assert read_files(office.config) == read_files(CONFIG)
