"""Reading iMatchSkills: what it offers, who is eligible, what stands there, and looking for one entry."""

from collections.abc import Iterator
from typing import Any

import pytest
import responses
from responses import matchers

from sync.clients import Found, ImsGateway, Pulled
from sync.errors import ChangedInterface
from tests.gateways import ENTRY, TOKEN, URL, Watch, mocked

OFFERS: dict[str, Any] = {
    "read": True,
    "client_reference": True,
    "idempotency_window_s": 86_400,
    "unique_reference": True,
}
NATURAL = {"job_seeker_id": "DEMO-J1", "kind": "component", "month": "2026-04"}


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{URL}/oauth/token", json=TOKEN)
        yield mock


def _envelope(*items: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(items) if total is None else total
    return {"items": list(items), "next_cursor": None, "total": count, "as_of": "2026-04-20T10:00:00Z"}


def _found(answers: responses.RequestsMock, envelope: dict[str, Any], **asked: str) -> Found:
    match = [matchers.query_param_matcher({"limit": "500", **asked})]
    answers.get(f"{URL}/v1/entries", json=envelope, match=match)
    with mocked() as session:
        return ImsGateway(session).look_up(**asked)


def _listed(answers: responses.RequestsMock, *items: dict[str, Any]) -> Pulled:
    match = [matchers.query_param_matcher({"limit": "500", "provider": "IRCO", "month": "2026-04"})]
    answers.get(f"{URL}/v1/entries", json=_envelope(*items), match=match)
    with mocked() as session:
        return ImsGateway(session).entries("IRCO", "2026-04")


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, 4), ({"unique_reference": False}, 3), ({"idempotency_window_s": None}, 2),
        ({"client_reference": False}, 1), ({"read": False}, 0),
    ],
)  # fmt: skip
def test_a_level_is_reached_with_all_that_it_builds_on(
    answers: responses.RequestsMock, changed: dict[str, Any], level: int
) -> None:
    answers.get(f"{URL}/v1/capabilities", json=OFFERS | changed)

    with mocked() as session:
        assert ImsGateway(session).capabilities().level == level


@pytest.mark.parametrize(
    "told",
    [
        [], None, {}, OFFERS | {"read": 1}, OFFERS | {"read": "yes"}, OFFERS | {"idempotency_window_s": "1"},
        OFFERS | {"idempotency_window_s": True}, {name: OFFERS[name] for name in list(OFFERS)[:3]},
        {name: cell for name, cell in OFFERS.items() if name != "idempotency_window_s"},
    ],
    ids=str,
)  # fmt: skip
def test_what_it_offers_must_be_as_promised(answers: responses.RequestsMock, told: Any) -> None:
    answers.get(f"{URL}/v1/capabilities", json=told)

    with mocked() as session, pytest.raises(ChangedInterface, match="capabilities"):
        ImsGateway(session).capabilities()


def test_what_else_it_offers_is_named_once(answers: responses.RequestsMock) -> None:
    answers.get(f"{URL}/v1/capabilities", json=OFFERS | {"update": True})
    watch = Watch()

    with mocked(watch) as session:
        gateway = ImsGateway(session)
        gateway.capabilities()
        gateway.capabilities()

    assert watch.noted == ["iMatchSkills: capabilities: the field 'update' is not known and was passed over"]


def test_who_is_eligible_comes_as_rows(answers: responses.RequestsMock) -> None:
    row = {"job_seeker_id": "DEMO-J1", "month": "2026-04", "snap_status": "eligible", "tanf": False}
    answers.get(f"{URL}/v1/eligibility", json=_envelope(row))

    with mocked() as session:
        pulled = ImsGateway(session).eligibility("2026-04")

    assert pulled.rows == ({**row, "tanf": "no", "checked_on": None},)
    assert pulled.complete


def test_eligibility_of_another_month_makes_the_list_doubtful(answers: responses.RequestsMock) -> None:
    row = {"job_seeker_id": "DEMO-J1", "month": "2026-03", "snap_status": "eligible"}
    answers.get(f"{URL}/v1/eligibility", json=_envelope(row))

    with mocked() as session:
        pulled = ImsGateway(session).eligibility("2026-04")

    assert (pulled.complete, pulled.why) == (False, "1 rows of another month")


def test_every_entry_of_a_provider_and_month_is_a_complete_scope(answers: responses.RequestsMock) -> None:
    pulled = _listed(answers, ENTRY, {**ENTRY, "entry_id": "DEMO-E2", "provider": "irco "})

    assert (len(pulled.rows), pulled.complete, pulled.table) == (2, True, "ims_entries")


@pytest.mark.parametrize("other", [{"provider": "POIC"}, {"date": "2026-05-01"}, {"date": None}])
def test_a_scope_with_entries_of_another_is_not_complete(
    answers: responses.RequestsMock, other: dict[str, Any]
) -> None:
    pulled = _listed(answers, ENTRY, {**ENTRY, "entry_id": "DEMO-E2", **other})

    assert (len(pulled.rows), pulled.why) == (2, "1 rows of another provider or month")


def test_an_entry_is_found_by_its_reference(answers: responses.RequestsMock) -> None:
    found = _found(answers, _envelope(ENTRY), client_reference="service:DEMO-S1")

    assert [entry.entry_id for entry in found.entries] == ["DEMO-E1"]
    assert found.complete


def test_entries_are_counted_by_job_seeker_kind_and_month(answers: responses.RequestsMock) -> None:
    found = _found(answers, _envelope(ENTRY, {**ENTRY, "entry_id": "DEMO-E2"}), **NATURAL)

    assert ([entry.entry_id for entry in found.entries], found.complete) == (["DEMO-E1", "DEMO-E2"], True)


def test_a_look_up_that_answers_what_was_not_asked_for_proves_no_absence(answers: responses.RequestsMock) -> None:
    strange = [{**ENTRY, "client_reference": None}, {**ENTRY, "entry_id": "E2", "client_reference": "service:2"}]

    found = _found(answers, _envelope(*strange), client_reference="service:DEMO-S1")

    assert (found.entries, found.complete, found.why) == ((), False, "2 rows not asked for")


@pytest.mark.parametrize("other", [{"job_seeker_id": "DEMO-J2"}, {"kind": "support"}, {"date": "2026-03-31"}])
def test_entries_of_another_are_not_counted(answers: responses.RequestsMock, other: dict[str, str]) -> None:
    found = _found(answers, _envelope(ENTRY, {**ENTRY, "entry_id": "DEMO-E2", **other}), **NATURAL)

    assert ([entry.entry_id for entry in found.entries], found.complete) == (["DEMO-E1"], False)


def test_a_look_up_not_seen_whole_proves_no_absence(answers: responses.RequestsMock) -> None:
    found = _found(answers, _envelope(total=1), client_reference="service:DEMO-S1")

    assert (found.entries, found.complete) == ((), False)


def test_an_entry_without_a_name_proves_no_absence(answers: responses.RequestsMock) -> None:
    found = _found(answers, _envelope({**ENTRY, "name": None}), client_reference="service:DEMO-S1")

    assert (found.entries, found.why) == ((), "1 rows without a required field")


@pytest.mark.parametrize(
    "asked",
    [{}, {"client_reference": "x", **NATURAL}, {"job_seeker_id": "DEMO-J1", "kind": "component"}, {"month": "2026-04"}],
)
def test_a_look_up_that_asks_for_too_little_or_too_much_is_a_fault_of_ours(asked: dict[str, str]) -> None:
    with mocked() as session, pytest.raises(ValueError, match="a look-up takes"):
        ImsGateway(session).look_up(**asked)
