"""A rehearsal has synthetic people, a date that people move, nights that pass, and no way to anything real."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.errors import EnvironmentMismatch, WrongCall
from sync.jobs.approval import approve
from sync.jobs.demo import write_configuration
from sync.jobs.keyed_word import Said
from sync.jobs.keying import Keyer, open_next, say
from sync.jobs.keying_checks import Word
from sync.jobs.keying_shown import held
from sync.jobs.month_list import MonthState, month_list
from sync.jobs.night import let_night_pass
from sync.jobs.rehearsal_date import dated, move_date
from sync.jobs.rehearsal_pages import rehearsal
from sync.jobs.review import open_by_severity
from sync.jobs.service import Service, bind_to
from sync.pretend.handed_in import typed
from sync.settings import read_service_settings
from sync.store import Database, State, counts, ledger_lines, newest_plan, verify_audit
from sync.store.accounts import Role
from tests.services import Clock, quiet
from tests.services import service as service_over
from tests.support import CONFIG
from tests.web import Pages, app_over

WALL = datetime(2026, 11, 28, 18, tzinfo=UTC)
ONE = Keyer("DEMO-KEYER")
REAL = {
    "IMS_SYNC_IMS__TARGET": "gateway", "IMS_SYNC_IMS__LEVEL": "L4", "IMS_SYNC_IMS__URL": "https://real.invalid",
    "IMS_SYNC_IMS__CLIENT_ID": "real", "IMS_SYNC_IMS__CLIENT_SECRET": "real", "IMS_SYNC_IMS__FOLDER": "/real",
    "IMS_SYNC_ITRAC__SOURCE": "gateway", "IMS_SYNC_ITRAC__URL": "https://real.invalid",
    "IMS_SYNC_ITRAC__FOLDER": "/real", "IMS_SYNC_ITRAC__CLIENT_SECRET": "real",
    "IMS_SYNC_ALERTS__SMTP_HOST": "real.invalid", "IMS_SYNC_ALERTS__MAIL_TO": "somebody@real.invalid",
    "IMS_SYNC_ALERTS__MAIL_FROM": "ims-sync@real.invalid", "IMS_SYNC_ALERTS__FILE": "/real/alerts",
    "IMS_SYNC_OIDC__ISSUER": "https://real.invalid", "IMS_SYNC_OIDC__CLIENT_ID": "real",
    "IMS_SYNC_OIDC__CLIENT_SECRET": "real", "IMS_SYNC_SERVICE__AUDIT_HEAD": "/real/head",
}  # fmt: skip


@dataclass
class Rehearsed:
    """A rehearsal in a folder, and the clock on its wall."""

    service: Service
    clock: Clock
    folder: Path

    def opened_again(self, database: str) -> Any:
        return rehearsal(self.folder / "config", self.folder / "pages", database, tell=quiet, wall=self.clock.now)

    def key(self, times: int) -> list[str]:
        """Key entries as the page shows them; return their lines."""
        lines = []
        for _ in range(times):
            there = dated(self.service)
            open_next(there, ONE)
            line = next(one.line for one in held(there, ONE).entries if one.open)
            say(there, ONE, Word(line_id=line.line_id, said=Said.KEYED, date=line.date, name=line.name))
            lines.append(line.line_id)
        self.clock.sleep(60)
        return lines

    def states(self, lines: list[str]) -> list[State]:
        known = ledger_lines(self.service.db, lines)
        return [known[line_id].state for line_id in lines]


@pytest.fixture
def made(database_url: str, tmp_path: Path) -> Iterator[Rehearsed]:
    write_configuration(tmp_path / "config", CONFIG)
    clock = Clock(WALL)
    with rehearsal(tmp_path / "config", tmp_path / "pages", database_url, tell=quiet, wall=clock.now) as service:
        yield Rehearsed(service, clock, tmp_path)


def pages_of(made: Rehearsed) -> Pages:
    return Pages(app_over(made.service), made.service, made.clock)


def test_a_rehearsal_begins_with_entries_to_key_reviews_to_settle_and_a_month_to_close(made: Rehearsed) -> None:
    there, plan = dated(made.service), newest_plan(made.service.db)

    assert there.today == date(2026, 4, 20)
    assert plan is not None
    assert plan.approved_at is not None
    assert counts(there.db)[State.TO_DO] > 100
    assert all(open_by_severity(there, sees=None).values())
    ready = [one.place.month for one in month_list(there) if one.state is MonthState.READY]
    assert ready == ["2026-03", "2026-01"]


def test_what_was_keyed_shows_in_the_read_back_of_the_night_and_is_typed_once(made: Rehearsed) -> None:
    lines = made.key(3)

    first = let_night_pass(made.service)
    second = let_night_pass(made.service)

    assert dated(made.service).today == date(2026, 4, 22)
    assert first.counts["said_to_be_keyed"] == 3
    assert second.counts["said_to_be_keyed"] == 0
    day = {"date": "2026-01-06"}
    without_slip = [typed(line_id, day) == [day] for line_id in lines]
    assert [state is State.CONFIRMED for state in made.states(lines)] == without_slip
    assert any(without_slip)
    assert verify_audit(made.service.db) is None


def test_once_the_night_changed_the_plan_nothing_can_be_keyed_before_it_is_approved(made: Rehearsed) -> None:
    made.key(3)
    let_night_pass(made.service)
    there, plan = dated(made.service), newest_plan(made.service.db)
    assert plan is not None
    assert plan.approved_at is None

    approve(there, plan.digest, "looked at")

    assert made.states(made.key(1)) == [State.KEYED]


def test_now_and_then_the_one_who_types_makes_a_slip_and_the_same_one_every_time() -> None:
    cells = {"date": "2026-04-07", "name": "Job Search Training"}
    made = {f"service:DEMO-{number}": typed(f"service:DEMO-{number}", cells) for number in range(300)}

    slips = [one for one in made.values() if one != [cells]]

    assert 15 < len(slips) < 50
    assert {len(one) for one in slips} == {0, 1, 2}
    assert [{**cells, "date": "2026-04-06"}] in slips
    assert made == {line_id: typed(line_id, cells) for line_id in made}
    assert {len(typed(line_id, cells, sure=False)) for line_id in made} == {0, 1}


def test_the_date_moves_forward_only_and_lets_nothing_run(made: Rehearsed) -> None:
    plan = newest_plan(made.service.db)

    moved = move_date(made.service, date(2026, 5, 4))

    assert moved.today == dated(made.service).today == date(2026, 5, 4)
    assert newest_plan(made.service.db) == plan
    for day in (date(2026, 5, 4), date(2026, 4, 1), date(2031, 1, 1)):
        with pytest.raises(WrongCall, match="moves to a later day"):
            move_date(made.service, day)


def test_a_rehearsal_goes_on_where_it_was_left(made: Rehearsed, database_url: str) -> None:
    move_date(made.service, date(2026, 5, 4))
    made.clock.sleep(timedelta(days=2).total_seconds())

    with made.opened_again(database_url) as again:
        assert dated(again).today == date(2026, 5, 6)


@pytest.mark.parametrize("environment", ["test", "production"])
def test_a_service_that_is_no_rehearsal_has_the_date_of_the_calendar(
    database: Database, tmp_path: Path, environment: str
) -> None:
    service = service_over(database, tmp_path, settings={"service": {"environment": environment}})

    for act in (lambda: move_date(service, date(2026, 5, 4)), lambda: let_night_pass(service)):
        with pytest.raises(WrongCall, match="this is no rehearsal"):
            act()
    assert dated(service) is service


def test_the_date_of_a_rehearsal_is_not_kept_in_a_database_that_is_none(database: Database, tmp_path: Path) -> None:
    service = service_over(database, tmp_path)

    with pytest.raises(WrongCall, match="this is no rehearsal"):
        let_night_pass(service)


@pytest.mark.parametrize("environment", ["test", "production"])
def test_no_rehearsal_is_made_with_the_settings_of_anything_real(
    tmp_path: Path, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMS_SYNC_SERVICE__ENVIRONMENT", environment)
    url = f"sqlite:///{tmp_path / 'i.db'}"

    with pytest.raises(WrongCall, match="a rehearsal is none"), rehearsal(CONFIG, tmp_path, url, tell=quiet):
        pass

    assert not (tmp_path / "i.db").exists()


def test_whatever_the_settings_name_a_rehearsal_asks_nothing_beyond_its_folder(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in REAL.items():
        monkeypatch.setenv(name, text)
    write_configuration(tmp_path / "config", CONFIG)
    assert "real" in repr(read_service_settings(tmp_path / "config"))

    with rehearsal(tmp_path / "config", tmp_path / "pages", database_url, tell=quiet) as service:
        _refuse_network(monkeypatch)
        let_night_pass(service)

        assert "real" not in repr(service.settings).replace("rehearsal", "")
        assert {service.settings.ims.folder, service.settings.itrac.folder} == {tmp_path / "pages"}


def _refuse_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name be looked up, so that nothing but what is open already can be reached."""

    def refuse(host: str, *_: object, **__: object) -> None:
        raise AssertionError(f"{host} was asked for")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_database_of_a_rehearsal_is_refused_to_every_gateway_and_to_a_real_service(made: Rehearsed) -> None:
    gateway = {"target": "gateway", "level": "L4", "url": "https://real.invalid"}

    for settings in ({"ims": gateway}, {"service": {"environment": "production"}}):
        other = service_over(made.service.db, made.folder, settings=settings)
        with pytest.raises(EnvironmentMismatch):
            bind_to(made.service.db, other.settings)
        with pytest.raises(WrongCall):
            let_night_pass(other)


def test_every_page_says_that_it_is_a_rehearsal_and_which_day_it_is(made: Rehearsed) -> None:
    pages = pages_of(made)
    person = pages.signed_in(Role.OPERATIONS)

    for path in ("/", "/reviews", "/customers", "/keying", "/months", "/runs", "/my-account", "/nowhere"):
        shown = person.get(path).text
        assert "This is a rehearsal with synthetic people: today is 2026-04-20" in shown, path
        assert 'href="/rehearsal"' in shown
    assert "today is 2026-04-20" in pages.browser().get("/sign-in").text


def test_operations_moves_the_date_and_lets_the_night_pass_and_stays_signed_in(made: Rehearsed) -> None:
    person = pages_of(made).signed_in(Role.OPERATIONS)

    wrong = person.post("/rehearsal/date", "/rehearsal", day="2026-04-01")
    moved = person.post("/rehearsal/date", "/rehearsal", day="2026-05-04")
    passed = person.post("/rehearsal/night", "/rehearsal")

    assert wrong.status_code == 400
    assert "the date moves to a later day" in wrong.text
    assert [moved.status_code, passed.status_code] == [303, 303]
    shown = person.get("/rehearsal").text
    assert "today is 2026-05-05" in shown
    assert "It is done" in shown
    assert "nothing can be keyed before" in shown


def test_an_admin_moves_the_date_but_lets_no_night_pass(made: Rehearsed) -> None:
    person = pages_of(made).signed_in(Role.ADMIN)

    assert "Let the night pass" not in person.get("/rehearsal").text
    assert person.post("/rehearsal/night", "/rehearsal").status_code == 403
    assert person.post("/rehearsal/date", "/rehearsal", day="2026-05-04").status_code == 303


def test_where_there_is_no_rehearsal_its_page_is_not_in_the_contents_and_moves_nothing(
    database: Database, tmp_path: Path
) -> None:
    service = service_over(database, tmp_path, clock=Clock(WALL))
    person = Pages(app_over(service), service, Clock(WALL)).signed_in(Role.OPERATIONS)

    assert 'href="/rehearsal"' not in person.get("/").text
    assert "This is no rehearsal" in person.get("/rehearsal").text
    assert person.post("/rehearsal/date", "/", day="2026-12-04").status_code == 409
    assert person.post("/rehearsal/night", "/").status_code == 409
