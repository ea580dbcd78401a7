"""The pages are served until the block ends, and the server ends with it in good order."""

import select
import socket
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from flask import Flask
from waitress import wasyncore

from sync.errors import WrongCall
from sync.settings import WebSettings
from sync.web import serving

LARGE = 2_000_000


def app() -> Flask:
    """Return pages of which there is one."""
    made = Flask(__name__)
    made.add_url_rule("/", view_func=lambda: "there")
    return made


def threads_of_servers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "web"]


def test_it_serves_while_the_block_runs_and_not_after() -> None:
    with serving(app(), WebSettings(port=0)) as port:
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "there"

    assert threads_of_servers() == []
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=10)


def test_it_ends_in_good_order_while_it_looks_for_who_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = threading.Event()

    def slow(*asked: Any) -> Any:
        looks.set()
        time.sleep(0.2)
        return select.select(*asked)

    monkeypatch.setattr(wasyncore, "select", SimpleNamespace(select=slow, error=OSError))
    with serving(app(), WebSettings(port=0)):
        assert looks.wait(10)

    assert threads_of_servers() == []


def test_who_is_being_answered_when_it_ends_is_answered_still() -> None:
    asked, answers = threading.Event(), []
    slow = Flask(__name__)

    @slow.get("/")
    def answer() -> str:
        asked.set()
        time.sleep(0.2)
        return "there " * LARGE

    def get(port: int) -> None:
        with requests.get(f"http://127.0.0.1:{port}/", timeout=10, stream=True) as coming:
            time.sleep(0.2)  # long enough for the answer to fill what the machine keeps for a slow reader
            answers.append(coming.text)

    with serving(slow, WebSettings(port=0)) as port:
        reader = threading.Thread(target=get, args=(port,))
        reader.start()
        assert asked.wait(10)
    reader.join(10)

    assert [answer == "there " * LARGE for answer in answers] == [True]
    assert threads_of_servers() == []


def test_it_does_not_wait_for_who_only_keeps_a_connection_open() -> None:
    with requests.Session() as kept:
        with serving(app(), WebSettings(port=0)) as port:
            assert kept.get(f"http://127.0.0.1:{port}/", timeout=10).text == "there"

        assert threads_of_servers() == []


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


IPV6 = pytest.param("[::1]", marks=pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", IPV6])
def test_it_serves_in_one_place_also_where_localhost_is_two(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = socket.getaddrinfo

    def both(_host: str, *given: Any, **named: Any) -> list[Any]:
        return [*found("::1", *given, **named), *found("127.0.0.1", *given, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    with serving(app(), WebSettings(port=0, host=host.strip("[]"))) as port:
        assert requests.get(f"http://{host}:{port}/", timeout=10).text == "there"

    assert threads_of_servers() == []


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WrongCall, match=f"port {port}"), serving(app(), WebSettings(port=port)):
            pass
