"""The figures are those of the commands, in Prometheus' own format, and say nothing of a person."""

import io
import json
from collections.abc import Iterator
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics import parser as open_metrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from sync.alerts import Cause
from sync.errors import WrongCall
from sync.jobs.alerts import raise_alert
from sync.jobs.push import offer_lines
from sync.jobs.service import Service
from sync.jobs.stop import stop
from sync.jobs.watch_port import served, serving
from sync.pretend.person import Person
from sync.store import Database, counts, migrate_down
from tests.services import done, lay_exports, planned, service
from tests.sink import Sink
from tests.world_of_demo import TWO_EQUAL

LABELS = {"job", "state", "level", "target", "decision", "cause"}


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Service:
    """A service that has pulled, planned and offered."""
    person = Person(1)
    for act in TWO_EQUAL:
        act(person)
    lay_exports(tmp_path, {"ims_entries": [], **person.tables})
    made = service(database, tmp_path)
    done(made, "pull")
    done(made, "readback")
    offer_lines(made, planned(made, date(2026, 4, 20)).plan)
    return made


@pytest.fixture
def port(own: Service) -> Iterator[int]:
    with served(own, "127.0.0.1", 0) as taken:
        yield taken


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def figures(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name.removeprefix("ims_sync_"), *sample.labels.values()): sample.value
        for family in read_text(text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_database(own: Service, port: int) -> None:
    raise_alert(own, Cause.JOB_FAILED, "push")

    status, text = get(port, "/metrics")

    found = figures(text)
    assert status == 200
    assert found["runs", "pull", "done"] == 1
    assert found["plan_lines", "enter"] == 6
    assert found["alerts", "job-failed"] == 1
    assert found["stopped",] == 0
    assert found["last_good_seconds", "pull"] == own.now().timestamp()
    assert {key[1]: value for key, value in found.items() if key[0] == "ledger_lines"} == counts(own.db)


def test_a_figure_moves_with_the_database(own: Service, port: int) -> None:
    stop(own, "testing")

    assert figures(get(port, "/metrics")[1])["stopped",] == 1


def test_labels_name_jobs_states_and_decisions_never_a_person(port: int, sink: Sink) -> None:
    text = get(port, "/metrics")[1]

    sink.keep(text)
    names = {label for family in read_text(text) for sample in family.samples for label in sample.labels}
    assert names <= LABELS
    assert "DEMO" not in text
    assert "IRCO" not in text


def test_the_newer_format_is_given_to_who_asks_for_it(port: int) -> None:
    text = get(port, "/metrics", Accept="application/openmetrics-text; version=1.0.0")[1]

    families: Any = open_metrics.text_fd_to_metric_families  # the library gives it no type
    assert {family.name for family in families(io.StringIO(text))} >= {"ims_sync_runs", "ims_sync_alerts"}


def test_a_live_and_ready_service_says_so(port: int) -> None:
    assert get(port, "/healthz") == (200, '{"alive": true}\n')
    status, text = get(port, "/readyz")
    assert (status, json.loads(text)["ready"]) == (200, True)


def test_a_service_whose_tables_are_behind_lives_but_is_not_ready(own: Service, port: int) -> None:
    migrate_down(own.db, "0003")

    status, text = get(port, "/readyz")

    assert (status, json.loads(text)["checks"]) == (503, {"configuration": True, "database": True, "tables": False})
    assert get(port, "/healthz")[0] == 200
    assert get(port, "/metrics") == (503, "the database could not be asked; see the log\n")


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/", "GET", 404), ("/metrics", "POST", 405), ("/healthz", "HEAD", 200)]
)
def test_there_is_nothing_else(path: str, method: str, status: int, port: int) -> None:
    assert get(port, path, method)[0] == status


def test_port_nought_serves_nowhere(own: Service) -> None:
    with serving(own) as taken:
        assert taken == 0


def test_a_port_that_is_taken_is_named(own: Service, port: int) -> None:
    with pytest.raises(WrongCall, match=f"on port {port}"), served(own, "127.0.0.1", port):
        pass


def test_calling_writes_no_line_of_its_own(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    get(port, "/metrics?name=Testperson")

    assert "Testperson" not in capfd.readouterr().err
