"""Serving the pretended systems: this machine alone, sign-in, faults by script or by seed, and the command."""

import base64
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync.clients import Credentials, ImsGateway, ItracGateway, Limits, Session, Target, body_of
from sync.errors import Forbidden, Unreachable, WrongCall
from sync.pretend.asked import Asked, Told
from sync.pretend.desk import Desk
from sync.pretend.faults import LIST_FAULTS, WRITE_FAULTS, Act, Door, Fault, Script, Seeded
from sync.pretend.ims import PretendIms
from sync.pretend.serve import serve
from tests.gateways import BODY, LINE, ims_over_http
from tests.support import ROOT


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_nothing_but_this_machine_is_served(host: str) -> None:
    with pytest.raises(WrongCall, match="this machine alone"), serve(Desk(PretendIms()), host=host):
        pass


def test_the_desk_records_every_call() -> None:
    script = Script(writes=[Fault(Act.RESET)])

    with ims_over_http(PretendIms(), script) as (gateway, served):
        gateway.write(BODY, "k")
        gateway.write(BODY, "k")
        gateway.entries("IRCO", "2026-04")

    assert served.desk.calls == [
        ("POST", "/oauth/token", 200), ("POST", "/v1/entries", None), ("POST", "/v1/entries", 201),
        ("GET", "/v1/entries", 200),
    ]  # fmt: skip


def test_who_does_not_sign_in_gets_nothing() -> None:
    with serve(Desk(PretendIms())) as served:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{served.url}/v1/capabilities")
        refused.value.close()
        with Session(Target("iMatchSkills", served.url, Credentials("demo", "wrong"))) as session:
            gateway = ImsGateway(session)
            with pytest.raises(Forbidden):
                gateway.capabilities()

    assert refused.value.code == 401


def test_a_token_expires() -> None:
    now = [1_000.0]
    desk = Desk(PretendIms(), monotonic=lambda: now[0], token_s=60)
    given = desk.reply(Asked("POST", "/oauth/token", body=b"grant_type=client_credentials"), _basic(desk))
    bearer = f"Bearer {json.loads(given.body)['access_token']}"

    statuses = []
    for moment in (0, 59, 60):
        now[0] = 1_000.0 + moment
        statuses.append(desk.reply(Asked("GET", "/v1/capabilities"), bearer).status)

    assert statuses == [200, 200, 401]


def test_only_client_credentials_are_granted() -> None:
    desk = Desk(PretendIms())

    assert desk.reply(Asked("POST", "/oauth/token", body=b"grant_type=password"), _basic(desk)).status == 400
    assert "client_secret" not in repr(desk)


def _basic(desk: Desk) -> str:
    return f"Basic {base64.b64encode(f'{desk.client_id}:{desk.client_secret}'.encode()).decode()}"


def test_a_fault_of_our_own_in_a_pretended_system_is_not_swallowed() -> None:
    class Broken:
        def answer(self, asked: Asked) -> Told:
            raise KeyError(asked.path)

    desk = Desk(Broken())

    with pytest.raises(KeyError, match="capabilities"), serve(desk) as served:
        limits = Limits(tries=1)
        known = Credentials(desk.client_id, desk.client_secret)
        with Session(Target("x", served.url, known, limits=limits)) as session, pytest.raises(Unreachable):
            ImsGateway(session).capabilities()


def test_every_fault_has_a_name_of_its_own() -> None:
    for faults in (WRITE_FAULTS, LIST_FAULTS):
        assert len({fault.name for fault in faults}) == len(faults)


def test_a_script_ends_well() -> None:
    fault = Fault(Act.RESET)
    script = Script(writes=[fault, None, fault])

    assert [script.draw(Door.WRITE, "k") for _ in range(4)] == [fault, None, fault, None]
    assert script.draw(Door.LIST, "k") is None


def test_a_seed_draws_the_same_faults_whatever_the_threads() -> None:
    keys = [f"service:{place % 50}" for place in range(200)]

    def drawn(workers: int, seed: int) -> list[tuple[str, str]]:
        faults = Seeded(seed, 0.3)
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(lambda key: (key, faults.draw(Door.WRITE, key)), keys))
        return sorted((key, fault.name if fault else "") for key, fault in found)

    assert drawn(1, 7) == drawn(8, 7) != drawn(1, 8)
    assert 30 < sum(name != "" for _, name in drawn(1, 7)) < 90


@pytest.mark.parametrize(("share", "drawn"), [(0.0, 0), (1.0, 100)])
def test_a_share_of_none_or_all_is_just_that(share: float, drawn: int) -> None:
    faults = Seeded(7, share)

    assert sum(faults.draw(Door.WRITE, f"k{place}") is not None for place in range(100)) == drawn
    assert faults.draw(Door.LIST, "k") is None


def test_a_whole_simulation_can_be_had_again() -> None:
    quick = [fault for fault in WRITE_FAULTS if fault.act is Act.STATUS]

    def simulated() -> tuple[list[str], list[str]]:
        ims = PretendIms()
        with ims_over_http(ims, Seeded(7, 0.5, among=quick), limits=Limits(breaker_after=999)) as (gateway, _):
            lines = [body_of({**LINE, "line_id": f"service:{place}"}) for place in range(40)]
            outcomes = [gateway.write(line, f"k{place}").meaning for place, line in enumerate(lines)]
        return [str(meaning) for meaning in outcomes], [entry["client_reference"] for entry in ims.entries()]

    first = simulated()

    assert first == simulated()
    assert {"written", "unclear", "refused"} <= set(first[0])


def test_the_command_says_how_it_is_called() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync.pretend", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "Example: python -m sync.pretend" in done.stdout


def test_the_command_serves_both_systems_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "sync.pretend", "--level", "L2"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        lines = [run.stdout.readline() for _ in range(9)]
        told = dict(line.removeprefix("export IMS_SYNC_").strip().split("=", 1) for line in lines)
        with _session(told, "ITRAC") as itrac, _session(told, "IMS") as ims:
            pulled = ItracGateway(itrac).pull("services", None, 20)
            level = ImsGateway(ims).capabilities().level
        run.send_signal(signal.SIGINT)
        _, complaints = run.communicate(timeout=30)

    assert (run.returncode, complaints, level) == (0, "", 2)
    assert pulled.complete
    assert len(pulled.rows) > 40
    assert (told["ITRAC__SOURCE"], told["IMS__TARGET"], told["IMS__LEVEL"]) == ("gateway", "gateway", "L2")


def _session(told: dict[str, str], section: str) -> Session:
    known = Credentials(told[f"{section}__CLIENT_ID"], told[f"{section}__CLIENT_SECRET"])
    return Session(Target(section, told[f"{section}__URL"], known))
