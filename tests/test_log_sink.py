"""The sink of the whole test suite fails on a person's fact, in every encoding; else nobody would notice one."""

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from sync.errors import BadInput
from sync.log import log
from sync.model import TABLES
from sync.pretend.person import Person
from tests.sink import PLANTED, Sink, leaks
from tests.worlds import world

FACTS = (
    "Testperson", "TESTPERSON", "TestC12", "Zoë Plantée".replace("ë", "e"), "Testvendor", "monthly BUS fare to class",
    "bus pass and gas", "02/29", "2/29", "02-29", "0229", "Feb 29", "29 February", "29.02", "9876", "987-65-9876",
    "987659876", "DEMO-C01 is not eligible", "C7: eligible", "J12 snap",
)  # fmt: skip


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "as a repr": lambda text: repr(text.encode()),
    "in percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "as a URL": lambda text: quote(text, safe=""),
    "as a form": quote_plus,
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in base64 for URLs": lambda text: base64.urlsafe_b64encode(f"name={text}?".encode()).decode().rstrip("="),
    "as JSON": lambda text: json.dumps({"a": text}),
    "as escaped JSON": _escaped,
    "as HTML": html.escape,
    "as HTML by numbers": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "as HTML by hex numbers": lambda text: "".join(f"&#x{ord(letter):x};" for letter in text),
    "as bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "as mail": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "in full width": lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    "in percent twice": lambda text: quote(quote(f"<{text}>", safe=""), safe=""),
    "in base64 in JSON": lambda text: json.dumps({"a": base64.b64encode(text.encode()).decode()}),
}


@pytest.mark.parametrize("way", ENCODINGS)
@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_found_in_every_encoding(fact: str, way: str) -> None:
    assert leaks(f"before {ENCODINGS[way](fact)} after")


@pytest.mark.parametrize(
    "text",
    [
        '{"at": "2026-02-28T09:29:02.987+00:00", "level": "info", "event": "run_begun", "run": 29, "job": "pull"}',
        "services.csv, line 12: start_date: expected a date, 2026-02-28 or 2/28/2026",
        "the plan has 229 new entries, usual are 187.5; most are IRCO, 2026-04, Job Search Training (12)",
        "digest: 9876abc0229def7911999777c60647c42ee3843bd6beb913c205c7404d0d570d",
        "ims_eligibility: no column snap_status; expected eligible, not eligible or unknown",
        "line service:DEMO-01-SER1 of run 7",
        "2024-02-29 or 2/29/2024",
    ],
)
def test_what_may_leave_is_let_through(text: str) -> None:
    assert leaks(text) == []


def test_the_facts_of_the_synthetic_people_are_those_that_are_looked_for() -> None:
    private = {column.name for column in TABLES["customers"].columns if column.private} - {"first_name"}
    rows = [*Person(1).tables["customers"], *world(1).tables["customers"]]

    told = [
        cell for row in rows for name, cell in row.items() if name in private - {"first_name"} and cell != "REFUSED"
    ]

    assert len(told) > 6
    assert all(leaks(f"before {cell} after") for cell in told)


def test_every_kind_of_fact_is_planted() -> None:
    found = {what for fact in FACTS for what in leaks(fact)}

    assert found >= set(PLANTED) - {"first name", "a fact that is not listed"}


def test_a_log_line_with_an_unlisted_fact_is_heard(sink: Sink) -> None:
    log.info("run_begun", last_name="Testperson")

    assert any("a fact that is not listed" in found for found in sink.found())


def test_a_listed_fact_that_looks_harmless_is_heard(sink: Sink) -> None:
    log.info("run_begun", job="testperson")

    assert any(found.startswith("name:") for found in sink.found())


def test_an_error_that_names_a_person_is_heard(sink: Sink) -> None:
    with pytest.raises(BadInput):
        raise BadInput("the row of Testperson")

    assert any(found.startswith("name:") for found in sink.found())


def test_a_page_that_names_a_person_is_heard(sink: Sink) -> None:
    sink.keep('ims_sync_runs{job="Testperson"} 1')

    assert sink.found()


def test_what_was_heard_in_one_test_is_no_matter_of_the_next(sink: Sink) -> None:
    assert sink.found() == []


def test_listening_costs_next_to_nothing() -> None:
    line = '{"at": "2026-04-20T17:00:00.000+00:00", "level": "warning", "event": "line_not_written", "status": 503}'

    begun = time.process_time()
    for number in range(200):
        leaks(f"{line} {number}")

    assert time.process_time() - begun < 1
