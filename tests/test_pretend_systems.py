"""The pretended systems: what each level offers, how rows change, and the same calls giving the same answers."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.pretend.asked import Asked, Told
from sync.pretend.ims import Level, PretendIms
from sync.pretend.itrac import PretendItrac
from sync.pretend.seeding import seed
from sync.pretend.stories import people

BODY = {
    "job_seeker_id": "DEMO-J1", "provider": "IRCO", "kind": "component", "name": "Job Search Training",
    "date": "2026-04-07", "funder_selection": None, "amount": None, "client_reference": "service:1",
}  # fmt: skip
NATURAL = {"job_seeker_id": "DEMO-J1", "kind": "component", "month": "2026-04"}
SCOPE = {"provider": "irco", "month": "2026-04"}


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 4, 20, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def _write(ims: PretendIms, key: str = "k1", **changed: Any) -> Told:
    return ims.answer(Asked("POST", "/v1/entries", key=key, body=json.dumps(BODY | changed).encode()))


def _ids(ims: PretendIms, query: dict[str, str]) -> list[str]:
    told = ims.answer(Asked("GET", "/v1/entries", query))
    return [item["entry_id"] for item in told.document["items"]]


@pytest.mark.parametrize(
    ("level", "offers"),
    [
        (Level.L0, (False, False, None, False)), (Level.L1, (True, False, None, False)),
        (Level.L2, (True, True, None, False)), (Level.L3, (True, True, 60, False)),
        (Level.L4, (True, True, 60, True)),
    ],
)  # fmt: skip
def test_each_level_offers_what_it_should(level: Level, offers: tuple[Any, ...]) -> None:
    told = PretendIms(level, window_s=60).answer(Asked("GET", "/v1/capabilities"))

    names = ("read", "client_reference", "idempotency_window_s", "unique_reference")
    assert told == Told(200, dict(zip(names, offers, strict=True)))


def test_a_target_of_writes_alone_cannot_be_read() -> None:
    ims = PretendIms(Level.L0)
    _write(ims)

    assert ims.answer(Asked("GET", "/v1/entries", SCOPE)).status == 404
    assert ims.answer(Asked("GET", "/v1/eligibility", {"month": "2026-04"})).status == 404
    assert len(ims.entries()) == 1


def test_the_client_reference_is_kept_from_level_2_on() -> None:
    kept = [_write(PretendIms(level)).document["client_reference"] for level in Level]

    assert kept == [None, None, "service:1", "service:1", "service:1"]


def test_below_level_2_nothing_is_found_by_reference() -> None:
    told = PretendIms(Level.L1).answer(Asked("GET", "/v1/entries", {"client_reference": "service:1"}))

    assert told.status == 400


@pytest.mark.parametrize(("level", "entries"), [(Level.L2, 2), (Level.L3, 1), (Level.L4, 1)])
def test_within_the_window_one_key_makes_one_entry(level: Level, entries: int) -> None:
    ims = PretendIms(level, Hands())

    first, second = _write(ims), _write(ims)

    assert len(ims.entries()) == entries
    assert (second == first) is (entries == 1)


def test_after_the_window_a_key_is_forgotten() -> None:
    clock = Hands()
    ims = PretendIms(Level.L3, clock, window_s=60)
    _write(ims)

    clock.now += timedelta(seconds=60)
    within = _write(ims).document["entry_id"]
    clock.now += timedelta(seconds=1)
    after = _write(ims).document["entry_id"]

    assert (within, after) == ("DEMO-E1", "DEMO-E2")


def test_after_the_window_a_unique_reference_still_makes_one_entry() -> None:
    clock = Hands()
    ims = PretendIms(Level.L4, clock, window_s=60)
    _write(ims)

    clock.now += timedelta(seconds=61)

    assert _write(ims).status == 409
    assert _write(ims, "other").status == 409
    assert len(ims.entries()) == 1


def test_a_key_with_another_body_is_refused() -> None:
    ims = PretendIms()
    _write(ims)

    assert _write(ims, client_reference="service:2").status == 422


def test_look_ups_may_lag_but_the_list_of_a_provider_and_month_never_does() -> None:
    ims = PretendIms(lag=2)
    _write(ims)

    listed = _ids(ims, SCOPE)
    looked_up = [_ids(ims, {"client_reference": "service:1"}), _ids(ims, NATURAL), _ids(ims, NATURAL)]

    assert listed == ["DEMO-E1"]
    assert looked_up == [[], [], ["DEMO-E1"]]


def test_without_lag_a_write_is_found_at_once() -> None:
    ims = PretendIms()
    _write(ims)

    assert _ids(ims, NATURAL) == ["DEMO-E1"]


def test_what_people_key_and_take_away_shows() -> None:
    ims = PretendIms()
    keyed = ims.put_entry(BODY)
    ims.put_entry({**BODY, "entry_id": "X1", "date": "2026-03-31"})

    assert (_ids(ims, SCOPE), keyed) == (["DEMO-E1"], "DEMO-E1")
    ims.remove_entry(keyed)
    assert [entry["entry_id"] for entry in ims.entries()] == ["X1"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"job_seeker_id": None}, 422), ({"name": ""}, 422), ({"date": "4/7/2026"}, 422), ({"date": "2026-02-30"}, 422),
        ({"date": 20260407}, 422), ({"kind": "service"}, 422), ({"colour": "red"}, 400),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_stand_is_refused_in_words(changed: dict[str, Any], status: int) -> None:
    ims = PretendIms()

    told = _write(ims, **changed)

    assert (told.status, bool(told.document["message"]), ims.entries()) == (status, True, [])


def test_a_write_without_key_or_json_is_refused() -> None:
    ims = PretendIms()

    assert _write(ims, key="").status == 400
    assert ims.answer(Asked("POST", "/v1/entries", key="k", body=b"{")).status == 400


@pytest.mark.parametrize("query", [{}, {"provider": "IRCO"}, {"job_seeker_id": "DEMO-J1"}, {**SCOPE, "kind": "plan"}])
def test_a_list_that_nobody_agreed_on_is_refused(query: dict[str, str]) -> None:
    assert PretendIms().answer(Asked("GET", "/v1/entries", query)).status == 400


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"cursor": "before-1"}])
def test_a_page_that_cannot_be_found_is_refused(query: dict[str, str]) -> None:
    assert PretendItrac().answer(Asked("GET", "/v1/services", query)).status == 400


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/choices"), ("POST", "/v1/services"), ("GET", "/v1/")])
def test_itrac_has_nothing_else(method: str, path: str) -> None:
    assert PretendItrac().answer(Asked(method, path)).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_imatchskills_changes_and_deletes_nothing(method: str) -> None:
    ims = PretendIms()
    _write(ims)

    assert ims.answer(Asked(method, "/v1/entries", key="k", body=b"{}")).status == 404


def test_itrac_stamps_rows_and_keeps_the_stamps_they_have() -> None:
    itrac = PretendItrac(Hands())
    itrac.put("assessments", {"assessment_id": "A1", "customer_id": "C1", "provider": "IRCO"})
    itrac.put("assessments", {"assessment_id": "A2", "customer_id": "C1", "provider": "", "modified_at": "2026-04-03"})
    itrac.put("customers", {"customer_id": "C1"})

    items = itrac.answer(Asked("GET", "/v1/assessments")).document["items"]

    assert [(item["assessment_id"], item["provider"], item["modified_at"]) for item in items] == [
        ("A2", None, "2026-04-03"), ("A1", "IRCO", "2026-04-20T10:00:00Z"),
    ]  # fmt: skip
    assert "modified_at" not in itrac.answer(Asked("GET", "/v1/customers")).document["items"][0]


def test_itrac_lists_what_changed_at_or_after_an_instant() -> None:
    clock = Hands()
    itrac = PretendItrac(clock)
    for place in range(3):
        itrac.put("customers", {"customer_id": f"C{place}"})
        clock.now += timedelta(hours=1)
    itrac.delete("customers", "C0")

    told = itrac.answer(Asked("GET", "/v1/customers", {"modified_since": "2026-04-20T12:00:00Z"}))

    assert told.document["items"][1] == {"customer_id": "C0", "deleted": True}
    assert [item["customer_id"] for item in told.document["items"]] == ["C2", "C0"]
    assert itrac.answer(Asked("GET", "/v1/customers", {"modified_since": "soon"})).status == 400


def test_many_threads_make_one_entry_for_one_reference() -> None:
    ims = PretendIms()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda place: _write(ims, f"k{place}").status, range(64)))

    assert (told.count(201), told.count(409), len(ims.entries())) == (1, 63, 1)


def test_the_synthetic_people_are_seeded_the_same_each_time() -> None:
    made = []
    for _ in range(2):
        itrac, ims = PretendItrac(Hands()), PretendIms(clock=Hands())
        seed(people(), itrac, ims)
        made.append((itrac.answer(Asked("GET", "/v1/services")), ims.entries()))

    assert made[0] == made[1]
    assert len(made[0][0].document["items"]) > 40
    assert all(entry["job_seeker_id"].startswith("DEMO-") for entry in made[0][1])
