"""Breaker, pause and connections, which all threads share."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sync.clients import ImsGateway, Limits, Meaning, Session, body_of
from sync.clients.seen import Seen
from sync.errors import Unreachable
from sync.pretend.desk import Desk
from sync.pretend.faults import Act, Fault, Script
from sync.pretend.ims import PretendIms
from sync.pretend.serve import serve
from tests.gateways import (
    BODY,
    LINE,
    ROOMY,
    Watch,
    ims_over_http,
    target,
)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses: it is bound, and nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_the_breaker_opens_on_refused_connections_and_tries_again_later(closed_port: int) -> None:
    watch = Watch()
    limits = Limits(connect_s=0.2, breaker_after=3, breaker_s=30.0)

    with Session(target(f"http://127.0.0.1:{closed_port}", limits=limits), watch.edges()) as session:
        gateway = ImsGateway(session)
        first = [gateway.write(BODY, "k").seen for _ in range(5)]
        watch.now += 30
        later = [gateway.write(BODY, "k").seen for _ in range(2)]

    assert first == [Seen.NOT_SIGNED_IN] * 3 + [Seen.NOT_TRIED] * 2
    assert later == [Seen.NOT_SIGNED_IN, Seen.NOT_TRIED]


def test_the_breaker_closes_when_the_trial_is_answered() -> None:
    watch = Watch()
    limits = replace(ROOMY, breaker_after=2, breaker_s=30.0)
    lost = Script(writes=[Fault(Act.RESET), Fault(Act.RESET, after=True)])

    with ims_over_http(PretendIms(), lost, edges=watch.edges(), limits=limits) as (gateway, _):
        first = [gateway.write(BODY, "k").meaning for _ in range(3)]
        watch.now += 30
        later = [gateway.write(_body(place), f"k{place}").meaning for place in range(2)]

    assert first == [Meaning.UNCLEAR, Meaning.UNCLEAR, Meaning.NOT_WRITTEN]
    assert later == [Meaning.WRITTEN, Meaning.WRITTEN]


def test_the_breaker_stays_closed_on_answers_whichever() -> None:
    limits = Limits(breaker_after=2)
    failing = Script(writes=[Fault(Act.STATUS, 500)] * 9)

    with ims_over_http(PretendIms(), failing, limits=limits) as (gateway, _):
        meanings = [gateway.write(BODY, "k").meaning for _ in range(10)]

    assert meanings == [Meaning.UNCLEAR] * 9 + [Meaning.WRITTEN]


def test_an_open_breaker_ends_a_read_at_once(closed_port: int) -> None:
    limits = Limits(breaker_after=2, tries=9)
    watch = Watch()

    with Session(target(f"http://127.0.0.1:{closed_port}", limits=limits), watch.edges()) as session:
        gateway = ImsGateway(session)
        with pytest.raises(Unreachable, match="not tried"):
            gateway.capabilities()

    assert len(watch.slept) == 2


def test_eight_threads_share_one_pause() -> None:
    ims, watch = PretendIms(), Watch()
    busy = Script(writes=[Fault(Act.WAIT_SECONDS, 429)])

    with ims_over_http(ims, busy, edges=watch.edges(), limits=replace(ROOMY, total_s=1e9)) as (gateway, _):
        first = gateway.write(BODY, "k")
        left = gateway.session.pause.left()
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda place: gateway.write(_body(place), f"k{place}"), range(16)))

    assert (first.meaning, first.retry_after, left) == (Meaning.PAUSED, 1.0, 1.0)
    assert {outcome.meaning for outcome in outcomes} == {Meaning.WRITTEN}
    assert watch.now >= 1_001.0
    assert len(ims.entries()) == 16


def test_a_pause_is_shared_by_sessions_that_are_given_it() -> None:
    watch = Watch()
    busy = Script(writes=[Fault(Act.WAIT_SECONDS, 429)])

    with ims_over_http(PretendIms(), busy, edges=watch.edges()) as (gateway, served):
        gateway.write(BODY, "k")
        shared = gateway.session.pause
        with Session(target(served.url, desk=served.desk), watch.edges(), pause=shared) as other:
            ImsGateway(other).capabilities()

    assert watch.slept == [1.0]


def test_more_threads_than_connections_take_turns() -> None:
    desk = Desk(PretendIms())

    with serve(desk) as served, Session(target(served.url, desk=desk, senders=2)) as session:
        gateway = ImsGateway(session)
        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda place: gateway.write(_body(place), f"k{place}"), range(40)))

        assert served.connections() == 2
    assert {outcome.meaning for outcome in outcomes} == {Meaning.WRITTEN}


def _body(place: int) -> bytes:
    return body_of({**LINE, "line_id": f"service:{place}"})
