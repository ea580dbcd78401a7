"""Both gateways over real HTTP: every mishap, time and size limits, and TLS."""

import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from sync.clients import Edges, ImsGateway, Limits, Meaning, Session, body_of
from sync.clients.seen import Seen
from sync.clients.wire import Call
from sync.errors import BadConfiguration, ChangedInterface, Unreachable
from sync.pretend.desk import Desk
from sync.pretend.faults import LIST_FAULTS, WRITE_FAULTS, Act, Fault, Script
from sync.pretend.ims import PretendIms
from sync.pretend.itrac import PretendItrac
from sync.pretend.serve import serve
from tests.gateways import (
    BODY,
    BRIEF,
    LINE,
    ROOMY,
    Watch,
    ims_over_http,
    ims_over_tls,
    itrac_over_http,
    target,
)

BY_STATUS = {
    400: Meaning.REFUSED, 401: Meaning.STOP, 403: Meaning.STOP, 404: Meaning.FLAGGED, 409: Meaning.CONFLICT,
    422: Meaning.REFUSED, 429: Meaning.PAUSED, 301: Meaning.STOP, 302: Meaning.STOP, 307: Meaning.STOP,
    308: Meaning.STOP,
}  # fmt: skip
BY_ACT = {
    Act.NOT_JSON: Meaning.UNCLEAR_STOP, Act.LARGE: Meaning.UNCLEAR_STOP, Act.BOMB: Meaning.UNCLEAR_STOP,
    Act.NO_ENTRY_ID: Meaning.UNCLEAR_STOP, Act.OTHER_STATUS: Meaning.UNCLEAR_STOP, Act.OTHER_PERSON: Meaning.FOREIGN,
    Act.OTHER_NAME: Meaning.FOREIGN, Act.OTHER_DATE: Meaning.FOREIGN,
}  # fmt: skip
INCOMPLETE = {Act.REPEATED_PAGE, Act.MISSED_ROW, Act.TOTAL_CHANGED, Act.CURSOR_LOOP, Act.CUT_SHORT}


def _meaning(fault: Fault) -> Meaning:
    return BY_ACT.get(fault.act) or BY_STATUS.get(fault.status, Meaning.UNCLEAR)


@pytest.mark.parametrize("fault", WRITE_FAULTS, ids=lambda fault: fault.name)
def test_every_mishap_of_a_write_has_its_meaning(fault: Fault) -> None:
    ims, watch = PretendIms(), Watch()
    twice = [fault, fault] if fault.status == 401 else [fault]
    edges = Edges(note=watch.noted.append)

    with ims_over_http(ims, Script(writes=twice), edges=edges, limits=_limits(fault)) as (gateway, served):
        outcome = gateway.write(BODY, "k")

    assert outcome.meaning is _meaning(fault)
    assert len(ims.entries()) == fault.after
    assert [call[1] for call in served.desk.calls if call[0] == "GET" or "elsewhere" in call[1]] == []
    assert sum(call[1] == "/v1/entries" for call in served.desk.calls) == len(twice)


@pytest.mark.parametrize("fault", LIST_FAULTS, ids=lambda fault: fault.name)
def test_every_mishap_of_a_list_is_mended_or_told(fault: Fault) -> None:
    itrac = _itrac_with(6)

    with itrac_over_http(Desk(itrac, Script(lists=[None, fault])), limits=_limits(fault)) as gateway:
        pulled = gateway.pull("assessments", None, 2)

    assert pulled.complete is (fault.act not in INCOMPLETE)
    assert pulled.complete is (pulled.why is None)
    assert len(pulled.rows) == 6 if pulled.complete else len(pulled.rows) >= 2


def _limits(fault: Fault) -> Limits:
    """Give up soon where nothing else ends the waiting."""
    slow = fault.act in {Act.SILENCE, Act.DRIP, Act.DRIP_HEADERS}
    return replace(BRIEF if slow else ROOMY, pause_max_s=0.02)


def _itrac_with(rows: int) -> PretendItrac:
    itrac = PretendItrac()
    for place in range(rows):
        itrac.put("assessments", {"assessment_id": f"A{place}", "customer_id": "C", "provider": "IRCO"})
    return itrac


def test_an_answer_that_drips_ends_at_the_total_time() -> None:
    for act in (Act.DRIP, Act.DRIP_HEADERS):
        with ims_over_http(PretendIms(), Script(writes=[Fault(act, after=True)]), limits=BRIEF) as (gateway, _):
            outcome = gateway.write(BODY, "k")

        assert outcome.seen is Seen.TOTAL_TIME, act


def test_silence_ends_at_the_total_time_where_that_comes_first() -> None:
    limits = replace(ROOMY, read_s=60.0, total_s=2.0)

    with ims_over_http(PretendIms(), Script(writes=[Fault(Act.SILENCE)]), limits=limits) as (gateway, _):
        outcome = gateway.write(BODY, "k")

    assert (outcome.meaning, outcome.seen) == (Meaning.UNCLEAR, Seen.TOTAL_TIME)


def test_each_reading_waits_no_longer_than_what_is_left_of_the_total_time() -> None:
    watch = Watch()
    call = Call(Limits(read_s=20.0, total_s=30.0), watch.edges().monotonic)
    call.start()

    waits = []
    for moment in (0, 15, 29):
        watch.now = 1_000.0 + moment
        waits.append(call.patience())
    watch.now = 1_030.0

    assert waits == [20.0, 15.0, 1.0]
    with pytest.raises(TimeoutError):
        call.patience()


def test_what_a_redirect_holds_is_not_read() -> None:
    with ims_over_http(PretendIms(), Script(writes=[Fault(Act.DRIP, 302)]), limits=BRIEF) as (gateway, _):
        outcome = gateway.write(BODY, "k")

    assert (outcome.meaning, outcome.status) == (Meaning.STOP, 302)


def test_a_list_larger_than_the_limit_is_refused() -> None:
    endless = Script(lists=[Fault(Act.LARGE, after=True), Fault(Act.BOMB, after=True)])

    with ims_over_http(PretendIms(), endless) as (gateway, _):
        for _turn in range(2):
            with pytest.raises(ChangedInterface, match="larger than 100000 bytes"):
                gateway.capabilities()
        assert gateway.capabilities().level == 4


def test_a_body_of_exactly_the_limit_is_read() -> None:
    whole = len(b'{"read": true, "client_reference": true, "idempotency_window_s": 86400, "unique_reference": true}')

    with ims_over_http(limits=replace(ROOMY, body_bytes=whole)) as (gateway, _):
        assert gateway.capabilities().level == 4
    with ims_over_http(limits=replace(ROOMY, body_bytes=whole - 1)) as (gateway, _), pytest.raises(ChangedInterface):
        gateway.capabilities()


def test_a_connection_is_kept_for_the_next_call() -> None:
    with ims_over_http() as (gateway, served):
        for place in range(5):
            gateway.write(_body(place), f"k{place}")

        assert served.connections() == 1


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def _server_side(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def test_a_system_is_trusted_by_the_ca_file(authority: trustme.CA, ca_file: Path) -> None:
    with ims_over_tls(_server_side(authority, "127.0.0.1"), ca_file) as (gateway, _):
        assert gateway.write(BODY, "k").meaning is Meaning.WRITTEN


@pytest.mark.parametrize("case", ["no ca file", "the ca file of another", "a certificate of another host"])
def test_what_cannot_be_trusted_gets_nothing(authority: trustme.CA, ca_file: Path, tmp_path: Path, case: str) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    host = "ims.example.org" if "host" in case else "127.0.0.1"
    trusted = {"no ca file": None, "the ca file of another": other}.get(case, ca_file)

    with ims_over_tls(_server_side(authority, host), trusted) as (gateway, served):
        outcome = gateway.write(BODY, "k")
        with pytest.raises(Unreachable, match="no token could be had"):
            gateway.capabilities()

    assert (outcome.meaning, outcome.seen) == (Meaning.NOT_WRITTEN, Seen.NOT_SIGNED_IN)
    assert served.desk.calls == []


def test_a_target_that_changed_its_certificate_gets_nothing(authority: trustme.CA, ca_file: Path) -> None:
    desk = Desk(PretendIms())
    port = _free_port()
    known = target(f"https://127.0.0.1:{port}", desk=desk, ca_file=ca_file)

    with Session(known) as session:
        with serve(desk, tls=_server_side(authority, "127.0.0.1"), port=port):
            ImsGateway(session).capabilities()
        with serve(desk, tls=_server_side(trustme.CA(), "127.0.0.1"), port=port):
            outcome = ImsGateway(session).write(BODY, "k")

    assert (outcome.meaning, outcome.seen) == (Meaning.NOT_WRITTEN, Seen.TLS_FAILURE)


def test_a_target_that_went_away_got_nothing() -> None:
    desk = Desk(PretendIms())
    port = _free_port()

    with Session(target(f"http://127.0.0.1:{port}", desk=desk)) as session:
        with serve(desk, port=port):
            ImsGateway(session).capabilities()
        outcome = ImsGateway(session).write(BODY, "k")

    assert (outcome.meaning, outcome.seen) == (Meaning.NOT_WRITTEN, Seen.REFUSED)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_ca_file_without_certificates_is_bad_configuration(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("none")

    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(BadConfiguration, match="no readable certificates"):
            target(ca_file=tmp_path / name)


def _body(place: int) -> bytes:
    return body_of({**LINE, "line_id": f"service:{place}"})
