"""Makes what stands in iMatchSkills and what staff answered, around the rows of a world."""

from __future__ import annotations

import datetime

from tests.worlds import crosswalk as guide
from tests.worlds.base import Cells, Maker
from tests.worlds.crosswalk import Walk
from tests.worlds.rows import Item, Made

NAMES = {
    "orientation": "STEP Orientation",
    "assessment": "STEP E & T Assessment",
    "plan": "Created STEP Plan",
}
COMPONENTS = (guide.JST, guide.RETENTION, guide.CTE, guide.APPRENTICE, guide.WORK)
DAY = datetime.timedelta(days=1)


def make_ims(maker: Maker, walk: Walk, made: Made) -> None:
    """Add entries, scopes and staff answers."""
    share = maker.pick((0.0, 0.1, 0.25, 0.5))
    for seeker, provider in made.pairs:
        for kind, name in NAMES.items():
            if maker.chance(share / 2):
                day = maker.pick((maker.early(), maker.day()))
                made.add("ims_entries", _entry(maker, walk, Item("", seeker, provider, name, day), kind))
    for item in made.services:
        if maker.chance(share):
            _component(maker, walk, made, item)
    for item in made.payments:
        if maker.chance(share * 1.5):
            _support(maker, walk, made, item)
    for provider in walk.providers:
        if maker.chance(0.5):
            made.add("ims_scopes", _scope(maker, provider))
    answers = maker.pick((0.1, 0.3, 0.6))
    for item in made.services:
        _service_answers(maker, made, item, answers)
    for item in made.payments:
        _payment_answers(maker, made, item, answers)


def _entry(maker: Maker, walk: Walk, item: Item, kind: str, reference: str = "") -> Cells:
    row = {
        "entry_id": maker.number("X"),
        "job_seeker_id": maker.odd_id(item.seeker),
        "provider": walk.label(maker, "provider", item.provider),
        "kind": maker.odd(kind),
        "name": walk.label(maker, "component", item.name) if kind == "component" else maker.odd(item.name),
        "date": maker.written(item.day),
        "client_reference": maker.odd_id(reference),
        "entered_by": "staff 1",
        "entered_at": maker.stamp(item.day),
    }
    if kind == "support":
        row["amount"] = maker.money(item.cents)
    if maker.bad(0.15):
        row[maker.pick(("kind", "name", "provider", "entry_id"))] = ""
    return row


def _moved(maker: Maker, day: datetime.date) -> datetime.date:
    """Return another day of the same month, as a rule."""
    return day.replace(day=maker.pick((1, 2, 10, 28)))


def _component(maker: Maker, walk: Walk, made: Made, item: Item) -> None:
    """Add an entry that is, nearly is, or is not the service."""
    seeker, provider, name, day = item.seeker, item.provider, item.name, item.day
    if item.training and maker.chance(0.5):
        day = _moved(maker, day + 31 * DAY)
    way = maker.rng.randint(0, 9)
    if way in (4, 5):
        provider = maker.pick((*walk.providers, "Elsewhere"))
    if way in (6, 7):
        name = maker.pick(COMPONENTS)
    if way in (3, 5):
        day = _moved(maker, day)
    if way == 8:
        seeker = maker.pick((*made.seekers, "J99"))
    twice = 2 if maker.chance(0.15) else 1
    for _ in range(twice):
        made.add("ims_entries", _entry(maker, walk, Item("", seeker, provider, name, day), "component"))


def _support(maker: Maker, walk: Walk, made: Made, item: Item) -> None:
    seeker, name, day, cents = item.seeker, item.name, item.day, item.cents
    reference, provider = "", item.provider
    way = maker.rng.randint(0, 9)
    if way in (2, 3, 4):
        reference = f"payment:{item.row_id}"
    if way in (3, 5, 6):
        cents = maker.pick((500, 700, 2500))
        day = maker.pick((day, _moved(maker, day)))
    if way in (4, 7):
        seeker = maker.pick((*made.seekers, "J99"))
    if way == 8:
        reference = f"payment:{maker.pick(made.payments).row_id}"
    if way == 9:
        name, provider = maker.pick(("Bus Pass", "Housing", "Child Care")), maker.pick(walk.providers)
    for _ in range(2 if maker.chance(0.15) else 1):
        entry = Item("", seeker, provider, name, day, cents)
        made.add("ims_entries", _entry(maker, walk, entry, "support", reference))


def _scope(maker: Maker, provider: str) -> Cells:
    month = maker.day()
    row = {"provider": provider, "month": f"{month:%Y-%m}", "complete": maker.pick(("yes", "no", ""))}
    return {**row, "row_count": "1", "taken_at": maker.stamp(maker.as_of)}


def _answer(maker: Maker, made: Made, line_id: str, answer: str) -> None:
    """Add an answer; now and then a bad one, one from the future, or a second one."""
    day = maker.as_of - datetime.timedelta(days=maker.rng.randint(0, 5))
    row = {"line_id": maker.odd_id(line_id), "answer": answer, "answered_by": "staff 1"}
    row["answered_on"] = maker.stamp(day)
    if maker.bad(0.5):
        row[maker.pick(("answered_by", "answered_on", "answer"))] = ""
    if maker.bad(0.5):
        row["answered_on"] = (maker.as_of + maker.pick((1, 30)) * DAY).isoformat()
    made.add("choices", row)


def _service_answers(maker: Maker, made: Made, item: Item, share: float) -> None:
    line_id = f"service:{item.row_id}"
    if maker.chance(share / 2):
        _answer(maker, made, line_id, maker.odd(maker.pick(("same", "same", "different"))))
        if maker.chance(0.2):
            _answer(maker, made, line_id, maker.pick(("same", "different")))
    if maker.bad(0.3):
        _answer(maker, made, line_id, maker.odd("not delivered"))
    if not item.training:
        return
    for number in range(maker.months + 1):
        if maker.chance(share):
            month = f"{line_id}:{maker.month_start(number):%Y-%m}"
            words = ("delivered", "delivered", "delivered", "not delivered", "same", "different", "perhaps")
            _answer(maker, made, month, maker.odd(maker.pick(words)))
            if maker.chance(0.2):
                _answer(maker, made, month, maker.pick(words))


def _payment_answers(maker: Maker, made: Made, item: Item, share: float) -> None:
    line_id = f"payment:{item.row_id}"
    types = sorted({name for names in guide.SUPPORT.values() for name in names})
    if maker.chance(max(share, 0.5)):
        _answer(maker, made, line_id, item.name if maker.chance(0.85) else maker.pick((*types, "a gift")))
        if maker.contested and maker.chance(0.3):
            _answer(maker, made, line_id, maker.odd(maker.pick((*types, "a gift"))))
    if maker.chance(share):
        _answer(maker, made, line_id, maker.odd(maker.pick(("same", "same", "different"))))
