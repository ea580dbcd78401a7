"""The commands of the month close: what they print, how they leave, and that they do what the pages do."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.cli import month
from sync.cli.main import main
from sync.errors import Overtaken, StoppedToBeSafe, WrongCall
from sync.pretend.person import payment
from sync.store import Database, migrate, open_database
from tests.made_once import made_once
from tests.months import APRIL, PAID, entered, laid
from tests.support import CONFIG

Call = Callable[..., tuple[int, dict[str, Any]]]
MARCH = ("IRCO", "2026-03")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database whose March is entered; its second customer has nothing there."""
    made = f"sqlite:///{tmp_path / 'ims-sync.db'}"
    with open_database(made) as database:
        migrate(database)
        made_once(database, "March is entered", lambda: _enter(database, tmp_path))
    return made


def _enter(database: Database, folder: Path) -> None:
    with laid(database, folder) as world:
        entered(world)


@pytest.fixture
def call(url: str, capsys: pytest.CaptureFixture[str]) -> Call:
    def run(command: Callable[..., int], *given: str, **options: Any) -> tuple[int, dict[str, Any]]:
        code = command(*given, config=CONFIG, database=url, json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return run


def _later(url: str, folder: Path) -> None:
    """Let another payment of March come in."""
    with open_database(url) as database, laid(database, folder, (*PAID, payment("2026-03-12", amount="7.00")), APRIL):
        pass


def _signed(call: Call) -> None:
    call(month.declare, *MARCH, everybody=True, reason="was away")
    _, told = call(month.check, *MARCH)
    call(month.sign, *MARCH, digest=told["digest"], reason="looked through")


def test_a_month_is_checked_declared_and_signed(call: Call) -> None:
    blocked, before = call(month.check, *MARCH)
    code, declared = call(month.declare, *MARCH, customer=["DEMO-C02"], reason="was away")
    _, signed = call(month.sign, *MARCH, digest=before["digest"], reason="looked through")
    _, listed = call(month.list_)

    assert (blocked, code) == (1, 0)
    assert [one["point"] for one in before["points"] if one["blocks"]] == ["nothing"]
    assert declared["state"] == "ready"
    assert (signed["state"], signed["last"]["reason"]) == ("signed", "looked through")
    assert [(one["month"], one["state"]) for one in listed["months"]][1] == ("2026-03", "signed")


def test_a_sign_off_needs_the_digest_that_stands_and_no_blocking_point(call: Call) -> None:
    _, told = call(month.check, *MARCH)

    with pytest.raises(StoppedToBeSafe, match="nothing"):
        call(month.sign, *MARCH, digest=told["digest"], reason="looked through")
    with pytest.raises(Overtaken):
        call(month.sign, *MARCH, digest="0" * 64, reason="looked through")


def test_a_later_change_waits_is_accepted_and_taken_back(call: Call, url: str, tmp_path: Path) -> None:
    _signed(call)
    _later(url, tmp_path)
    line = "payment:DEMO-01-PAY2"

    waits, told = call(month.adjustments, *MARCH)
    listed, _ = call(month.list_, month="2026-03")
    accepted, _ = call(month.accept, *MARCH, line, reason="came late")
    declined, after = call(month.decline, *MARCH, line, reason="after all not")
    back, _ = call(month.take_back, *MARCH, line, reason="not sure")

    assert (waits, listed, accepted, declined, back) == (1, 1, 0, 0, 1)
    assert [(one["line_id"], one["change"], one["decided"]) for one in told["adjustments"]] == [(line, "new", None)]
    assert after["adjustments"][0]["decided"] == "decline"
    with pytest.raises(WrongCall):
        call(month.accept, *MARCH, "service:DEMO-01-SER1", reason="came late")


def test_a_month_is_reopened_and_its_sign_off_is_still_told(call: Call) -> None:
    _signed(call)

    _, told = call(month.reopen, *MARCH, reason="the provider found more")

    assert (told["state"], told["last"]["act"]) == ("ready", "reopen")


def test_evidence_is_written_whole_and_the_same_twice(call: Call, tmp_path: Path) -> None:
    _signed(call)

    made = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for out in made:
        call(month.evidence, *MARCH, out=out, seed="2026-audit")

    assert made[0].read_bytes() == made[1].read_bytes()
    with zipfile.ZipFile(made[0]) as pack:
        assert pack.testzip() is None
        assert "pages/001.html" in pack.namelist()
    with pytest.raises(WrongCall, match="zip"):
        call(month.evidence, *MARCH, out=tmp_path / "pack.tar", seed="x")


@pytest.mark.parametrize("wrong", [("POIC", "2026-03"), ("IRCO", "2031-01"), ("IRCO", "nonsense")])
def test_a_month_that_there_is_not_is_said_so(call: Call, wrong: tuple[str, str]) -> None:
    with pytest.raises(WrongCall, match="month list"):
        call(month.check, *wrong)


def test_the_text_says_what_to_do(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for words in ("list", "check IRCO 2026-03", "adjustments IRCO 2026-03"):
        given = ["ims-sync", "month", *words.split(), "--config", str(CONFIG), "--database", url]
        monkeypatch.setattr("sys.argv", given)
        with pytest.raises(SystemExit):
            main()
        shown[words.split()[0]] = capsys.readouterr().out

    assert "What to do: Ask the provider" in shown["check"]
    assert "DEMO-C02" in shown["check"]
    assert "nothing 1" in shown["list"]
    assert "The month is not signed." in shown["adjustments"]
