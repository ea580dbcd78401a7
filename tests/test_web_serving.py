"""The pages are served until the block ends, and the server ends with it in good order."""

import select
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from flask import Flask
from waitress import wasyncore

from sync.settings import WebSettings
from sync.web import serving


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
