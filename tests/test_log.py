"""What is logged: static events with listed facts, and of libraries only that they spoke."""

import ast
import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.errors import BadInput
from sync.log import FACTS, WITHHELD, Form, bound, carried, configure, figures_of, log
from tests.support import ROOT

CALLS = {"debug", "info", "warning", "error", "exception", "critical"}


class Written:
    """What left on stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys, self._text = capsys, ""

    @property
    def text(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def one(self) -> dict[str, Any]:
        (line,) = self.all()
        return line


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What leaves on stderr as JSON while the test runs."""
    before = list(logging.getLogger().handlers)
    configure(Form.JSON, "info")
    yield Written(capsys)
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)


def test_an_event_leaves_with_its_facts(lines: Written) -> None:
    log.info("run_begun", run=3, job="pull")

    told = lines.one()
    assert (told["event"], told["level"], told["run"], told["job"]) == ("run_begun", "info", 3, "pull")
    assert FACTS["at"].fits(told["at"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("last_name", "Testperson"), ("run", "Testperson"), ("status", 7654), ("run", -7654), ("run", True),
        ("job", "Pull"), ("line", "service:Ann Testperson"), ("digest", "xyz"), ("error", "lower"),
        ("place", "/etc/passwd:1"), ("state", {"a": 7}), ("seconds", "17.5"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("planted_on_purpose")
def test_what_is_not_listed_or_does_not_fit_is_replaced_by_a_mark(name: str, value: object, lines: Written) -> None:
    log.info("run_begun", **{name: value})

    told = lines.one()
    assert f"{WITHHELD} {name}" in told.values()
    assert str(value) not in lines.text


@pytest.mark.usefixtures("planted_on_purpose")
def test_an_event_that_is_no_name_is_withheld(lines: Written) -> None:
    log.info("pulled for Ann Testperson")

    assert lines.one()["event"] == f"{WITHHELD}_event"


def test_what_is_not_known_is_left_out(lines: Written) -> None:
    log.info("run_begun", run=3, parent=None)

    assert "parent" not in lines.one()


@pytest.mark.usefixtures("planted_on_purpose")
def test_of_an_exception_leave_class_and_place_alone(lines: Written) -> None:
    try:
        raise BadInput("Ann Testperson")
    except BadInput:
        log.exception("run_ended", state="failed")

    told = lines.one()
    assert (told["level"], told["error"]) == ("error", "BadInput")
    assert "Testperson" not in lines.text


def test_the_place_of_a_fault_is_in_our_own_code(lines: Written) -> None:
    try:
        configure(Form.JSON, "no such level")
    except ValueError:
        log.exception("run_ended")

    assert str(lines.one()["place"]).startswith("log/funnel.py:")


@pytest.mark.parametrize(
    "logger", ["urllib3.connectionpool", "alembic", "apscheduler", "sqlalchemy.engine", "waitress"]
)
def test_of_a_library_leaves_only_that_it_spoke(logger: str, lines: Written) -> None:
    logging.getLogger(logger).warning(
        "GET https://example.org/?name=%s", "Testperson", exc_info=ValueError("1999-12-31")
    )

    told = lines.one()
    assert set(told) == {"at", "level", "event", "logger", "error"}
    assert (told["event"], told["logger"], told["level"]) == ("library_spoke", logger, "warning")


def test_what_libraries_say_for_their_own_developers_does_not_leave(lines: Written) -> None:
    logging.getLogger("urllib3.connectionpool").info("Starting new connection")

    assert lines.all() == []


def test_a_library_cannot_pass_for_us(lines: Written) -> None:
    logging.getLogger("ims-sync").warning({"event": "run_begun", "name": "Testperson"})

    assert "Testperson" not in lines.text


def test_before_it_is_configured_nothing_leaves_at_all() -> None:
    program = (
        "import logging; from sync.log import log; log.error('run_ended'); logging.getLogger('alembic').error('A')"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout + done.stderr == ""


def test_below_the_level_nothing_leaves(lines: Written) -> None:
    configure(Form.JSON, "warning")

    log.info("run_begun", run=3)

    assert lines.all() == []


def test_the_console_shows_the_same_facts(lines: Written) -> None:
    configure(Form.CONSOLE)

    log.warning("run_ended", run=3, state="failed")

    shown = lines.text
    assert "run_ended" in shown
    assert "state=failed" in shown
    assert len(shown.splitlines()) == 1


@pytest.mark.usefixtures("lines")
def test_a_line_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)

    log.warning("run_ended", run=3)


def test_the_run_is_bound_once_and_reaches_other_threads(lines: Written) -> None:
    def send() -> None:
        log.info("wave_sent", sent=1)

    with bound(run=7):
        thread = threading.Thread(target=carried(send))
        thread.start()
        thread.join()
    log.info("wave_sent", sent=2)

    assert [line.get("run") for line in lines.all()] == [7, None]


def test_the_figures_of_a_job_are_listed_counts_alone() -> None:
    counts = {"new": 3, "notes": ["Testperson"], "by_decision": {"no-entry": 2, "enter": 1}, "digest": "abc", "plan": 4}

    assert figures_of(counts) == {"new": 3, "no_entry": 2, "enter": 1}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(Path(ROOT / "sync").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            logs = isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
            logs = logs and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "log"
            if logs or (isinstance(node.func, ast.Name) and node.func.id == "say"):
                yield f"{path.name}:{node.lineno}", node


def test_every_event_of_the_code_is_static_and_every_fact_is_listed() -> None:
    calls = list(_calls())

    assert len(calls) > 10
    for where, call in calls:
        assert len(call.args) == 1, where
        assert isinstance(call.args[0], ast.Constant), where
        assert not {word.arg for word in call.keywords if word.arg} - set(FACTS), where
