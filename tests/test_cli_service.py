"""The commands that work on the database: what they print, with which figures, and how they leave."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.cli import keying, runs, service
from sync.cli.explain import explain
from sync.cli.main import main
from sync.errors import StoppedToBeSafe, WrongCall
from sync.pretend.desk import Desk
from sync.pretend.ims import Level, PretendIms
from sync.pretend.person import Person
from sync.pretend.person import service as coaching
from sync.pretend.serve import serve
from tests.services import lay_exports
from tests.support import CONFIG, write_tables
from tests.world_of_demo import TWO_EQUAL

Call = Callable[..., tuple[int, dict[str, Any]]]
AS_OF = "2026-04-20"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Exports of one person of both systems, and an environment that points to them."""
    person = Person(1)
    for act in TWO_EQUAL:
        act(person)
    lay_exports(tmp_path, {"ims_entries": [], **person.tables})
    monkeypatch.setenv("IMS_SYNC_ITRAC__FOLDER", str(tmp_path / "itrac"))
    monkeypatch.setenv("IMS_SYNC_IMS__FOLDER", str(tmp_path / "ims"))
    return tmp_path


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command and return its exit code and its document."""

    def run(command: Callable[..., int], *given: str, **options: Any) -> tuple[int, dict[str, Any]]:
        database = f"sqlite:///{folder / 'ims-sync.db'}"
        code = command(*given, config=CONFIG, database=database, json=True, **options)
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def gateway(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendIms]:
    """A pretended iMatchSkills behind the settings."""
    ims = PretendIms(Level.L3)
    for row in csv.DictReader((folder / "ims" / "ims_eligibility.csv").read_text("utf-8").splitlines()):
        ims.put_eligibility(row)
    with serve(Desk(ims)) as served:
        told = {
            "TARGET": "gateway", "LEVEL": "L3", "URL": served.url, "CLIENT_ID": served.desk.client_id,
            "CLIENT_SECRET": served.desk.client_secret,
        }  # fmt: skip
        for name, value in told.items():
            monkeypatch.setenv(f"IMS_SYNC_IMS__{name}", value)
        yield ims


def test_files_are_pulled_planned_and_reconciled(call: Call) -> None:
    assert call(service.pull)[1]["new"] == 10
    assert call(service.readback)[0] == 0

    code, planned = call(service.plan, as_of=AS_OF)

    assert set(planned) >= {"digest", "as_of", "lines", "by_decision", "by_reason", "money", "rejected_rows"}
    assert (code, planned["by_decision"]["enter"], planned["money"]["invoiceable"]) == (0, 6, "50.00")
    assert set(call(service.reconcile)[1]) >= {"mismatches"}


def test_a_gateway_is_pushed_to_by_the_digest_alone(call: Call, gateway: PretendIms) -> None:
    call(service.pull)
    call(service.plan, as_of=AS_OF)
    call(service.readback, month=["2026-01", "2026-04"])
    digest = call(service.plan, as_of=AS_OF)[1]["digest"]

    code, pushed = call(service.push, digest=digest)

    keys = {"digest", "pushed", "confirmed", "refused", "unclear", "waiting", "stopped_because"}
    assert set(pushed) >= keys
    assert (code, pushed["digest"], pushed["pushed"], pushed["confirmed"]) == (0, digest, 6, 6)
    assert pushed["stopped_because"] is None
    assert len(gateway.entries()) == 6


def test_run_goes_the_whole_way(call: Call, gateway: PretendIms) -> None:
    call(service.pull)
    call(service.plan)

    code, told = call(service.run, month=["2026-01", "2026-04"])

    assert code in {0, 1}
    assert set(told) >= {"pull", "readback", "plan", "push", "reconcile"}
    assert len(gateway.entries()) == told["push"]["confirmed"] == 6
    jobs = [(run["job"], run["parent_id"] is None) for run in call(runs.runs)[1]["runs"]]
    assert ("run", True) in jobs
    assert ("push", False) in jobs


def test_a_person_gets_a_worklist_and_is_taken_at_their_word(call: Call, folder: Path) -> None:
    call(service.pull)
    call(service.readback)
    call(service.plan, as_of=AS_OF)

    code, listed = call(keying.worklist, out=folder / "worklist.csv")

    assert (code, listed["listed"]) == (1, 6)
    rows = list(csv.reader((folder / "worklist.csv").read_text("utf-8").splitlines()))
    with (folder / "ticked.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([rows[0], *(["x", *row[1:]] for row in rows[1:])])
    assert call(keying.keyed, input_=folder / "ticked.csv", by="DEMO-KEYER")[1]["keyed"] == 6
    assert call(keying.worklist, out=folder / "worklist.csv")[0:2][1]["listed"] == 0


def test_a_person_as_the_target_is_told_where_the_work_is(call: Call) -> None:
    call(service.pull)
    call(service.readback)
    digest = call(service.plan, as_of=AS_OF)[1]["digest"]

    pushed = call(service.push, digest=digest)[1]

    assert "ims-sync worklist" in pushed["stopped_because"]


def test_pushing_can_be_stopped_and_let_go_on(call: Call, gateway: PretendIms) -> None:
    call(service.pull)
    call(service.plan, as_of=AS_OF)
    call(service.readback, month=["2026-01", "2026-04"])
    digest = call(service.plan, as_of=AS_OF)[1]["digest"]
    call(service.stop, "testing")

    with pytest.raises(StoppedToBeSafe, match="pushing is stopped: testing"):
        call(service.push, digest=digest)

    call(service.go_on)
    assert call(service.push, digest=digest)[1]["pushed"] == 6


def test_a_line_of_the_newest_plan_is_explained_from_the_database(call: Call) -> None:
    call(service.pull)
    call(service.readback)
    call(service.plan, as_of=AS_OF)

    code, told = call(explain, "service:DEMO-01-SER1")

    assert (code, told["decision"], told["depends_on"]) == (0, "enter", "plan:DEMO-01-GOA2")
    assert told["crosswalk_row"]["component"] == "Job Search Training"


def test_facts_from_the_database_claim_no_line_of_a_file(call: Call, folder: Path) -> None:
    person = Person(1)
    coaching("2026-04-07", status="Started")(person)
    lay_exports(folder, {"payments": [], **person.tables})
    call(service.pull)
    call(service.readback)
    call(service.plan, as_of=AS_OF)

    facts = call(explain, "service:DEMO-01-SER1")[1]["findings"][0]["facts"]

    assert [(fact["field"], fact["value"], fact["line"]) for fact in facts] == [
        ("control", "Services", None), ("status", "Started", None)
    ]  # fmt: skip


def test_a_database_bound_to_a_target_refuses_another(
    call: Call, gateway: PretendIms, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(service.pull)
    monkeypatch.setenv("IMS_SYNC_IMS__URL", "https://ims.example.org")

    with pytest.raises(Exception, match="this database belongs to the target"):
        call(service.pull)


@pytest.mark.parametrize("month", ["2026-4", "April", "2026-13", "2026-04-01"])
def test_what_is_no_month_is_called_wrongly(month: str, call: Call) -> None:
    with pytest.raises(WrongCall):
        call(service.plan, month=[month])


def test_a_failed_job_leaves_its_run_and_why(call: Call, folder: Path) -> None:
    (folder / "itrac" / "services.csv").write_text("nonsense\n1\n", "utf-8")

    with pytest.raises(Exception, match="no column"):
        call(service.pull)

    newest = call(runs.runs)[1]["runs"][0]
    assert (newest["job"], newest["state"]) == ("pull", "failed")
    assert "services.csv" in newest["outcome"]


@pytest.mark.parametrize("given", [["push"], ["worklist"], ["keyed"]])
def test_what_must_be_named_has_no_default(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["ims-sync", *given])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 2


def test_the_read_back_of_a_folder_without_lists_is_refused(call: Call, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write_tables(tmp_path / "other", {"customers": []})

    with pytest.raises(WrongCall, match="no list of iMatchSkills found"):
        call(service.readback, input_=tmp_path / "other")
