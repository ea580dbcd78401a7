"""The commands of the crosswalk's versions: one person drafts, a second one publishes, and everything can be seen."""

import zipfile
from pathlib import Path

import pytest

from sync.crosswalk.texts import NAMES, read_files
from tests.configurations import Command, added, copied, rewritten
from tests.support import CONFIG

BAKING = "EOP Portland,Services,Baking Class,Job Search Training,,,agreed"
WORDS = ("--reason", "a new label", "--checked", "asked the provider")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capsys)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str | Path, ...]:
    """The options that name a configuration and a database of its own."""
    monkeypatch.setenv("LOGNAME", "DEMO-AUTHOR")
    return "--config", copied(tmp_path), "--database", f"sqlite:///{tmp_path / 'ims-sync.db'}"


def test_one_drafts_a_second_publishes_and_a_third_goes_back(
    command: Command, place: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = Path(place[1])
    first, adopted = command.json("crosswalk", "adopt", "--reason", "the first", *place)
    added(config, "services", BAKING)
    unlike, listed = command.json("crosswalk", "versions", *place)
    _, saved = command.json("crosswalk", "draft", *WORDS, *place)
    _, told = command.json("crosswalk", "impact", "draft-1", *place)
    own, _, said = command("crosswalk", "publish", "1", "--impact", told["impact"], *place)
    monkeypatch.setenv("LOGNAME", "DEMO-APPROVER")
    code, published = command.json("crosswalk", "publish", "1", "--impact", told["impact"], *place)
    same, after = command.json("crosswalk", "versions", *place)
    _, back = command.json("crosswalk", "rollback", "1", *WORDS, *place)
    _, again = command.json("crosswalk", "impact", "draft-2", *place)
    monkeypatch.setenv("LOGNAME", "DEMO-AUTHOR")
    command("crosswalk", "publish", "2", "--impact", again["impact"], *place)

    assert (first, adopted["number"], adopted["approver"]) == (0, 1, None)
    assert (unlike, listed["published"]) == (1, False)
    assert listed["differs"] == saved["difference"]["sentences"]
    assert "Baking Class" in listed["differs"][0]
    assert (own, "second person" in said) == (2, True)
    assert (code, published["author"], published["approver"]) == (0, "DEMO-AUTHOR", "DEMO-APPROVER")
    assert (same, [one["number"] for one in after["versions"]], after["drafts"]) == (0, [2, 1], [])
    assert back["hash"] == adopted["hash"]
    assert read_files(config) == read_files(CONFIG)


def test_a_draft_with_a_mistake_is_kept_and_says_where(command: Command, place: tuple[str | Path, ...]) -> None:
    command("crosswalk", "adopt", "--reason", "the first", *place)
    line = added(Path(place[1]), "services", "CCTP,Services")
    rewritten(Path(place[1]), "crosswalk/services.csv", "CCTP,Services\n", "CCTP,Services,Baking,Baking,,,x\n")
    folder = Path(place[1])
    bad = folder.rename(folder.with_name("edited"))
    copied(folder.parent)

    code, saved = command.json("crosswalk", "draft", "--from", bad, *WORDS, *place)

    assert code == 1
    assert any(one.startswith(f"crosswalk/services.csv:{line}: ") for one in saved["mistakes"])


def test_files_are_given_away_and_compared(command: Command, place: tuple[str | Path, ...], tmp_path: Path) -> None:
    command("crosswalk", "adopt", "--reason", "the first", *place)
    archive, folder = tmp_path / "one.zip", tmp_path / "one"
    for out in (archive, folder):
        assert command("crosswalk", "export", "1", "--out", out, *place)[0] == 0
    added(folder, "services", BAKING)

    _, told, _ = command("crosswalk", "diff", "1", folder, *place)
    _, nothing, _ = command("crosswalk", "diff", *place)
    twice, _, _ = command("crosswalk", "export", "--out", folder, *place)
    strange, _, said = command("crosswalk", "diff", "7", *place)

    with zipfile.ZipFile(archive) as pack:
        assert {name: pack.read(name).decode() for name in NAMES} == read_files(CONFIG)
    assert told.startswith("services: added: EOP Portland, Services, Baking Class")
    assert nothing == "Nothing differs.\n"
    assert (twice, strange) == (2, 2)
    assert "7: there are no such files" in said


def test_the_text_of_an_impact_ends_with_what_publishing_asks_for(
    command: Command, place: tuple[str | Path, ...]
) -> None:
    command("crosswalk", "adopt", "--reason", "the first", *place)

    code, told, _ = command("crosswalk", "impact", *place)
    _, flipped, _ = command("crosswalk", "impact", "--setting", "support.order=first-support-only", *place)
    _, listed, _ = command("crosswalk", "versions", *place)

    assert code == 0
    assert "0 of open months would change" in told
    assert told.splitlines()[-1].startswith("impact: ")
    assert flipped.splitlines()[-1] != told.splitlines()[-1]
    assert "Money that can be invoiced: 0.00 more." in told
    assert "taken over by one person" in listed


def test_without_a_version_the_commands_say_how_to_begin(command: Command, place: tuple[str | Path, ...]) -> None:
    code, _, said = command("crosswalk", "impact", *place)
    unlike, listed, _ = command("crosswalk", "versions", *place)

    assert (code, unlike) == (2, 1)
    assert "crosswalk adopt" in said
    assert "crosswalk adopt" in listed


def test_a_draft_is_discarded_and_opened_again(command: Command, place: tuple[str, ...]) -> None:
    command("crosswalk", "adopt", "--reason", "the first", *place)
    command("crosswalk", "draft", *WORDS, *place)

    done, gone = command.json("crosswalk", "discard", "1", *place)
    _, listed = command.json("crosswalk", "versions", *place)
    twice, _, said = command("crosswalk", "discard", "1", *place)
    _, back, _ = command("crosswalk", "reopen", "1", *place)

    assert (done, gone["state"], listed["drafts"]) == (0, "discarded", [])
    assert (twice, "draft 1 is discarded" in said) == (2, True)
    assert "open again" in back


def test_the_commands_export_a_workbook_and_take_it_back(
    command: Command, place: tuple[str | Path, ...], tmp_path: Path
) -> None:
    command("crosswalk", "adopt", "--reason", "the first", *place)
    out, row = tmp_path / "out.xlsx", tmp_path / "services.csv"
    row.write_text(f"{read_files(CONFIG)['crosswalk/services.csv']}{BAKING}\n", "utf-8")
    bad = tmp_path / "contracts.csv"
    bad.write_text("provider,allowed\n", "utf-8")

    exported, _, _ = command("crosswalk", "export", "--out", out, *place)
    same, said, _ = command("crosswalk", "import", out, "--preview", *place)
    _, draft = command.json("crosswalk", "import", row, "--reason", "a", "--checked", "b", *place)
    wrong, told, _ = command("crosswalk", "import", bad, *place)
    missing, _, _ = command("crosswalk", "import", tmp_path / "none.csv", *place)

    assert (exported, same, wrong, missing) == (0, 0, 1, 2)
    assert said == "It says the same as version 1.\nNo mistake found.\n"
    assert (draft["draft"], draft["mistakes"]) == (1, [])
    assert "column 'first' is missing" in told
