"""Share what tests of the month close need: two people at one provider, of whom one has nothing in March."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync.jobs.month_close import declare, sign
from sync.jobs.month_list import Checklist, checklist
from sync.jobs.month_points import NOTHING
from sync.jobs.months import Asked
from sync.jobs.service import Service
from sync.pretend.person import Act, payment, service
from sync.store import Database
from tests.made_once import made_once
from tests.world_of_demo import World, stand_once, world

MARCH = Asked("IRCO", "2026-03")
PAID = (service("2026-03-10"), payment("2026-03-11", amount="25.00"))
APRIL = (service("2026-04-07"),)
NAMED: Final[dict[tuple[Act, ...], str]] = {PAID: "paid in March", APRIL: "served in April"}


@contextmanager
def laid(db: Database, folder: Path, *people: tuple[Act, ...]) -> Iterator[World]:
    """Open a world in which these people (two, unless told otherwise) were planned and nothing was entered."""
    with world(db, folder) as made:
        everybody = people or (PAID, APRIL)
        made.lay(*everybody)
        if known := _known(everybody):
            made_once(db, f"planned: {known}", made.plan)
        else:
            made.plan()
        yield made


def _known(people: tuple[tuple[Act, ...], ...]) -> str:
    """Return by what name these people can be told from others; nothing, where only their tests know them."""
    names = [NAMED.get(acts, "") for acts in people]
    return ", ".join(names) if all(names) else ""


@contextmanager
def signed_once(db: Database, folder: Path, *people: tuple[Act, ...]) -> Iterator[World]:
    """Open a world in which the March of these people, who are named above, was entered and signed."""
    with world(db, folder) as made:
        made.lay(*people)
        stand_once(made, f"signed: {_known(people)}", lambda: _sign(made))
        yield made


def _sign(made: World) -> None:
    made.plan()
    entered(made)
    signed(made.service)


def entered(made: World) -> None:
    """Push what is to be entered, and plan again."""
    made.push(made.plan())
    made.plan()


def seen(made: Service, asked: Asked = MARCH) -> Checklist:
    return checklist(made, asked)


def numbers(made: Service, asked: Asked = MARCH) -> dict[str, int]:
    """Return the points that are not nought."""
    return {point.name: point.number for point in seen(made, asked).points if point.number}


def declare_all(made: Service, asked: Asked = MARCH) -> None:
    """Declare everything that stands in the way of a sign-off."""
    found = seen(made, asked)
    saw = {point.name: point.fingerprint for point in found.points if point.blocks and point.name != NOTHING}
    bare = {one: "" for point in found.points if point.name == NOTHING for one in point.ids}
    if saw or bare:
        declare(made, asked, saw={**saw, **bare}, reason="known")


def signed(made: Service, asked: Asked = MARCH) -> None:
    """Declare what is open, and sign."""
    declare_all(made, asked)
    sign(made, asked, digest=seen(made, asked).digest, reason="looked through")
